"""The queue by what breaks next, and what a clock shows between two marks."""

from __future__ import annotations

import pytest

from servicedesk.sla import queries
from servicedesk.tickets import access
from tests.build import clocks, hold, open_ticket, reply, resolve
from tests.cast import at

HOUR = 3600


def queue(person, **more):
    return queries.by_due(access.queue_of(person), **more)


def test_what_breaks_next_comes_first(maria, igor):
    calm = open_ticket(maria, when="2026-04-06 10:00")
    urgent = open_ticket(maria, when="2026-04-06 10:30", priority="urgent")
    answered = open_ticket(maria, when="2026-04-06 09:00")
    reply(answered, igor, "2026-04-06 09:30")
    waiting = open_ticket(maria, when="2026-04-06 09:10")
    reply(waiting, igor, "2026-04-06 09:30")
    hold(waiting, igor, "2026-04-06 09:40")
    assert [t.id for t in queue(igor).items] == [urgent.id, calm.id, answered.id, waiting.id]


def test_its_pages_hold_every_ticket_once(maria, igor):
    made = [open_ticket(maria, when=f"2026-04-06 1{n % 3}:00").id for n in range(7)]
    seen, cursor = [], None
    while True:
        page = queue(igor, cursor=cursor, limit=2)
        seen += [t.id for t in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(made)


@pytest.mark.parametrize("count", [1, 8])
def test_a_page_costs_the_same_however_many_rows(maria, igor, db, count_queries, count):
    for _ in range(count):
        reply(open_ticket(maria), igor, "2026-04-06 11:00")
    db.session.rollback()
    department = igor.serves
    count_queries()
    for row in queries.rows(queue(igor).items, at("2026-04-06 12:00")):
        assert row.ticket.requester.name and row.ticket.department.name and row.ticket.request_type.name
        assert row.clocks and row.ticket.department_id in department
    assert count_queries() <= 6


@pytest.mark.parametrize(
    ("when", "state", "elapsed"),
    [
        ("2026-04-06 11:00", "running", 1),
        ("2026-04-06 14:00", "running", 4),
        ("2026-04-06 14:00:01", "breached", 4 + 1 / 3600),
        ("2026-04-06 20:00", "breached", 8),
        ("2026-04-07 10:00", "breached", 9),
    ],
)
def test_a_clock_shows_the_truth_before_any_worker_looked(maria, when, state, elapsed):
    reading = queries.current(clocks(open_ticket(maria))["first_reply"], at(when))
    assert (reading.state, round(reading.elapsed_seconds)) == (state, round(elapsed * HOUR))
    assert reading.remaining_seconds == 4 * HOUR - reading.elapsed_seconds


def test_a_paused_clock_counts_its_pause(maria, igor):
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00")
    reading = queries.current(clocks(ticket)["resolution"], at("2026-04-06 13:00"))
    assert (reading.state, reading.elapsed_seconds, reading.paused_seconds) == ("paused", HOUR, 2 * HOUR)


def test_a_stopped_clock_stands_still(maria, igor):
    ticket = open_ticket(maria)
    resolve(ticket, igor, "2026-04-06 11:00")
    reading = queries.current(clocks(ticket)["resolution"], at("2026-04-20 11:00"))
    assert (reading.state, reading.elapsed_seconds) == ("met", HOUR)


def test_three_quarters_used_is_at_risk(maria):
    clock = clocks(open_ticket(maria))["first_reply"]
    assert not queries.current(clock, at("2026-04-06 12:59")).at_risk
    assert queries.current(clock, at("2026-04-06 13:00")).at_risk


def test_two_working_days_ago_skips_the_weekend(db, cast):
    assert str(queries.working_days_ago(2, at("2026-04-08 19:00"))) == "2026-04-06"
    assert str(queries.working_days_ago(2, at("2026-04-08 12:00"))) == "2026-04-03"
    assert str(queries.working_days_ago(2, at("2026-04-14 19:00"))) == "2026-04-10"
