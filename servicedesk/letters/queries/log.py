"""The log of letters, what waits there for somebody, and how the mailboxes fare. Who may see which is said by access.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from servicedesk.catalog import queries as catalog
from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.letters import rules
from servicedesk.letters.models import MailboxState, ReceivedMail
from servicedesk.mailout.addresses import without_tag
from servicedesk.people import queries as people


class Box(Protocol):
    """What of a mailbox in the settings says where its letters go."""

    @property
    def name(self) -> str: ...
    @property
    def department(self) -> str | None: ...
    @property
    def address(self) -> str | None: ...


@dataclass(frozen=True)
class Place:
    """Where letters to one department come in: names of its mailboxes, and its addresses."""

    department_id: int
    mailboxes: frozenset[str]
    addresses: frozenset[str]


@dataclass(frozen=True)
class Filter:
    """What of the log is wanted; empty is all. `since` and `until` are moments of fetching, the end not included."""

    outcome: str = ""
    mailbox: str | None = None
    sender: str = ""
    since: datetime | None = None
    until: datetime | None = None
    waiting: bool = False


def page(
    seen: ColumnElement[bool], wanted: Filter, *, cursor: str | None = None, limit: int = 50
) -> Page[ReceivedMail]:
    """Letters under the condition `seen`, the newest first."""
    query = select(ReceivedMail).where(seen, *_conditions(wanted))
    return page_of(query, [ReceivedMail.id], cursor=cursor, limit=limit, descending=True)


def letter(letter_id: int, seen: ColumnElement[bool], *, lock: bool = False) -> ReceivedMail | None:
    if not 0 < letter_id < 2**31:
        return None
    query = select(ReceivedMail).where(ReceivedMail.id == letter_id, seen)
    return db.session.scalars(query.with_for_update() if lock else query).one_or_none()


def count_waiting(seen: ColumnElement[bool]) -> int:
    """How many letters wait for somebody to decide."""
    return db.session.scalar(select(func.count()).select_from(ReceivedMail).where(seen, waiting())) or 0


def waiting() -> ColumnElement[bool]:
    """As `rules.waits`."""
    undecided = and_(ReceivedMail.released_at.is_(None), ReceivedMail.left_at.is_(None))
    return and_(ReceivedMail.outcome.in_(rules.WAITING), undecided)


def letters_of_ticket(ticket_id: int, message_ids: Collection[int], limit: int = 300) -> list[ReceivedMail]:
    """Letters that made the ticket or these messages, and automatic answers to it; in one statement, the oldest first."""
    told = or_(ReceivedMail.message_id.in_(message_ids), ReceivedMail.message_id.is_(None))
    query = select(ReceivedMail).where(
        ReceivedMail.ticket_id == ticket_id, ReceivedMail.outcome.in_(rules.IN_TICKET), told
    )
    newest = db.session.scalars(query.order_by(ReceivedMail.id.desc()).limit(limit))
    return sorted(newest, key=lambda row: row.id)


def messages_by_mail(message_ids: Collection[int]) -> set[int]:
    """Those of these messages that came as letters."""
    if not message_ids:
        return set()
    query = select(ReceivedMail.message_id).where(ReceivedMail.message_id.in_(message_ids))
    return {number for number in db.session.scalars(query) if number is not None}


def mailbox_states() -> dict[str, MailboxState]:
    return {row.mailbox: row for row in db.session.scalars(select(MailboxState))}


def failing_mailboxes(names: Collection[str]) -> list[MailboxState]:
    """Those of these mailboxes that cannot be read."""
    if not names:
        return []
    query = select(MailboxState).where(MailboxState.mailbox.in_(names), MailboxState.failing_since.is_not(None))
    return list(db.session.scalars(query.order_by(MailboxState.mailbox)))


def confidential_places(boxes: Iterable[Box]) -> list[Place]:
    """Where letters come in that become confidential requests, by department; `boxes` are those of the settings."""
    boxes, secret, found = list(boxes), _confidential_departments(), []
    for department in people.departments(active_only=False) if secret else ():
        if department.id in secret:
            own = [box for box in boxes if box.department == department.key]
            addresses = [address for address in (department.email, *(box.address for box in own)) if address]
            names = frozenset(box.name for box in own)
            found.append(Place(department.id, names, frozenset(without_tag(address) for address in addresses)))
    return found


def came_to(places: Iterable[Place]) -> ColumnElement[bool]:
    """Letters that came in at one of these places."""
    grounds: list[ColumnElement[bool]] = []
    for place in places:
        grounds.append(ReceivedMail.mailbox.in_(place.mailboxes))
        grounds += [_written_to(address) for address in sorted(place.addresses)]
    return or_(*grounds) if grounds else false()


def _written_to(address: str) -> ColumnElement[bool]:
    """To the address itself or to one with a tag: hr@, hr+anything@."""
    local, _, domain = address.partition("@")
    to = func.lower(ReceivedMail.recipient)
    tagged = and_(to.startswith(f"{local}+", autoescape=True), to.endswith(f"@{domain}", autoescape=True))
    return or_(to == address, tagged)


def _confidential_departments() -> set[int]:
    """Those whose letters ask for a confidential type, and those that offer nothing else."""
    kinds: dict[int, list[RequestType]] = {}
    for kind in catalog.request_types():
        kinds.setdefault(kind.department_id, []).append(kind)
    return {
        department_id
        for department_id, offered in kinds.items()
        if all(kind.confidential for kind in ([kind for kind in offered if kind.mail] or offered))
    }


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.waiting:
        found.append(waiting())
    if wanted.outcome:
        found.append(ReceivedMail.outcome == wanted.outcome)
    if wanted.mailbox is not None:
        found.append(ReceivedMail.mailbox == wanted.mailbox)
    if wanted.sender:
        found.append(func.lower(ReceivedMail.from_address).contains(wanted.sender.lower(), autoescape=True))
    if wanted.since is not None:
        found.append(ReceivedMail.fetched_at >= wanted.since)
    if wanted.until is not None:
        found.append(ReceivedMail.fetched_at < wanted.until)
    return found
