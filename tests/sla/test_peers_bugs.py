"""What other desks got wrong, and what this one does. Each test names whose users told of it, and where.

IT works Mon-Fri 09:00-18:00 and promises a first reply in 4h, a reply in 9h, a resolution in 27h and a stay of 18h; urgent:
1h and 4h. HR works Mon-Thu 10:00-16:00 and promises five business days (cast.PROMISES). 2026-04-06 is a Monday.
"""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from servicedesk.audit.models import Entry
from servicedesk.jobs import promises as jobs
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.sla import actions as sla
from servicedesk.sla import queries
from servicedesk.sla.models import Policy
from servicedesk.sla.queries.lists import rows
from tests.build import (
    agree,
    all_clocks,
    assign,
    cancel,
    change_priority,
    clocks,
    close,
    hand_over,
    hold,
    note,
    open_ticket,
    reopen,
    reply,
    resolve,
    resume,
    switch_request_type,
)
from tests.cast import at, by, department, request_type

HOUR = 3600
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


@pytest.fixture
def ticket(maria):
    """Monday 10:00, with IT."""
    return open_ticket(maria)


def promise(when="2026-04-01 09:00", name="department=it", **targets):
    with transaction():
        sla.set_policy(by(None, when), name=name, department_id=department("it").id, targets=targets)


def reads(ticket, metric, when):
    return queries.current(clocks(ticket)[metric], at(when))


def stays(ticket):
    return [clock for clock in all_clocks(ticket) if clock.metric == "stay"]


def letters(ticket):
    return [clock for clock in all_clocks(ticket) if clock.metric == "reply"]


def told(what):
    return db.session.scalar(select(func.count()).select_from(Entry).where(Entry.what == what))


# Which clock runs, and what keeps a promise


def test_a_shorter_reply_promise_does_not_touch_the_first_reply(maria):
    """Zammad 5177: a shorter target for updates took the place of the one for the first response."""
    promise(first_reply="4h", reply="30m")
    ticket = open_ticket(maria)
    assert clocks(ticket)["first_reply"].due_at == at("2026-04-06 14:00")
    assert letters(ticket) == []


def test_what_is_answered_does_not_break(ticket, igor, maria):
    """Zammad 3140: tickets escalated although the agent had answered. osTicket 1684: overdue in spite of the answer."""
    reply(ticket, igor, "2026-04-06 11:00")
    reply(ticket, maria, "2026-04-06 12:00")
    reply(ticket, igor, "2026-04-06 13:00")
    jobs.look_at_clocks(at("2026-04-08 09:00"))
    assert [clock.state for clock in letters(ticket)] == ["met"]
    assert clocks(ticket)["first_reply"].state == "met"
    assert reads(ticket, "first_reply", "2026-04-08 09:00").state == "met"


def test_a_letter_typed_on_the_page_starts_a_clock(maria, igor, client):
    """Zammad 1322: an answer of the customer typed in the portal started no clock, so promises were missed unseen."""
    moment = now()
    ticket = open_ticket(maria, when=moment)
    reply(ticket, igor, moment)
    answer = client.sign_in(maria).post(f"/tickets/{ticket.id}/messages", data={"text": "It is silent again."})
    assert answer.status_code in (302, 303)
    assert [clock.open for clock in letters(ticket)] == [True]


def test_answering_and_waiting_in_one_step_is_an_answer(ticket, igor):
    """Zammad 3551: a reply sent together with "pending" lost the record of the first response."""
    reply(ticket, igor, "2026-04-06 13:00")
    hold(ticket, igor, "2026-04-06 13:00")
    clock = clocks(ticket)["first_reply"]
    assert (clock.state, clock.stopped_at) == ("met", at("2026-04-06 13:00"))


