"""What was asked from a ticket and from which it was asked itself, as far as its page may tell its reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servicedesk.sla import queries as sla
from servicedesk.tickets import access, rules
from servicedesk.web.readings import Shown, next_of, shown

# How a request stands for those who may not see it.
_IN_WORDS = {"resolved": "done", "closed": "done", "cancelled": "taken_back", "awaiting_approval": "awaiting_approval"}


@dataclass(frozen=True)
class Child:
    """One line. `ticket` only for who may see it; `stands` is planned, dropped, in_work, awaiting_approval, done or
    taken_back. `subject` is told to who sees the ticket, of a planned one to who works on the parent."""

    row: Any
    ticket: Any
    department: Any
    subject: str
    stands: str
    next: Shown | None

    @property
    def number(self) -> str:
        return f"#{self.row.ticket_id}" if self.row.ticket_id else f"“{self.row.subject}”"


@dataclass(frozen=True)
class Kin:
    """`parent` is the row that says who asked, `parent_visible` whether the ticket it was asked from may be named."""

    children: list[Child]
    parent: Any = None
    parent_visible: bool = False
    running: list[Child] = field(default_factory=list)

    @property
    def by_ticket(self) -> dict[int, Child]:
        return {child.row.ticket_id: child for child in self.children if child.row.ticket_id}

    @property
    def in_steps(self) -> bool:
        """Whether something waits for its turn, so that turns are worth telling."""
        return any(child.stands == "planned" for child in self.children)


def kin_of(reader: Any, ticket: Any, at: datetime) -> Kin:
    """In a number of statements that does not grow with the children."""
    known = access.known_children(reader, [ticket])
    staff = rules.serves(reader, ticket)
    visible = [found.row.ticket for found in known if found.visible and found.row.ticket is not None]
    readings = {row.ticket.id: row.clocks for row in sla.rows(visible, at)} if visible else {}
    children = [_child(found, staff, readings, at) for found in known if staff or not found.row.dropped_at]
    asked = access.parents_of(reader, [ticket]).get(ticket.id)
    return Kin(
        children, asked.row if asked else None, asked is not None and asked.visible,
        [child for child in children if rules.is_open(child.row)],
    )  # fmt: skip


def waited_for(reader: Any, tickets: list[Any]) -> dict[int, list[int]]:
    """By ticket, the numbers of the open children it waits for and its reader may see. One statement."""
    found: dict[int, list[int]] = {}
    for child in access.known_children(reader, tickets):
        row = child.row
        if child.visible and row.waits and row.ticket_id and rules.is_open(row):
            found.setdefault(row.parent_id, []).append(row.ticket_id)
    return found


def _child(found: Any, staff: bool, readings: dict[int, Any], at: datetime) -> Child:
    row = found.row
    if row.ticket is None:
        department = row.request_type.department if row.request_type else None
        stands = "dropped" if row.dropped_at else "planned"
        return Child(row, None, department, row.subject if staff else "", stands, None)
    stands = _IN_WORDS.get(row.ticket.status, "in_work")
    if not found.visible:
        return Child(row, None, row.ticket.department, "", stands, None)
    following = next_of(shown(reading, at) for reading in readings[row.ticket_id])
    return Child(row, row.ticket, row.ticket.department, row.ticket.subject, stands, following)
