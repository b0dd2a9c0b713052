"""Letters by which somebody tries to get into a request that is not theirs, or to speak as somebody else.

None of them adds a word to the request, nobody is subscribed who was not, and no mail tells its history to a new address.
"""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import addresses, references
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.links import Links
from servicedesk.people import queries as people
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.models import Message, Watcher
from tests.build import cancel, close, open_ticket, reply, resolve
from tests.cast import department, load_cast
from tests.conftest import in_a_savepoint
from tests.mailin.conftest import mail
from tests.mailin.letters import DESK, arrive, letter, messages, row, thread, ticket_of, token

__all__ = ["mail"]
pytestmark = pytest.mark.usefixtures("mail")

PASS, FAIL = "dmarc=pass header.from=example.com", "dmarc=fail header.from=example.com"
LATER = "2026-04-07 12:00"
SECRET = "The code of the safe is 4711."


@pytest.fixture
def app(desk):
    """A transaction for each test: letters that were sent before must not count."""
    with in_a_savepoint(desk):
        yield desk


@pytest.fixture
def cast(app):
    return load_cast()


@pytest.fixture
def ticket(maria, igor):
    """Maria's, answered by Igor, with something in it that is nobody else's business."""
    ticket = open_ticket(maria, description=SECRET)
    reply(ticket, igor, "2026-04-06 11:00", SECRET)
    return ticket


def receive(raw, **more):
    return arrive(raw, LATER, LATER, **more)


def unchanged(ticket, words=1):
    """Nothing was said in the request, and nobody new follows it."""
    return len(messages(ticket)) == words and tickets.watchers(ticket.id) == []


def told_elsewhere(*known):
    """Mails to addresses beside these that have anything of the request in them."""
    sent = db.session.scalars(select(OutgoingMail).where(OutgoingMail.to_address.not_in(known)))
    return [one.to_address for one in sent if "4711" in str(one.facts)]


EVE = "Eve <stranger@example.com>"


# Guessing


@pytest.mark.parametrize("seal", ["0" * 20, "", "0" * 19, "0" * 40, "%s"])
def test_a_guessed_address_leads_nowhere(ticket, seal):
    to = f"desk+r{ticket.id}.{seal}@example.com"
    received = receive(letter(EVE, to=to))
    assert (received.outcome, row(received).related_ticket_id) == ("opened", None)
    assert unchanged(ticket)


def test_the_right_number_under_the_wrong_seal_is_no_proof(ticket, maria):
    """Not even for who asked: it becomes a request of its own, near the one it names."""
    wrong = addresses.reply_address(DESK, ticket.id, "another secret key altogether")
    received = receive(letter(to=wrong))
    assert (received.outcome, row(received).related_ticket_id) == ("opened", ticket.id)
    assert unchanged(ticket)


def test_the_seal_of_another_request_opens_that_one_alone(ticket, maria):
    other = open_ticket(maria)
    mixed = token(other).replace(f"+r{other.id}.", f"+r{ticket.id}.")
    assert receive(letter(to=mixed)).outcome == "opened"
    assert unchanged(ticket) and messages(other) == []


def test_the_seal_of_a_bounce_address_is_none_of_an_answer(ticket, mail):
    to = addresses.bounce_address(DESK, ticket.id, mail.secret_key).replace("+b", "+r")
    assert receive(letter(to=to)).outcome == "opened"
    assert unchanged(ticket)


@pytest.mark.parametrize("make", ["ticket.{0}.{1}@desk.test", "mail.{0}.{1}@desk.test", "ticket.{0}@desk.test"])
def test_a_guessed_message_id_leads_nowhere(ticket, make):
    named = f"<{make.format(ticket.id, 'a' * 32)}>"
    received = receive(letter(EVE, In_Reply_To=named, References=named))
    assert received.outcome == "opened"
    assert unchanged(ticket)


def test_the_seal_of_another_message_id_opens_that_one_alone(ticket, maria):
    other = open_ticket(maria)
    mixed = thread(other).replace(f"ticket.{other.id}.", f"ticket.{ticket.id}.")
    assert receive(letter(In_Reply_To=mixed)).outcome == "opened"
    assert unchanged(ticket) and messages(other) == []


def test_a_number_in_the_subject_is_no_proof_for_a_stranger(ticket):
    received = receive(letter(EVE, subject=f"Re: Request #{ticket.id} received"))
    assert (received.outcome, row(received).related_ticket_id) == ("opened", None)
    assert unchanged(ticket)