def test_a_status_click_does_not_keep_the_first_reply(ticket, igor):
    """Frappe Helpdesk, hd_ticket: pausing or resolving without a word counted as the first response."""
    hold(ticket, igor, "2026-04-06 11:00")
    resume(ticket, igor, "2026-04-06 12:00")
    assign(ticket, igor, "2026-04-06 12:30", igor)
    assert clocks(ticket)["first_reply"].state == "running"


def test_only_what_the_requester_can_read_is_an_answer(ticket, igor):
    """Zammad 1620: whether a note counts as an answer was a matter of the console; a public one did not."""
    note(ticket, igor, "2026-04-06 11:00")
    assert clocks(ticket)["first_reply"].state == "running"
    reply(ticket, igor, "2026-04-06 12:00")
    assert clocks(ticket)["first_reply"].state == "met"


def test_asking_again_and_again_postpones_nothing(ticket, igor, maria):
    """Zammad, setting of the last contact: who kept asking moved the deadline of the answer."""
    reply(ticket, igor, "2026-04-06 11:00")
    for when in ("2026-04-06 12:00", "2026-04-06 15:00", "2026-04-07 10:00"):
        reply(ticket, maria, when)
    (letter,) = letters(ticket)
    assert (letter.started_at, letter.due_at) == (at("2026-04-06 12:00"), at("2026-04-07 12:00"))


def test_a_request_filed_for_somebody_runs_from_their_word_and_is_answered_by_staff(maria, igor):
    """fivetran dbt_zendesk 273: requests that staff opened for others counted as never answered."""
    ticket = open_ticket(maria, when="2026-04-06 12:00", asked_at=at("2026-04-06 09:30"), registrar=igor)
    assert clocks(ticket)["first_reply"].due_at == at("2026-04-06 13:30")
    reply(ticket, igor, "2026-04-06 12:30")
    assert clocks(ticket)["first_reply"].state == "met"
    assert letters(ticket) == []


def test_a_desk_may_promise_nothing(maria):
    """Frappe Helpdesk 1598: no ticket without an SLA, so people promised a year."""
    with transaction():
        for name in db.session.scalars(select(Policy.name)).all():
            sla.withdraw_policy(by(None, "2026-04-01 09:00"), name)
    assert all_clocks(open_ticket(maria)) == []


# Departments


def test_the_clock_of_the_former_department_stops_when_the_ticket_moves(ticket, igor):
    """Zammad 5624: the former group's clock ran on."""
    hand_over(ticket, igor, "2026-04-06 13:00", "hr")
    (stay,) = stays(ticket)
    assert (stay.state, stay.open, stay.elapsed_seconds) == ("met", False, 3 * HOUR)
    jobs.look_at_clocks(at("2026-04-20 09:00"))
    assert stays(ticket)[0].breached_at is None


def test_the_next_department_gets_a_term_of_its_own(maria, anna):
    """GLPI 1911: the second group inherited a deadline that the first had used up."""
    ticket = open_ticket(maria, "hr.certificate")
    hand_over(ticket, anna, "2026-04-09 15:00", "it")
    (stay,) = stays(ticket)
    assert (stay.elapsed_seconds, stay.target, stay.due_at) == (0, "18h", at("2026-04-13 15:00"))


def test_who_handed_over_late_is_named_and_not_who_holds_it_now(ticket, igor, anna):
    """Frappe Helpdesk 1895: without a clock for each line the last holder was blamed for the late hand-over."""
    hand_over(ticket, igor, "2026-04-09 12:00", "hr")
    hand_over(ticket, anna, "2026-04-09 13:00", "it")
    resolve(ticket, igor, "2026-04-09 15:00")
    first, second = stays(ticket)
    assert (first.state, first.breached_at, second.state) == ("breached", at("2026-04-08 10:00"), "met")


