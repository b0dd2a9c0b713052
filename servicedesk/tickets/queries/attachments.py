"""Reads of the files of requests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, or_, select
from sqlalchemy.orm import joinedload

from servicedesk.catalog import queries as catalog
from servicedesk.files.models import StoredFile
from servicedesk.kernel.db import db, known_for_good
from servicedesk.tickets.models import Attachment, Message, Ticket

# Ids of files that rows of a higher slice refer to, as a select.
Wanted = Select[tuple[int]]


def form_of(ticket: Ticket) -> list[dict[str, Any]]:
    """The form by which the ticket was filed, or to whose type it was switched; empty where none is known."""
    if ticket.request_type_id is None or ticket.form_number is None:
        return []
    type_id, number = ticket.request_type_id, ticket.form_number

    def load() -> Sequence[dict[str, Any]]:
        version = catalog.form_version(type_id, number)
        return tuple(version.fields) if version is not None else ()

    return list(known_for_good(f"form {number} of request type {type_id}", load))


def attachments(ticket_id: int, *, with_notes: bool) -> list[Attachment]:
    """The ticket's files in the order in which they came, those of internal notes only with them; in one statement."""
    query = select(Attachment).where(Attachment.ticket_id == ticket_id).options(joinedload(Attachment.file))
    if not with_notes:
        query = query.outerjoin(Message, Message.id == Attachment.message_id)
        query = query.where(or_(Attachment.message_id.is_(None), Message.visibility == "public"))
    return list(db.session.scalars(query.order_by(Attachment.id)))


def attachment(ticket_id: int, attachment_id: int) -> Attachment | None:
    query = select(Attachment).where(Attachment.id == attachment_id, Attachment.ticket_id == ticket_id)
    query = query.options(joinedload(Attachment.file), joinedload(Attachment.message))
    return db.session.scalars(query).one_or_none()


def files_for(keys: Collection[str], owner_ids: Collection[int], ticket_id: int | None) -> list[StoredFile]:
    """Files with these keys that may become part of the ticket (None: a new one): sent by one of these people and part of
    nothing else, or part of it already. Locked, so that none is swept away or used elsewhere meanwhile."""
    if not keys:
        return []
    return list(db.session.scalars(_usable(keys, owner_ids, ticket_id).with_for_update(of=StoredFile)))


def own_files(keys: Collection[str], owner_id: int, ticket_id: int | None = None) -> list[StoredFile]:
    """As `files_for`, only to be shown: what a form that came back still has."""
    return list(db.session.scalars(_usable(keys, [owner_id], ticket_id))) if keys else []


def waiting_files(owner_id: int) -> tuple[int, int]:
    """How many files this person has sent that are part of nothing yet, and their bytes. Read by the index of owners."""
    unused = ~exists().where(Attachment.file_id == StoredFile.id)
    query = select(func.count(), func.coalesce(func.sum(StoredFile.size), 0)).where(StoredFile.owner_id == owner_id)
    count, size = db.session.execute(query.where(unused)).one()
    return int(count), int(size)


def drop_unused_files(before: datetime, wanted: Sequence[Wanted], limit: int = 500) -> int:
    """Delete the rows of files that were sent before an instant and are part of nothing. Whoever attaches one meanwhile
    holds its row, which is passed over; so are those of `wanted`."""
    unused = ~exists().where(Attachment.file_id == StoredFile.id)
    query = select(StoredFile.id).where(StoredFile.made_at < before, unused).order_by(StoredFile.made_at).limit(limit)
    query = query.where(*(~StoredFile.id.in_(ids) for ids in wanted))
    held = list(db.session.scalars(query.with_for_update(skip_locked=True)))
    if held:
        # Asked again: one may have been attached between the look and the lock.
        still = delete(StoredFile).where(StoredFile.id.in_(held), unused, *(~StoredFile.id.in_(ids) for ids in wanted))
        db.session.execute(still.execution_options(synchronize_session=False))
    return len(held)


def _usable(keys: Collection[str], owner_ids: Collection[int], ticket_id: int | None) -> Select[StoredFile]:
    used = exists().where(Attachment.file_id == StoredFile.id)
    here = exists().where(Attachment.file_id == StoredFile.id, Attachment.ticket_id == (ticket_id or 0))
    return select(StoredFile).where(StoredFile.key.in_(keys), or_(StoredFile.owner_id.in_(owner_ids) & ~used, here))
