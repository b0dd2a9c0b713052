"""A letter that comes twice is known again; another one never is."""

from __future__ import annotations

import pytest

from servicedesk.mailin.parse import parse
from tests.mailin.written import letter, read

IDENTIFIED = letter("Hello.\r\n", "Message-ID: <one@example.org>")


@pytest.mark.parametrize(
    "added",
    [
        "Received: from a by b; Mon, 30 Nov 2026 12:00:00 +0300", "Return-Path: <anna@example.org>", "Delivered-To: it@example.org",
        "X-Original-To: help@example.org", "Envelope-To: a@b.c", "Authentication-Results: mx; dmarc=pass", "ARC-Seal: i=1",
        "X-Spam-Score: 3", "DKIM-Signature: v=1", "X-MS-Exchange-Organization-AuthAs: Internal", "Delivery-date: today",
    ],
)  # fmt: skip
def test_what_servers_add_on_the_way_changes_no_mark(added):
    one, other = parse(IDENTIFIED), parse(added.encode() + b"\r\n" + IDENTIFIED)
    assert (
        (one.message_key, one.canonical) == (other.message_key, other.canonical) == ("one@example.org", one.canonical)
    )


def test_folding_and_line_ends_change_no_mark():
    folded = IDENTIFIED.replace(b"To: desk", b"To:\r\n  desk").replace(b"\r\n", b"\n") + b"\n\n"
    assert parse(folded).canonical == parse(IDENTIFIED).canonical


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"Hello.", b"Hello!"), (b"Subject: Printer", b"Subject: Scanner"), (b"anna@", b"bob@"), (b"To: desk", b"To: help"),
     (b"Message-ID", b"Auto-Submitted: auto-replied\r\nMessage-ID")],
)  # fmt: skip
def test_what_its_writer_wrote_changes_it(old, new):
    assert parse(IDENTIFIED.replace(old, new)).canonical != parse(IDENTIFIED).canonical


def test_without_an_identifier_one_is_made_of_what_it_says():
    mail = read("Hello.", Date="Mon, 30 Nov 2026 11:59:00 +0300")
    assert mail.message_id is None
    assert mail.message_key == read("Hello.", "Received: x; y", Date="Mon, 30 Nov 2026 11:59:00 +0300").message_key
    others = [read("Hi."), read("Hello."), read("Hello.", Subject="x"), read("Hello.", From="b@c.d")]
    assert len({mail.message_key, *(other.message_key for other in others)}) == 5


@pytest.mark.parametrize(
    "value", ["<one@example.org>", " <one@example.org> (a comment)", "one@example.org", "<one@example.org>\r\n\t"]
)
def test_an_identifier_has_one_form(value):
    assert read("Hello.", f"Message-ID: {value}").message_key == "one@example.org"


def test_a_key_fits_its_column():
    mail = read("Hello.", f"Message-ID: <{'a' * 500}@example.org>")
    assert len(mail.message_key) <= 255 and mail.message_key.startswith("made.")
    assert mail.message_id == "a" * 500 + "@example.org"
