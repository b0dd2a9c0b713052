"""Loads what happened to the resolved tickets of a month, some thousand at a time: memory does not grow with them."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from servicedesk.kernel.db import db
from servicedesk.reports import figures, rules
from servicedesk.reports.figures import BallRow, HoldRow, Journey, ResolutionRow, StayRow
from servicedesk.reports.queries.asked import Asked, asked
from servicedesk.sla import ledger
from servicedesk.sla.models import Clock
from servicedesk.sla.queries import calendar_of, engine_calendar, hours_of_stays, life_of
from servicedesk.sla_engine import BusinessCalendar
from servicedesk.tickets.models import Hold, Stay, Ticket
from servicedesk.tickets.queries import resolved_between, turns
from servicedesk.tickets.rules import REOPENED, RESOLVED, Turn, worked_spans

AT_ONCE = 2000
# What a link is called in which approvers have the ticket, or a requester whom they refused.
_WAITS = {"approver": "approval", "requester": "waiting_for_requester"}
# A ticket's resolved and reopened moments, oldest first.
Turns = dict[int, list[Turn]]


class Walks:
    """`resolutions` that were decided in the month; of the tickets resolved in it, who had to act (`balls`) and the ways
    of those that more than one department held (`journeys`)."""

    def __init__(self, begin: datetime, end: datetime, zone: str) -> None:
        self.resolutions: list[ResolutionRow] = []
        self.balls: list[BallRow] = []
        self.journeys: list[Journey] = []
        self._begin, self._end = begin, end
        self._hours, self._own_hours = hours_of_stays(), _Hours(zone)
        # Whether a first resolution held is known seven days later: those of the month before count too.
        ids = array("q", db.session.scalars(resolved_between(begin - figures.FIX_LASTS, end).distinct()))
        for first in range(0, len(ids), AT_ONCE):
            self._take(turns(ids[first : first + AT_ONCE].tolist(), before=end))

    def _take(self, known: Turns) -> None:
        self.resolutions += [
            row for row in _first_resolutions(known) if figures.is_decided(row, self._begin, self._end)
        ]
        own = [
            key for key, rows in known.items() if any(row.what == RESOLVED and row.at >= self._begin for row in rows)
        ]
        waits, stays, holds = asked(own), _stays(own, self._end), _holds(own, self._end)
        broken = _promises([key for key in own if len(stays[key]) > 1], self._end)
        about = select(Ticket.id, Ticket.created_at, Ticket.confidential).where(Ticket.id.in_(own))
        for key, created_at, confidential in db.session.execute(about.order_by(Ticket.id)):
            self._held(key, created_at, known[key], stays[key], holds[key], waits)
            if len(stays[key]) > 1:
                worked = worked_spans(created_at, known[key])
                spans = [HoldRow(_WAITS[who], since, until) for who, since, until in waits.get(key, [])]
                spans += [HoldRow(reason, since, until) for reason, since, until, _ in holds[key]]
                links = figures.links_of(stays[key], spans, worked, self._own_hours.between, broken.get(key))
                self.journeys.append(Journey(key, links, promised=key in broken, confidential=confidential))

    def _held(
        self, key: int, created_at: datetime, known: Sequence[Turn], stays: Iterable[StayRow],
        holds: Iterable[tuple[Any, ...]], waits: Asked,
    ) -> None:  # fmt: skip
        """The ledger of the ticket from its first word to its last resolution in the month, summed up."""
        until = max(turn.at for turn in known if turn.what == RESOLVED)
        life = life_of(
            created_at, until, [ledger.Stay(stay.department_id, stay.began_at) for stay in stays],
            [(reason, began, ended, to) for reason, began, ended, to in holds], known,
            [ledger.Wait(*span) for span in waits.get(key, [])],
        )  # fmt: skip
        for (holder, department_id), seconds in ledger.totals(life, self._hours).items():
            self.balls.append(BallRow(key, department_id, holder, seconds))


def _first_resolutions(known: Turns) -> Iterable[ResolutionRow]:
    for ticket_id, events in sorted(known.items()):
        resolved = next((at, data) for what, at, data in events if what == RESOLVED)
        reopened = next((at for what, at, _ in events if what == REOPENED), None)
        yield ResolutionRow(ticket_id, resolved[1]["department_id"], resolved[0], reopened)


def _stays(of: Collection[int], end: datetime) -> defaultdict[int, list[StayRow]]:
    query = select(Stay.ticket_id, Stay.department_id, Stay.began_at, Stay.ended_at).where(
        Stay.ticket_id.in_(of), Stay.began_at < end
    )
    return _grouped(query.order_by(Stay.id), StayRow)


def _holds(of: Collection[int], end: datetime) -> defaultdict[int, list[tuple[Any, ...]]]:
    query = select(Hold.ticket_id, Hold.reason, Hold.began_at, Hold.ended_at, Hold.until).where(
        Hold.ticket_id.in_(of), Hold.began_at < end
    )
    return _grouped(query.order_by(Hold.id), lambda *row: row)


def _promises(moved: Collection[int], end: datetime) -> dict[int, datetime | None]:
    """When the promised resolution of each ticket was broken; None where it was kept."""
    query = select(Clock.ticket_id, Clock.breached_at).where(
        Clock.ticket_id.in_(moved), Clock.metric == "resolution", Clock.decided_at < end
    )
    decided = query.where(Clock.state.in_(("met", "breached"))).order_by(Clock.id)
    return {row.ticket_id: row.breached_at for row in db.session.execute(decided)}


def _grouped(query: Select[*tuple[Any, ...]], make: Any) -> defaultdict[int, list[Any]]:
    """Rows by their first column, the others made into what is wanted."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for key, *row in db.session.execute(query):
        found[key].append(make(*row))
    return found


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
