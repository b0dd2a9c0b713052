"""Who sees which letter: administrators the log without what is confidential, leads what waits for their confidential department."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from config import Mailbox
from servicedesk.catalog import actions as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import access, actions, queries
from servicedesk.mailout import addresses
from servicedesk.mailout.models import OutgoingMail
from servicedesk.people import actions as people
from tests import build
from tests.cast import by, department
from tests.letters.rows import received
from tests.mailin.conftest import mail
from tests.mailin.letters import REPORT, arrive, letter, row, thread, token

__all__ = ["mail"]

BOXES = (
    Mailbox("desk", "imaps", "mail.example.com", 993, "desk", "secret"),
    Mailbox(
        "law", "imaps", "mail.example.com", 993, "law", "secret", department="legal", address="lawyers@example.com"
    ),
)


@pytest.fixture
def lena(app, cast):
    """Leads legal, where everything that can be asked for is confidential."""
    stamp = by(None, "2026-04-01 09:00")
    with transaction():
        catalog.add_request_type(stamp, department("legal"), key="legal.case", name={"en": "A case"}, confidential=True)
        person = people.add_person(
            stamp, email="lena@example.com", name="Lena", department=department("legal"), language="en"
        )
        people.grant(stamp, person, "lead", department("legal"))
    return person


def seen(person, boxes=BOXES):
    return {row.id for row in queries.page(access.log_of(person, boxes), queries.Filter()).items}


def test_an_administrator_sees_what_is_tied_to_nothing_confidential(cast, maria, adam):
    free, filed = received(), received("opened", ticket_id=build.open_ticket(maria).id)
    assert seen(adam) == {free.id, filed.id}


@pytest.mark.parametrize("column", ["ticket_id", "related_ticket_id"])
def test_a_letter_of_a_confidential_request_is_nowhere_for_an_administrator(cast, maria, adam, column):
    letter = received("quarantined", **{column: build.open_ticket(maria, "hr.trouble").id})
    assert seen(adam) == set()
    with pytest.raises(NotFound):
        access.letter_for(adam, letter.id, BOXES)


def test_neither_is_a_copy_of_such_a_letter(cast, maria, adam):
    received("opened", message_key="same@x", ticket_id=build.open_ticket(maria, "hr.trouble").id)
    received("duplicate", message_key="same@x")
    assert seen(adam) == set()


@pytest.mark.parametrize(
    "where",
    [
        {"mailbox": "law"},
        {"recipient": "lawyers@example.com"},
        {"recipient": "Lawyers+r17.0123@Example.com"},
    ],
)
def test_a_letter_to_a_confidential_department_is_its_leads_alone(lena, adam, olga, where):
    letter = received(**where)
    assert seen(adam) == set()
    assert seen(lena) == {letter.id}
    with pytest.raises(NotFound):
        seen(olga)


def test_the_address_of_the_department_itself_counts_too(lena, adam):
    with transaction():
        people.change_department(by(adam, "2026-04-01 10:00"), department("legal"), {"email": "legal@example.com"})
    letter = received(recipient="legal@example.com")
    assert (seen(adam), seen(lena)) == (set(), {letter.id})


def test_an_address_that_only_begins_alike_does_not(lena, adam):
    letter = received(recipient="lawyersclub@example.com")
    assert (seen(adam), seen(lena)) == ({letter.id}, set())


def test_a_lead_sees_what_can_be_decided_and_nothing_else(lena, maria):
    waits, refused = received(mailbox="law"), received("refused", mailbox="law")
    received("bounced", mailbox="law")
    received("opened", mailbox="law", ticket_id=build.open_ticket(maria, "legal.case").id)
    received(mailbox="desk")
    received(mailbox="law", related_ticket_id=build.open_ticket(maria, "hr.trouble").id)
    assert seen(lena) == {waits.id, refused.id}


def test_a_letter_is_left_once(cast, adam):
    letter = received()
    with transaction():
        actions.leave_undelivered(by(adam, "2026-04-06 12:00"), access.letter_for(adam, letter.id, BOXES, lock=True))
    assert (letter.left_by_id, queries.count_waiting(access.log_of(adam, BOXES))) == (adam.id, 0)
    with pytest.raises(Conflict), transaction():
        actions.leave_undelivered(by(adam, "2026-04-06 12:01"), letter)


def test_the_whole_letter_is_for_who_wrote_it_and_who_reads_notes(cast, maria, boris, igor, olga, adam):
    ticket = build.open_ticket(maria)
    hers = received("opened", ticket_id=ticket.id, person_id=maria.id)
    his = received("replied", ticket_id=ticket.id, person_id=igor.id)
    elsewhere = received("opened", ticket_id=build.open_ticket(maria).id, person_id=maria.id)

    def readable(person):
        found = set()
        for one in (hers, his, elsewhere):
            try:
                found.add(access.letter_of_ticket(person, ticket.id, one.id)[1].id)
            except NotFound:
                continue
        return found

    assert readable(maria) == {hers.id}
    for person in (igor, olga, adam):
        assert readable(person) == {hers.id, his.id}
    # Sees the request of his people, and no letters.
    assert readable(boris) == set()


def test_an_automatic_answer_is_not_the_requesters_to_read_where_somebody_else_sent_it(cast, maria, igor):
    ticket = build.open_ticket(maria)
    noted = received("noted", ticket_id=ticket.id)
    with pytest.raises(NotFound):
        access.letter_of_ticket(maria, ticket.id, noted.id)
    assert access.letter_of_ticket(igor, ticket.id, noted.id)[1].id == noted.id


# letters that bear the signs of a confidential request, whatever became of them


@pytest.fixture
def secret(cast, maria):
    return build.open_ticket(maria, "hr.trouble")


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize(
    "sender", ["me@home.example", "Boris <boris@example.com>", "Maria <maria@example.com>, x@home.example"]
)
def test_an_answer_to_a_confidential_request_is_hidden_though_its_sender_is_no_part_of_it(secret, adam, sender):
    raw = letter(sender, to=token(secret), text="My boss shouts again.")
    assert row(arrive(raw)).related_ticket_id == secret.id
    assert seen(adam) == set()
    by_reference = letter(sender, In_Reply_To=thread(secret))
    assert row(arrive(by_reference)).related_ticket_id == secret.id
    assert seen(adam) == set()


@pytest.mark.usefixtures("mail")
def test_a_sign_of_a_request_that_is_not_there_hides_nothing_and_stops_nothing(maria, adam):
    gone = SimpleNamespace(id=999_999)
    for raw in (letter(to=token(gone)), letter(to=token(gone), Auto_Submitted="auto-replied")):
        arrived = row(arrive(raw))
        assert arrived.related_ticket_id is None
        assert arrived.id in seen(adam)


@pytest.mark.usefixtures("mail")
def test_a_report_about_a_mail_of_a_confidential_request_is_hidden_with_it(app, secret, maria, adam):
    sent = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.facts["ticket_id"].as_integer() == secret.id)
    ).first()
    to = addresses.bounce_address("desk@example.com", sent.id, app.config["SETTINGS"].secret_key)
    assert row(arrive(REPORT.format(to=to).encode())).related_ticket_id == secret.id
    assert seen(adam) == set()


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize("sign", ["address", "reference", "place"])
def test_one_that_cannot_be_taken_apart_is_hidden_by_its_signs(secret, lena, adam, sign):
    with transaction():
        department("legal").email = "lawyers@example.com"
    headers = {"Cc": ", ".join(f"a{number}@home.example" for number in range(101))}
    to = {"address": token(secret), "place": "Law <Lawyers@example.com>"}.get(sign, "it@example.com")
    if sign == "reference":
        headers["In_Reply_To"] = thread(secret)
    arrived = arrive(letter(to=to, text="My boss shouts again.", **headers), mailbox=BOXES[0])
    assert (arrived.outcome, arrived.why) == ("unparsable", "too many addresses")
    assert seen(adam) == set()
    assert seen(lena) == ({arrived.id} if sign == "place" else set())