def test_a_number_in_the_subject_is_no_proof_for_who_pretends_to_have_asked(ticket, maria):
    """Numbers are guessed; our server says nothing of who wrote, or that it was somebody else."""
    for authentication, outcome in (
        (None, "opened"),
        ("none", "opened"),
        ("dmarc=pass header.from=evil.example", "opened"),
        (FAIL, "quarantined"),
    ):
        raw = letter(
            subject=f"Re: Request #{ticket.id} received", text="Send it all to me.", authentication=authentication
        )
        received = receive(raw)
        assert received.outcome == outcome
        assert row(received).related_ticket_id == (ticket.id if outcome == "opened" else None)
    assert unchanged(ticket)
    assert receive(letter(subject=f"Re: Request #{ticket.id} received", authentication=PASS)).outcome == "replied"


@pytest.mark.parametrize(
    "sender",
    [
        "mar\u200bia@example.com",
        "maria@exam\u00adple.com",
        "<maria\u2060@example.com>",
        "m\u0430ria@example.com",
        "<maria@example.com>, <eve@x.example>",
        "maria@example.com:eve@x.example;",
    ],
)
def test_what_only_looks_like_the_requester_s_address_is_another_one(ticket, sender):
    raw = letter(EVE, to=token(ticket)).replace(EVE.encode(), sender.encode())
    received = receive(raw)
    assert (received.outcome, row(received).person_id == ticket.requester_id) != ("replied", True)
    assert unchanged(ticket)


# A token that got into the wrong hands


def test_the_right_address_in_strange_hands_is_a_request_of_their_own(ticket, client, stranger):
    """That it bears the signs of the other one is kept for those who see that one; its writer reads nothing of it."""
    received = receive(letter(EVE, to=token(ticket), authentication=PASS))
    assert (received.outcome, row(received).related_ticket_id) == ("opened", ticket.id)
    page = client.sign_in(stranger).get(f"/tickets/{received.ticket_id}")
    assert page.status_code == 200
    assert not re.search(rf"/tickets/{ticket.id}\b", page.text) and "4711" not in page.text
    assert ticket_of(received).requester_id == people.person_by_email("stranger@example.com").id
    assert unchanged(ticket)
    assert told_elsewhere("maria@example.com", "igor@example.com") == []


def test_in_the_hands_of_somebody_outside_it_is_nothing(ticket):
    received = receive(letter("Eve <eve@elsewhere.example>", to=token(ticket), References=thread(ticket)))
    assert (received.outcome, received.ticket_id) == ("refused", None)
    assert unchanged(ticket)
    assert told_elsewhere("maria@example.com", "igor@example.com") == []


def test_who_only_sees_a_request_does_not_write_in_it(ticket, boris):
    with transaction():
        db.session.add(Watcher(ticket_id=ticket.id, person_id=boris.id))
    received = receive(letter("Boris <boris@example.com>", to=token(ticket), authentication=PASS))
    assert (received.outcome, received.why, row(received).related_ticket_id) == ("opened", "not_part", ticket.id)
    assert len(messages(ticket)) == 1


# Another's name


def test_the_requester_s_name_with_failing_checks_waits_for_somebody(ticket):
    for to in (token(ticket), "it@example.com"):
        received = receive(letter(to=to, authentication=FAIL))
        assert (received.outcome, received.why, received.ticket_id) == ("quarantined", "spoofed", None)
    assert unchanged(ticket)


def test_checks_that_the_sender_wrote_are_none(ticket, igor):
    """Igor is believed with the word of our own server alone, whatever the letter brings along."""
    for forged in ("elsewhere.example; dmarc=pass", "mx.example.com.evil.example; dmarc=pass"):
        received = receive(letter("Igor <igor@example.com>", to=token(ticket), Authentication_Results=forged))
        assert (received.outcome, received.why) == ("quarantined", "unproven")
        assert row(received).verified == "none"
    below = letter(
        "Igor <igor@example.com>",
        to=token(ticket),
        authentication="none",
        Authentication_Results="mx.example.com; dmarc=pass",
    )
    assert receive(below).why == "unproven"
    assert unchanged(ticket)


@pytest.mark.parametrize(
    ("authentication", "with_token", "outcome", "why"),
    [
        (PASS, True, "replied", "address"),
        (PASS, False, "quarantined", "unproven"),
        (None, True, "quarantined", "unproven"),
        ("none", True, "quarantined", "unproven"),
        (FAIL, True, "quarantined", "spoofed"),
        (FAIL, False, "quarantined", "spoofed"),
    ],
)
def test_an_agent_speaks_by_mail_with_both_proofs_alone(ticket, igor, authentication, with_token, outcome, why):
    to = token(ticket) if with_token else "it@example.com"
    raw = letter("Igor <igor@example.com>", to=to, In_Reply_To=thread(ticket), authentication=authentication)
    received = receive(raw)
    assert (received.outcome, received.why) == (outcome, why)
    assert len(messages(ticket)) == (2 if outcome == "replied" else 1)
    assert [mail.to_address for mail in _mails("reply")] == ["maria@example.com"] * (2 if outcome == "replied" else 1)


