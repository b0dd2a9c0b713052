"""Letters that come twice, come too often, or are delivered after all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.letters import queries
from servicedesk.letters.models import ReceivedMail
from servicedesk.mailin import receiving
from servicedesk.people import queries as people_rows
from servicedesk.tickets.models import Ticket
from tests.build import open_ticket
from tests.cast import at
from tests.mailin.letters import (
    LATER,
    PASS,
    arrive,
    count,
    letter,
    mails,
    messages,
    row,
    ticket_of,
    token,
    told,
)

pytestmark = pytest.mark.usefixtures("mail")


# Twice


def test_the_same_letter_is_handled_once():
    raw = letter()
    first, second = arrive(raw, uid_validity=1, uid=1), arrive(raw, uid_validity=1, uid=2)
    again = arrive(raw, uid_validity=1, uid=1)
    assert (second.outcome, second.ticket_id) == ("duplicate", None)
    assert again == first
    assert (count(Ticket), count(ReceivedMail)) == (1, 2)


def test_copies_through_two_addresses_are_one_letter():
    raw = letter()
    copy = (
        b"Received: from alias by mx.example.com; Mon, 6 Apr 2026 10:01:00 +0300\nDelivered-To: alias@example.com\n"
        + raw
    )
    arrive(raw)
    assert arrive(copy).outcome == "duplicate"


def test_another_letter_under_the_same_name_is_delivered_and_marked():
    named = {"Message-ID": "<same@elsewhere.example>"}
    arrive(letter(**named))
    received = arrive(letter(text="Something else.", **named))
    assert (received.outcome, row(received).same_id_differs) == ("opened", True)


def test_letters_without_a_name_are_told_apart():
    raw = letter().replace(b"Message-ID:", b"X-Other:")
    assert arrive(raw).outcome == "opened"
    assert arrive(raw).outcome == "duplicate"
    assert arrive(raw.replace(b"blink", b"hum")).outcome == "opened"


def test_what_cannot_be_taken_apart_has_its_row_and_is_kept_once():
    raw = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000))
    first, second = arrive(raw), arrive(raw)
    assert (first.outcome, second.outcome) == ("unparsable", "duplicate")
    assert row(first).why
    assert receiving._shelf().path_of(row(first).digest).read_bytes() == raw


def test_what_is_too_large_has_its_row_and_administrators_hear_of_it(mail, adam):
    came, now = at("2026-04-06 10:00"), at("2026-04-06 10:05")
    first = receiving.leave_on_server(mail.mailboxes[0], 1, 9, 80_000_000, came, now)
    assert receiving.leave_on_server(mail.mailboxes[0], 1, 9, 80_000_000, came, now) == first
    assert (first.outcome, row(first).size, row(first).digest) == ("too_large", 80_000_000, "")
    assert told(adam, "letter_too_large") == 1


# How much


def test_automatic_answers_keep_to_their_rate():
    opened = [
        arrive(letter(), moment, moment)
        for moment in ("2026-04-06 10:00", "2026-04-06 10:30", "2026-04-06 11:01", "2026-04-06 12:02", "2026-04-06 14:00",
                       "2026-04-07 10:01")
    ]  # fmt: skip
    assert [row(one).answered for one in opened] == [True, False, True, True, False, True]
    assert len(mails("request_received")) == 4


def test_the_twenty_first_request_of_an_hour_waits(maria):
    start = at("2026-04-06 10:00")
    outcomes = [arrive(letter(), start + timedelta(minutes=number), LATER).outcome for number in range(22)]
    assert outcomes == ["opened"] * 20 + ["quarantined"] * 2
    assert arrive(letter(), start + timedelta(minutes=70), LATER).outcome == "opened"


def test_letters_that_keep_coming_are_kept_and_told_of_once(maria, igor):
    ticket = open_ticket(maria)
    start = at("2026-04-07 10:00")
    came = [start + timedelta(seconds=30 * number) for number in range(13)]
    received = [arrive(letter(to=token(ticket), text=f"Number {n}."), moment, moment) for n, moment in enumerate(came)]
    assert {one.outcome for one in received} == {"replied"}
    assert len(messages(ticket)) == 13
    assert (told(igor, "requester_wrote"), told(igor, "exchange_stopped")) == (10, 1)
    assert [one.why for one in received] == ["address"] * 10 + ["exchange"] * 3


def test_an_acknowledgement_answers_the_letter_and_repeats_only_who_is_vouched_for():
    arrive(letter(subject="Cheap pills", **{"Message-ID": "<pills@elsewhere.example>"}))
    arrive(letter(subject="A printer", authentication=PASS, **{"Message-ID": "<p@elsewhere.example>"}), LATER, LATER)
    doubted, believed = mails("request_received")
    assert (doubted.facts["subject"], believed.facts["subject"]) == ("", "A printer")
    assert doubted.facts["answers_message_id"] == "pills@elsewhere.example"


# Delivered after all


def test_who_decides_has_a_letter_delivered(adam):
    waiting = arrive(letter("Eve <eve@elsewhere.example>"))
    received = receiving.release(adam, waiting.id, at(LATER))
    kept = row(received)
    assert (received.id, kept.outcome, kept.released_by_id) == (waiting.id, "opened", adam.id)
    assert ticket_of(received).created_at == at("2026-04-06 10:00")
    assert people_rows.person_by_email("eve@elsewhere.example") is not None
    with pytest.raises((NotFound, Conflict)):
        receiving.release(adam, waiting.id, at(LATER))
    assert count(Ticket) == 1


def test_nobody_else_does(maria, igor):
    waiting = arrive(letter("Eve <eve@elsewhere.example>"))
    for person in (maria, igor):
        with pytest.raises(NotFound):
            receiving.release(person, waiting.id, at(LATER))


def test_a_letter_by_nobody_cannot_be_delivered(adam):
    waiting = arrive(letter("Maria <maria@example.com>, Boris <boris@example.com>"))
    assert waiting.why == "several_senders"
    with pytest.raises(Invalid):
        receiving.release(adam, waiting.id, at(LATER))
    assert queries.count_waiting(ReceivedMail.id == waiting.id) == 1


def test_an_answer_that_waited_goes_into_its_request(adam, maria):
    ticket = open_ticket(maria)
    waiting = arrive(letter(to=token(ticket), authentication="dmarc=fail"), LATER, LATER)
    assert waiting.why == "spoofed"
    assert receiving.release(adam, waiting.id, at(LATER)).outcome == "replied"
    assert messages(ticket)[-1].author_id == maria.id


def test_a_look_ahead_changes_nothing(mail):
    before = sorted(Path(mail.files_dir).rglob("*"))
    arrival = receiving.Arrival(letter(), mail.mailboxes[0], received_at=at("2026-04-06 10:00"))
    assert receiving.preview(arrival, at("2026-04-06 10:05")) == ("opened", "new", None)
    assert receiving.preview(receiving.Arrival(b"\0" * 10), at(LATER))[0] in ("quarantined", "unparsable")
    assert (count(Ticket), count(ReceivedMail)) == (0, 0)
    assert sorted(Path(mail.files_dir).rglob("*")) == before
