"""Random lives of tickets through the real actions: a clock's row is the fold of its marks, and the marks
are those which the engine's own replay makes of the same events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from servicedesk.jobs import promises
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict
from servicedesk.sla import actions as sla
from servicedesk.sla import queries
from servicedesk.sla.models import QueuePlace
from servicedesk.sla.queries.explaining import total
from servicedesk.sla_engine import Target, fold, replay
from servicedesk.tickets.rules import ACTIVE
from servicedesk.web.readings import next_of, shown
from tests import build
from tests.cast import PROMISES, at
from tests.databases import tries

START = at("2026-04-06 10:00")
USUAL = {key: value for key, value in PROMISES["department=it"][2].items() if key != "stay"}
URGENT = USUAL | PROMISES["department=it priority=urgent"][2]

MOVES = (
    "answer",
    "letter",
    "note",
    "hold",
    "short hold",
    "resume",
    "urgent",
    "calm",
    "resolve",
    "reopen",
    "worker",
    "hand over",
    "agree",
)
steps = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 40 * 3600)), min_size=1, max_size=12)


class Life:
    """One ticket: what is done to it, and the same told to the engine."""

    def __init__(self, cast):
        self.maria, self.agent, self.hr = cast.maria, cast.igor, cast.anna
        self.now = START
        self.held_until = self.agreed = None
        self.ticket = build.open_ticket(self.maria, when=START)
        self.events = [(START, "opened")]

    def live(self, move, seconds):
        self.now += timedelta(seconds=seconds)
        if move != "worker":
            self._expire()
        before = (self.ticket.status, self.ticket.priority)
        try:
            told = getattr(self, move.replace(" ", "_"))(before)
        except Conflict:
            return
        self.events += [(self.now, kind, *more) for kind, *more in told or ()]

    def _expire(self):
        if self.held_until is not None and self.held_until <= self.now:
            self.events.append((self.held_until, "resumed"))
            self.held_until = None

    def answer(self, _before):
        build.reply(self.ticket, self.agent, self.now)
        return [("agent_reply",)]

    def letter(self, before):
        build.reply(self.ticket, self.maria, self.now)
        self.held_until = None
        follows = {"resolved": "reopened", "waiting": "resumed", "on_hold": "resumed"}.get(before[0])
        return ([(follows,)] if follows else []) + [("requester_message",)]

    def note(self, _before):
        build.note(self.ticket, self.agent, self.now)
        return [("internal_note",)]

    def hold(self, before, until=None):
        build.hold(self.ticket, self.agent, self.now, "third_party", until=until)
        self.held_until = until
        return ([("resumed",)] if before[0] in ("waiting", "on_hold") else []) + [("paused",)]

    def short_hold(self, before):
        return self.hold(before, self.now + timedelta(hours=5))

    def resume(self, _before):
        build.resume(self.ticket, self.agent, self.now)
        self.held_until = None
        return [("resumed",)]

    def urgent(self, before):
        build.change_priority(self.ticket, self.agent, self.now, "urgent")
        return [("retargeted", self._promised(URGENT))] if before[1] != "urgent" else []

    def calm(self, before):
        build.change_priority(self.ticket, self.agent, self.now, "normal")
        return [("retargeted", self._promised(USUAL))] if before[1] != "normal" else []

    def resolve(self, before):
        build.resolve(self.ticket, self.agent, self.now)
        self.held_until = None
        return ([("resumed",)] if before[0] in ("waiting", "on_hold") else []) + [("agent_reply",), ("resolved",)]

    def reopen(self, _before):
        build.reopen(self.ticket, self.maria, self.now)
        return [("reopened",), ("requester_message",)]

    def agree(self, before):
        """On the same hour in two days; what was said before holds no more, whatever is on hold."""
        target = Target.at(self.now + timedelta(days=2))
        if target == self.agreed:
            return []
        build.agree(self.ticket, self.agent, self.maria, self.now, target.moment)
        self.agreed = target
        return [("retargeted", self._promised(URGENT if before[1] == "urgent" else USUAL))]

    def _promised(self, targets):
        return _seconds(targets) | ({"resolution": self.agreed} if self.agreed else {})

    def worker(self, _before):
        promises.look_at_clocks(self.now)

    def hand_over(self, _before):
        """There and back at once: the promise to the requester does not notice."""
        build.hand_over(self.ticket, self.agent, self.now, "hr")
        build.hand_over(self.ticket, self.hr, self.now, "it")


def _seconds(targets):
    return {metric: float(text[:-1]) * 3600 for metric, text in targets.items()}


@pytest.mark.slow
@settings(max_examples=tries(40))
@given(steps=steps)
def test_the_row_is_the_fold_of_its_marks_and_the_marks_are_the_engines(cast, steps):
    life = Life(cast)
    for move, seconds in steps:
        life.live(move, seconds)
    end = life.now + timedelta(minutes=1)
    promises.end_holds(end)
    life.now = end
    life._expire()
    rows = build.all_clocks(life.ticket)
    hours = queries.engine_calendar(rows[0].calendar_version_id)
    for clock in rows:
        target = Target.parse(clock.target)
        again = fold(hours, target, queries.engine_marks(clock), clock.counted_until, clock.metric)
        assert (clock.state, clock.due_at, clock.stopped_at, clock.breached_at, clock.elapsed_seconds, clock.paused_seconds) == (
            again.state, again.due_at, again.stopped_at, again.breached_at, again.elapsed, again.paused_seconds,
        )  # fmt: skip
        assert total(queries.explain(clock, clock.counted_until)) == again.elapsed
        assert clock.open is (again.stopped_at is None)

    told = replay(hours, _seconds(USUAL), life.events, end)
    ours = sorted((_shown(queries.current(c, end)) for c in rows if c.metric != "stay"), key=str)
    theirs = sorted(((r.metric, r.state, r.started_at, r.stopped_at, r.breached_at, r.elapsed) for r in told), key=str)
    assert ours == theirs
    _stands_where_its_clocks_say(life, end)


def _stands_where_its_clocks_say(life, end):
    """In the queue: by the clock that a list shows, in the same words as that clock itself, and nowhere when it is done."""
    ticket = life.ticket
    assert sla.differing_tickets([ticket.id], end) == []
    columns, mine = QueuePlace.__table__, QueuePlace.ticket_id == ticket.id
    place = db.session.execute(select(columns).where(mine)).one_or_none()
    assert (place is not None) is (ticket.status in ACTIVE)
    if place is None:
        return
    readings = [queries.current(clock, end) for clock in build.all_clocks(ticket)]
    seen = next_of(shown(reading, end) for reading in readings)
    assert place.clock_id == (seen.id if seen else None)
    assert place.department_id == ticket.department_id
    found = {
        one
        for one in ("broken", "at_risk", "still")
        if db.session.scalar(select(QueuePlace.ticket_id).where(mine, queries.standing((one,), end, end)))
    }
    broken = seen is not None and (seen.breached_at is not None or seen.state == "breached")
    still = seen is None or (seen.paused and seen.state != "paused") or seen.due_at is None
    assert ("broken" in found) is broken
    assert ("at_risk" in found) is (seen is not None and seen.at_risk and not broken)
    assert ("still" in found) is (still and not broken)


def _shown(reading):
    clock = reading.clock
    broken = clock.breached_at or (clock.due_at if reading.state == "breached" else None)
    return (clock.metric, reading.state, clock.started_at, clock.stopped_at, broken, reading.elapsed_seconds)
