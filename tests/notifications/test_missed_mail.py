"""A mail to a requester that does not arrive: whoever works on the request hears of it and reads it beside the message."""

from __future__ import annotations

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions as mailout
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from tests.build import assign, open_ticket, reply
from tests.cast import at


def returned(template, when):
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == template)).one()
    with transaction():
        mailout.mark_bounced(
            Stamp(None, at(when), "mail"),
            mail_id=mail.id,
            address="",
            status="5.1.1",
            permanent=None,
            diagnostic="unknown",
        )


def bells():
    rows = db.session.execute(select(Notice.person_id, Notice.ticket_id).where(Notice.kind == "mail_missed"))
    return [tuple(row) for row in rows]


def test_the_assignee_hears_that_the_answer_has_not_arrived(maria, igor):
    ticket = open_ticket(maria)
    assign(ticket, igor, "2026-04-06 10:30", igor)
    reply(ticket, igor, "2026-04-06 11:00")
    returned("reply", "2026-04-06 11:05")
    assert bells() == [(igor.id, ticket.id)]


def test_the_department_reads_it_in_the_conversation_and_the_requester_does_not(client, maria, igor):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-06 11:00")
    returned("reply", "2026-04-06 11:05")
    words = "A mail to the requester about this has not arrived"
    assert words in client.sign_in(igor).get(f"/tickets/{ticket.id}").text
    assert words not in client.sign_in(maria).get(f"/tickets/{ticket.id}").text
