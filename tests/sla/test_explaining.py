"""Why a clock stands where it stands, as stretches with reasons."""

from __future__ import annotations

import itertools
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.jobs import promises
from servicedesk.kernel.db import forget_remembered
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import actions, folding, queries
from servicedesk.sla.models import Clock, Mark
from servicedesk.sla.queries.explaining import explanation, in_steps, total
from servicedesk.sla_engine import Target, fold
from tests import build
from tests.build import clocks, hold, open_ticket, reopen, reply, resolve, resume
from tests.cast import at, by
from tests.databases import tries

HOUR = 3600


def told(clock, when):
    return [(row.why, row.seconds if row.counted else None) for row in queries.explain(clock, at(when))]


def test_nights_are_not_counted(maria):
    clock = clocks(open_ticket(maria, when="2026-04-06 16:00"))["resolution"]
    assert told(clock, "2026-04-07 10:00") == [("open", 2 * HOUR), ("night", None), ("open", HOUR)]


def test_weekends_are_named(maria):
    clock = clocks(open_ticket(maria, when="2026-04-10 17:00"))["resolution"]
    assert told(clock, "2026-04-13 10:00") == [("open", HOUR), ("weekend", None), ("open", HOUR)]


def test_closed_days_and_shortened_ones_are_told_apart_from_nights_and_weekends(maria):
    clock = clocks(open_ticket(maria, when="2026-04-30 16:00"))["resolution"]
    rows = queries.explain(clock, at("2026-05-04 10:00"))
    assert [(row.why, row.begin, row.end) for row in rows] == [
        ("open", at("2026-04-30 16:00"), at("2026-04-30 17:00")),
        ("shortened", at("2026-04-30 17:00"), at("2026-04-30 18:00")),
        ("holiday", at("2026-04-30 18:00"), at("2026-05-02 00:00")),
        ("weekend", at("2026-05-02 00:00"), at("2026-05-04 09:00")),
        ("open", at("2026-05-04 09:00"), at("2026-05-04 10:00")),
    ]
    assert [row.counted for row in rows] == [True, False, False, False, True]


def test_holds_say_why(maria, igor):
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00", "third_party")
    resume(ticket, igor, "2026-04-06 15:00")
    rows = queries.explain(clocks(ticket)["resolution"], at("2026-04-06 16:00"))
    assert [(row.why, row.reason, row.counted) for row in rows] == [
        ("open", None, True),
        ("paused", "third_party", False),
        ("open", None, True),
    ]


def test_the_time_in_resolved_is_told_and_not_counted(maria, igor):
    ticket = open_ticket(maria)
    resolve(ticket, igor, "2026-04-06 11:00")
    reopen(ticket, maria, "2026-04-06 15:00")
    assert told(clocks(ticket)["resolution"], "2026-04-06 16:00") == [
        ("open", HOUR),
        ("resolved", None),
        ("open", HOUR),
    ]


def test_it_has_no_gaps_and_ends_where_the_clock_stopped(maria, igor):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-06 11:30")
    clock = clocks(ticket)["first_reply"]
    rows = queries.explain(clock, at("2026-04-20 12:00"))
    assert rows[0].begin == clock.started_at
    assert rows[-1].end == clock.stopped_at
    assert all(one.end == two.begin for one, two in itertools.pairwise(rows))
    assert total(rows) == clock.elapsed_seconds


def test_a_pause_says_who_made_it_and_what_the_requester_was_told(maria, igor):
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00", "third_party", note="The vendor sends a part.")
    clock = clocks(ticket)["resolution"]
    (paused,) = [r for r in _explained(ticket, clock, "2026-04-06 16:00").rows if r.why == "paused"]
    assert (paused.by_id, paused.reason, paused.note) == (igor.id, "third_party", "The vendor sends a part.")