def test_promise_and_hours_follow_the_department(maria, igor):
    """osTicket 1.7 606: after a transfer the ticket kept the plan of the department it came from."""
    with transaction():
        sla.set_policy(
            by(None, "2026-04-01 09:00"), name="stay with HR", department_id=department("hr").id, targets={"stay": "3h"}
        )
    ticket = open_ticket(maria)
    hand_over(ticket, igor, "2026-04-06 15:00", "hr")
    stay = stays(ticket)[-1]
    assert (stay.target, stay.department_id, stay.due_at) == ("3h", department("hr").id, at("2026-04-07 12:00"))


def test_a_colleague_who_takes_part_restarts_nothing(ticket, igor, olga):
    """GLPI 14423: the internal clock began anew when a technician joined."""
    assign(ticket, igor, "2026-04-06 11:00", igor)
    assign(ticket, olga, "2026-04-06 15:00", olga)
    assert clocks(ticket)["stay"].due_at == at("2026-04-08 10:00")


# Pauses


def test_a_pause_survives_another_priority(ticket, igor):
    """GLPI 6902 and 15605: waiting time was lost when a priority brought another SLA."""
    hold(ticket, igor, "2026-04-06 11:00")
    resume(ticket, igor, "2026-04-06 17:00")
    change_priority(ticket, igor, "2026-04-06 17:30", "urgent")
    clock = clocks(ticket)["resolution"]
    assert (clock.target, clock.elapsed_seconds, clock.paused_seconds) == ("4h", 1.5 * HOUR, 6 * HOUR)
    assert clock.due_at == at("2026-04-07 11:00")


@pytest.mark.parametrize("target", ["27h", "3bd"])
def test_a_pause_over_a_weekend_gives_its_working_time_back_and_no_more(maria, igor, target):
    """GLPI 10594: a weekend on hold credited too much to targets in days."""
    promise(resolution=target)
    ticket = open_ticket(maria, when="2026-04-10 09:00")
    before = clocks(ticket)["resolution"].due_at
    hold(ticket, igor, "2026-04-10 17:00")
    resume(ticket, igor, "2026-04-13 10:00")
    clock = clocks(ticket)["resolution"]
    hours = queries.engine_calendar(clock.calendar_version_id)
    assert clock.paused_seconds == hours.between(before, clock.due_at) == 2 * HOUR


def test_an_agreed_date_stays_where_it_is_while_waiting(ticket, igor, maria):
    """GLPI 17186: a deadline agreed by hand moved by itself when the ticket was pending."""
    agree(ticket, igor, maria, "2026-04-06 11:00", "2026-04-08 15:00")
    hold(ticket, igor, "2026-04-06 12:00")
    assert clocks(ticket)["resolution"].due_at == at("2026-04-08 15:00")
    resume(ticket, igor, "2026-04-08 12:00")
    assert clocks(ticket)["resolution"].due_at == at("2026-04-08 15:00")


def test_an_agreed_date_does_not_move_by_what_happened_before_it_was_agreed_on(maria, boris):
    """The same, where nothing was promised until then and the ticket had been resolved once."""
    with transaction():
        sla.withdraw_policy(by(None, "2026-04-01 09:00"), "company")
    ticket = open_ticket(maria, "sales")
    resolve(ticket, boris, "2026-04-06 11:00")
    reopen(ticket, maria, "2026-04-06 15:00")
    agree(ticket, boris, maria, "2026-04-06 16:00", "2026-04-08 15:00")
    clock = clocks(ticket)["resolution"]
    assert (clock.state, clock.due_at, clock.elapsed_seconds) == ("running", at("2026-04-08 15:00"), 2 * HOUR)


def test_time_on_hold_is_not_counted_when_it_ends_in_a_resolution(maria, igor):
    """Frappe Helpdesk 3776: from paused to resolved in one step, half a year on hold became time of resolution."""
    ticket = open_ticket(maria, when="2026-02-02 10:00")
    hold(ticket, igor, "2026-02-02 12:00")
    resolve(ticket, igor, "2026-08-03 12:00")
    clock = clocks(ticket)["resolution"]
    assert (clock.state, clock.elapsed_seconds) == ("met", 2 * HOUR)


