"""The worker's look at clocks: warnings, breaches at their true moment, two workers, a row that cannot be handled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from servicedesk.audit.models import Entry
from servicedesk.jobs import promises as job
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import actions, queries
from servicedesk.sla.models import Clock, ClosingTerm
from tests.build import clocks, hold, open_ticket, reply, resolve
from tests.cast import at, by, load_cast


@pytest.fixture
def ticket(maria):
    return open_ticket(maria)


def entries(name):
    return list(db.session.scalars(select(Entry).where(Entry.what == name).order_by(Entry.id)))


def look(clock, when):
    with transaction():
        return actions.look_at_clock(by(None, when, "worker"), clock.id)


def test_nobody_looks_before_the_first_warning(ticket):
    clock = clocks(ticket)["first_reply"]
    assert clock.next_look_at == at("2026-04-06 13:00")
    assert not look(clock, "2026-04-06 13:00")


def test_it_warns_at_each_percent_once(ticket):
    clock = clocks(ticket)["first_reply"]
    assert look(clock, "2026-04-06 13:00:01")
    assert not look(clock, "2026-04-06 13:00:02")
    assert clock.next_look_at == at("2026-04-06 13:36")
    assert look(clock, "2026-04-06 13:36:01")
    assert clock.next_look_at == at("2026-04-06 14:00")
    assert [entry.data["percent"] for entry in entries("ClockWarned")] == [75, 90]


def test_a_late_worker_warns_once_of_the_highest(ticket):
    look(clocks(ticket)["first_reply"], "2026-04-06 13:50")
    assert [entry.data["percent"] for entry in entries("ClockWarned")] == [90]


def test_a_late_worker_stamps_the_true_moment(ticket):
    clock = clocks(ticket)["first_reply"]
    assert look(clock, "2026-04-09 08:00")
    assert (clock.state, clock.breached_at, clock.decided_at) == (
        "breached",
        at("2026-04-06 14:00"),
        at("2026-04-06 14:00"),
    )
    assert clock.next_look_at is None
    (entry,) = entries("ClockBreached")
    assert entry.data["breached_at"] == at("2026-04-06 14:00").isoformat()
    assert entries("ClockWarned") == []
    assert not look(clock, "2026-04-09 09:00")


def test_the_due_instant_itself_is_not_yet_broken(ticket):
    clock = clocks(ticket)["first_reply"]
    look(clock, "2026-04-06 14:00:00")
    assert clock.state == "running"
    look(clock, "2026-04-06 14:00:01")
    assert clock.state == "breached"


def test_a_paused_clock_is_left_alone(ticket, igor):
    hold(ticket, igor, "2026-04-06 12:00")
    assert clocks(ticket)["resolution"].next_look_at is None


def test_a_stopped_clock_is_left_alone(ticket, igor):
    reply(ticket, igor, "2026-04-06 11:00")
    assert clocks(ticket)["first_reply"].next_look_at is None


def test_the_job_takes_all_that_is_due_and_only_that(maria):
    for _ in range(3):
        open_ticket(maria)
    open_ticket(maria, when="2026-04-07 10:00")
    assert job.look_at_clocks(at("2026-04-06 14:30")) == 3
    assert job.look_at_clocks(at("2026-04-06 14:30")) == 0


def test_a_row_that_cannot_be_handled_is_parked_and_holds_up_nobody(maria):
    poisoned, healthy = open_ticket(maria), open_ticket(maria)
    with transaction():
        db.session.execute(update(Clock).where(Clock.ticket_id == poisoned.id).values(target="soon"))
    db.session.expire_all()
    assert job.look_at_clocks(at("2026-04-06 14:30")) == 1
    assert clocks(healthy)["first_reply"].state == "breached"
    assert clocks(poisoned)["first_reply"].state == "running"
    assert clocks(poisoned)["first_reply"].next_look_at == at("2026-04-06 15:30")
    assert job.look_at_clocks(at("2026-04-06 15:00")) == 0


def test_silence_closes_a_resolved_ticket_at_the_end_of_its_term(ticket, igor):
    resolve(ticket, igor, "2026-04-06 16:00")
    assert job.close_silent_tickets(at("2026-04-09 17:59")) == 0
    assert job.close_silent_tickets(at("2026-04-13 12:00")) == 1
    assert (ticket.status, ticket.closed_at) == ("closed", at("2026-04-09 18:00"))
    assert job.close_silent_tickets(at("2026-04-13 12:00")) == 0
    assert entries("TicketClosed")[0].data["confirmed"] is False


def test_a_term_of_a_ticket_that_went_on_is_dropped(ticket, igor):
    with transaction():
        db.session.add(ClosingTerm(ticket_id=ticket.id, close_at=at("2026-04-07 18:00")))
    assert job.close_silent_tickets(at("2026-04-08 12:00")) == 0
    assert ticket.status == "new"
    assert queries.tickets_to_close(at("2027-01-01 12:00")) == []


def test_two_workers_do_it_once(own_desk):
    with own_desk.app_context():
        clock_id = clocks(open_ticket(load_cast().maria))["first_reply"].id

    def work(_):
        with own_desk.app_context(), transaction():
            return actions.look_at_clock(by(None, "2026-04-06 15:00", "worker"), clock_id)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(8)))
    assert done.count(True) == 1
    with own_desk.app_context():
        assert len(entries("ClockBreached")) == 1


def test_two_workers_close_a_silent_ticket_once(own_desk):
    with own_desk.app_context():
        people = load_cast()
        ticket = open_ticket(people.maria)
        resolve(ticket, people.igor, "2026-04-06 16:00")
        number = ticket.id

    def work(_):
        with own_desk.app_context(), transaction():
            return actions.close_silent_ticket(by(None, "2026-04-10 12:00", "worker"), number)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(8))).count(True) == 1
    with own_desk.app_context():
        assert len(entries("TicketClosed")) == 1
