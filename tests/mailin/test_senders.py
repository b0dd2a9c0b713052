"""Who wrote, whom, and by which way: all that the headers say, and no more than they say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from servicedesk.mailin.parse import Limits, parse
from servicedesk.mailin.shapes import Address, Unparsable
from tests.mailin.written import letter, read


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Anna <Anna@Example.org>", [("anna@example.org", "Anna")]),
        ("anna@example.org", [("anna@example.org", "")]),
        ("anna@example.org (Anna)", [("anna@example.org", "Anna")]),
        ('"Ёлкина, Анна" <anna@example.org>', [("anna@example.org", "Ёлкина, Анна")]),
        ("=?utf-8?Q?=D0=81=D0=BB=D0=BA=D0=B0,_A?= <a@b.c>", [("a@b.c", "Ёлка, A")]),
        ("a@b.c, Bob <d@e.f>", [("a@b.c", ""), ("d@e.f", "Bob")]),
        ("a@b.c; d@e.f", [("a@b.c", ""), ("d@e.f", "")]),
        ("a@b.c d@e.f", [("a@b.c", ""), ("d@e.f", "")]),
        ("<a@b.c><d@e.f>", [("a@b.c", ""), ("d@e.f", "")]),
        ("<a@b.c, d@e.f>", [("a@b.c", ""), ("d@e.f", "")]),
        # What stands for a name is none of the addresses, however it looks.
        ("head@example.org <mallory@evil.test>", [("mallory@evil.test", "head@example.org")]),
        ('"head@example.org" <mallory@evil.test>', [("mallory@evil.test", "head@example.org")]),
        (
            "=?utf-8?Q?head=40example.org_=3Chead=40example.org=3E?= <m@evil.test>",
            [("m@evil.test", "head@example.org <head@example.org>")],
        ),
        ("(head@example.org) m@evil.test", [("m@evil.test", "head@example.org")]),
        ('"head@example.org', []),
        ("=?utf-8?B?aGVhZEBleGFtcGxlLm9yZw==?=", []),
        ("Friends: a@b.c, d@e.f;", [("a@b.c", ""), ("d@e.f", "")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.test,@other.test:a@b.c>", [("a@b.c", "")]),
        ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", [("pete@silly.test", "Pete")]),
        ("a@b.c (one (two (three)))", [("a@b.c", "one (two (three))")]),
        ('"a\\"b" <a@b.c>', [("a@b.c", 'a"b')]),
        ("mailto:a@b.c", [("a@b.c", "")]),
        ("'a@b.c'", [("a@b.c", "")]),
        ("MAILER-DAEMON", []),
        ("<>", []),
        ("", []),
        ("a@" + "b" * 300 + ".c", []),
        # Nobody else's address with a sign in it that is not seen, or that looks like a letter of it.
        ("he\u200bad@example.org", [("he\ufffdad@example.org", "")]),
        ("<head@exam\u00adple.org>", [("head@exam\ufffdple.org", "")]),
        ("\u200bhead@example.org\u200e", [("head@example.org", "")]),
        ("<\u212aate@example.org>", [("\ufffdate@example.org", "")]),
        ("<ｈead@example.org>", [("ｈead@example.org", "")]),
        ("Анна <анна@пример.рф>", [("анна@пример.рф", "Анна")]),
    ],
)
def test_addresses_are_found(value, found):
    assert read(From=value).senders == tuple(Address(*one) for one in found)


def test_one_header_with_one_address_says_who_wrote():
    assert read().sender == Address("anna@example.org", "Anna")


@pytest.mark.parametrize("other", ["From: head@example.org", "From: anna@example.org", "FROM: nobody", "from:"])
def test_two_headers_say_nothing(other):
    mail = read("Hello.", other)
    assert mail.from_headers == 2
    assert mail.sender is None


def test_two_addresses_say_nothing():
    assert read(From="a@b.c, d@e.f").sender is None
    assert read(From="a@b.c", Sender="d@e.f").sender == Address("a@b.c")
    assert read(From=None).sender is None


@pytest.mark.parametrize(
    "name", ["=?utf-8?Q?a=0D=0ABcc:_x=40y.z?=", "=?utf-8?B?YQ0KQmNjOiB4QHkueg==?=", "a\0b\x1b[31m\u202e\u200b"]
)
def test_a_name_is_one_line_without_control_characters(name):
    mail = read(From=f"{name} <a@b.c>", Subject=name)
    (sender,) = mail.senders
    assert sender.name.isprintable() and mail.subject.isprintable()
    assert sender.address == "a@b.c"


def test_a_hundred_and_one_are_too_many():
    people = ", ".join(f"p{number}@example.org" for number in range(99))
    assert len(read(To=people).to) == 99
    with pytest.raises(Unparsable, match="too many addresses"):
        read(To=people, Cc="a@b.c, d@e.f")
    with pytest.raises(Unparsable, match="too many addresses"):
        parse(letter(To="a@b.c, d@e.f"), Limits(addresses=2))


def test_the_way_is_told():
    mail = read(
        "Hello.",
        "Received: from b by c; Mon, 30 Nov 2026 12:00:05 +0300",
        "Received: from a by b; Mon, 30 Nov 2026 12:00:00 +0300",
        "Delivered-To: it@example.org",
        "X-Original-To: Help@Example.org",
        "Envelope-To: it@example.org",
        "Return-Path: <anna+tag@example.org>",
        "Authentication-Results: mx.example.org; dmarc=pass\r\n header.from=example.org",
        "Authentication-Results: evil.test; dmarc=pass",
        "X-Servicedesk-Mail: 17.abc",
        "Reply-To: team@example.org",
        "Message-ID: <one@example.org>",
        "In-Reply-To: <three@example.org>",
        "References: <one@b> <two@b>\r\n\t<three@example.org>",
        Date="Mon, 30 Nov 2026 11:59:00 +0300 (MSK)",
    )
    assert mail.received_count == 2
    assert mail.received_at == datetime(2026, 11, 30, 9, 0, 5, tzinfo=UTC)
    assert mail.sent_at == datetime(2026, 11, 30, 8, 59, tzinfo=UTC)
    assert mail.delivered_to == ("it@example.org", "help@example.org")
    assert mail.envelope_from == "anna+tag@example.org"
    assert mail.authentication_results == (
        "mx.example.org; dmarc=pass header.from=example.org",
        "evil.test; dmarc=pass",
    )
    assert mail.own_header == "17.abc"
    assert mail.reply_to == (Address("team@example.org"),)
    assert mail.message_id == "one@example.org"
    assert mail.references == ("one@b", "two@b", "three@example.org")


def test_what_is_not_told_is_none():
    mail = parse(b"")
    assert (mail.message_id, mail.sender, mail.envelope_from, mail.sent_at, mail.received_at) == (None,) * 5
    assert (mail.subject, mail.text, mail.references, mail.own_header) == ("", None, (), None)


@pytest.mark.parametrize(("value", "sender"), [("<>", ""), ("<MAILER-DAEMON>", ""), ("a@b.c", "a@b.c"), ("", "")])
def test_an_empty_envelope_sender_is_told_from_none(value, sender):
    assert read("Hello.", f"Return-Path: {value}").envelope_from == sender


@pytest.mark.parametrize(
    "date",
    ["yesterday", "Mon, 99 Nov 2026 99:99:99 +9999", "Mon, 30 Nov 99999999 11:59:00 +0300", "0", "-", "1 " * 500],
)
def test_a_date_that_is_none_is_none(date):
    assert read(Date=date, Received=f"x; {date}").sent_at is None


def test_letters_of_a_mailbox_file_and_of_old_machines_are_read():
    for start in (b"From anna@example.org Mon Nov 30 09:00:00 2026\r\n", b">From anna\n", b"\xef\xbb\xbf", b"\r\n\r\n"):
        assert parse(start + letter()).subject == "Printer"
    for end in (b"\r", b"\n"):
        mail = parse(letter("One\r\nTwo\r\n").replace(b"\r\n", end))
        assert (mail.subject, mail.text) == ("Printer", "One\nTwo\n")
    assert parse(b"Subject: a\r\nFrom: a@b.c\n\r\nOne\rTwo\nThree\r\n").text == "One\nTwo\nThree\n"