def test_a_pause_of_an_old_mark_is_told_by_the_hold_behind_it(maria, igor):
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00", "third_party")
    clock = clocks(ticket)["resolution"]
    next(mark for mark in clock.marks if mark.kind == "paused").data = {}
    (paused,) = [r for r in _explained(ticket, clock, "2026-04-06 16:00").rows if r.why == "paused"]
    assert (paused.by_id, paused.reason) == (igor.id, "third_party")
    assert [r.reason for r in queries.explain(clock, at("2026-04-06 16:00")) if r.why == "paused"] == [None]


@pytest.fixture
def shop(app, cast):
    """A calendar with lunch, a late opening with a name, a Saturday that is worked, a holiday with a name and nights."""
    usual = [["09:00", "13:00"], ["14:00", "18:00"]]
    with transaction():
        return actions.set_calendar(
            by(None, "2025-02-01 09:00"), key="shop", timezone="Europe/Moscow",
            week={"mon": usual, "tue": usual, "wed": [["22:00", "06:00"]], "thu": usual, "fri": usual},
            exceptions={"2026-04-06": [["11:00", "12:00"]], "2026-04-11": usual, "2026-04-14": [], "2026-04-15": []},
            names={"2026-04-06": {"en": "Stocktaking"}, "2026-04-11": {"en": "Instead of Tuesday"}, "2026-04-14": {"en": "Fair"}},
        )  # fmt: skip


@pytest.fixture
def hours_of(shop, maria):
    """Ids of calendar versions: the office of the company and the shop."""
    office = clocks(open_ticket(maria))["resolution"].calendar_version_id
    return office, queries.newest_version(shop.id).id


def test_every_kind_of_day_has_its_reason_and_name(hours_of):
    clock = _clock(hours_of[1], "99h", [("started", "2026-04-06 08:00")])
    rows = [
        (row.why, (row.name or {}).get("en"), f"{row.begin.astimezone(_MOSCOW):%d %H}", row.counted)
        for row in queries.explain(clock, at("2026-04-16 10:00"))
    ]
    assert rows == [
        ("night", None, "06 08", False),
        ("shortened", "Stocktaking", "06 09", False),
        ("open", None, "06 11", True),
        ("shortened", "Stocktaking", "06 12", False),
        ("night", None, "06 18", False),
        ("open", None, "07 09", True), ("lunch", None, "07 13", False), ("open", None, "07 14", True),
        ("night", None, "07 18", False),
        ("open", None, "08 22", True),
        ("night", None, "09 06", False),
        ("open", None, "09 09", True), ("lunch", None, "09 13", False), ("open", None, "09 14", True),
        ("night", None, "09 18", False),
        ("open", None, "10 09", True), ("lunch", None, "10 13", False), ("open", None, "10 14", True),
        ("night", None, "10 18", False),
        ("moved", "Instead of Tuesday", "11 09", True), ("lunch", None, "11 13", False),
        ("moved", "Instead of Tuesday", "11 14", True),
        ("weekend", None, "11 18", False),
        ("open", None, "13 09", True), ("lunch", None, "13 13", False), ("open", None, "13 14", True),
        ("holiday", "Fair", "13 18", False),
        ("holiday", None, "15 00", False),
        ("open", None, "16 09", True),
    ]  # fmt: skip


def test_time_round_the_clock_has_no_nights(hours_of):
    clock = _clock(hours_of[1], "24h wall", [("started", "2026-04-10 17:00")])
    assert told(clock, "2026-04-12 17:00") == [("open", 48 * HOUR)]


def test_a_change_tells_when_it_was_due_before_and_after(maria, igor):
    ticket = open_ticket(maria)
    build.change_priority(ticket, igor, "2026-04-06 12:00", "urgent")
    build.change_priority(ticket, igor, "2026-04-06 13:00", "normal")
    clock = clocks(ticket)["resolution"]
    one, two = _explained(ticket, clock, "2026-04-06 13:30").retargets
    assert (one.at, one.cause, one.before, one.after) == (at("2026-04-06 12:00"), "priority", "27h", "4h")
    assert (one.due_before, one.due_after) == (at("2026-04-09 10:00"), at("2026-04-06 14:00"))
    assert (two.due_before, two.due_after) == (one.due_after, one.due_before)
    assert [row.at for row in _explained(ticket, clock, "2026-04-06 12:30").retargets] == [one.at]