def test_the_clock_stands_still_while_the_requester_is_waited_for(ticket, igor, maria):
    """osTicket 3034, asked for since 2016: time went on while the department waited for the requester."""
    reply(ticket, igor, "2026-04-06 12:00", "Which printer is it?")
    hold(ticket, igor, "2026-04-06 12:00")
    jobs.look_at_clocks(at("2026-04-20 12:00"))
    assert clocks(ticket)["resolution"].breached_at is None
    reply(ticket, maria, "2026-04-20 12:00", "The one by the door.")
    assert reads(ticket, "resolution", "2026-04-20 13:00").elapsed_seconds == 3 * HOUR


def test_a_due_date_is_back_after_the_pause(ticket, igor):
    """Zammad: past pauses are cut out by replaying the history of states; here they are cut out once, of both promises."""
    hold(ticket, igor, "2026-04-06 12:00")
    assert (clocks(ticket)["resolution"].due_at, clocks(ticket)["stay"].due_at) == (None, None)
    resume(ticket, igor, "2026-04-06 14:00")
    assert (clocks(ticket)["resolution"].due_at, clocks(ticket)["stay"].due_at) == (
        at("2026-04-09 12:00"),
        at("2026-04-08 12:00"),
    )


def test_night_is_not_called_a_pause(ticket):
    """Jira Service Management: outside hours the clock says "paused", which misleads agents."""
    reading = reads(ticket, "resolution", "2026-04-06 23:00")
    assert (reading.state, reading.elapsed_seconds, reading.paused_seconds) == ("running", 8 * HOUR, 0)


# Reopening


def test_time_in_which_it_was_resolved_is_neither_work_nor_pause(ticket, igor, maria):
    """GLPI 9267: time while closed was charged after a reopening. GLPI 23359: it shows up as pending."""
    resolve(ticket, igor, "2026-04-06 16:00")
    close(ticket, maria, "2026-04-06 17:00")
    reopen(ticket, maria, "2026-04-20 10:00")
    reading = reads(ticket, "resolution", "2026-04-20 11:00")
    assert (reading.state, reading.elapsed_seconds, reading.paused_seconds) == ("running", 7 * HOUR, 0)


def test_a_reopening_goes_on_with_the_same_clock(ticket, igor, maria):
    """Znuny: the first close ends the solution clock for good. Jira: each reopening is another cycle with a verdict.
    osTicket: a reopened ticket gets a full new term."""
    resolve(ticket, igor, "2026-04-06 16:00")
    reopen(ticket, maria, "2026-04-07 10:00")
    found = [clock for clock in all_clocks(ticket) if clock.metric == "resolution"]
    assert [(clock.state, clock.elapsed_seconds, clock.due_at) for clock in found] == [
        ("running", 6 * HOUR, at("2026-04-09 13:00"))
    ]


# Priority, type, rules


def test_another_priority_keeps_the_clock_and_what_it_has_counted(ticket, igor):
    """ServiceNow: a change of priority cancels the task SLA and starts another from nothing."""
    change_priority(ticket, igor, "2026-04-06 12:00", "urgent")
    found = [clock for clock in all_clocks(ticket) if clock.metric == "resolution"]
    assert [(clock.state, clock.elapsed_seconds, clock.due_at) for clock in found] == [
        ("running", 2 * HOUR, at("2026-04-06 14:00"))
    ]


