"""Letters made to break what reads them are read, or refused with a reason, in time; and any bytes at all."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.files.rules import cleaned_name
from servicedesk.mailin.parse import Limits, framing, parse, parse_apart
from servicedesk.mailin.shapes import IncomingMail, Unparsable
from tests.mailin.corpus import samples
from tests.mailin.hostile import PLAIN, hostile
from tests.mailin.written import file, letter, with_parts

LETTERS = hostile()


@pytest.mark.parametrize("name", LETTERS)
def test_it_is_read_or_refused_in_time(name):
    raw, reason = LETTERS[name]
    began = time.perf_counter()
    if reason:
        with pytest.raises(Unparsable, match=reason):
            parse(raw)
    else:
        assert_storable(parse(raw))
    assert time.perf_counter() - began < 5


def test_one_after_the_other_through_the_other_process():
    for name, (raw, reason) in LETTERS.items():
        assert _refused(parse_apart, raw) == reason, name
        assert parse_apart(letter()).subject == "Printer"


def test_names_are_given_as_they_are_and_cleaned_where_they_are_stored():
    names = [file.name for file in parse(LETTERS["names that lead elsewhere"][0]).attachments]
    assert "../../../etc/cron.d/x" in names and "..\\..\\boot.ini" in names
    for name in names:
        clean = cleaned_name(name)
        assert (
            clean
            and len(clean) <= 255
            and clean.isprintable()
            and not set(clean) & set('/\\:\0"')
            and not clean.startswith(".")
        )


def test_nothing_can_be_put_into_a_header():
    mail = parse(LETTERS["line breaks in encoded words"][0])
    assert mail.subject == "Hi Bcc: all@b.c body"
    assert (mail.cc, mail.text) == ((), "Hello.")


@pytest.mark.parametrize("limit", ["header_bytes", "levels", "parts", "addresses", "attachments", "decoded_bytes"])
def test_every_limit_holds(limit):
    raw = with_parts("mixed", PLAIN, PLAIN, file("filename=a"), file("filename=b"))
    assert parse(raw).attachments
    with pytest.raises(Unparsable):
        parse(raw, Limits(**{limit: 1}))


@given(raw=st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(raw):
    read(raw)


WORDS = st.sampled_from(
    [b"From: ", b"To: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed", b"; boundary=", b"b", b"\r\n", b"\n", b"\r\n\r\n", b"--b\r\n", b"--b--\r\n",
     b"text/plain", b"text/html", b"message/rfc822", b"Content-Transfer-Encoding: base64\r\n", b"=?utf-8?Q?=D0?=", b"=?koi8-r?B?8A==?=", b"<a@b.c>", b"\"", b"(",
     b"filename*0*=utf-8''%D0", b"Content-Disposition: attachment; ", b"\0", b"\xff", b"charset=utf-16", b"message/delivery-status", b"Status: 5.1.1\r\n",
     b"multipart/report", b"Return-Path: <>\r\n", b"Auto-Submitted: ", b"Date: ", b"References: ", b" ", b"application/ms-tnef", b"\x78\x9f\x3e\x22"]
)  # fmt: skip


@settings(max_examples=300)
@given(pieces=st.lists(WORDS | st.binary(max_size=6), max_size=60))
def test_any_pieces_of_letters_are_read_or_refused(pieces):
    read(b"".join(pieces))


@pytest.mark.slow
@settings(max_examples=300)
@given(data=st.data())
def test_a_letter_with_errors_in_it_is_read_or_refused(data):
    raw = bytearray(data.draw(st.sampled_from([sample.raw for sample in samples() if len(sample.raw) < 20_000])))
    for _ in range(data.draw(st.integers(1, 8))):
        if raw:
            at = data.draw(st.integers(0, len(raw) - 1))
            raw[at : at + data.draw(st.integers(0, 40))] = data.draw(WORDS | st.binary(max_size=8))
    read(bytes(raw))


def read(raw: bytes) -> None:
    if (reason := _refused(parse, raw)) is not None:
        assert reason in ("too many parts", "too many levels", "too many parameters", "too many addresses", "too large")
        return
    mail = parse(raw)
    assert_storable(mail)
    facts, blobs = framing.packed(mail)
    assert framing.unpacked(facts, blobs) == mail


def assert_storable(mail: IncomingMail) -> None:
    texts = [
        mail.subject,
        mail.text or "",
        mail.html or "",
        mail.message_key,
        mail.canonical,
        *(value for _, value in mail.headers),
    ]
    texts += [
        mail.message_id or "",
        *mail.references,
        *mail.delivered_to,
        *mail.authentication_results,
        mail.own_header or "",
        mail.envelope_from or "",
    ]
    texts += [part for file in mail.attachments for part in (file.name, file.content_type, file.content_id or "")]
    texts += [
        part
        for people in (mail.senders, mail.to, mail.cc, mail.reply_to)
        for person in people
        for part in (person.address, person.name)
    ]
    if mail.bounce:
        texts += [*mail.bounce.recipients, mail.bounce.status, mail.bounce.diagnostic, *mail.bounce.message_ids]
    for text in texts:
        assert "\0" not in text
        text.encode()
    assert len(mail.message_key) <= 255 and len(mail.canonical) == 64


def _refused(reader, raw: bytes) -> str | None:
    try:
        assert_storable(reader(raw))
    except Unparsable as error:
        return str(error)
    return None
