"""Random lives of tickets through every real action: in three time zones, over clock changes, in night shifts.

Whatever people do, and whenever the worker looks: rows are the fold of their marks, a breach stays where it is, what was
kept stays kept unless reopened, explanations add up, and a worker that is late changes no stamp.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from servicedesk.audit.models import Entry
from servicedesk.catalog import actions as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from servicedesk.sla import actions as sla
from servicedesk.sla import queries
from servicedesk.sla.actions import rolling_out
from servicedesk.sla.models import CalendarVersion, Clock
from servicedesk.sla.queries.explaining import total
from servicedesk.sla.queries.rollouts import policy_version
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import queries as ticket_rows
from servicedesk.tickets.models import Ticket
from tests import build
from tests.cast import FOUNDED, by, department, request_type
from tests.databases import tries
from tests.sla_engine.reference import Reference

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
NIGHTS = {day: [["22:00", "06:00"]] for day in (*WORKDAYS, "sat", "sun")}
SHOP = {day: [["08:30", "12:00"], ["13:00", "17:30"]] for day in (*WORKDAYS, "sat")}
# Each a day or two before a night in which the clocks of Berlin or New York change, or before a holiday of the office.
STARTS = [
    datetime(2026, 3, 6, 14, tzinfo=UTC), datetime(2026, 3, 27, 21, 30, tzinfo=UTC), datetime(2026, 4, 29, 8, tzinfo=UTC),
    datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 30, 20, tzinfo=UTC),
]  # fmt: skip
KINDS = (
    "it.incident",
    "it.access",
    "hr.certificate",
    "sales.offer",
    "legal.advice",
    "legal",
    "it.purchase",
    "legal.deal",
)
HOLDS = ("waiting_for_requester", "third_party", "scheduled")
PLACES = ("it", "hr", "sales", "legal")

# What is done, and a number that says how where there is a choice.
MOVES = st.sampled_from(
    ["answer", "letter", "note", "assign", "hold", "hold until", "resume", "hand over", "resolve", "reopen", "priority",
     "switch", "close", "cancel", "propose", "accept", "counter", "agree", "rollout", "approve", "refuse", "send again"]
)  # fmt: skip
WAITS = st.one_of(
    st.just(0),
    st.integers(1, 3 * 3600),
    st.integers(1, 40 * 3600).map(lambda n: n - n % 1800),
    st.integers(1, 8 * 86400),
)
STEPS = st.lists(st.tuples(MOVES, WAITS, st.integers(0, 11)), min_size=1, max_size=11)
# Before which step the worker looks, how far into the wait for it, and whether it ends holds first.
LOOK = st.none() | st.tuples(st.floats(0, 1), st.booleans())
LOOKS = st.lists(LOOK, min_size=11, max_size=11)


@pytest.fixture
def world(cast):
    """Night shifts in Berlin for legal, shop hours in New York for sales; promises by type and priority, wall and days."""
    stamp = Stamp(None, FOUNDED, "cli")
    with transaction():
        nights = sla.set_calendar(stamp, key="nights", timezone="Europe/Berlin", week=NIGHTS)
        shop = sla.set_calendar(stamp, key="shop", timezone="America/New_York", week=SHOP)
        sla.set_department_calendar(stamp, department("legal"), nights)
        sla.set_department_calendar(stamp, department("sales"), shop)
        people.grant(stamp, cast.stranger, "agent", department("legal"))
        legal, access = department("legal").id, request_type("it.access").id
        catalog.add_request_type(
            stamp, department("legal"), key="legal.advice", name={"ru": "Совет", "en": "Advice"}, fields=[]
        )
        # Boris, then Olga or, above a threshold, both of two; the requester is led by Boris.
        catalog.add_request_type(
            stamp,
            department("it"),
            key="it.purchase",
            name={"ru": "Покупка", "en": "Purchase"},
            approvals=[{"who": "lead"}, {"who": "people", "people": [cast.olga.id, cast.anna.id], "need": "any"}],
        )
        amount = {"key": "amount", "type": "number", "label": {"ru": "Сумма", "en": "Amount"}}
        catalog.add_request_type(
            stamp,
            department("legal"),
            key="legal.deal",
            name={"ru": "Сделка", "en": "Deal"},
            fields=[amount],
            approvals=[
                {
                    "who": "people",
                    "people": [cast.olga.id, cast.anna.id],
                    "need": "all",
                    "over": {"field": "amount", "amount": "5"},
                }
            ],
        )
        for name, targets, narrow in (
            (
                "legal",
                {"first_reply": "3h", "reply": "8h", "resolution": "2bd", "stay": "10h"},
                {"department_id": legal},
            ),
            ("legal high", {"resolution": "6h", "stay": "6h"}, {"department_id": legal, "priority": "high"}),
            ("access", {"first_reply": "90m", "resolution": "30h wall"}, {"request_type_id": access}),
            ("low", {"first_reply": "3bd"}, {"priority": "low"}),
            (
                "sales",
                {"reply": "1bd", "stay": "4h", "first_reply": "24h wall"},
                {"department_id": department("sales").id},
            ),
        ):
            sla.set_policy(stamp, name=name, targets=targets, **narrow)
    return SimpleNamespace(
        maria=cast.maria.id,
        olga=cast.olga.id,
        serving={"it": cast.igor.id, "hr": cast.anna.id, "sales": cast.boris.id, "legal": cast.stranger.id},
    )


@contextmanager
def undone():
    """Everything in it is taken back, so that each story begins on the same desk."""
    db.session.remove()
    nested = db.engine.begin_nested()  # in tests the engine is one connection
    try:
        yield
    finally:
        db.session.remove()
        nested.rollback()


class Story:
    """One ticket and what is done to it. An action that the state or a rule refuses did not happen."""

    def __init__(self, world: Any, start: datetime, kind: str, asked_before: int) -> None:
        self.world, self.now, self.done = world, start, ["opened"]
        filled = {"it.access": {"system": "crm"}, "legal.deal": {"amount": "6"}}
        more = {"answers": filled[kind]} if kind in filled else {}
        with transaction():
            where = {"request_type": request_type(kind)} if "." in kind else {"department": department(kind)}
            maria = db.session.get_one(Person, world.maria)
            registrar = db.session.get_one(Person, world.serving["it"]) if asked_before else None
            self.id = tickets.open_ticket(
                Stamp((registrar or maria).id, start, "web"), maria, subject="Story", description="Once upon a time.",
                registrar=registrar, asked_at=start - timedelta(minutes=asked_before), **where, **more,
            ).id  # fmt: skip
        self.seen: dict[int, Any] = {}
        self.check()

    def live(self, move: str, wait: int, number: int, look: tuple[float, bool] | None = None) -> None:
        begun, self.now = self.now, self.now + timedelta(seconds=wait)
        if look is not None:
            how_far, holds_first = look
            self.look(begun + timedelta(seconds=int(wait * how_far)), holds_first=holds_first)
            self.check()
        try:
            getattr(self, move.replace(" ", "_"))(number)
            self.done.append(move)
        except DeskError:
            db.session.rollback()
        self.check()

    # What people do.

    @property
    def ticket(self) -> Ticket:
        return db.session.get_one(Ticket, self.id)

    @property
    def agent(self) -> Any:
        return db.session.get_one(Person, self.world.serving[self.ticket.department.key])

    @property
    def maria(self) -> Any:
        return db.session.get_one(Person, self.world.maria)

    def answer(self, _number):
        build.reply(self.ticket, self.agent, self.now)

    def letter(self, _number):
        build.reply(self.ticket, self.maria, self.now)

    def note(self, _number):
        build.note(self.ticket, self.agent, self.now)

    def assign(self, _number):
        build.assign(self.ticket, self.agent, self.now, self.agent)

    def hold(self, number, until=None):
        build.hold(self.ticket, self.agent, self.now, HOLDS[number % 3], until=until)

    def hold_until(self, number):
        self.hold(number, self.now + timedelta(hours=1 + 7 * number))

    def resume(self, _number):
        build.resume(self.ticket, self.agent, self.now)

    def hand_over(self, number):
        build.hand_over(self.ticket, self.agent, self.now, PLACES[number % 4])

    def resolve(self, _number):
        build.resolve(self.ticket, self.agent, self.now)

    def reopen(self, number):
        build.reopen(self.ticket, self.maria if number % 2 else self.agent, self.now)

    def priority(self, number):
        build.change_priority(self.ticket, self.agent, self.now, ("low", "normal", "high", "urgent")[number % 4])

    def switch(self, number):
        of_department = [kind for kind in KINDS if kind.startswith(f"{self.ticket.department.key}.")]
        build.switch_request_type(self.ticket, self.agent, self.now, of_department[number % len(of_department)])

    def close(self, _number):
        build.close(self.ticket, self.maria, self.now)

    def cancel(self, _number):
        build.cancel(self.ticket, self.maria, self.now)

    def propose(self, number, by_agent=True):
        due = self.now + timedelta(hours=5 + 9 * number)
        build.propose(self.ticket, self.agent if by_agent else self.maria, self.now, due)

    def counter(self, number):
        self.propose(number, by_agent=False)

    def accept(self, _number):
        term = queries.open_term(self.id)
        if term is not None:
            build.accept(self.ticket, self.maria if term.side == "supplier" else self.agent, self.now, term.number)

    def agree(self, number):
        self.propose(number)
        self.accept(number)

    def rollout(self, number):
        """Two hours more, or less, for IT; applied as the worker does it, who ends holds first."""
        targets = {
            "first_reply": f"{3 + number % 4}h",
            "resolution": f"{20 + 2 * number}h",
            "stay": "18h",
            "reply": "9h",
        }
        self.end_hold(self.now)
        with transaction():
            sla.set_policy(by(None, self.now), name="department=it", department_id=department("it").id, targets=targets)
        newest = max(row.version_id for row in queries.policies() if row.name == "department=it")
        with transaction():
            lead, found = db.session.get_one(Person, self.world.olga), policy_version(newest)
            rollout_id = rolling_out.ask_for_rollout(by(lead, self.now), found, lead).id
        for _ in range(9):
            with transaction():
                if not rolling_out.carry_on(by(None, self.now, "worker"), rollout_id):
                    break

    def approve(self, number, act=build.approve):
        asked = [row for row in ticket_rows.approvals(self.id) if row.asked_at is not None and row.decided_at is None]
        if asked:
            act(self.ticket, asked[number % len(asked)].approver, self.now)

    def refuse(self, number):
        self.approve(number, build.refuse)

    def send_again(self, number):
        kind = self.ticket.request_type
        build.resubmit(
            self.ticket, self.maria, self.now, answers={"amount": str(number)} if kind and kind.fields else {}
        )

    # What the worker does.

    def end_hold(self, moment):
        with transaction():
            tickets.end_hold_of(by(None, moment, "worker"), self.id)

    def look(self, moment, *, holds_first=True):
        """As the jobs do it: every clock that is due, as long as one is. Each job has a rhythm of its own."""
        if holds_first:
            self.end_hold(moment)
        for _ in range(20):
            due = [
                clock.id for clock in self.clocks() if clock.next_look_at is not None and clock.next_look_at < moment
            ]
            for clock_id in due:
                with transaction():
                    sla.look_at_clock(by(None, moment, "worker"), clock_id)
            if not due:
                return
        raise AssertionError("the worker never comes to an end")

    # What must be true after each step.

    def clocks(self) -> list[Clock]:
        db.session.expire_all()
        return list(db.session.scalars(select(Clock).where(Clock.ticket_id == self.id).order_by(Clock.id)))

    def check(self) -> None:
        for clock in self.clocks():
            before = self.seen.get(clock.id)
            reopened = sum(mark.kind == "reopened" for mark in clock.marks)
            if before is not None and before.breached_at is not None:
                assert (clock.state, clock.breached_at) == ("breached", before.breached_at), self.done
            elif before is not None and before.state == "met" and reopened == before.reopened:
                assert (clock.state, clock.stopped_at, clock.elapsed_seconds) == (
                    "met", before.stopped_at, before.elapsed_seconds,
                ), self.done  # fmt: skip
            self.seen[clock.id] = SimpleNamespace(
                state=clock.state, breached_at=clock.breached_at, stopped_at=clock.stopped_at, reopened=reopened,
                elapsed_seconds=clock.elapsed_seconds,
            )  # fmt: skip
            assert total(queries.explain(clock, clock.counted_until)) == clock.elapsed_seconds, self.done

    def check_rows(self) -> None:
        assert sla.differing_tickets([self.id], self.now) == [], self.done
        with transaction():
            assert sla.rebuild(by(None, self.now, "cli"), [self.id], check=True) == []
        told = Counter(
            (entry.data["clock_id"], entry.data["breached_at"])
            for entry in db.session.scalars(select(Entry).where(Entry.what == "ClockBreached"))
            if entry.subject_id == self.id
        )
        broken = {(clock.id, clock.breached_at.isoformat()) for clock in self.clocks() if clock.breached_at is not None}
        assert told == Counter(broken), self.done

    def stamps(self, end: datetime) -> list[tuple[Any, ...]]:
        """All that a clock is judged and reported by, once the worker has caught up."""
        self.look(end)
        self.check()
        self.check_rows()
        shown = [queries.current(clock, end) for clock in self.clocks()]
        return [
            (r.clock.metric, r.clock.department_id, r.clock.target, r.state, r.clock.started_at, r.clock.due_at,
             r.clock.stopped_at, r.clock.breached_at, r.clock.decided_at, r.clock.ball_at_breach,
             round(r.elapsed_seconds, 6), round(r.paused_seconds, 6))
            for r in shown
        ]  # fmt: skip


def lived(world, start, kind, asked_before, steps, looks, end_after) -> tuple[Story, list[tuple[Any, ...]]]:
    story = Story(world, start, kind, asked_before)
    for (move, wait, number), look in zip(steps, looks, strict=False):
        story.live(move, wait, number, look)
    end = story.now + timedelta(seconds=end_after)
    stamps = story.stamps(end)
    return story, stamps


STORY = {
    "start": st.sampled_from(STARTS), "kind": st.sampled_from(KINDS), "asked_before": st.sampled_from([0, 0, 45, 3000]),
    "steps": STEPS, "looks": LOOKS, "end_after": st.integers(1, 20 * 86400),
}  # fmt: skip
NEVER = [None] * 11


def _late_or_early(world, story):
    with undone():
        _, watched = lived(world, **story)
    with undone():
        _, unwatched = lived(world, **story | {"looks": NEVER})
    assert watched == unwatched


@settings(max_examples=tries(6), phases=PHASES)
@given(story=st.fixed_dictionaries(STORY))
def test_a_worker_that_is_late_changes_nothing(world, story):
    _late_or_early(world, story)


@pytest.mark.slow
@settings(max_examples=tries(50), phases=PHASES)
@given(story=st.fixed_dictionaries(STORY))
def test_whatever_happens_a_worker_that_is_late_changes_nothing(world, story):
    _late_or_early(world, story)


# A slow and obvious reference: from the audit, not from marks; a walk over dates, not a table.

PLAIN = st.lists(
    st.tuples(
        st.sampled_from(["answer", "letter", "hold", "hold until", "resume", "resolve", "reopen", "note"]),
        st.integers(0, 3 * 86400),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=tries(20), phases=PHASES)
@given(start=st.sampled_from(STARTS), kind=st.sampled_from(["it.incident", "legal.advice", "sales.offer"]), steps=PLAIN)
def test_a_walk_over_dates_comes_to_the_same(world, start, kind, steps):
    with undone():
        story, _ = lived(world, start, kind, 0, steps, NEVER, 0)
        clock = next(clock for clock in story.clocks() if clock.metric == "resolution")
        version = db.session.get_one(CalendarVersion, clock.calendar_version_id)
        hours = Reference(version.timezone, version.week, version.exceptions)
        budget = timedelta(seconds=clock.target_seconds)
        elapsed, broken = _walked(hours, start, _turns(story.id), budget, clock.counted_until)
        assert (clock.elapsed_seconds, clock.breached_at) == (elapsed.total_seconds(), broken)


def _turns(ticket_id):
    """When the resolution went and stood still, as the audit tells it."""
    names = {"TicketHeld": False, "TicketResumed": True, "TicketResolved": False, "TicketReopened": True}
    query = select(Entry).where(Entry.subject_id == ticket_id, Entry.what.in_(names)).order_by(Entry.at, Entry.id)
    return [(entry.at, names[entry.what]) for entry in db.session.scalars(query)]


def _walked(hours, start, turns, budget, until):
    elapsed, broken, since = timedelta(), None, start
    for moment, goes in [*turns, (until, False)]:
        if since is not None:
            spent = hours.between(since, moment)
            due = hours.add(since, budget - elapsed) if elapsed <= budget else None
            if broken is None and due is not None and due < moment:
                broken = due
            elapsed += spent
        since = moment if goes else None
    return elapsed, broken
