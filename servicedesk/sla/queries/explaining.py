"""Why a clock stands where it stands: its life as counted and uncounted stretches with reasons, and what its target was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from servicedesk.kernel.db import db, known_for_good
from servicedesk.sla.models import CalendarVersion, Clock
from servicedesk.sla.models import Mark as MarkRow
from servicedesk.sla.queries.clocks import as_engine_marks, engine_marks
from servicedesk.sla.queries.closures import Almanac
from servicedesk.sla.queries.rulebook import engine_calendar
from servicedesk.sla_engine import ClockReading, Mark, Target, fold, segments, stretches
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.models import Hold, Ticket


@dataclass(frozen=True)
class Stretch:
    """A stretch of a clock's life, counted or not.

    `why` is open | moved | night | lunch | weekend | holiday | shortened | paused | resolved; `name` says which day,
    `reason`, `by_id` and `note` why it was paused, by whom, and what the requester was told.
    """

    begin: datetime
    end: datetime
    counted: bool
    why: str
    name: Mapping[str, str] | None = None
    reason: str | None = None
    by_id: int | None = None
    note: str = ""

    @property
    def seconds(self) -> float:
        return (self.end - self.begin).total_seconds()


@dataclass(frozen=True)
class Retarget:
    """A change of the promise: due then and now, as known at that moment. None: no promise, or no date while paused.

    `cause` is priority, request_type, reopening, term or rollout; None where it was not recorded.
    """

    at: datetime
    cause: str | None
    before: str | None
    after: str | None
    due_before: datetime | None
    due_after: datetime | None
    versions: tuple[int | None, int | None] = (None, None)
    # Other working hours came with it.
    hours_changed: bool = False


@dataclass(frozen=True)
class Explanation:
    """`rows` cover the life of the clock without gaps; the counted ones sum up to `reading.elapsed`."""

    clock: Clock
    reading: ClockReading
    rows: list[Stretch]
    retargets: list[Retarget] = field(default_factory=list)


def explain(clock: Clock, at: datetime, holds: Sequence[Hold] = ()) -> list[Stretch]:
    """The stretches from the start of `clock` to `at` (or to its stop), without gaps.

    The seconds of the counted ones sum up to the clock's elapsed figure, which is folded from the same marks.
    """
    found = explanation(clock, at, holds)
    return found.rows if found is not None else []


def explanation(clock: Clock, at: datetime, holds: Sequence[Hold] = ()) -> Explanation | None:
    """The clock as of `at`; None for one without marks. `holds` of its ticket say who paused it where marks do not."""
    if not clock.marks:
        return None
    at = max(at, clock.started_at)
    marks = engine_marks(clock)
    target = _target(clock.target)
    reading = fold(engine_calendar(clock.calendar_version_id), target, marks, at, clock.metric)
    rows = _rows(clock, _basis(target, marks, at), marks, reading.stopped_at or at, holds)
    return Explanation(clock, reading, rows, _retargets(clock, at))


def explained(
    ticket: Ticket,
    clock_ids: Collection[int],
    at: datetime,
    holds: Sequence[Hold] | None = None,
    known: Sequence[Clock] | None = None,
) -> dict[int, Explanation]:
    """Explanations of these clocks of a ticket by id, in a number of statements that does not grow with what happened.

    `holds` and `known`, its clocks, are those of the ticket, where they are known already.
    """
    if not clock_ids:
        return {}
    if known is not None:
        clocks = [clock for clock in known if clock.id in clock_ids]
    else:
        query = select(Clock).where(Clock.ticket_id == ticket.id, Clock.id.in_(clock_ids))
        clocks = list(db.session.scalars(query.options(selectinload(Clock.marks)).order_by(Clock.id)))
    if holds is None:
        holds = tickets.holds(ticket.id) if clocks else []
    found = {clock.id: explanation(clock, at, holds) for clock in clocks}
    return {clock_id: told for clock_id, told in found.items() if told is not None}


def ahead(calendar_version_id: int, target: str, begin: datetime, end: datetime) -> list[Stretch]:
    """What lies between `begin` and a due instant at `end` that is counted for `target`: shown before it happens."""
    return _parts(calendar_version_id, Target.parse(target), begin, end) if begin < end else []


def total(rows: Iterable[Stretch]) -> float:
    """Counted seconds of an explanation, summed without rounding."""
    return sum((row.end - row.begin for row in rows if row.counted), timedelta()).total_seconds()


def in_steps(rows: Sequence[Stretch], digits: int = 0) -> list[float]:
    """The seconds of each row, rounded so that those of the counted rows sum up to their rounded total."""
    told, passed, said = [], timedelta(), 0.0
    for row in rows:
        if not row.counted:
            told.append(round(row.seconds, digits))
            continue
        passed += row.end - row.begin
        until = round(passed.total_seconds(), digits)
        told.append(round(until - said, digits))
        said = until
    return told


def _rows(
    clock: Clock, basis: Target | None, marks: Sequence[Mark], until: datetime, holds: Sequence[Hold]
) -> list[Stretch]:
    paused = {mark.at: mark.data for mark in clock.marks if mark.kind == "paused"}
    rows: list[Stretch] = []
    for begin, end, phase in stretches(marks, until):
        if phase == "running":
            rows.extend(_parts(clock.calendar_version_id, basis, begin, end))
        elif phase == "paused":
            rows.append(_pause(begin, end, paused.get(begin, {}), holds))
        else:
            rows.append(Stretch(begin, end, False, "resolved"))
    return rows


def _pause(begin: datetime, end: datetime, data: Mapping[str, object], holds: Sequence[Hold]) -> Stretch:
    """A pause as its mark says, and as the hold behind it says where the mark is an old one."""
    hold = next(
        (h for h in reversed(holds) if h.began_at <= begin and (h.ended_at is None or begin < h.ended_at)), None
    )
    reason, by_id = data.get("reason"), data.get("by")
    return Stretch(
        begin, end, False, "paused", reason=str(reason) if reason else hold.reason if hold else None,
        by_id=by_id if isinstance(by_id, int) else hold.by_id if hold else None, note=hold.note if hold else "",
    )  # fmt: skip


def _parts(calendar_version_id: int, target: Target | None, begin: datetime, end: datetime) -> list[Stretch]:
    own = engine_calendar(calendar_version_id)
    calendar = target.calendar(own) if target is not None else own
    days = _almanac(calendar_version_id) if calendar == own else None
    rows = []
    for part in segments(calendar, begin, end):
        if days is None:
            rows.append(Stretch(part.start, part.end, part.open, "open" if part.open else "night"))
            continue
        pieces = days.open(part.start, part.end) if part.open else days.closed(part.start, part.end)
        rows += [Stretch(piece.begin, piece.end, part.open, piece.why, piece.name) for piece in pieces]
    return rows


def _almanac(calendar_version_id: int) -> Almanac:
    def load() -> Almanac:
        return Almanac(db.session.get_one(CalendarVersion, calendar_version_id))

    return known_for_good(f"almanac of calendar version {calendar_version_id}", load)


def _basis(target: Target | None, marks: Sequence[Mark], at: datetime) -> Target | None:
    """The promise by whose calendar the time counts: the present one, or the last there was where it was withdrawn."""
    changes = [mark for mark in marks if mark.kind == "retargeted"]
    if not changes:
        return target
    known = sorted((mark for mark in changes if mark.at <= at), key=lambda mark: mark.at)
    return next((mark.after for mark in reversed(known) if mark.after is not None), changes[0].before)


def _retargets(clock: Clock, at: datetime) -> list[Retarget]:
    """Every change up to `at` with the due instant just before and just after it, each folded from the marks so far."""
    rows = sorted((row for row in clock.marks if row.at <= at), key=lambda row: row.at)
    hours = [row.data["calendars"] for row in rows if row.data.get("calendars")]
    calendar_id = hours[0][0] if hours else clock.calendar_version_id
    found = []
    for place, row in enumerate(rows):
        if row.kind != "retargeted":
            continue
        before, after = row.data.get("before"), row.data.get("after")
        versions, calendars = row.data.get("versions") or (None, None), row.data.get("calendars")
        due_before = _due(calendar_id, before, rows[:place], row.at)
        calendar_id = calendars[1] if calendars else calendar_id
        due_after = _due(calendar_id, after, rows[: place + 1], row.at)
        found.append(
            Retarget(
                row.at, row.data.get("cause"), before, after, due_before, due_after, (versions[0], versions[1]),
                calendars is not None,
            )
        )  # fmt: skip
    return found


def _due(calendar_version_id: int, target: str | None, rows: Sequence[MarkRow], at: datetime) -> datetime | None:
    return fold(engine_calendar(calendar_version_id), _target(target), as_engine_marks(rows), at).due_at


def _target(text: str | None) -> Target | None:
    return Target.parse(text) if text else None
