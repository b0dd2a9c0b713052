"""What of a request search looks through, in passages, and who may read which of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, bindparam, select
from sqlalchemy.orm import aliased

from servicedesk.files.models import StoredFile
from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.tickets.models import Attachment, Message, Stay, Ticket


@dataclass(slots=True)
class Texts:
    """`head` is what it is about, `body` what everybody who sees it may read, `notes` what only those who read its notes."""

    ticket_id: int
    created_at: datetime
    requester_id: int
    registrar_id: int
    # Ids of those that hold it, held it or are its customer.
    departments: set[int]
    head: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def texts_of(ticket_ids: Collection[int]) -> list[Texts]:
    """Of each of these tickets what is looked through, in four statements, in the order in which they were filed."""
    asker, worker = aliased(Person), aliased(Person)
    query = (
        select(
            Ticket.id, Ticket.created_at, Ticket.requester_id, Ticket.registrar_id,
            Ticket.department_id, Ticket.customer_department_id, Ticket.subject, Ticket.external_id, Ticket.description, Ticket.answers,
            asker.name.label("asker"), worker.name.label("worker"),
        )
        .join(asker, asker.id == Ticket.requester_id)
        .outerjoin(worker, worker.id == Ticket.assignee_id)
        .where(Ticket.id.in_(ticket_ids))
    )  # fmt: skip
    found = {row.id: _begun(row) for row in db.session.execute(query)}
    spoken = select(Message.ticket_id, Message.visibility, Message.text).where(Message.ticket_id.in_(ticket_ids))
    for ticket_id, visibility, text in db.session.execute(spoken.order_by(Message.id)):
        (found[ticket_id].body if visibility == "public" else found[ticket_id].notes).append(text)
    for ticket_id, department_id in db.session.execute(_stays(ticket_ids)):
        found[ticket_id].departments.add(department_id)
    for ticket_id, visibility, name in db.session.execute(_FILE_NAMES, {"ids": list(ticket_ids)}):
        (found[ticket_id].body if visibility in (None, "public") else found[ticket_id].notes).append(name)
    return sorted(found.values(), key=lambda one: (one.created_at.timestamp() // 60, one.ticket_id))


def answers_as_texts(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The answers of a form as people read them."""
    for row in rows:
        yield from _words_of(row.get("shown") or row.get("value"), row.get("options") or ())


def passages_of(ticket_ids: Collection[int], *, with_notes: Collection[int], most: int) -> dict[int, list[str]]:
    """Of each ticket the texts of its last messages, at most `most`, and the names of its files: those of notes only where
    its number is in `with_notes`. Two statements."""
    found: dict[int, list[str]] = defaultdict(list)
    wanted = {"ids": list(ticket_ids)}
    names = db.session.execute(_FILE_NAMES, wanted)
    for ticket_id, visibility, text in (*db.session.execute(_SPOKEN, wanted), *names):
        if (visibility in (None, "public") or ticket_id in with_notes) and len(found[ticket_id]) < most:
            found[ticket_id].append(text)
    return found


# Built once, as searches ask for it.
_IDS = bindparam("ids", type_=Integer, expanding=True)
_SPOKEN = (
    select(Message.ticket_id, Message.visibility, Message.text)
    .where(Message.ticket_id.in_(_IDS))
    .order_by(Message.id.desc())
)
_FILE_NAMES = (
    select(Attachment.ticket_id, Message.visibility, StoredFile.name)
    .join(StoredFile, StoredFile.id == Attachment.file_id)
    .outerjoin(Message, Message.id == Attachment.message_id)
    .where(Attachment.ticket_id.in_(_IDS))
    .order_by(Attachment.id)
)


def _begun(row: Row[Any]) -> Texts:
    people = [row.asker] if row.worker is None else [row.asker, row.worker]
    head = [row.subject] if row.external_id is None else [row.subject, row.external_id]
    body = [row.description, *answers_as_texts(row.answers), *people]
    departments = {row.department_id, row.customer_department_id} - {None}
    return Texts(row.id, row.created_at, row.requester_id, row.registrar_id, departments, head, body)


def _stays(ticket_ids: Collection[int]) -> Any:
    return select(Stay.ticket_id, Stay.department_id).where(Stay.ticket_id.in_(ticket_ids))


def _words_of(value: Any, options: Collection[Any]) -> Iterator[str]:
    """Texts in a value: of a file its name, of a choice its labels in every language."""
    if isinstance(value, str):
        yield value
        for option in options:
            if isinstance(option, Mapping) and option.get("key") == value:
                yield from _words_of(option.get("label"), ())
    elif isinstance(value, Mapping):
        yield from (text for key, text in value.items() if isinstance(text, str) and key not in ("kind", "key"))
    elif isinstance(value, list):
        for one in value:
            yield from _words_of(one, options)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
