"""The worker's look at clocks: warnings, breaches at their true moment, two workers, a row that cannot be handled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from servicedesk.audit.models import Entry
from servicedesk.jobs import promises as job
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import actions, queries
from servicedesk.sla.models import Clock, ClosingTerm
from tests.build import agree, all_clocks, clocks, hold, open_ticket, reply, resolve, resume
from tests.cast import at, by, department, load_cast


@pytest.fixture
def ticket(maria):
    return open_ticket(maria)


def entries(name):
    return list(db.session.scalars(select(Entry).where(Entry.what == name).order_by(Entry.id)))


def look(clock, when):
    with transaction():
        return actions.look_at_clock(by(None, when, "worker"), clock.id)


def steps():
    return [
        (entry.data["step"], entry.data["to"], datetime.fromisoformat(entry.data["due_at"]))
        for entry in entries("ClockEscalated")
    ]


def set_promise(**values):
    """The promise of IT, with other targets, warnings or steps."""
    with transaction():
        actions.set_policy(
            by(None, "2026-04-01 09:00"), name="department=it", department_id=department("it").id,
            **{"targets": {"first_reply": "4h"}} | values,
        )  # fmt: skip


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


def test_a_warning_says_when_the_percent_was_reached(ticket):
    look(clocks(ticket)["first_reply"], "2026-04-06 13:20")
    (entry,) = entries("ClockWarned")
    assert entry.data["reached_at"] == at("2026-04-06 13:00").isoformat()


def test_the_percents_are_the_policys(maria):
    set_promise(warn_at=[50, 80])
    clock = clocks(open_ticket(maria))["first_reply"]
    assert clock.next_look_at == at("2026-04-06 12:00")
    look(clock, "2026-04-06 12:01")
    look(clock, "2026-04-06 13:13")
    assert [entry.data["percent"] for entry in entries("ClockWarned")] == [50, 80]
    assert clock.next_look_at == at("2026-04-06 14:00")


def test_a_breach_goes_up_step_by_step_in_working_time(ticket):
    clock = clocks(ticket)["first_reply"]
    looked_at = []
    while clock.next_look_at is not None:
        looked_at.append(clock.next_look_at)
        look(clock, clock.next_look_at + timedelta(seconds=1))
    assert looked_at[-3:] == [at("2026-04-06 14:00"), at("2026-04-06 16:00"), at("2026-04-07 13:00")]
    assert steps() == [
        (1, "assignee", at("2026-04-06 14:00")), (2, "leads", at("2026-04-06 16:00")), (3, "above", at("2026-04-07 13:00")),
    ]  # fmt: skip


def test_a_late_worker_takes_every_step_once_with_its_true_moment(ticket):
    clock = clocks(ticket)["first_reply"]
    look(clock, "2026-04-09 08:00")
    assert [due for _, _, due in steps()] == [at("2026-04-06 14:00"), at("2026-04-06 16:00"), at("2026-04-07 13:00")]
    assert clock.escalated == 3
    assert not look(clock, "2026-04-10 08:00")


def test_the_steps_are_the_policys(maria):
    set_promise(escalate=[{"after": "1bd", "to": "above"}])
    clock = clocks(open_ticket(maria))["first_reply"]
    look(clock, "2026-04-06 14:01")
    assert steps() == [] and clock.next_look_at == at("2026-04-07 18:00")
    look(clock, "2026-04-07 18:01")
    assert steps() == [(1, "above", at("2026-04-07 18:00"))]


def test_without_steps_nobody_looks_after_the_breach(maria):
    set_promise(escalate=[])
    clock = clocks(open_ticket(maria))["first_reply"]
    look(clock, "2026-04-06 14:01")
    assert (steps(), clock.next_look_at, len(entries("ClockBreached"))) == ([], None, 1)


def test_an_answer_ends_the_steps(ticket, igor):
    look(clocks(ticket)["first_reply"], "2026-04-06 14:01")
    reply(ticket, igor, "2026-04-06 14:30")
    assert clocks(ticket)["first_reply"].next_look_at is None
    assert [to for _, to, _ in steps()] == ["assignee"]


def test_a_hold_stops_the_steps_until_it_ends(maria, igor):
    set_promise(targets={"resolution": "4h"})
    ticket = open_ticket(maria)
    look(clocks(ticket)["resolution"], "2026-04-06 14:01")
    hold(ticket, igor, "2026-04-06 15:00")
    assert clocks(ticket)["resolution"].next_look_at is None
    resume(ticket, igor, "2026-04-06 15:30")
    assert clocks(ticket)["resolution"].next_look_at == at("2026-04-06 16:00")


def test_a_promise_that_broke_in_imported_history_goes_up_nobodys_line(maria):
    ticket = open_ticket(maria, door="import")
    with transaction():
        actions.look_at_clock(by(None, "2026-04-06 15:00", "import"), clocks(ticket)["first_reply"].id)
    clock = clocks(ticket)["first_reply"]
    assert (clock.state, clock.next_look_at) == ("breached", None)
    assert steps() == []


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


def test_the_job_catches_up_in_one_run_whatever_its_batches(maria, monkeypatch):
    monkeypatch.setattr(job, "BATCH", 2)
    for _ in range(5):
        open_ticket(maria)
    assert job.look_at_clocks(at("2026-04-06 14:30")) == 5


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


def test_a_date_missed_after_a_hold_stays_missed_though_the_end_of_the_hold_is_noticed_later(ticket, igor, maria):
    agree(ticket, igor, maria, "2026-04-06 11:00", "2026-04-08 15:00")
    hold(ticket, igor, "2026-04-06 12:00", until="2026-04-08 12:00")
    for work in (job.look_at_clocks, job.end_holds, job.look_at_clocks):
        work(at("2026-04-08 15:00:10"))
        db.session.expire_all()
        clock = clocks(ticket)["resolution"]
        # Whose turn it was is not a matter of who noticed what first: the hold was over.
        assert (clock.breached_at, clock.ball_at_breach) == (at("2026-04-08 15:00"), "supplier")
    assert len([entry for entry in entries("ClockBreached") if entry.data["metric"] == "resolution"]) == 1


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


def test_two_workers_warn_once(own_desk):
    with own_desk.app_context():
        clock_id = clocks(open_ticket(load_cast().maria))["first_reply"].id

    def work(when):
        with own_desk.app_context(), transaction():
            return actions.look_at_clock(by(None, when, "worker"), clock_id)

    # One of the workers has a clock of its own that is a moment behind.
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, ["2026-04-06 13:00:01", "2026-04-06 13:00:02"] * 4))
    assert done.count(True) == 1
    with own_desk.app_context():
        assert [entry.data["percent"] for entry in entries("ClockWarned")] == [75]


def test_a_worker_that_slept_three_days_stamps_what_broke_when_it_broke(maria, igor):
    answered, waiting = open_ticket(maria), open_ticket(maria, when="2026-04-06 12:00")
    reply(answered, igor, "2026-04-06 11:00")
    reply(answered, maria, "2026-04-06 11:30")
    hold(answered, igor, "2026-04-07 09:00", until="2026-04-07 12:00")
    job.end_holds(at("2026-04-09 16:00"))
    job.look_at_clocks(at("2026-04-09 16:00"))
    broken = {
        (ticket.id, clock.metric): clock.breached_at
        for ticket in (answered, waiting)
        for clock in all_clocks(ticket)
        if clock.breached_at
    }
    assert broken == {
        (answered.id, "reply"): at("2026-04-07 11:30"),
        (answered.id, "resolution"): at("2026-04-09 13:00"),
        (answered.id, "stay"): at("2026-04-08 13:00"),
        (waiting.id, "first_reply"): at("2026-04-06 16:00"),
        (waiting.id, "resolution"): at("2026-04-09 12:00"),
        (waiting.id, "stay"): at("2026-04-08 12:00"),
    }
    assert len(entries("ClockBreached")) == len(broken)
    assert entries("ClockWarned") == []


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
