"""Letters about a request that is there: answers, thanks, automatic answers, reports of what did not arrive."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.actions.bouncing import count_bounce
from servicedesk.mailout.models import BouncedAddress, OutgoingMail
from servicedesk.mailout.references import message_id
from servicedesk.sla.queries import clocks_of
from servicedesk.tickets import queries as ticket_rows
from tests.build import close, hold, open_ticket, reply, resolve
from tests.cast import at, by
from tests.mailin.letters import (
    LATER,
    PASS,
    REPORT,
    arrive,
    count,
    letter,
    mails,
    messages,
    row,
    thread,
    ticket_of,
    token,
)

pytestmark = pytest.mark.usefixtures("mail")


# Answers to requests


def test_an_answer_becomes_a_message_at_the_moment_when_it_came(maria, igor):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-06 11:00")
    text = "It is the left one.\n\nOn Mon, 6 Apr 2026 at 11:00, Desk <desk@example.com> wrote:\n> Which one?\n"
    received = arrive(letter(to=token(ticket), text=text), "2026-04-07 11:50", LATER)
    message = messages(ticket)[-1]
    assert (received.outcome, received.why, received.ticket_id) == ("replied", "address", ticket.id)
    assert (message.text, message.side, message.created_at) == (
        "It is the left one.",
        "requester",
        at("2026-04-07 11:50"),
    )
    (clock,) = [one for one in clocks_of([ticket.id])[ticket.id] if one.metric == "reply"]
    assert clock.started_at == at("2026-04-07 11:50")
    assert row(received).message_id == message.id


def test_files_of_an_answer_are_the_message_s(maria):
    ticket = open_ticket(maria)
    arrive(letter(to=token(ticket), files=[("log.txt", b"Line after line.")]), LATER, LATER)
    (attached,) = ticket_rows.attachments(ticket.id, with_notes=False)
    assert attached.message_id == messages(ticket)[-1].id


def test_an_answer_by_reference_and_one_by_number(maria):
    ticket = open_ticket(maria)
    by_reference = arrive(letter(In_Reply_To=thread(ticket), References=thread(ticket)), LATER, LATER)
    by_number = arrive(letter(subject=f"Re: Request #{ticket.id} received", authentication="dmarc=pass"), LATER, LATER)
    assert [one.why for one in (by_reference, by_number)] == ["reference", "tag"]
    assert len(messages(ticket)) == 2


def test_an_answer_is_never_before_what_happened_since(maria, igor):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-07 11:55")
    arrive(letter(to=token(ticket)), "2026-04-07 11:00", LATER)
    assert messages(ticket)[-1].created_at == at("2026-04-07 11:55")


def test_an_answer_ends_a_hold_and_reopens_what_is_resolved(maria, igor):
    ticket, done = open_ticket(maria), open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00")
    resolve(done, igor, "2026-04-06 11:00")
    arrive(letter(to=token(ticket)), LATER, LATER)
    arrive(letter(to=token(done), text="It is silent again."), LATER, LATER)
    assert (ticket.status, done.status, done.reopen_count) == ("new", "open", 1)


def test_what_was_closed_lately_is_reopened_and_what_was_closed_long_ago_is_not(maria, igor):
    lately, long_ago = open_ticket(maria), open_ticket(maria)
    for ticket in (lately, long_ago):
        resolve(ticket, igor, "2026-04-06 11:00")
        close(ticket, maria, "2026-04-06 12:00")
    assert (
        arrive(letter(to=token(lately), text="Broken again!"), "2026-05-06 12:00", "2026-05-06 12:00").outcome
        == "replied"
    )
    assert lately.status == "open"
    received = arrive(letter(to=token(long_ago), text="Broken again!"), "2026-05-06 12:01", "2026-05-06 12:01")
    assert (received.outcome, received.why, row(received).related_ticket_id) == ("opened", "ended", long_ago.id)
    assert ticket_of(received).department_id == long_ago.department_id


def test_thanks_reopen_nothing(maria, igor):
    ticket = open_ticket(maria)
    resolve(ticket, igor, "2026-04-06 11:00")
    received = arrive(letter(to=token(ticket), text="Thank you very much!"), LATER, LATER)
    assert (received.outcome, ticket.status, messages(ticket)[-1].thanks) == ("thanked", "resolved", True)
    with_file = letter(to=token(ticket), text="Thank you very much!", files=[("log.txt", b"It failed again.")])
    assert arrive(with_file, LATER, LATER).outcome == "replied"


def test_an_agent_answers_by_mail_and_the_clock_stops_when_the_letter_came(maria, igor):
    ticket = open_ticket(maria)
    raw = letter("Igor <igor@example.com>", to=token(ticket), text="On my way.", authentication=PASS)
    received = arrive(raw, "2026-04-06 13:59", "2026-04-06 14:30")
    clocks = {clock.metric: clock for clock in clocks_of([ticket.id])[ticket.id]}
    assert (received.outcome, messages(ticket)[-1].side, messages(ticket)[-1].author_id) == (
        "replied",
        "supplier",
        igor.id,
    )
    assert (clocks["first_reply"].state, clocks["first_reply"].stopped_at) == ("met", at("2026-04-06 13:59"))
    assert row(received).verified == "pass"


def test_a_promise_that_was_seen_broken_stays_broken(maria, igor):
    from servicedesk.jobs import promises

    ticket = open_ticket(maria)
    promises.look_at_clocks(at("2026-04-06 14:01"))
    raw = letter("Igor <igor@example.com>", to=token(ticket), text="On my way.", authentication=PASS)
    arrive(raw, "2026-04-06 13:59", "2026-04-06 14:30")
    clocks = {clock.metric: clock for clock in clocks_of([ticket.id])[ticket.id]}
    assert clocks["first_reply"].breached_at == at("2026-04-06 14:00")
    assert clocks["first_reply"].stopped_at == at("2026-04-06 14:01")


# Reports and automatic answers


def test_an_automatic_answer_is_a_line_of_the_history_and_nothing_else(maria, igor):
    ticket = open_ticket(maria)
    resolve(ticket, igor, "2026-04-06 11:00")
    before = count(OutgoingMail)
    received = arrive(letter(to=token(ticket), subject="I am away", Auto_Submitted="auto-replied"), LATER, LATER)
    assert (received.outcome, received.ticket_id, ticket.status) == ("noted", ticket.id, "resolved")
    assert len(messages(ticket)) == 1
    assert count(OutgoingMail) == before
    (entry,) = db.session.scalars(select(Entry).where(Entry.what == "AnswerNoted"))
    assert (entry.subject_id, entry.data["letter_id"], entry.data["person_id"]) == (ticket.id, received.id, maria.id)


def test_a_report_marks_the_mail_it_is_about(mail, maria):
    from servicedesk.mailout import addresses

    ticket = open_ticket(maria)
    (sent,) = mails("request_received")
    to = addresses.bounce_address("desk@example.com", sent.id, mail.secret_key)
    received = arrive(REPORT.format(to=to).encode(), LATER, LATER)
    assert (received.outcome, received.why, received.ticket_id) == ("bounced", "report", None)
    assert (sent.state, ticket.status, messages(ticket)) == ("bounced", "new", [])
    assert [one.address for one in db.session.scalars(select(BouncedAddress))] == ["maria@example.com"]


@pytest.mark.parametrize("envelope", ["<>", "<maria@example.com>"])
def test_who_is_away_is_still_reached(mail, maria, envelope):
    """Programs that answer for somebody write to the sender of the envelope (RFC 3834)."""
    from servicedesk.mailout import addresses

    open_ticket(maria)
    (sent,) = mails("request_received")
    to = addresses.bounce_address("desk@example.com", sent.id, mail.secret_key)
    away = letter(
        to=to, subject="Out of office", text="Back on Monday.", Auto_Submitted="auto-replied", Return_Path=envelope
    )
    assert arrive(away, LATER, LATER).outcome == "logged"
    named = letter(to=to, Auto_Submitted="auto-replied", In_Reply_To=message_id(sent.id, "desk.test", mail.keys))
    assert arrive(named, LATER, LATER).outcome == "noted"
    assert (sent.state, count(BouncedAddress)) == ("queued", 0)


def test_a_report_that_anybody_could_have_written_marks_nothing(maria):
    open_ticket(maria)
    received = arrive(REPORT.format(to="it@example.com").encode(), LATER, LATER)
    assert (received.outcome, received.why) == ("bounced", "other_mail")
    assert count(BouncedAddress) == 0


def test_who_cannot_be_reached_gets_no_automatic_answer(maria):
    with transaction():
        count_bounce(by(None, "2026-04-06 09:00"), "maria@example.com", 1, "550")
    assert arrive(letter()).outcome == "opened"
    assert mails("request_received") == []
