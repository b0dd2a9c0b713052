"""Folding every clock anew from its marks: where the row says something else, the marks are right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.sla import folding
from servicedesk.sla.actions.looking import PARKED_FOR
from servicedesk.sla.events import ClocksRebuilt
from servicedesk.sla.models import Clock
from servicedesk.sla.placing import place_of, write_place
from servicedesk.sla.queries.clocks import engine_marks
from servicedesk.sla.queries.rebuilding import (
    Stored,
    as_stored,
    locked_clocks,
    placed_tickets,
    stored_clocks,
    stored_places,
    target,
)
from servicedesk.sla.queries.rulebook import engine_calendar, escalation
from servicedesk.sla_engine import Mark as EngineMark
from servicedesk.sla_engine import fold
from servicedesk.tickets import queries as ticket_queries
from servicedesk.tickets.rules import ACTIVE, ball_at

_COLUMNS = (
    "target", "policy_version_id", "calendar_version_id", "started_at", "state", "due_at", "stopped_at", "breached_at",
    "elapsed_seconds", "paused_seconds", "target_seconds", "paused", "open", "decided_at", "counted_until",
)  # fmt: skip
_columns = attrgetter(*_COLUMNS)


@dataclass(frozen=True)
class Difference:
    """A column of a clock's row that is not what its marks say. For `column` "marks" they themselves are at fault:
    `folded` says how, and nothing repairs that."""

    ticket_id: int
    clock_id: int
    metric: str
    column: str
    stored: Any
    folded: Any

    @property
    def repairable(self) -> bool:
        return self.column != "marks"


def differing_tickets(ticket_ids: Sequence[int], at: datetime) -> list[int]:
    """Those of the tickets (in order, as `next_tickets` gives them) of which a clock is not what its marks say at `at`.

    Read without a lock, so it may be a change of this very moment: `rebuild` looks again.
    """
    found: set[int] = set()
    clocks: dict[int, list[tuple[Any, Sequence[EngineMark]]]] = {}
    for stored in stored_clocks(ticket_ids):
        clocks.setdefault(stored.row.ticket_id, []).append((stored.row, stored.marks))
        found |= {stored.row.ticket_id} if _differs(stored, at) else set()
    sound = {number: rows for number, rows in clocks.items() if number not in found}
    found |= {ticket_id for ticket_id, _, kept, due in _places(sound) if kept != due}
    return sorted(found)


def rebuild(stamp: Stamp, ticket_ids: Sequence[int], *, check: bool = False) -> list[Difference]:
    """Write into the clocks of these tickets what their marks say, and tell what that changes. Marks stay as they are.

    Nobody is told of the past: a breach found now is stamped at its true moment, without an event and without the
    steps of escalation that lie behind. With `check` nothing is written.
    """
    found: list[Difference] = []
    with db.session.no_autoflush:
        clocks = locked_clocks(ticket_ids)
        for clock in clocks:
            found += _fold_anew(stamp, clock)
            if check:
                db.session.expire(clock)
        by_ticket: dict[int, list[tuple[Any, Sequence[EngineMark]]]] = {number: [] for number in ticket_ids}
        for clock in clocks:
            by_ticket[clock.ticket_id].append((clock, engine_marks(clock)))
        for ticket_id, clock_id, kept, due in _places({} if check and found else by_ticket):
            if kept != due:
                found.append(Difference(ticket_id, clock_id, "queue", "place", kept, due))
                if not check:
                    write_place(ticket_id)
    return found


def _places(
    clocks: Mapping[int, Sequence[tuple[Any, Sequence[EngineMark]]]],
) -> Iterator[tuple[int, int, str | None, str | None]]:
    """Ticket, the clock that a list shows, where it stands in its queue and where its clocks would put it; None: in none."""
    kept = stored_places(list(clocks))
    for ticket in placed_tickets(list(clocks)):
        should = place_of(ticket, clocks[ticket.id]) if ticket.status in ACTIVE else None
        row = kept.get(ticket.id)
        shown = (should or row or {}).get("clock_id") or 0
        yield ticket.id, shown, _in_words(row) if row else None, _in_words(should) if should else None


def _in_words(place: Mapping[str, Any]) -> str:
    moments = (place["due_at"], place["at_risk_from"], place["broken_from"])
    told = ", ".join("unknown" if moment is None else moment.isoformat() for moment in moments)
    return f"department {place['department_id']}, clock {place['clock_id']}: {told}"


def tell_of_rebuild(stamp: Stamp, differences: Iterable[tuple[int, int]]) -> None:
    """Write down that rows were changed, given ticket and clock of each. Publishes `ClocksRebuilt`."""
    changed = set(differences)
    publish(ClocksRebuilt(stamp=stamp, tickets=len({ticket_id for ticket_id, _ in changed}), clocks=len(changed)))


def _differs(stored: Stored, at: datetime) -> bool:
    row = stored.row
    try:
        should = _should_be(stored)
    except ValueError:
        return True
    return (
        _columns(row) != tuple(should.values())
        or _disorder(stored) is not None
        or (row.ball_at_breach is None) != (row.breached_at is None)
        or _is_looked_at_wrongly(row, at)
    )


def _fold_anew(stamp: Stamp, clock: Clock) -> list[Difference]:
    stored = as_stored(clock)
    fault = _disorder(stored)
    try:
        should = _should_be(stored)
    except ValueError as error:
        return [_difference(clock, "marks", None, f"cannot be folded: {error}")]
    before = {name: getattr(clock, name) for name in (*should, "ball_at_breach", "next_look_at")}
    for name, value in should.items():
        setattr(clock, name, value)
    if (clock.ball_at_breach is None) != (clock.breached_at is None) or clock.breached_at != before["breached_at"]:
        asked = ticket_queries.approval_waits(clock.ticket)
        clock.ball_at_breach = ball_at(clock.ticket, clock.breached_at, asked) if clock.breached_at else None
    if before["breached_at"] is None and clock.breached_at is not None:
        clock.escalated = _steps_behind(clock, stamp.at)
    if any(getattr(clock, name) != before[name] for name in should) or _is_looked_at_wrongly(clock, stamp.at):
        folding.plan_next_look(clock)
    found = [_difference(clock, "marks", None, fault)] if fault else []
    found += [
        _difference(clock, name, value, getattr(clock, name))
        for name, value in before.items()
        if value != getattr(clock, name)
    ]
    return found


def _difference(clock: Clock, column: str, stored: Any, folded: Any) -> Difference:
    return Difference(clock.ticket_id, clock.id, clock.metric, column, stored, folded)


def _should_be(stored: Stored) -> dict[str, Any]:
    """The columns as the marks say. Raises ValueError for marks or a target of which no fold can be made."""
    row, told = stored.row, stored.told
    written = told.get("target", row.target)
    calendar_version_id = told.get("calendar_version_id", row.calendar_version_id)
    until = _known_until(stored)
    calendar = engine_calendar(calendar_version_id)
    reading = fold(calendar, target(written), stored.marks, until, row.metric)
    should = {
        "target": written,
        "policy_version_id": told.get("policy_version_id", row.policy_version_id),
        "calendar_version_id": calendar_version_id,
        "started_at": reading.started_at,
        **folding.folded(reading, calendar, until),
    }
    return {name: should[name] for name in _COLUMNS}


def _known_until(stored: Stored) -> datetime:
    """The row is right as of `counted_until`, and every mark that was made is known to it."""
    until: datetime = stored.row.counted_until
    for mark in stored.marks:
        until = max(until, mark.at)
    return until


def _disorder(stored: Stored) -> str | None:
    """What is wrong with the marks themselves; a fold takes them by time all the same."""
    before: datetime | None = None
    for mark in stored.marks:
        if (before is None) != (mark.kind == "started"):
            return "do not begin with the only start"
        # A hold that ended by itself is noticed late, perhaps after the promise got another target.
        if before is not None and mark.at < before and mark.kind != "resumed":
            return "are not in the order of their times"
        before = mark.at if before is None else max(before, mark.at)
    return None


def _is_looked_at_wrongly(clock: Any, at: datetime) -> bool:
    """Whether nobody will look at a clock (its row or the object) that can still change by itself, or somebody at one that
    cannot, or only after it has broken. A worker that failed comes back later than planned, but soon."""
    needs, planned = _needs_a_look(clock), clock.next_look_at
    if planned is None or not needs:
        return needs != (planned is not None)
    return bool(clock.state != "breached" and planned > max(clock.due_at, at + PARKED_FOR))


def _needs_a_look(clock: Any) -> bool:
    if not clock.open or clock.due_at is None:
        return False
    if clock.state != "breached":
        return True
    return not clock.paused and folding.step_at(clock, clock.escalated) is not None


def _steps_behind(clock: Clock, at: datetime) -> int:
    taken = 0
    while taken < len(escalation(clock.policy_version_id)):
        due = folding.step_at(clock, taken)
        if due is None or due > at:
            break
        taken += 1
    return taken