def test_an_agent_of_another_department_is_nobody_here(ticket, anna):
    raw = letter("Anna <anna@example.com>", to=token(ticket), authentication=PASS)
    assert receive(raw).outcome == "opened"
    assert unchanged(ticket)


def test_two_from_headers_are_nobody_s_word(ticket):
    raw = letter(to=token(ticket)).replace(b"From: ", b"From: Eve <stranger@example.com>\nFrom: ", 1)
    received = receive(raw)
    assert (received.outcome, received.why) == ("quarantined", "several_senders")
    assert unchanged(ticket)


def test_two_addresses_in_one_from_are_nobody_s_word(ticket):
    raw = letter(
        "Maria <maria@example.com>, Eve <stranger@example.com>", to=token(ticket), Sender="stranger@example.com"
    )
    assert receive(raw).why == "several_senders"
    assert unchanged(ticket)


@pytest.mark.parametrize(
    "sender",
    [
        '"maria@example.com" <stranger@example.com>',
        '"Maria <maria@example.com>" <stranger@example.com>',
        "maria@example.com <stranger@example.com>",
        "=?utf-8?q?Maria_=3Cmaria=40example.com=3E?= <stranger@example.com>",
    ],
)
def test_a_name_that_looks_like_an_address_is_only_a_name(ticket, sender):
    raw = letter(EVE, to=token(ticket)).replace(EVE.encode(), sender.encode())
    received = receive(raw)
    kept = row(received)
    assert kept.from_address != "maria@example.com" or received.outcome != "replied"
    assert unchanged(ticket)


@pytest.mark.parametrize("header", ["Reply_To", "Sender", "Return_Path", "X_Original_From", "Resent_From"])
def test_only_from_says_who_wrote(ticket, header):
    raw = letter(EVE, to=token(ticket), **{header: "maria@example.com"})
    assert ticket_of(receive(raw)).requester_id == people.person_by_email("stranger@example.com").id
    assert unchanged(ticket)


# Subscribing somebody


def test_copies_and_answers_to_outsiders_subscribe_nobody(ticket, boris):
    copied = {"Cc": "eve@elsewhere.example, boris@example.com", "Reply_To": "eve@elsewhere.example"}
    assert receive(letter(to=token(ticket), **copied)).outcome == "replied"
    assert tickets.watchers(ticket.id) == []
    new = ticket_of(receive(letter(**copied)))
    assert [person.email for person in tickets.watchers(new.id)] == ["boris@example.com"]
    assert people.person_by_email("eve@elsewhere.example") is None
    everybody = set(db.session.scalars(select(OutgoingMail.to_address)))
    assert "eve@elsewhere.example" not in everybody
    assert told_elsewhere("maria@example.com", "igor@example.com") == []


def test_who_follows_a_new_request_is_told_nothing_of_an_older_one(ticket, boris):
    """A late answer that names a closed request, with a copy: the copy brings no history."""
    resolve(ticket, ticket_owner(ticket), "2026-04-06 12:00", SECRET)
    with transaction():
        ticket.status = "cancelled"
    received = receive(letter(to=token(ticket), Cc="boris@example.com", text="And now?"))
    assert (received.outcome, received.why) == ("opened", "ended")
    assert [person.name for person in tickets.watchers(received.ticket_id)] == ["Boris"]
    assert told_elsewhere("maria@example.com", "igor@example.com") == []


# Pretending to be the desk


def test_headers_of_ours_in_a_stranger_s_letter_command_nothing(ticket):
    control = {
        references.OWN_HEADER: "1." + "0" * 32, "X-RT-Ticket": f"{ticket.id}", "X-Servicedesk-Ticket": f"{ticket.id}",
        "X-Zammad-Ticket-Id": f"{ticket.id}", "X-Servicedesk-Actor": "igor@example.com",
    }  # fmt: skip
    raw = letter(EVE)
    for name, value in control.items():
        raw = f"{name}: {value}\n".encode() + raw
    assert receive(raw).outcome == "opened"
    assert unchanged(ticket)


def test_the_mark_of_a_mail_of_ours_makes_a_letter_a_loop(ticket, mail):
    raw = f"{references.OWN_HEADER}: {references.own_mark(1, mail.keys)}\n".encode() + letter(to=token(ticket))
    assert receive(raw).outcome == "loop"
    assert unchanged(ticket)


