"""Gives a ticket to the person who may see it, else `NotFound`; who may not act gets `NotAllowed`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, or_, select, true

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.rules import Standing, is_admin
from servicedesk.tickets import queries, rules
from servicedesk.tickets.models import (
    Approval,
    Attachment,
    BrokenSeal,
    ChildRequest,
    Merge,
    Message,
    Stay,
    Ticket,
    Watcher,
)


@dataclass(frozen=True)
class KnownChild:
    """A child request somebody may know of; `visible` whether they may see the ticket at its other end as well."""

    row: ChildRequest
    visible: bool


def visible_to(person: Person, *, one_by_one: bool = False) -> ColumnElement[bool]:
    """The condition under which `person` sees a ticket. Every list, count and search asks it in its own statement.

    `one_by_one` is for the first few tickets of an order: PostgreSQL would list all that their departments ever held before
    it looks at the first, which pays only where all tickets are asked for.
    """
    grounds: list[ColumnElement[bool]] = [_own(person), _approves(person)]
    if person.serves:
        held = _held_by(person.serves, one_by_one=one_by_one)
        grounds.append(and_(Ticket.confidential, Ticket.department_id.in_(person.serves)))
        asked = Ticket.id.in_(asked_by(person.serves))
        grounds.append(and_(~Ticket.confidential, or_(Ticket.department_id.in_(person.serves), held, asked)))
    if person.leads:
        grounds.append(and_(~Ticket.confidential, Ticket.customer_department_id.in_(person.leads)))
    if is_admin(person):
        grounds.append(~Ticket.confidential)
        grounds.append(_unsealed(person))
    return or_(*grounds)


def tickets_of(person: Person) -> Select[Any]:
    """All tickets the person may see."""
    return select(Ticket).where(visible_to(person))


def queue_of(
    person: Person, department_id: int | None = None, *, statuses: Collection[str] = rules.WORKABLE
) -> Select[Any]:
    """What the departments in which the person works can work on (or the one named, else nothing), in these statuses.
    What waits for an approver is not theirs yet, and is there only when its status is asked for."""
    mine = person.serves if department_id is None else person.serves & {department_id}
    if not mine:
        return select(Ticket).where(false())
    return select(Ticket).where(Ticket.department_id.in_(mine), Ticket.status.in_(set(statuses) & set(rules.ACTIVE)))


def own_tickets(person: Person, whose: str = "") -> Select[Any]:
    """What the person asked for, filed for somebody, or watches; `whose` is one of these: own, filed or followed."""
    asked, filed = Ticket.requester_id == person.id, Ticket.registrar_id == person.id
    only = {"own": asked, "filed": and_(filed, ~asked), "followed": and_(~filed, ~asked)}.get(whose, true())
    return select(Ticket).where(_own(person), only)


def ticket_for(person: Person, ticket_id: int, to: str = "read") -> Ticket:
    """The ticket, if `person` may do `to` with it. Inside a transaction the row is locked for changes.

    Raises `NotFound` when it is missing or invisible, `NotAllowed` when it is visible but not theirs to change.
    """
    query, asked = _one_seen(Standing.of(person), read=to == "read"), {"number": ticket_id}
    ticket: Ticket | None = db.session.scalars(query, asked).one_or_none() if 0 < ticket_id < 2**31 else None
    if ticket is None:
        raise NotFound(N_("There is no such ticket, or you may not see it."))
    if to != "read" and not rules.may(person, ticket, to):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    return ticket


@lru_cache(maxsize=2048)
def _one_seen(seen_by: Person, *, read: bool) -> Select[Ticket]:
    """Built once for a person and their roles: to build it takes longer than the database needs for it."""
    query = select(Ticket).where(Ticket.id == bindparam("number"), visible_to(seen_by))
    return queries.with_people(query) if read else query.with_for_update()


def approval_for(person: Person, ticket_id: int, approval_id: int) -> tuple[Ticket, Approval]:
    """The ticket, locked, and one of its approvals, if it waits for the word of `person`.

    Raises `NotFound` as `ticket_for`, or for an approval of another ticket; `NotAllowed` where it is somebody else's;
    `Conflict` where somebody else has decided before, and this person does not see the ticket any more.
    """
    try:
        ticket = ticket_for(person, ticket_id, "approve")
    except NotFound:
        row = db.session.get(Approval, approval_id) if 0 < approval_id < 2**31 else None
        if row is None or row.ticket_id != ticket_id or not rules.was_asked(person, row):
            raise
        raise Conflict(N_("This has been decided meanwhile.")) from None
    approval = next((row for row in queries.approvals(ticket.id) if row.id == approval_id), None)
    if approval is None:
        raise NotFound()
    if approval.decided_at is None and not rules.may_decide(person, approval):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    return ticket, approval


def sealed_ticket_for(person: Person, ticket_id: int) -> Ticket:
    """The confidential request, locked, if `person` may open it for a reason.

    Raises `NotFound` with one sentence for every other number: it tells nobody which ones there are.
    """
    ticket = db.session.get(Ticket, ticket_id, with_for_update=True) if 0 < ticket_id < 2**31 else None
    if ticket is None or not rules.may_open(person, ticket):
        raise NotFound(N_("There is no confidential request with this number that you could open."))
    return ticket


def seal_for(person: Person, seal_id: int) -> BrokenSeal:
    """One of the openings, locked, for administrators: each of them may close it."""
    seal = db.session.get(BrokenSeal, seal_id, with_for_update=True) if 0 < seal_id < 2**31 else None
    if seal is None or not is_admin(person):
        raise NotFound()
    return seal


def ticket_with_other(
    person: Person, ticket_id: int, other_id: int, to: str, field: str = "into"
) -> tuple[Ticket, Ticket]:
    """The ticket, as `ticket_for` gives it, and another one that `person` sees, both locked for a change of the two.

    Raises `Invalid` at `field` where the other one is missing or invisible.
    """
    wanted = [number for number in {ticket_id, other_id} if 0 < number < 2**31]
    found = queries.locked_in_order(wanted, visible_to(person))
    if ticket_id not in found:
        raise NotFound(N_("There is no such ticket, or you may not see it."))
    if not rules.may(person, found[ticket_id], to):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    if other_id not in found:
        raise Invalid(fields={field: N_("There is no such ticket, or you may not see it.")})
    return found[ticket_id], found[other_id]


def links_of(person: Person, ticket: Ticket) -> list[queries.Linked]:
    """The links of a ticket that `person` sees, as far as they see what is at their other ends."""
    return queries.links_seen(ticket.id, visible_to(person))


def link_for(person: Person, ticket_id: int, link_id: int) -> tuple[Ticket, queries.Linked]:
    """The ticket, locked, and one of its links that `person` may remove. Else as `ticket_for`, or `NotFound`."""
    ticket = ticket_for(person, ticket_id, "link")
    found = next((linked for linked in links_of(person, ticket) if linked.id == link_id), None)
    if found is None:
        raise NotFound(N_("There is no such link, or you may not see it."))
    return ticket, found


def merges_into(person: Person, ticket: Ticket) -> list[Merge]:
    """The merges into a ticket that `person` sees, as far as they see the merged tickets: what these people asked is shown
    to nobody else."""
    return queries.merges_seen(ticket.id, visible_to(person))


def merge_targets(person: Person, ticket: Ticket, text: str = "", most: int = 20) -> list[tuple[Ticket, float]]:
    """Tickets into which `person` may merge this one, those most like it first, with how like they are; with `text` those
    that have its words or number."""
    if text:
        named = queries.merge_targets_named(ticket, person, visible_to(person), text, most)
        return [(row, rules.likeness(ticket, row)) for row in named]
    found = [(row, rules.likeness(ticket, row)) for row in queries.merge_candidates(ticket, person, visible_to(person))]
    return sorted((pair for pair in found if pair[1] > 0), key=lambda pair: (-pair[1], -pair[0].id))[:most]


def attachment_for(person: Person, ticket_id: int, attachment_id: int) -> Attachment:
    """A file of a ticket that `person` sees; one of an internal note only for those who read notes. Else `NotFound`."""
    ticket = ticket_for(person, ticket_id)
    found = queries.attachment(ticket.id, attachment_id) if 0 < attachment_id < 2**31 else None
    hidden = found is not None and found.message is not None and found.message.visibility != "public"
    if found is None or (hidden and not reads_notes(person, ticket)):
        raise NotFound(N_("There is no such file, or you may not see it."))
    return found


def message_of(ticket: Ticket, message_id: int) -> Message:
    """One of the public messages of a ticket that somebody has been given; `NotFound` for a note and for any other."""
    found = db.session.get(Message, message_id) if 0 < message_id < 2**31 else None
    if found is None or found.ticket_id != ticket.id or found.visibility != "public":
        raise NotFound()
    return found


def page_with(person: Person, ticket: Ticket, message_id: int, *, limit: int) -> str | None:
    """The cursor of the page of `limit` messages, the newest first, that begins with this message; None where the newest
    page has it. `NotFound` for a message of another ticket, and for a note where the person reads none."""
    notes = reads_notes(person, ticket)
    found = queries.place_of(ticket.id, message_id, with_notes=notes) if 0 < message_id < 2**31 else None
    if found is None:
        raise NotFound(N_("There is no such message, or you may not see it."))
    return found.cursor if found.newer >= limit else None


def seen(person: Person, ticket_id: int) -> Ticket | None:
    """The ticket, or None where it is missing or invisible."""
    return db.session.scalars(
        queries.with_people(select(Ticket).where(Ticket.id == ticket_id, visible_to(person)))
    ).one_or_none()


def visible_ids(person: Person, ticket_ids: Collection[int]) -> set[int]:
    """Those of the ids whose tickets `person` may see."""
    return set(db.session.scalars(select(Ticket.id).where(Ticket.id.in_(ticket_ids), visible_to(person))))


def known_children(person: Person, parents: Collection[Ticket]) -> list[KnownChild]:
    """What was asked from these tickets, planned requests too, as far as `person`, who sees the tickets, may know of it."""
    by_id = {parent.id: parent for parent in parents}
    return [
        KnownChild(row, seen)
        for row, seen in (queries.children_seen(by_id, visible_to(person)) if by_id else [])
        if seen or _is_known(person, by_id[row.parent_id], row)
    ]


def parents_of(person: Person, tickets: Collection[Ticket]) -> dict[int, KnownChild]:
    """By ticket, from which one it was asked; `visible` says whether `person` may see that one.

    Nothing of a confidential one that they may not see.
    """
    found = queries.parents_seen([ticket.id for ticket in tickets], visible_to(person)) if tickets else []
    return {row.ticket_id or 0: KnownChild(row, seen) for row, seen in found if seen or not row.parent.confidential}


def reads_notes(person: Person, ticket: Ticket, holders: frozenset[int] | None = None) -> bool:
    """`holders` are the departments that hold or held it, where they are known already. Who opened a confidential request for a reason reads its notes too: they are what is investigated most often."""
    if rules.reads_notes(person, ticket, queries.holders(ticket.id) if holders is None else holders):
        return True
    return rules.may_open(person, ticket) and queries.open_seal(person.id, ticket.id) is not None


def notes_readable(person: Person) -> ColumnElement[bool]:
    """The condition under which `person`, who sees a ticket, reads its notes: `reads_notes` inside a statement."""
    grounds: list[ColumnElement[bool]] = []
    if person.serves:
        here = Ticket.department_id.in_(person.serves)
        # Of the ticket that is asked about, however deep inside the statement.
        held = exists().where(Stay.ticket_id == Ticket.id, Stay.department_id.in_(person.serves)).correlate(Ticket)
        grounds += [here, and_(~Ticket.confidential, held)]
    if is_admin(person):
        grounds += [~Ticket.confidential, and_(Ticket.registrar_id != person.id, _unsealed(person))]
    return and_(Ticket.requester_id != person.id, or_(*grounds)) if grounds else false()


def _is_known(person: Person, parent: Ticket, row: ChildRequest) -> bool:
    if row.ticket is not None:
        return rules.is_known(parent_is_secret=parent.confidential, child_is_secret=row.ticket.confidential)
    secret = row.request_type is not None and row.request_type.confidential
    return row.by_id == person.id or rules.is_known(parent_is_secret=parent.confidential, child_is_secret=secret)


def _held_by(departments: Collection[int], *, one_by_one: bool) -> ColumnElement[bool]:
    """Whether one of these departments holds or held the ticket."""
    stays = (Stay.ticket_id == Ticket.id, Stay.department_id.in_(departments))
    return select(true()).where(*stays).limit(1).scalar_subquery() if one_by_one else exists().where(*stays)


def asked_by(departments: Collection[int]) -> Select[Any]:
    """Ids of child requests that these departments asked for, or whose parent they hold now."""
    asked = select(ChildRequest.ticket_id).join(Ticket, Ticket.id == ChildRequest.parent_id)
    holds = or_(ChildRequest.asking_department_id.in_(departments), Ticket.department_id.in_(departments))
    # On its own: the statement that asks is about tickets, and may be about child requests. Aliases would say the same,
    # but making them takes longer than all the rest of the condition, and every page asks for it several times.
    return asked.where(ChildRequest.ticket_id.is_not(None), holds).correlate(None)


def _approves(person: Person) -> ColumnElement[bool]:
    """Requests that wait for this person's word or have it; a stand-in sees them as long as the word is wanted. Of those
    that are not confidential also where they stood in, or where somebody else has decided before they did: a link in a
    mail must not lead nowhere."""
    wanted = and_(
        Approval.asked_at.is_not(None),
        Approval.decided_at.is_(None),
        or_(Approval.approver_id == person.id, Approval.cover_id == person.id),
    )
    own = or_(wanted, and_(Approval.decided_by_id == person.id, Approval.approver_id == person.id))
    asked = and_(Approval.asked_at.is_not(None), Approval.approver_id == person.id)
    took_part = select(Approval.ticket_id).where(or_(asked, Approval.decided_by_id == person.id))
    return or_(
        Ticket.id.in_(select(Approval.ticket_id).where(own)), and_(~Ticket.confidential, Ticket.id.in_(took_part))
    )


def _unsealed(person: Person) -> ColumnElement[bool]:
    """Confidential requests that this administrator has opened for a reason."""
    opened = select(BrokenSeal.ticket_id).where(BrokenSeal.person_id == person.id, BrokenSeal.ended_at.is_(None))
    return Ticket.id.in_(opened)


def _own(person: Person) -> ColumnElement[bool]:
    # The watched ones as a list of ids: asked ticket by ticket, they would make the database walk over all tickets.
    watched = Ticket.id.in_(select(Watcher.ticket_id).where(Watcher.person_id == person.id))
    # A ticket may become confidential, or move to another team, after somebody began to follow it.
    return or_(Ticket.requester_id == person.id, Ticket.registrar_id == person.id, and_(~Ticket.confidential, watched))
