"""Whether a person wrote a letter: by what its headers say, and the subject only where another sign stands beside it."""

from __future__ import annotations

import pytest

from servicedesk.mailin.parse import parse
from tests.mailin.written import letter, multipart, read, with_parts


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied", "replied"),
        ("Auto-Submitted: auto-generated", "generated"),
        ("Auto-Submitted: AUTO-REPLIED (vacation); type=x", "replied"),
        ("Auto-Submitted: (a comment (no)) auto-replied", "replied"),
        ("Auto-Submitted: auto-notified; owner-email=a@b.c", "generated"),
        ("Auto-Submitted: yes", "generated"),
        ("Precedence: bulk", "bulk"),
        ("Precedence: LIST", "bulk"),
        ("Precedence: junk", "bulk"),
        ("Precedence: auto_reply", "replied"),
        ("List-Id: <a.b.c>", "bulk"),
        ("List-Unsubscribe: <mailto:a@b.c>", "bulk"),
        ("Feedback-ID: 1:2:3", "bulk"),
        ("X-Autoreply: yes", "replied"),
        ("X-Autorespond: yes", "replied"),
        ("X-Autorespond-Something: yes", "replied"),
        ("X-Loop: a@b.c", "generated"),
    ],
)
def test_a_header_says_so(header, kind):
    assert read("Hello.", header).automatic.kind == kind


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: no", "Auto-Submitted: No (really); x=y", "Auto-Submitted: (x) no", "Precedence: normal", "Precedence: first-class",
     "X-Auto-Response-Suppress: All", "Importance: high", "X-Mailer: Outlook"],
)  # fmt: skip
def test_others_do_not(header):
    assert read("Hello.", header).automatic is None


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("All", True),
        ("OOF", True),
        ("DR, RN, NRN, OOF, AutoReply", True),
        ("autoreply", True),
        ("DR, RN", False),
        ("None", False),
        ("", False),
    ],
)
def test_the_wish_for_no_answer_is_no_sign_of_a_machine(value, wanted):
    mail = read("Hello.", f"X-Auto-Response-Suppress: {value}")
    assert (mail.wants_no_answer, mail.automatic) == (wanted, None)


@pytest.mark.parametrize(
    "address",
    ["no-reply@a.b", "noreply@a.b", "No_Reply@a.b", "do-not-reply@a.b", "donotreply@a.b", "noreply+17@a.b", "no-reply-it@a.b", "mailer-daemon@a.b",
     "MAILER-DAEMON@a.b", "postmaster@a.b"],
)  # fmt: skip
def test_an_address_that_nobody_reads_says_so(address):
    assert read(From=f"Bank <{address}>").automatic.why == "sender"


@pytest.mark.parametrize(
    "address", ["noreplyova@a.b", "anna.noreply@a.b", "norman@a.b", "postmasters@a.b", "reply@a.b", "nora@a.b"]
)
def test_a_person_with_such_a_name_is_a_person(address):
    assert read(From=address).automatic is None


SUBJECTS = [
    "Автоответ: Принтер", "Автоматический ответ: Принтер", "Вне офиса", "Нет на месте до 5 декабря", "Я в отпуске", "В отпуске с 1 по 14",
    "Out of Office: Printer", "Automatic reply: Printer", "Auto-Reply: Printer", "Abwesenheitsnotiz", "[Autoreply] away",
]  # fmt: skip


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_alone_says_nothing(subject):
    assert read("Please set up my mailbox.", Subject=subject).automatic is None
    assert read("Please.", "In-Reply-To: <a@b.c>", Subject=f"RE: {subject}").automatic is None


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize(
    "sign", ["Return-Path: <>", "X-Auto-Response-Suppress: All", "In-Reply-To: <a@b.c>", "References: <a@b.c>"]
)
def test_beside_another_sign_it_does(subject, sign):
    assert read("I am away.", sign, Subject=subject).automatic.kind == "replied"


def test_a_letter_of_a_subject_alone_is_one():
    assert read("", Subject="Автоответ: меня нет").automatic.kind == "replied"


def test_an_ordinary_subject_beside_those_signs_says_nothing():
    for subject in ("Printer", "Отпуск: заявление", "Настроить автоответ", "Out of paper", "Re: Vacation plans"):
        assert read("Hello.", "Return-Path: <>", "X-Auto-Response-Suppress: All", Subject=subject).automatic is None, (
            subject
        )


def test_a_receipt_is_one():
    report = (
        "Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed"
    )
    raw = with_parts(
        "report", "Content-Type: text/plain\r\n\r\nRead.", report, parameters="; report-type=disposition-notification"
    )
    assert parse(raw).automatic.kind == "receipt"
    assert parse(raw).bounce is None


def test_an_answer_to_an_appointment_is_one():
    text = "Content-Type: text/plain\r\n\r\nAccepted"
    for part in (
        "Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR",
        "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR",
    ):
        assert parse(with_parts("alternative", text, part)).automatic.kind == "calendar"


def test_what_an_enclosed_letter_says_of_itself_is_not_said_of_this_one():
    inner = letter("Hi", "Auto-Submitted: auto-replied", "List-Id: x", From="no-reply@a.b")
    assert (
        parse(
            with_parts("mixed", "Content-Type: text/plain\r\n\r\nSee.", b"Content-Type: message/rfc822\r\n\r\n" + inner)
        ).automatic
        is None
    )
    enclosed = (
        b"Content-Type: message/rfc822\r\n\r\n"
        + letter(b"").removesuffix(b"\r\n")
        + multipart(
            "report",
            "Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.c\r\nAction: failed\r\nStatus: 5.1.1",
            boundary="in",
        )
    )
    mail = parse(with_parts("mixed", "Content-Type: text/plain\r\n\r\nWhat does this mean?", enclosed))
    assert (mail.automatic, mail.bounce) == (None, None)
