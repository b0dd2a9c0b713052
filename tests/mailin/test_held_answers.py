"""Answers for a department that nothing proves: they wait, nobody's clock moves, and their author is told."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.letters.models import ReceivedMail
from servicedesk.mailin import receiving
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.tickets.models import Ticket
from tests.build import clocks, open_ticket
from tests.cast import at, department
from tests.mailin.letters import arrive, letter, messages, row, settings, thread, token

pytestmark = pytest.mark.usefixtures("mail")

IGOR = "Igor <igor@example.com>"
PASS = "dmarc=pass header.from=example.com"
LATER = "2026-04-06 12:00"
HELD = ("quarantined", "unproven", None)


def held_mails():
    return db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.template == "answer_held").order_by(OutgoingMail.id)
    ).all()


def bells(person):
    return db.session.scalars(
        select(Notice.ticket_id).where(Notice.person_id == person.id, Notice.kind == "answer_held")
    ).all()


def fate(received):
    return received.outcome, received.why, received.ticket_id


@pytest.mark.parametrize(
    ("proofs", "vouched"),
    [
        ({"authentication": PASS, "to": "it@example.com", "referring": True}, True),
        ({"authentication": PASS, "to": "it@example.com", "tagged": True}, True),
        ({"authentication": "none"}, False),
        ({}, False),
    ],
)
def test_it_waits_and_its_author_is_told_why(maria, igor, proofs, vouched):
    ticket = open_ticket(maria)
    more = {"References": thread(ticket)} if proofs.get("referring") else {}
    subject = f"Re: request #{ticket.id}" if proofs.get("tagged") else "Re: your request"
    raw = letter(
        IGOR, to=proofs.get("to", token(ticket)), subject=subject, text="On my way.",
        authentication=proofs.get("authentication"), **{"Message-ID": "<answer.1@example.com>"} | more,
    )  # fmt: skip
    received = arrive(raw)
    assert fate(received) == HELD
    assert row(received).related_ticket_id == ticket.id
    assert messages(ticket) == []
    assert clocks(ticket)["first_reply"].state == "running"
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 1
    assert bells(igor) == [ticket.id]
    (mail,) = held_mails()
    assert (mail.to_address, mail.facts["vouched"], mail.facts["answers_message_id"]) == (
        "igor@example.com",
        vouched,
        "answer.1@example.com",
    )


def test_by_mail_only_at_the_rate_of_automatic_answers(maria, igor):
    ticket = open_ticket(maria)
    for moment in ("2026-04-06 11:00", "2026-04-06 11:10", "2026-04-06 12:30"):
        arrive(letter(IGOR, to=token(ticket)), moment, moment)
    assert len(bells(igor)) == 3
    assert [mail.queued_at for mail in held_mails()] == [at("2026-04-06 11:00"), at("2026-04-06 12:30")]


def test_whom_our_server_contradicts_is_not_written_to(maria, igor):
    ticket = open_ticket(maria)
    received = arrive(letter(IGOR, to=token(ticket), authentication="dmarc=fail header.from=example.com"))
    assert received.why == "spoofed"
    assert (bells(igor), held_mails()) == ([], [])


def test_delivered_after_all_it_is_the_department_s_answer(maria, igor, adam):
    ticket = open_ticket(maria)
    waiting = arrive(letter(IGOR, to=token(ticket), text="On my way."))
    assert fate(receiving.release(adam, waiting.id, at(LATER))) == ("replied", "address", ticket.id)
    said = messages(ticket)[-1]
    assert (said.side, said.author_id) == ("supplier", igor.id)
    assert clocks(ticket)["first_reply"].state == "met"
    assert len(held_mails()) == 1


def test_nobody_of_the_department_can_deliver_it_themselves(maria, igor):
    waiting = arrive(letter(IGOR, to=token(open_ticket(maria))))
    with pytest.raises(NotFound):
        receiving.release(igor, waiting.id, at(LATER))


def test_a_number_in_a_letter_to_another_department_asks_for_something_new(maria):
    """What IT needs of HR for a request of its own is no answer to that request."""
    with transaction():
        department("hr").email = "hr@example.com"
    ticket = open_ticket(maria)
    raw = letter(IGOR, to="hr@example.com", subject=f"A pass for a workman, see #{ticket.id}", authentication=PASS)
    received = arrive(raw, mailbox=None)
    assert received.outcome == "opened"
    assert db.session.get_one(Ticket, received.ticket_id).department.key == "hr"


def test_without_a_server_that_vouches_every_answer_of_a_department_waits(maria, igor):
    ticket = open_ticket(maria)
    with settings(mail_authserv_id=None):
        assert fate(arrive(letter(IGOR, to=token(ticket), authentication=PASS))) == HELD
    assert db.session.scalars(select(ReceivedMail.verified)).all() == ["none"]
