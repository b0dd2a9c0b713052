"""A digest on the administrator's page of mails: never a word about a ticket that the reader may not see."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from servicedesk.jobs.promises import deliver_alerts, look_at_clocks
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.people import actions as people
from servicedesk.tickets.models import Ticket
from tests.build import open_ticket
from tests.cast import at, by, department


def digest_after(when):
    look_at_clocks(at(when))
    assert deliver_alerts(at(when)) == 1
    return db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "promises_digest")).one().id


def make_confidential(ticket):
    with transaction():
        db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(confidential=True))


@pytest.fixture
def hidden(cast):
    """The digest of HR's lead about two confidential requests."""
    with transaction():
        lead = people.add_person(
            by(None, "2026-04-01 09:00"), email="hanna@example.com", name="Hanna", department=department("hr")
        )
        people.grant(by(None, "2026-04-01 09:00"), lead, "lead", department("hr"))
    for _ in range(2):
        open_ticket(cast.maria, "hr.trouble", subject="SECRET")
    return digest_after("2026-04-07 15:00")


def rows(client):
    page = client.get("/admin/mail").text
    return page.count("warnings and breaches")


def test_an_administrator_reads_the_lines_about_tickets_they_may_see(client, adam, maria):
    first, second = open_ticket(maria, subject="First thing"), open_ticket(maria, subject="Second thing")
    number = digest_after("2026-04-06 13:01")
    client.sign_in(adam)
    page = client.get(f"/admin/mail/{number}").text
    assert "2 promises are due soon" in page
    make_confidential(second)
    page = client.get(f"/admin/mail/{number}").text
    assert f"Due soon (first reply): request #{first.id}" in page
    assert "Second thing" not in page and f"#{second.id}" not in page
    assert "Second thing" not in client.get(f"/admin/mail/{number}/html").text
    make_confidential(first)
    assert client.get(f"/admin/mail/{number}").status_code == 404


def test_a_digest_of_one_disappears_with_its_ticket(client, adam, maria):
    ticket = open_ticket(maria)
    number = digest_after("2026-04-06 13:01")
    client.sign_in(adam)
    assert rows(client) == 1
    make_confidential(ticket)
    assert rows(client) == 0
    assert client.get(f"/admin/mail/{number}").status_code == 404


def test_a_digest_of_confidential_requests_alone_is_not_even_listed(client, adam, hidden):
    client.sign_in(adam)
    assert rows(client) == 0
    assert client.get(f"/admin/mail/{hidden}").status_code == 404
    assert client.get(f"/admin/mail/{hidden}/html").status_code == 404


def test_whoever_it_was_written_to_reads_all_of_it(client, adam, hidden):
    with transaction():
        db.session.execute(update(OutgoingMail).where(OutgoingMail.id == hidden).values(to_address=adam.email))
    client.sign_in(adam)
    assert rows(client) == 1
    assert "2 promises are due soon" in client.get(f"/admin/mail/{hidden}").text


def test_a_line_about_many_promises_leads_to_the_queue(client, maria, igor):
    for _ in range(6):
        open_ticket(maria)
    digest_after("2026-04-06 13:01")
    page = client.sign_in(igor).get("/notifications").text
    assert "Promises that need you: 6" in page and 'value="/queue"' in page
