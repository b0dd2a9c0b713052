"""Another promise tried on a month: the verdicts are those of the engine, and nothing is changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from servicedesk.jobs import promises
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.reports.access import what_if_for
from servicedesk.reports.figures.what_if import DecidedRow, what_if
from servicedesk.reports.queries.what_if import Question
from servicedesk.sla import actions, queries
from servicedesk.sla.models import Clock
from servicedesk.sla_engine import ROUND_THE_CLOCK, BusinessCalendar, Mark, Target
from tests.build import accept, change_priority, clocks, hold, open_ticket, propose, reply, resolve, resume
from tests.cast import OFFICE, at, by, department, request_type

LATER = at("2026-05-12 09:00")
HOURS = BusinessCalendar("Europe/Moscow", OFFICE)
START = at("2026-04-06 10:00")


def asked(reader, target, metric="resolution", month="2026-04", calendar=None, when=LATER, key="it", **more):
    question = Question(department(key).id, metric, month, **more)
    return what_if_for(reader, question, Target.parse(target) if target else None, calendar, when)


def solved(maria, igor, hours_later, **more):
    """Filed on Monday at ten, answered and solved so many hours later on the wall clock."""
    ticket = open_ticket(maria, **more)
    end = START + timedelta(hours=hours_later)
    reply(ticket, igor, end)
    resolve(ticket, igor, end)
    return ticket


def row(ticket_id, hours, kept, target="8h"):
    """A promise stopped so many round-the-clock hours after its start."""
    marks = [Mark(START, "started"), Mark(START + timedelta(hours=hours), "stopped")]
    return DecidedRow(ticket_id, kept, target, 0, marks)


def test_a_shorter_promise_loses_some_and_a_longer_one_saves_some(maria, igor, olga):
    quick, slow, late = solved(maria, igor, 2), solved(maria, igor, 7), solved(maria, igor, 96)
    found = asked(olga, "4h")
    assert (found.kept_before, found.broken_before, found.kept_after, found.broken_after) == (2, 1, 1, 2)
    assert (found.saved, found.lost) == ([], [slow.id])
    found = asked(olga, "60h")
    assert (found.share_before, found.share_after) == (2 / 3, 1.0)
    assert (found.saved, found.lost) == ([late.id], [])
    assert clocks(quick)["resolution"].target == "27h"


def test_nothing_is_changed_by_asking(maria, igor, olga):
    solved(maria, igor, 7)
    before = [(clock.id, clock.version, clock.state) for clock in db.session.scalars(select(Clock))]
    asked(olga, "1h")
    db.session.expire_all()
    assert [(clock.id, clock.version, clock.state) for clock in db.session.scalars(select(Clock))] == before


def test_pauses_are_given_back_under_the_other_promise_too(maria, igor, olga):
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00", "third_party")
    resume(ticket, igor, "2026-04-06 16:00")
    resolve(ticket, igor, "2026-04-06 17:00")
    assert asked(olga, "2h").kept_after == 1
    assert asked(olga, "90m").broken_after == 1


def test_the_other_promise_holds_from_the_start_whatever_priority_came_later(maria, igor, olga):
    ticket = open_ticket(maria)
    change_priority(ticket, igor, "2026-04-06 11:00", "urgent")
    resolve(ticket, igor, "2026-04-06 17:00")
    found = asked(olga, "8h")
    assert (found.kept_before, found.kept_after, found.saved) == (0, 1, [ticket.id])


def test_other_hours_count_otherwise(maria, igor, olga, adam):
    solved(maria, igor, 26)
    with transaction():
        always = actions.set_calendar(
            by(adam, START), key="always", timezone="UTC",
            week={day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
        )  # fmt: skip
    version = queries.newest_version(always.id).id
    assert asked(olga, None, calendar=version).kept_after == 1
    assert asked(olga, "24h", calendar=version).broken_after == 1
    assert asked(olga, "24h").kept_after == 1


def test_a_broken_promise_that_still_runs_may_not_be_decided_yet(maria, olga):
    open_ticket(maria)
    promises.look_at_clocks(at("2026-04-10 12:00"))
    found = asked(olga, "300h", when=at("2026-04-20 12:00"))
    assert (found.broken_before, found.open_after, found.share_after) == (1, 1, None)


def test_an_agreed_date_is_judged_as_it_was(maria, igor, olga):
    ticket = open_ticket(maria)
    propose(ticket, igor, "2026-04-06 11:00", "2026-04-20 15:00")
    accept(ticket, maria, "2026-04-06 12:00")
    resolve(ticket, igor, "2026-04-20 14:00")
    found = asked(olga, "1h")
    assert (found.kept_before, found.kept_after, found.agreed, found.lost) == (1, 1, 1, [])


def test_month_type_priority_and_beginning_narrow_it(maria, igor, olga):
    urgent = solved(maria, igor, 2, priority="urgent")
    other = solved(maria, igor, 2, kind="it.access", answers={"system": "crm"})
    assert asked(olga, "1h").lost == [urgent.id, other.id]
    assert asked(olga, "1h", priority="urgent").lost == [urgent.id]
    assert asked(olga, "1h", request_type_id=request_type("it.access").id).lost == [other.id]
    assert asked(olga, "1h", month="2026-03").total == 0
    late = open_ticket(maria, when="2026-03-31 17:00")
    resolve(late, igor, "2026-04-01 10:00")
    assert (asked(olga, "1h").total, asked(olga, "1h", begun=True).total) == (3, 2)


def test_confidential_requests_are_for_the_team_that_holds_them(maria, cast, adam):
    for kind in ("hr.trouble", "hr.certificate"):
        ticket = open_ticket(maria, kind)
        resolve(ticket, cast.anna, "2026-04-07 11:00")
    with transaction():
        people.grant(by(adam, START), cast.anna, "lead", department("hr"))
    assert (asked(adam, "1h", key="hr").total, asked(cast.anna, "1h", key="hr").total) == (1, 2)


def test_who_may_ask(cast):
    for name, person in cast.everybody().items():
        if name in ("olga", "adam"):
            assert asked(person, "8h").total == 0
        else:
            with pytest.raises(NotFound):
                asked(person, "8h")


def test_asking_costs_the_same_whatever_was_decided(maria, igor, olga, count_queries):
    def statements():
        db.session.rollback()
        olga.grants  # noqa: B018 — read before counting
        count_queries()
        asked(olga, "8h")
        return count_queries()

    solved(maria, igor, 2)
    few = statements()
    for _ in range(6):
        solved(maria, igor, 3)
    assert statements() == few


def test_a_ticket_changes_sides_once():
    found = what_if([row(7, 3, True), row(7, 4, True)], Target.parse("2h"), lambda _: ROUND_THE_CLOCK, LATER)
    assert (found.lost, found.broken_after) == ([7], 2)


@given(st.lists(st.integers(0, 60), max_size=12), st.integers(1, 60), st.integers(1, 60))
def test_a_longer_promise_never_keeps_less(hours, one, other):
    rows = [row(n, taken, taken <= 8) for n, taken in enumerate(hours)]
    short, long = (what_if(rows, Target(3600 * amount), lambda _: HOURS, LATER) for amount in sorted((one, other)))
    assert short.kept_after <= long.kept_after
    assert short.total == long.total == len(rows) == short.kept_after + short.broken_after
    assert set(short.saved) <= set(long.saved) and set(long.lost) <= set(short.lost)


@given(st.lists(st.integers(0, 60), max_size=12))
def test_the_same_promise_changes_nothing(hours):
    rows = [row(n, taken, taken <= 8) for n, taken in enumerate(hours)]
    found = what_if(rows, None, lambda _: ROUND_THE_CLOCK, LATER)
    assert (found.saved, found.lost, found.kept_after) == ([], [], found.kept_before)
