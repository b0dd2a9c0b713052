"""Loads the ways of tickets that crossed departments, in the same number of statements however many there are."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Select, func, select

from servicedesk.kernel.db import db
from servicedesk.reports import figures, rules
from servicedesk.reports.figures import HoldRow, Journey, StayRow
from servicedesk.reports.queries.asked import Asked
from servicedesk.sla.models import Clock
from servicedesk.sla.queries import calendar_of, engine_calendar
from servicedesk.sla_engine import BusinessCalendar
from servicedesk.tickets.models import Hold, Stay, Ticket
from servicedesk.tickets.queries import resolved_between
from servicedesk.tickets.rules import Turn, worked_spans

# What a link is called in which approvers have the ticket, or a requester whom they refused.
_WAITS = {"approver": "approval", "requester": "waiting_for_requester"}
# A ticket's resolved and reopened moments, oldest first.
Turns = dict[int, list[Turn]]


def journeys(begin: datetime, end: datetime, turns: Turns, zone: str, asked: Asked) -> list[Journey]:
    """The ways of tickets resolved in the month that more than one department held."""
    resolved = resolved_between(begin, end)
    moved = select(Stay.ticket_id).where(Stay.ticket_id.in_(resolved)).group_by(Stay.ticket_id).having(func.count() > 1)
    stays, holds, broken = _stays(moved, end), _holds(moved, end), _promises(moved, end)
    about = select(Ticket.id, Ticket.created_at, Ticket.confidential).where(Ticket.id.in_(moved)).order_by(Ticket.id)
    hours = _Hours(zone)
    found = []
    for ticket_id, created_at, confidential in db.session.execute(about):
        worked = worked_spans(created_at, turns[ticket_id])
        spans = [HoldRow(_WAITS[who], since, until) for who, since, until in asked.get(ticket_id, [])]
        links = figures.links_of(
            stays[ticket_id], [*spans, *holds[ticket_id]], worked, hours.between, broken.get(ticket_id)
        )
        found.append(Journey(ticket_id, links, promised=ticket_id in broken, confidential=confidential))
    return found


def _stays(moved: Select[int], end: datetime) -> dict[int, list[StayRow]]:
    found: dict[int, list[StayRow]] = defaultdict(list)
    query = select(Stay).where(Stay.ticket_id.in_(moved), Stay.began_at < end)
    for stay in db.session.scalars(query.order_by(Stay.id)):
        found[stay.ticket_id].append(StayRow(stay.department_id, stay.began_at, stay.ended_at))
    return found


def _holds(moved: Select[int], end: datetime) -> dict[int, list[HoldRow]]:
    found: dict[int, list[HoldRow]] = defaultdict(list)
    query = select(Hold).where(Hold.ticket_id.in_(moved), Hold.began_at < end)
    for hold in db.session.scalars(query.order_by(Hold.id)):
        found[hold.ticket_id].append(HoldRow(hold.reason, hold.began_at, hold.ended_at))
    return found


def _promises(moved: Select[int], end: datetime) -> dict[int, datetime | None]:
    """When the promised resolution of each ticket was broken; None where it was kept."""
    query = select(Clock.ticket_id, Clock.breached_at).where(
        Clock.ticket_id.in_(moved), Clock.metric == "resolution", Clock.decided_at < end
    )
    decided = query.where(Clock.state.in_(("met", "breached"))).order_by(Clock.id)
    return {row.ticket_id: row.breached_at for row in db.session.execute(decided)}


class _Hours:
    """The present calendars of departments, each looked up once; weekdays where there is none."""

    def __init__(self, zone: str) -> None:
        self._without = rules.weekdays(zone)
        self._known: dict[int, BusinessCalendar] = {}

    def between(self, department_id: int, a: datetime, b: datetime) -> float:
        if department_id not in self._known:
            version_id = calendar_of(department_id)
            self._known[department_id] = self._without if version_id is None else engine_calendar(version_id)
        return self._known[department_id].between(a, b)