def test_an_agreed_date_is_told_with_what_it_replaced_and_no_pause_moves_it(maria, igor):
    ticket = open_ticket(maria)
    build.agree(ticket, igor, maria, "2026-04-06 12:00", "2026-04-10 15:00")
    hold(ticket, igor, "2026-04-06 13:00", "third_party")
    clock = clocks(ticket)["resolution"]
    found = _explained(ticket, clock, "2026-04-07 12:00")
    (change,) = found.retargets
    assert (change.cause, change.before, change.after) == ("term", "27h", "at 2026-04-10T12:00:00Z")
    assert (change.due_before, change.due_after) == (at("2026-04-09 10:00"), at("2026-04-10 15:00"))
    assert found.reading.due_at == change.due_after and total(found.rows) == 3 * HOUR
    assert [row.why for row in found.rows] == ["open", "paused"]


def test_an_old_change_without_a_cause_is_told_all_the_same(hours_of):
    marks = [("started", "2026-04-06 10:00"), ("retargeted", "2026-04-06 11:00", {"before": "9h", "after": None})]
    found = explanation(_clock(hours_of[0], "", marks), at("2026-04-07 12:00"))
    (change,) = found.retargets
    assert (change.cause, change.due_before, change.due_after) == (None, at("2026-04-07 10:00"), None)
    assert found.reading.state == "cancelled" and total(found.rows) == HOUR


def test_other_hours_are_told_with_both_due_dates(hours_of):
    office, shop = hours_of
    data = {"cause": "rollout", "before": "9h", "after": "9h", "calendars": [office, shop], "versions": [1, 1]}
    clock = _clock(shop, "9h", [("started", "2026-04-07 10:00"), ("retargeted", "2026-04-07 11:00", data)])
    found = explanation(clock, at("2026-04-07 12:00"))
    (change,) = found.retargets
    assert change.hours_changed
    assert (change.due_before, change.due_after) == (at("2026-04-08 10:00"), at("2026-04-09 00:00"))


TARGETS = ("9h", "27h", "3bd", "24h wall", "36s", "at 2026-04-09T09:30:00Z", None)
KINDS = ("paused", "resumed", "stopped", "reopened", "cancelled", "retargeted")
pauses = st.timedeltas(timedelta(), timedelta(days=3))
lives = st.lists(st.tuples(st.sampled_from(KINDS), pauses, st.sampled_from(TARGETS)), max_size=10)


@given(
    lives=lives, first=st.sampled_from(TARGETS[:-1]), hours=st.integers(0, 1),
    begin=st.datetimes(at("2026-04-05 00:00").replace(tzinfo=None), at("2026-04-18 00:00").replace(tzinfo=None)), later=pauses,
)  # fmt: skip
@settings(max_examples=tries(150))
def test_the_counted_rows_are_the_elapsed_time_whatever_happened(hours_of, lives, first, hours, begin, later):
    moment = begin.replace(tzinfo=at("2026-04-06 10:00").tzinfo)
    clock, target = _clock(hours_of[hours], first, [("started", moment)]), first
    for kind, wait, after in lives:
        moment += wait
        data = {"before": target, "after": after} if kind == "retargeted" else {}
        target = after if kind == "retargeted" else target
        clock.marks.append(Mark(kind=kind, at=moment, data=data))
    clock.target = target or ""
    for when in (moment, moment + later, clock.started_at + (moment - clock.started_at) / 2):
        _check(clock, when)


