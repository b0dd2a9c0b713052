"""Who has the tickets of somebody who is away: stand-ins, cut runs, two workers, assigning, and what everybody hears."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from servicedesk.audit.models import Entry
from servicedesk.jobs import absences as job
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications import actions as bell
from servicedesk.notifications.models import Alert, Notice
from servicedesk.notifications.reactions.telling import those_who_answer
from servicedesk.people import actions as people
from servicedesk.people import away
from servicedesk.tickets import actions, queries
from servicedesk.tickets.access import queue_of
from servicedesk.tickets.actions import covering
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.queries import Filter
from tests import build
from tests.cast import at, by, department, load_cast
from tests.conftest import in_a_savepoint
from tests.databases import tries
from tests.people.test_absences import cancel, change, plan

MORNING = "2026-04-13 00:01"


@pytest.fixture
def ivan(cast):
    """A second agent of IT."""
    return _hire("ivan", "it")


def _hire(name, key):
    stamp = by(None, "2026-04-01 09:00")
    with transaction():
        person = people.add_person(
            stamp, email=f"{name}@example.com", name=name.capitalize(), department=department(key), language="en"
        )
        people.grant(stamp, person, "agent", department(key))
    return person


def igors(cast, count=1, kind="it.incident", **more):
    """Open requests that Igor has."""
    tickets = [build.open_ticket(cast.maria, kind, **more) for _ in range(count)]
    for ticket in tickets:
        build.assign(ticket, cast.igor, "2026-04-06 11:00", cast.igor)
    return tickets


def run(when=MORNING):
    db.session.rollback()
    return job.keep_covers(at(when))


def cover(ticket):
    row = db.session.get(Ticket, ticket.id, populate_existing=True)
    return row.cover.name if row.cover else None


def told(person, kind):
    query = select(Notice).where(Notice.person_id == person.id, Notice.kind.startswith(kind)).order_by(Notice.id)
    return list(db.session.scalars(query))


def mails(person, template):
    query = select(OutgoingMail).where(OutgoingMail.to_address == person.email, OutgoingMail.template == template)
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


def test_the_assignee_stays_and_the_stand_in_is_shown_and_works_on_it(cast):
    [ticket] = igors(cast)
    plan(cast.igor, cast.olga)
    run()
    row = db.session.get(Ticket, ticket.id, populate_existing=True)
    assert (row.assignee, row.cover) == (cast.igor, cast.olga)
    mine = queries.filtered(queue_of(cast.olga), Filter(worker_id=cast.olga.id))
    assert [found.id for found in queries.page(mine).items] == [ticket.id]


def test_the_version_grows_and_the_time_of_the_last_change_stays(cast):
    [ticket] = igors(cast)
    before = (ticket.version, ticket.updated_at)
    plan(cast.igor, cast.olga)
    run()
    row = db.session.get(Ticket, ticket.id, populate_existing=True)
    assert (row.version, row.updated_at) == (before[0] + 1, before[1])


def test_before_the_first_day_nothing_happens(cast):
    [ticket] = igors(cast)
    plan(cast.igor, cast.olga)
    assert run("2026-04-12 23:59") == 0
    assert cover(ticket) is None


def test_chains_lead_to_the_first_who_is_there(cast, ivan):
    [ticket] = igors(cast)
    plan(cast.igor, cast.olga)
    plan(cast.olga, ivan)
    run()
    assert cover(ticket) == "Ivan"


def test_nobody_outside_the_department_stands_in_and_the_team_hears(cast, ivan):
    [ticket] = igors(cast)
    plan(cast.igor, cast.anna)
    run()
    assert cover(ticket) is None
    assert [line.facts["count"] for line in told(ivan, "cover_missing")] == [1]
    build.reply(ticket, cast.maria, "2026-04-13 10:00", "Any news?")
    assert told(ivan, "requester_wrote") and not told(cast.anna, "requester_wrote")


def test_nobody_stands_in_on_a_request_of_their_own(cast):
    ticket = build.open_ticket(cast.olga)
    build.assign(ticket, cast.igor, "2026-04-06 11:00", cast.igor)
    plan(cast.igor, cast.olga)
    run()
    assert cover(ticket) is None


def test_a_confidential_request_stays_in_its_team_and_mails_say_the_number_alone(cast):
    helga = _hire("helga", "hr")
    ticket = build.open_ticket(cast.maria, "hr.trouble", subject="A secret quarrel")
    build.assign(ticket, cast.anna, "2026-04-06 11:00", cast.anna)
    plan(cast.anna, helga, note="an operation")
    run()
    assert cover(ticket) == "Helga"
    facts = [mails(cast.maria, "cover_began")[0].facts, mails(helga, "cover_for_you")[0].facts]
    assert "quarrel" not in str(facts) and "operation" not in str(facts)
    assert facts[0]["cover"] == facts[0]["absent"] == ""


def test_each_requester_hears_once_who_looks_after_it_and_not_why(cast):
    [ticket] = igors(cast)
    plan(cast.igor, cast.olga, note="an operation")
    run()
    run("2026-04-13 00:02")
    [mail] = mails(cast.maria, "cover_began")
    assert (mail.facts["absent"], mail.facts["cover"], mail.facts["until"]) == ("Igor", "Olga", "2026-04-17")
    assert "operation" not in str(mail.facts)
    [line] = told(cast.maria, "cover_began")
    assert line.ticket_id == ticket.id


def test_the_stand_in_gets_one_digest_of_all(cast):
    tickets = igors(cast, 3)
    plan(cast.igor, cast.olga)
    run()
    run("2026-04-13 00:02")
    [mail] = mails(cast.olga, "cover_for_you")
    assert [line["ticket_id"] for line in mail.facts["lines"]] == [ticket.id for ticket in tickets]
    assert len(told(cast.olga, "cover_for_you")) == 1


def test_what_is_meant_for_the_assignee_reaches_the_stand_in(cast):
    [ticket] = igors(cast)
    plan(cast.igor, cast.olga)
    run()
    build.reply(ticket, cast.maria, "2026-04-13 10:00", "Any news?")
    assert told(cast.olga, "requester_wrote") and not told(cast.igor, "requester_wrote")
    assert mails(cast.olga, "requester_wrote")[0].facts["why"] == "cover"


def test_also_before_the_worker_has_come(cast):
    [ticket] = igors(cast)
    plan(cast.igor, cast.olga)
    build.reply(ticket, cast.maria, "2026-04-13 00:00", "Any news?")
    assert told(cast.olga, "requester_wrote") and not told(cast.igor, "requester_wrote")


def test_warnings_that_wait_for_the_assignee_go_to_the_stand_in_and_back(cast):
    [ticket] = igors(cast)
    clock = build.clocks(ticket)["resolution"]
    alarm = bell.Alarm(
        kind="clock_warned", clock_id=clock.id, about="warned", happened_at=at("2026-04-10 19:00"),
        facts={"department_id": ticket.department_id, "due_at": clock.due_at.isoformat()},
    )  # fmt: skip
    with transaction():
        bell.alert(by(None, "2026-04-10 19:00"), alarm, [(cast.igor, "assignee")])
    absence = plan(cast.igor, cast.olga)
    run()
    assert [(row.person_id, row.why) for row in db.session.scalars(select(Alert))] == [(cast.olga.id, "cover")]
    cancel(absence, "2026-04-13 00:03")
    run("2026-04-13 00:04")
    assert [(row.person_id, row.why) for row in db.session.scalars(select(Alert))] == [(cast.igor.id, "assignee")]


def test_the_stand_in_is_warned_in_place_of_the_assignee(cast):
    [ticket] = igors(cast)
    plan(cast.igor, cast.olga)
    run()
    clock = build.clocks(ticket)["resolution"]
    alarm = bell.Alarm(
        kind="clock_warned", clock_id=clock.id, about="warned", happened_at=at("2026-04-13 09:00"),
        facts={"department_id": ticket.department_id, "due_at": clock.due_at.isoformat()},
    )  # fmt: skip
    with transaction():
        row = db.session.get(Ticket, ticket.id)
        bell.alert(by(None, "2026-04-13 09:00"), alarm, those_who_answer(row, at("2026-04-13 09:00")))
    with transaction():
        assert bell.deliver_alerts(by(None, "2026-04-13 09:01"), cast.olga.id) == clock.open
    assert not told(cast.igor, "clock_warned")


def test_at_the_end_the_stand_in_goes_and_one_summary_comes(cast):
    done, left = igors(cast, 2)
    plan(cast.igor, cast.olga)
    run()
    build.resolve(done, cast.olga, "2026-04-14 10:00")
    run("2026-04-18 00:01")
    run("2026-04-18 00:02")
    assert cover(left) is cover(done) is None
    [mail] = mails(cast.igor, "absence_summary")
    assert mail.facts["counts"] == {"resolved": 1, "open": 1, "passed_on": 0, "decided": 0}
    assert [(line["ticket_id"], line["by"]) for line in mail.facts["resolved"]] == [(done.id, "Olga")]
    assert [line["ticket_id"] for line in mail.facts["open"]] == [left.id]
    assert len(told(cast.igor, "absence_summary")) == 1


def test_what_others_took_meanwhile_is_in_the_summary(cast):
    [ticket] = igors(cast)
    plan(cast.igor, cast.olga)
    run()
    build.assign(ticket, cast.olga, "2026-04-14 10:00", cast.olga)
    assert cover(ticket) is None
    run("2026-04-18 00:01")
    [mail] = mails(cast.igor, "absence_summary")
    assert [(line["ticket_id"], line["by"]) for line in mail.facts["passed_on"]] == [(ticket.id, "Olga")]


def test_called_off_while_it_runs_it_ends_at_once(cast):
    [ticket] = igors(cast)
    absence = plan(cast.igor, cast.olga)
    run()
    cancel(absence, "2026-04-14 10:00")
    run("2026-04-14 10:01")
    assert cover(ticket) is None
    assert len(mails(cast.igor, "absence_summary")) == 1


def test_another_substitute_takes_over_when_the_entry_is_changed(cast, ivan):
    [ticket] = igors(cast)
    absence = plan(cast.igor, cast.olga)
    run()
    change(absence, "2026-04-14 10:00", substitute=ivan)
    run("2026-04-14 10:01")
    assert cover(ticket) == "Ivan"
    assert len(mails(ivan, "cover_for_you")) == 1
    assert [mail.facts["cover"] for mail in mails(cast.maria, "cover_began")] == ["Olga", "Ivan"]


def test_a_stand_in_who_goes_away_too_is_replaced_and_comes_back(cast, ivan):
    [ticket] = igors(cast)
    plan(cast.igor, cast.olga)
    plan(cast.olga, ivan, "2026-04-15", "2026-04-15")
    assert [run(when) and cover(ticket) for when in (MORNING, "2026-04-15 00:01", "2026-04-16 00:01")] == [
        "Olga", "Ivan", "Olga",
    ]  # fmt: skip
    # Olga knows already.
    assert len(mails(cast.olga, "cover_for_you")) == 1


def test_a_stand_in_who_leaves_is_taken_off(cast, adam):
    [ticket] = igors(cast)
    plan(cast.igor, cast.olga)
    run()
    with transaction():
        people.change_person(by(adam, "2026-04-14 10:00"), cast.olga, {"active": False})
    run("2026-04-14 10:01")
    assert cover(ticket) is None


def test_a_reopened_request_gets_the_stand_in_as_well(cast):
    [ticket] = igors(cast)
    build.resolve(ticket, cast.igor, "2026-04-10 10:00")
    plan(cast.igor, cast.olga)
    run()
    assert cover(ticket) is None
    build.reopen(ticket, cast.maria, "2026-04-13 10:00")
    assert told(cast.olga, "requester_wrote")
    run("2026-04-13 10:01")
    assert cover(ticket) == "Olga"


def test_what_is_given_to_somebody_away_goes_to_the_stand_in(cast):
    plan(cast.igor, cast.olga)
    ticket = build.open_ticket(cast.maria, when="2026-04-13 10:00")
    with transaction():
        row = build._locked(ticket, cast.olga, "assign")
        assert actions.assign(by(cast.olga, "2026-04-13 11:00"), row, cast.igor) == cast.olga
    entry = db.session.scalars(select(Entry).where(Entry.what == "TicketAssigned")).one()
    assert (entry.data["assignee_id"], entry.data["instead_of_id"]) == (cast.olga.id, cast.igor.id)


def test_who_takes_it_themselves_has_it(cast):
    plan(cast.igor, cast.olga)
    ticket = build.open_ticket(cast.maria, when="2026-04-13 10:00")
    build.assign(ticket, cast.igor, "2026-04-13 11:00", cast.igor)
    assert db.session.get(Ticket, ticket.id).assignee == cast.igor


def test_without_a_stand_in_it_is_given_all_the_same(cast):
    plan(cast.igor)
    ticket = build.open_ticket(cast.maria, when="2026-04-13 10:00")
    build.assign(ticket, cast.olga, "2026-04-13 11:00", cast.igor)
    assert db.session.get(Ticket, ticket.id).assignee == cast.igor


def test_a_run_that_is_cut_off_between_batches_goes_on(cast, monkeypatch):
    tickets = igors(cast, 5)
    plan(cast.igor, cast.olga)
    monkeypatch.setattr(covering, "BATCH", 2)
    with transaction():
        assert actions.cover_tickets(by(None, MORNING), cast.igor.id, 2) == 2
    with pytest.raises(KeyboardInterrupt), transaction():
        actions.cover_tickets(by(None, MORNING), cast.igor.id, 2)
        raise KeyboardInterrupt
    assert sum(cover(ticket) == "Olga" for ticket in tickets) == 2
    assert not mails(cast.olga, "cover_for_you")
    run()
    assert {cover(ticket) for ticket in tickets} == {"Olga"}
    assert len(mails(cast.maria, "cover_began")) == len(told(cast.maria, "cover_began")) == 5
    [mail] = mails(cast.olga, "cover_for_you")
    assert mail.facts["count"] == 5
    began = select(func.count()).select_from(Entry).where(Entry.what == "CoverBegan")
    assert db.session.scalar(began) == 5


@pytest.mark.slow
def test_two_workers_do_it_once(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        igors(cast, 20)
        plan(cast.igor, cast.olga)
        maria, olga = cast.maria, cast.olga
    faults: list[BaseException] = []
    start = threading.Barrier(2)

    def work():
        with own_desk.app_context():
            try:
                start.wait(10)
                job.keep_covers(at(MORNING))
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert not faults
    with own_desk.app_context():
        began = select(func.count()).select_from(Entry).where(Entry.what == "CoverBegan")
        assert db.session.scalar(began) == 20
        assert len(mails(maria, "cover_began")) == len(told(maria, "cover_began")) == 20
        assert len(mails(olga, "cover_for_you")) == len(told(olga, "cover_for_you")) == 1
        entries = select(func.count()).select_from(Entry).where(Entry.what == "AbsenceBegan")
        assert db.session.scalar(entries) == 1


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 6), st.integers(1, 5)), min_size=1, max_size=12
    )
)
@settings(max_examples=tries(25))
def test_a_stand_in_is_always_there_serves_and_did_not_ask(desk, wanted):
    """Whatever is entered and whichever day it is; and where somebody in the chain is there and serves, it is not nobody."""
    with in_a_savepoint(desk):
        cast = load_cast()
        staff = [cast.igor, cast.olga, cast.anna, _hire("ivan", "it"), _hire("irma", "it")]
        tickets = [build.open_ticket(cast.maria), build.open_ticket(cast.olga)]
        for ticket in tickets:
            build.assign(ticket, cast.igor, "2026-04-06 11:00", cast.igor)
        for person, other, day, length in wanted:
            begins = at("2026-04-13 00:00") + timedelta(days=day)
            try:
                with transaction():
                    people.plan_absence(
                        by(staff[person], "2026-04-07 10:00"), staff[person], staff[person], begins_at=begins,
                        ends_at=begins + timedelta(days=length), substitute=staff[other],
                    )  # fmt: skip
            except people.absences.Invalid:
                continue
        for day in range(12):
            moment = at("2026-04-13 00:01") + timedelta(days=day)
            db.session.rollback()
            job.keep_covers(moment)
            assert not queries.wrongly_covered(moment)
            for row in db.session.scalars(select(Ticket).execution_options(populate_existing=True)):
                gone = away.absence_of(cast.igor.id, moment) is not None
                assert gone or row.cover is None
                if row.cover is not None:
                    assert row.cover.active and row.department_id in row.cover.serves
                    assert row.cover_id not in (row.requester_id, row.assignee_id)
                    assert away.absence_of(row.cover_id, moment) is None
