"""What applying a version to running clocks would do: loaded in bulk, folded as the worker would, nothing written.

The judgement of one clock (`effect`) is pure; the worker compares due instants by the same `shift`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from heapq import nlargest
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.sla.models import Clock, Mark
from servicedesk.sla.queries.clocks import as_engine_marks
from servicedesk.sla.queries.rollouts import Terms, Version, becomes, concerned, countable_by
from servicedesk.sla.queries.rulebook import engine_calendar
from servicedesk.sla_engine import BusinessCalendar, Target, fold
from servicedesk.tickets.access import visible_to
from servicedesk.tickets.models import Ticket

# Clocks in one statement, and their marks in another.
CHUNK = 2000
MOST_SHOWN = 10

MarkRow = Row[int, str, datetime, dict[str, Any]]


class Standing(NamedTuple):
    """When a clock is due, and how many seconds are left of its target; while it is paused, only these are known."""

    due_at: datetime | None
    left: float


@dataclass(frozen=True)
class Effect:
    """What becomes of one clock. `way` is earlier, later, same or withdrawn (no such promise any more).

    `shift` is in seconds: of the due instant, while paused of the working time that is left. `breaks` says that it
    would be broken at once.
    """

    clock_id: int
    ticket_id: int
    metric: str
    way: str
    due_before: datetime | None
    due_after: datetime | None
    shift: float
    breaks: bool
    paused: bool


@dataclass
class DryRun:
    """`ways` counts clocks by what happens to them, `breaks` those that would be broken at once (they are among the
    earlier ones). `most` are the most affected; `visible` says which of their tickets the reader may see."""

    version: Version
    total: int = 0
    ways: Counter[str] = field(default_factory=Counter)
    breaks: int = 0
    most: list[Effect] = field(default_factory=list)
    visible: frozenset[int] = frozenset()

    @property
    def moved(self) -> int:
        return self.total - self.ways["same"]


def dry_run(version: Version, reader: Person, at: datetime) -> DryRun:
    """What would happen at `at` to the clocks that `reader` may count. Promises that are overdue by then are left out:
    they are broken, whether a worker has looked or not."""
    found = DryRun(version)
    for clocks, marks in _chunks(version, reader):
        effects = [effect(row, marks.get(row.id, ()), version, max(at, row.counted_until)) for row in clocks]
        known = [one for one in effects if one is not None]
        found.total += len(known)
        found.ways.update(one.way for one in known)
        found.breaks += sum(one.breaks for one in known)
        found.most = nlargest(
            MOST_SHOWN, [*found.most, *(one for one in known if one.way != "same")], key=lambda one: (abs(one.shift), -one.clock_id)
        )  # fmt: skip
    ids = [one.ticket_id for one in found.most]
    if ids:
        seen = select(Ticket.id).where(Ticket.id.in_(ids), visible_to(reader))
        found.visible = frozenset(db.session.scalars(seen))
    return found


class _Added(NamedTuple):
    """The mark that the worker would add."""

    kind: str
    at: datetime
    data: dict[str, Any]


def effect(clock: Any, marks: Sequence[Any], version: Version, at: datetime) -> Effect | None:
    """What applying `version` at `at` does to a clock, given as the columns of its row; None if it is overdue."""
    if clock.due_at is not None and clock.due_at < at:
        return None
    before = Terms(clock.target, clock.policy_version_id, clock.calendar_version_id)
    after = becomes(version, before, clock.metric, clock.department_id)
    stood = Standing(clock.due_at, clock.target_seconds - clock.elapsed_seconds)
    about = (clock.id, clock.ticket_id, clock.metric)
    if not after.target:
        return Effect(*about, "withdrawn", stood.due_at, None, 0.0, False, clock.paused)
    data: dict[str, Any] = {"before": before.target or None, "after": after.target}
    if after.calendar_version_id != before.calendar_version_id:
        data["calendars"] = [before.calendar_version_id, after.calendar_version_id]
    hours: BusinessCalendar = engine_calendar(after.calendar_version_id)
    told = as_engine_marks([*marks, _Added("retargeted", at, data)])
    reading = fold(hours, _target(after.target), told, at, clock.metric)
    moved = shift(stood, Standing(reading.due_at, reading.remaining or 0.0))
    way = "later" if moved > 0 else "earlier" if moved < 0 else "same"
    return Effect(
        *about, way, stood.due_at, reading.due_at, moved, reading.breached_at is not None, clock.paused
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _target(text: str) -> Target:
    return Target.parse(text)


def shift(before: Standing, after: Standing) -> float:
    """By how many seconds a clock moved: its due instant, or what is left while that is not known."""
    if before.due_at is not None and after.due_at is not None:
        return (after.due_at - before.due_at).total_seconds()
    return after.left - before.left


def _chunks(version: Version, reader: Person) -> Iterator[tuple[Sequence[Any], Mapping[int, list[Any]]]]:
    columns = (
        Clock.id, Clock.ticket_id, Clock.metric, Clock.department_id, Clock.target, Clock.policy_version_id,
        Clock.calendar_version_id, Clock.due_at, Clock.paused, Clock.target_seconds, Clock.elapsed_seconds, Clock.counted_until,
    )  # fmt: skip
    query = select(*columns).join(Ticket, Ticket.id == Clock.ticket_id).where(concerned(version), countable_by(reader))
    after = 0
    while clocks := db.session.execute(query.where(Clock.id > after).order_by(Clock.id).limit(CHUNK)).all():
        after = clocks[-1].id
        yield clocks, marks_of([row.id for row in clocks])
        if len(clocks) < CHUNK:
            return


def marks_of(clock_ids: Sequence[int]) -> dict[int, list[Any]]:
    """The marks of these clocks in order, in one statement."""
    query = select(Mark.clock_id, Mark.kind, Mark.at, Mark.data).where(Mark.clock_id.in_(clock_ids))
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query.order_by(Mark.clock_id, Mark.id)):
        found.setdefault(row.clock_id, []).append(row)
    return found