@pytest.mark.slow
@settings(max_examples=tries(20))
@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(["answer", "hold", "resume", "urgent", "normal", "resolve", "reopen", "move", "look"]),
            st.integers(0, 30 * HOUR),
        ),
        max_size=9,
    )
)
def test_real_changes_are_explained_to_the_second(cast, moves):
    ticket, now = open_ticket(cast.maria), at(build.MONDAY)
    for move, seconds in moves:
        now += timedelta(seconds=seconds)
        try:
            _ACTS[move](ticket, cast, now)
        except Conflict:
            continue
    for clock in build.all_clocks(ticket):
        # Handing it back takes five minutes, and nothing is folded as of before that.
        for when in (max(now, clock.counted_until), now + timedelta(hours=30)):
            with transaction():
                folding.refold(by(None, when), clock, when)
            _check(clock, when)
            assert total(queries.explain(clock, when)) == clock.elapsed_seconds
    assert set(queries.explained(ticket, [clock.id for clock in build.all_clocks(ticket)], now)) == {
        clock.id for clock in build.all_clocks(ticket)
    }


def test_many_clocks_with_much_behind_them_cost_the_same(maria, igor, count_queries):
    ticket = open_ticket(maria)

    def cost():
        ids = [clock.id for clock in build.all_clocks(ticket)]
        forget_remembered()
        count_queries()
        queries.explained(ticket, ids, at("2026-04-20 10:00"))
        return count_queries()

    few = cost()
    for day in range(7, 11):
        hold(ticket, igor, f"2026-04-{day:02d} 11:00")
        reply(ticket, maria, f"2026-04-{day:02d} 12:00")
        reply(ticket, igor, f"2026-04-{day:02d} 13:00")
    assert cost() == few


_MOSCOW = timezone(timedelta(hours=3))
_ACTS = {
    "answer": lambda ticket, cast, now: reply(ticket, cast.igor, now),
    "hold": lambda ticket, cast, now: hold(ticket, cast.igor, now, "third_party", until=now + timedelta(hours=7)),
    "resume": lambda ticket, cast, now: resume(ticket, cast.igor, now),
    "urgent": lambda ticket, cast, now: build.change_priority(ticket, cast.igor, now, "urgent"),
    "normal": lambda ticket, cast, now: build.change_priority(ticket, cast.igor, now, "normal"),
    "resolve": lambda ticket, cast, now: resolve(ticket, cast.igor, now),
    "reopen": lambda ticket, cast, now: reopen(ticket, cast.maria, now),
    "move": lambda ticket, cast, now: (
        build.hand_over(ticket, cast.igor, now, "hr"),
        build.hand_over(ticket, cast.anna, now + timedelta(minutes=5), "it"),
    ),
    "look": lambda _ticket, _cast, now: (promises.end_holds(now), promises.look_at_clocks(now)),
}


def _clock(calendar_version_id, target, marks):
    """A clock that no ticket has, with these marks."""
    rows = [
        Mark(kind=kind, at=at(when) if isinstance(when, str) else when, data=dict(*data)) for kind, when, *data in marks
    ]
    return Clock(
        metric="resolution",
        calendar_version_id=calendar_version_id,
        target=target or "",
        started_at=rows[0].at,
        marks=rows,
    )


def _explained(ticket, clock, when):
    return queries.explained(ticket, [clock.id], at(when))[clock.id]


def _check(clock, when):
    rows = queries.explain(clock, when)
    target = Target.parse(clock.target) if clock.target else None
    read = fold(queries.engine_calendar(clock.calendar_version_id), target, queries.engine_marks(clock), when)
    assert total(rows) == read.elapsed
    assert sum(in_steps(rows)[i] for i, row in enumerate(rows) if row.counted) == round(read.elapsed)
    end = read.stopped_at or when
    assert (rows[0].begin, rows[-1].end) == (clock.started_at, end) if rows else end == clock.started_at
    assert all(one.end == two.begin for one, two in itertools.pairwise(rows))
    assert all(row.begin < row.end for row in rows)