def test_a_promise_that_comes_later_knows_the_pauses_and_breaks_nobodys_word(maria, anna):
    """ServiceNow: a retroactive start without retroactive pause attaches an SLA that has breached, with a flood of mails."""
    with transaction():
        sla.set_policy(
            by(None, "2026-04-01 09:00"), name="trouble", request_type_id=request_type("hr.trouble").id,
            targets={"resolution": "3h", "first_reply": "1bd"},
        )  # fmt: skip
        sla.withdraw_policy(by(None, "2026-04-01 09:00"), "department=hr")
        sla.withdraw_policy(by(None, "2026-04-01 09:00"), "company")
    ticket = open_ticket(maria, "hr.certificate")
    reply(ticket, anna, "2026-04-06 10:30")
    hold(ticket, anna, "2026-04-06 11:00")
    resume(ticket, anna, "2026-04-08 11:00")
    resolve(ticket, anna, "2026-04-08 11:30")
    reopen(ticket, maria, "2026-04-09 11:30")
    assert "resolution" not in clocks(ticket)
    switch_request_type(ticket, anna, "2026-04-09 12:00", "hr.trouble")
    clock = clocks(ticket)["resolution"]
    assert (clock.state, clock.elapsed_seconds, clock.due_at) == ("running", 2 * HOUR, at("2026-04-09 13:00"))
    assert told("ClockBreached") == 0


def test_an_edited_promise_is_for_new_tickets_until_a_lead_applies_it(ticket, maria):
    """Frappe Helpdesk 2214: edited times were not seen on tickets, and nobody could tell why. Zammad: every edit rebuilds
    all open tickets in silence."""
    promise("2026-04-06 11:00", first_reply="1h", resolution="9h")
    assert (clocks(ticket)["resolution"].target, clocks(ticket)["resolution"].due_at) == ("27h", at("2026-04-09 10:00"))
    assert clocks(open_ticket(maria, when="2026-04-06 12:00"))["resolution"].target == "9h"


def test_counting_again_judges_nobody_by_new_rules(ticket, igor):
    """Jira: reconstructing rebuilds everything under the new goals and turns kept promises into breaches."""
    resolve(ticket, igor, "2026-04-07 10:00")
    promise("2026-04-07 11:00", first_reply="1m", resolution="1m", stay="1m")
    with transaction():
        assert sla.rebuild(by(None, "2026-04-08 09:00", "cli"), [ticket.id]) == []
    assert {clock.metric: clock.state for clock in all_clocks(ticket)}["resolution"] == "met"


def test_a_promise_that_goes_raises_no_alarm_any_more(maria, igor):
    """Zammad 4353: tickets stayed escalated and alerts kept coming after the SLA was turned off."""
    with transaction():
        sla.set_policy(
            by(None, "2026-04-01 09:00"), name="urgent only", priority="urgent", department_id=department("sales").id,
            targets={"first_reply": "2h", "stay": "2h"},
        )  # fmt: skip
    ticket = open_ticket(maria, when="2026-04-06 10:00", priority="urgent")
    hand_over(ticket, igor, "2026-04-06 10:30", "sales")
    with transaction():
        sla.withdraw_policy(by(None, "2026-04-06 10:40"), "urgent only")
    cancel(ticket, maria, "2026-04-06 11:00")
    assert {clock.next_look_at for clock in all_clocks(ticket)} == {None}
    assert jobs.look_at_clocks(at("2026-04-20 12:00")) == 0
    assert told("ClockBreached") == 0
    assert "stay" not in clocks(open_ticket(maria, "sales.offer", when="2026-04-06 12:00", priority="urgent"))


# Breaches


def test_a_breach_stays_after_all_is_over(ticket, igor, maria, olga):
    """osTicket 4078 and its clearOverdue: facts about being overdue went when the ticket was closed."""
    resolve(ticket, igor, "2026-04-10 12:00")
    close(ticket, maria, "2026-04-10 13:00")
    clock = clocks(ticket)["resolution"]
    assert (clock.state, clock.breached_at, clock.due_at) == (
        "breached",
        at("2026-04-09 10:00"),
        at("2026-04-09 10:00"),
    )


def test_a_breach_shows_at_once_though_no_worker_has_looked(ticket):
    """Frappe Helpdesk: flags are refreshed hourly, so a breach shows up to an hour late."""
    (row,) = rows([ticket], at("2026-04-06 14:00:01"))
    assert next(r.state for r in row.clocks if r.clock.metric == "first_reply") == "breached"
    assert clocks(ticket)["first_reply"].state == "running"


