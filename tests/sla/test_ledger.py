"""Who held the ball: every second has one holder, and the sums are those of the rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.sla import ledger, queries
from servicedesk.sla.ledger import Life, Line, Rest, Stay, Wait
from servicedesk.sla_engine import BusinessCalendar
from tests.build import all_clocks, close, hand_over, hold, open_ticket, reopen, reply, resolve, resume
from tests.cast import at, department

WORK = {day: [("09:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
CALENDARS = {
    1: BusinessCalendar("Europe/Moscow", WORK),
    2: BusinessCalendar(
        "Europe/Moscow", {"mon": [("10:00", "12:00"), ("13:00", "16:00")], "sat": [("22:00", "06:00")]}
    ),
}
HOUR = 3600


def hours(stay):
    return CALENDARS[stay.department_id]


class TestRows:
    def test_the_department_has_the_ball_while_it_works(self):
        life = Life(at("2026-04-06 16:00"), at("2026-04-07 10:00"), [Stay(1, at("2026-04-06 16:00"))])
        assert ledger.lines(life, hours) == [
            Line(at("2026-04-06 16:00"), at("2026-04-06 18:00"), "supplier", 1),
            Line(at("2026-04-06 18:00"), at("2026-04-07 09:00"), "closed", 1),
            Line(at("2026-04-07 09:00"), at("2026-04-07 10:00"), "supplier", 1),
        ]

    def test_a_resolved_ticket_is_nobodys_whatever_the_hour(self):
        life = Life(
            at("2026-04-06 10:00"), at("2026-04-08 10:00"), [Stay(1, at("2026-04-06 10:00"))],
            [Wait("requester", at("2026-04-06 11:00"), None)], [Rest(at("2026-04-06 12:00"), at("2026-04-08 09:30"))],
        )  # fmt: skip
        assert [(row.holder, row.department_id, row.seconds) for row in ledger.lines(life, hours)] == [
            ("supplier", 1, HOUR), ("requester", 1, HOUR), ("resolved", None, 45.5 * HOUR), ("requester", 1, HOUR / 2),
        ]  # fmt: skip

    def test_closed_hours_are_those_of_the_department_that_has_it(self):
        stays = [Stay(1, at("2026-04-06 09:00")), Stay(2, at("2026-04-06 11:00"))]
        rows = ledger.lines(Life(at("2026-04-06 09:00"), at("2026-04-06 14:00"), stays), hours)
        assert [(row.holder, row.department_id, row.seconds / HOUR) for row in rows] == [
            ("supplier", 1, 2), ("supplier", 2, 1), ("closed", 2, 1), ("supplier", 2, 1),
        ]  # fmt: skip

    def test_without_a_stay_nothing_is_closed(self):
        life = Life(at("2026-04-05 09:00"), at("2026-04-06 09:00"), [])
        assert ledger.lines(life, hours) == [Line(life.begin, life.end, "supplier", None)]


moments = st.datetimes(datetime(2026, 4, 1), datetime(2026, 4, 20), timezones=st.just(UTC))
spans = st.tuples(moments, st.none() | moments)


@st.composite
def lives(draw):
    begin, end = sorted((draw(moments), draw(moments)))
    stays = sorted(draw(st.lists(moments, max_size=4)))
    waits = [Wait(draw(st.sampled_from(ledger.BALLS)), *_span(*draw(spans))) for _ in range(draw(st.integers(0, 4)))]
    rests = [Rest(*_span(*draw(spans))) for _ in range(draw(st.integers(0, 2)))]
    return Life(begin, end, [Stay(draw(st.integers(1, 2)), moment) for moment in stays], waits, rests)


def _span(begin, end):
    return (begin, end) if end is None or begin <= end else (end, begin)


@given(lives())
def test_every_second_has_exactly_one_holder(life):
    rows = ledger.lines(life, hours)
    assert sum((row.end - row.begin for row in rows), timedelta()) == life.end - life.begin
    assert all(one.end == two.begin for one, two in pairwise(rows))
    assert [rows[0].begin, rows[-1].end] == [life.begin, life.end] if rows else life.begin == life.end
    assert all((one.holder, one.department_id) != (two.holder, two.department_id) for one, two in pairwise(rows))
    assert {row.holder for row in rows} <= set(ledger.HOLDERS)
    for row in rows:
        middle = row.begin + (row.end - row.begin) / 2
        resolved = any(r.begin <= middle and (r.end is None or middle < r.end) for r in life.rests)
        assert (row.holder == "resolved") == resolved
        if row.department_id is not None:
            assert (row.holder == "closed") != CALENDARS[row.department_id].is_open(middle)


@given(lives())
def test_sums_are_those_of_the_rows(life):
    rows = ledger.lines(life, hours)
    assert sum((held.time for held in ledger.sums(rows)), timedelta()) == life.end - life.begin
    totals = ledger.totals(life, hours)
    assert sum(totals.values()) == pytest.approx((life.end - life.begin).total_seconds())
    for key, seconds in totals.items():
        own = [row.seconds for row in rows if (row.holder, row.department_id) == key]
        assert seconds == pytest.approx(sum(own))


def told(ticket, when):
    keys = {department(key).id: key for key in ("it", "hr")} | {None: None}
    rows = queries.ledger_of(ticket, at(when))
    return [(row.holder, keys[row.department_id], row.seconds / HOUR) for row in rows if row.holder != "closed"]


def test_a_ticket_from_its_first_word_to_its_end(maria, igor, anna):
    ticket = open_ticket(maria, when="2026-04-06 12:00", asked_at=at("2026-04-06 10:00"))
    hold(ticket, igor, "2026-04-06 13:00")
    reply(ticket, maria, "2026-04-06 15:00")
    hold(ticket, igor, "2026-04-06 15:30", "scheduled")
    resume(ticket, igor, "2026-04-06 16:00")
    hold(ticket, igor, "2026-04-06 16:30", "third_party")
    hand_over(ticket, igor, "2026-04-06 17:00", "hr")
    resume(ticket, anna, "2026-04-07 10:30")
    resolve(ticket, anna, "2026-04-07 11:00")
    reopen(ticket, maria, "2026-04-07 13:00")
    resolve(ticket, anna, "2026-04-07 14:00")
    close(ticket, maria, "2026-04-07 20:00")
    rows = queries.ledger_of(ticket, at("2026-05-01 10:00"))
    assert (rows[0].begin, rows[-1].end) == (at("2026-04-06 10:00"), at("2026-04-07 20:00"))
    assert told(ticket, "2026-05-01 10:00") == [
        ("supplier", "it", 3), ("requester", "it", 2), ("supplier", "it", 1.5), ("third_party", "it", 0.5),
        ("third_party", "hr", 0.5), ("supplier", "hr", 0.5), ("resolved", None, 2), ("supplier", "hr", 1),
        ("resolved", None, 6),
    ]  # fmt: skip


def test_a_hold_ends_when_it_was_to_end_though_no_worker_has_looked(maria, igor):
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00", until="2026-04-06 12:00")
    assert told(ticket, "2026-04-06 14:00") == [("supplier", "it", 1), ("requester", "it", 1), ("supplier", "it", 2)]
    assert told(ticket, "2026-04-06 11:30") == [("supplier", "it", 1), ("requester", "it", 0.5)]


def test_hours_are_those_that_were_in_force_when_the_department_got_it(maria, app):
    from servicedesk.kernel.transaction import transaction
    from servicedesk.sla import actions
    from tests.cast import OFFICE_EXCEPTIONS, by

    ticket = open_ticket(maria)
    before = queries.ledger_of(ticket, at("2026-04-06 20:00"))
    with transaction():
        late = {day: [["12:00", "14:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
        actions.set_calendar(
            by(None, "2026-04-06 19:00"),
            key="office",
            timezone="Europe/Moscow",
            week=late,
            exceptions=OFFICE_EXCEPTIONS,
        )
    assert queries.ledger_of(ticket, at("2026-04-06 20:00")) == before
    later = open_ticket(maria, when="2026-04-07 10:00")
    assert told(later, "2026-04-07 20:00") == [("supplier", "it", 2)]
    assert all_clocks(later)
