"""Reports about mails of ours: by their table for machines, by the words of those without one, and never by one sign alone."""

from __future__ import annotations

import pytest

from servicedesk.mailin.parse import parse
from tests.mailin.written import letter, read, with_parts

TEXT = "Content-Type: text/plain\r\n\r\nYour message could not be delivered."
ORIGINAL = "Content-Type: text/rfc822-headers\r\n\r\nFrom: desk@example.org\r\nMessage-ID: <mail.17.abc@desk.example>\r\nSubject: x"


def report(*fields: str, original: str = ORIGINAL) -> bytes:
    status = "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n" + "\r\n".join(fields)
    return with_parts(
        "report", TEXT, status, original, parameters="; report-type=delivery-status", From="MAILER-DAEMON@mx.example"
    )


def test_a_report_says_whom_why_and_about_which_mail():
    bounce = parse(
        report(
            "Original-Recipient: rfc822;Anna@example.org",
            "Final-Recipient: rfc822; anna.e@internal.example",
            "Action: failed",
            "Status: 5.1.1 (bad destination)",
            "Diagnostic-Code: smtp; 550 5.1.1 No such\r\n user here",
        )
    ).bounce
    assert bounce.recipients == ("anna@example.org",)
    assert (bounce.status, bounce.permanent) == ("5.1.1", True)
    assert bounce.diagnostic == "550 5.1.1 No such user here"
    assert bounce.message_ids == ("mail.17.abc@desk.example",)


@pytest.mark.parametrize(
    ("action", "status", "permanent"),
    [
        ("failed", "5.2.2", True),
        ("delayed", "4.4.1", False),
        ("failed", "4.4.7", False),
        ("delivered", "2.0.0", None),
        ("relayed", "2.1.5", None),
    ],
)
def test_what_came_of_it_is_told_from_each_other(action, status, permanent):
    bounce = parse(report("Final-Recipient: rfc822; a@b.c", f"Action: {action}", f"Status: {status}")).bounce
    assert (bounce.status, bounce.permanent) == (status, permanent)


def test_of_several_recipients_the_worst_count():
    bounce = parse(
        report(
            "Final-Recipient: rfc822; fine@b.c", "Action: delivered", "Status: 2.0.0", "",
            "Final-Recipient: rfc822; gone@b.c", "Action: failed", "Status: 5.1.1",
        )
    ).bounce  # fmt: skip
    assert (bounce.recipients, bounce.status) == (("gone@b.c",), "5.1.1")


def test_a_code_that_says_nothing_gives_way_to_one_that_does():
    bounce = parse(
        report(
            "Final-Recipient: rfc822; a@b.c", "Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 550 #5.7.1 no"
        )
    ).bounce
    assert bounce.status == "5.7.1"


def test_an_enclosed_mail_tells_its_identifier_too():
    enclosed = (
        "Content-Type: message/rfc822\r\n\r\nMessage-ID:\r\n <mail.18.def@desk.example>\r\nSubject: x\r\n\r\nHello"
    )
    bounce = parse(report("Final-Recipient: rfc822; a@b.c", "Action: failed", original=enclosed)).bounce
    assert bounce.message_ids == ("mail.18.def@desk.example",)


def test_one_in_words_is_read():
    text = (
        "This message was created automatically by mail delivery software.\r\n\r\nA message that you sent could not be delivered.\r\n\r\n"
        "  gone@b.c\r\n    550 5.1.1 no such user\r\n\r\n------ This is a copy of the message ------\r\n\r\nMessage-ID: <mail.17.abc@desk.example>\r\n"
        "To: other@b.c\r\n"
    )
    bounce = read(
        text, "Return-Path: <>", From="Mail Delivery System <mailer-daemon@mx.example>", Subject="Mail delivery failed"
    ).bounce
    assert (bounce.recipients, bounce.status, bounce.permanent) == (("gone@b.c",), "5.1.1", True)
    assert bounce.message_ids == ("mail.17.abc@desk.example",)


def test_one_in_russian_is_read():
    text = "Ваше сообщение не может быть доставлено получателю:\r\n\r\n  gone@b.c\r\n\r\nПочтовый ящик переполнен.\r\n"
    bounce = read(text, "Return-Path: <>", From="postmaster@mail.ru", Subject="Недоставленное сообщение").bounce
    assert (bounce.recipients, bounce.status) == (("gone@b.c",), "5.2.2")


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        # Somebody is away; such answers have no envelope sender either.
        (
            {"Return_Path": "<>", "Subject": "Автоответ: Принтер"},
            "Я в отпуске до 5 декабря. По срочным вопросам: bob@example.org",
        ),
        (
            {"Return_Path": "<>", "Subject": "Re: Printer"},
            "I am away. Mail to me cannot be delivered; write to <bob@example.org>.",
        ),
        # A person who got a report asks about it, or writes about delivery.
        ({"Subject": "FW: Undeliverable: report"}, "What does this mean?\r\n550 5.1.1 <a@b.c> User unknown"),
        ({"Subject": "Re: Mail delivery failed"}, "It works again, thanks. a@b.c: 550 5.1.1"),
        ({"Subject": "Delivery failed"}, "The courier did not come."),
        ({"Subject": "Не доставлено"}, "Курьер не привёз картридж."),
        # A postmaster is a person too.
        ({"From": "postmaster@example.org", "Subject": "Printer"}, "It burns. Please help."),
    ],
)
def test_one_sign_alone_makes_no_report(headers, text):
    assert read(text, **headers).bounce is None


def test_a_report_without_a_table_is_one_without_facts():
    raw = letter("x", "Content-Type: multipart/report; report-type=delivery-status; boundary=b")
    assert parse(raw).bounce.recipients == ()