def test_a_due_moment_is_the_same_for_every_reader(ticket, maria, api):
    """Frappe Helpdesk 3776: deadlines read in the viewer's zone showed a false "failed"."""
    clock = clocks(ticket)["first_reply"]
    shown = api.as_person(maria).get(f"/api/v1/tickets/{ticket.id}").get_json()
    due = {row["due_at"] for row in shown["clocks"] if row["metric"] == "first_reply"}
    assert due == {"2026-04-06T11:00:00Z"}
    assert clock.due_at == at("2026-04-06 14:00")


def test_a_warning_tells_what_is_true_when_it_is_sent(ticket):
    """ServiceNow: the percent in a mail is the last one stored, not the present one."""
    jobs.look_at_clocks(at("2026-04-06 13:50"))
    entry = db.session.scalars(select(Entry).where(Entry.what == "ClockWarned")).one()
    assert entry.data["percent"] == 90


# Working hours


def test_hours_and_holidays_are_counted_and_not_days_on_the_wall(maria):
    """osTicket 1168, 2131, 4166, 4969: five years of asking for office hours. Chatwoot 13392: wall-clock deadlines."""
    ticket = open_ticket(maria, when="2026-04-30 16:00")
    # The eve of the holiday ends at 17:00, Friday is the first of May.
    assert clocks(ticket)["first_reply"].due_at == at("2026-05-04 12:00")


def test_a_day_has_a_lunch_break(maria):
    """Frappe Helpdesk 2212, Chatwoot 14009: one interval a day, no lunch break."""
    with transaction():
        lunch = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in WORKDAYS}
        sla.set_calendar(by(None, "2026-04-01 09:00"), key="office", timezone="Europe/Moscow", week=lunch)
    assert clocks(open_ticket(maria, when="2026-04-06 12:00"))["first_reply"].due_at == at("2026-04-06 17:00")


def test_nothing_goes_off_when_a_ticket_is_filed_at_night(maria):
    """GLPI 15429: escalations fired at creation with any calendar but round the clock."""
    ticket = open_ticket(maria, when="2026-04-11 23:00")
    jobs.look_at_clocks(at("2026-04-11 23:01"))
    jobs.look_at_clocks(at("2026-04-13 09:00"))
    assert (told("ClockWarned"), told("ClockBreached"), told("ClockEscalated")) == (0, 0, 0)
    assert clocks(ticket)["first_reply"].next_look_at == at("2026-04-13 12:00")


def test_three_business_days_are_three_days_at_work(maria):
    """ServiceNow: a day is 24 hours, so it lasts three days on a schedule of eight."""
    promise(resolution="3bd")
    assert clocks(open_ticket(maria, when="2026-04-09 12:00"))["resolution"].due_at == at("2026-04-14 18:00")


def test_nobody_is_woken_at_night_or_at_the_weekend(maria, igor):
    """Zammad 4432 and 2157: reminders of escalations at midnight and on Saturdays."""
    open_ticket(maria, when="2026-04-10 17:00")
    promise("2026-04-10 17:00", first_reply="24h wall")
    open_ticket(maria, when="2026-04-10 17:30")

    def run(when):
        jobs.look_at_clocks(at(when))
        jobs.deliver_alerts(at(when))
        query = select(OutgoingMail.to_address).where(OutgoingMail.template == "promises_digest")
        return set(db.session.scalars(query))

    assert run("2026-04-11 18:00") == set()
    assert run("2026-04-12 00:00") == set()
    assert run("2026-04-13 09:00:01") == {igor.email}


def test_a_stranger_speaks_for_nobody(ticket, stranger):
    """RT: whoever is not the requester counts as staff unless told otherwise."""
    with pytest.raises(NotFound):
        reply(ticket, stranger, "2026-04-06 11:00")
    assert clocks(ticket)["first_reply"].state == "running"
