"""Why a clock stands where it stands, as stretches with reasons."""

from __future__ import annotations

import itertools

from servicedesk.sla import queries
from servicedesk.sla.queries.explaining import total
from tests.build import clocks, hold, open_ticket, reopen, reply, resolve, resume
from tests.cast import at

HOUR = 3600


def told(clock, when):
    return [(row.why, row.seconds if row.counted else None) for row in queries.explain(clock, at(when))]


def test_nights_are_not_counted(maria):
    clock = clocks(open_ticket(maria, when="2026-04-06 16:00"))["resolution"]
    assert told(clock, "2026-04-07 10:00") == [("open", 2 * HOUR), ("night", None), ("open", HOUR)]


def test_weekends_are_named(maria):
    clock = clocks(open_ticket(maria, when="2026-04-10 17:00"))["resolution"]
    assert told(clock, "2026-04-13 10:00") == [("open", HOUR), ("weekend", None), ("open", HOUR)]


def test_closed_days_are_named(maria):
    clock = clocks(open_ticket(maria, when="2026-04-30 16:00"))["resolution"]
    assert told(clock, "2026-05-04 10:00") == [("open", HOUR), ("holiday", None), ("open", HOUR)]


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