@pytest.mark.parametrize("address", [DESK, "IT@example.com", "desk+anything@example.com", "it+r1.00@example.com"])
def test_a_letter_in_our_own_name_goes_nowhere(ticket, address):
    with transaction():
        department("it").email = "it@example.com"
    assert receive(letter(f"Desk <{address}>", to=token(ticket))).outcome == "loop"
    assert unchanged(ticket)


# Requests that are over, gone or secret


def test_an_answer_to_a_request_that_is_gone_is_a_new_one(mail):
    received = receive(letter(to=addresses.reply_address(DESK, 999_999, mail.secret_key)))
    assert (received.outcome, row(received).related_ticket_id) == ("opened", None)


def test_an_answer_to_a_withdrawn_request_does_not_wake_it(maria):
    ticket = open_ticket(maria)
    cancel(ticket, maria, "2026-04-06 11:00")
    received = receive(letter(to=token(ticket)))
    assert (received.why, row(received).related_ticket_id, ticket.status) == ("ended", ticket.id, "cancelled")


def test_a_confidential_request_is_answered_by_its_requester_alone(maria, anna, adam):
    ticket = open_ticket(maria, "hr.trouble")
    for sender in (EVE, "Adam <adam@example.com>", "Boris <boris@example.com>"):
        received = receive(letter(sender, to=token(ticket), authentication=PASS))
        assert (received.outcome, received.why) == ("opened", "new")
    assert unchanged(ticket, 0)
    assert receive(letter(to=token(ticket))).outcome == "replied"


def test_a_late_word_about_a_confidential_request_stays_confidential(maria, anna):
    ticket = open_ticket(maria, "hr.trouble")
    resolve(ticket, anna, "2026-04-06 11:00")
    close(ticket, maria, "2026-04-06 12:00")
    late = "2026-06-08 12:00"
    received = arrive(letter(to=token(ticket), text="It happens again."), late, late)
    assert (received.why, ticket_of(received).confidential) == ("ended", True)
    assert ticket_of(received).department_id == ticket.department_id
    with transaction():
        ticket.request_type.active = False
    received = arrive(letter(to=token(ticket), text="And again."), late, late)
    assert (received.outcome, received.why) == ("quarantined", "confidential")


def test_nothing_of_all_this_says_a_word_in_any_request(ticket):
    """A last look: every word in the desk is of who is allowed to say it."""
    for to in (token(ticket), f"desk+r{ticket.id}.{'0' * 20}@example.com"):
        for sender in (EVE, "Boris <boris@example.com>", "Anna <anna@example.com>"):
            receive(letter(sender, to=to, authentication=PASS, text=f"From {sender} to {to}."))
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def ticket_owner(ticket):
    return db.session.get_one(Message, messages(ticket)[0].id).author


def _mails(template):
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == template)))


# A mail of ours that is quoted


def test_a_quoted_rating_link_reaches_nobody(client, ticket, igor, adam, mail):
    """Whoever works on a request could give the scores for it, and an administrator those for everybody whose mail came back."""
    personal = Links(mail.public_url, mail.secret_key, str).rate("0" * 32)
    quoted = f"Here:\n> Give your scores {personal}\nnine.\n> It takes twenty seconds.\nBye.\n"
    page = f'<p>Nine.</p><blockquote type="cite"><a href="{personal}">Give your scores</a></blockquote>'
    replied = receive(letter(to=token(ticket), text=quoted))
    shown = receive(letter(to=token(ticket), text=quoted, html=page, files=[("rate.eml", letter(text=quoted))]))
    left = receive(letter("x@elsewhere.example", text=quoted, files=[("rate.eml", letter(text=quoted))]))
    secret = personal.rpartition("/")[2]
    assert all(secret not in message.text for message in messages(ticket))
    assert replied.outcome == shown.outcome == "replied"
    whole = [f"/tickets/{ticket.id}/mail/{received.id}" for received in (replied, shown)]
    places = {
        igor: [f"/tickets/{ticket.id}", *whole, f"{whole[1]}/page", *(f"{one}/raw" for one in whole), f"{whole[1]}/files/0"],
        adam: [f"/admin/mail/incoming/{left.id}", f"/admin/mail/incoming/{left.id}/raw"],
    }  # fmt: skip
    for reader, addresses_ in places.items():
        client.sign_in(reader)
        answers = {place: client.get(place) for place in addresses_}
        assert all(secret not in answer.text for answer in answers.values())
        gone = [place for place, answer in answers.items() if answer.status_code == 404]
        assert gone == [place for place in addresses_ if place.endswith(("/raw", "/files/0"))]
