"""The test of a mailbox, with a real mail server on both sides: what each step says, and that the letter goes again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config import for_tests
from servicedesk.mailin import source
from servicedesk.mailin.source import trying
from tests.imap import free_port
from tests.post import opened_post

AT = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
KEYS = ("one key of sixteen", "another of sixteen")


@pytest.fixture
def post(dovecot):
    """A mail server that delivers."""
    with opened_post(dovecot, {"tess@example.com": "tess", "tom@example.com": "tom"}) as office:
        yield office


def tried(mailbox, **changes):
    settings = for_tests("sqlite:///:memory:", mail_from="The desk <desk@example.com>", **changes)
    steps = list(source.test_mailbox(mailbox, settings))
    assert all(step.ok for step in steps[:-1])
    assert [step.name for step in steps] == list(trying.STEPS)[: len(steps)]
    return steps


def test_a_mailbox_that_works_says_so_step_by_step(dovecot, post):
    dovecot.deliver("tess", b"Subject: another\r\n\r\n")
    steps = tried(dovecot.mailbox("tess"), smtp_url=post.url)
    assert (steps[-1].name, steps[-1].ok) == ("remove", True)
    assert steps[2].params == {"folder": "INBOX", "count": 1}
    assert dovecot.letters("tess") == [b"Subject: another\r\n\r\n"]


def test_what_fails_ends_it_with_a_sentence(dovecot, post):
    assert tried(dovecot.mailbox("tess", port=free_port()))[-1].name == "connect"
    wrong = tried(dovecot.mailbox("tess", password="wrong one"))[-1]
    assert (wrong.name, wrong.ok) == ("sign_in", False)
    assert "wrong one" not in wrong.detail
    assert tried(dovecot.mailbox("tess", folder="Nowhere"))[-1].name == "list"


def test_it_says_why_nothing_can_be_sent(dovecot, post):
    assert "SMTP_URL" in tried(dovecot.mailbox("tess"))[-1].sentence
    assert "address" in tried(dovecot.mailbox("tess", address=None), smtp_url=post.url)[-1].sentence
    away = tried(dovecot.mailbox("tess"), smtp_url=f"smtp://127.0.0.1:{free_port()}")[-1]
    assert (away.name, away.ok, away.params) == ("send", False, {"address": "tess@example.com"})
    assert "cannot be reached" in away.detail


def test_an_address_is_known_from_the_user_too(dovecot, post):
    mailbox = dovecot.mailbox("tom@example.com", address=None)
    assert tried(mailbox, smtp_url=post.url)[-1].name == "receive"
    assert len(dovecot.letters("tom")) == 1


def test_a_letter_that_does_not_arrive_is_not_waited_for_long(dovecot, post, monkeypatch):
    monkeypatch.setattr(trying, "PATIENCE", 3.0)
    post.users = {}
    last = tried(dovecot.mailbox("tess"), smtp_url=post.url)[-1]
    assert (last.name, last.ok) == ("receive", False)


@pytest.fixture
def letter():
    return bytes(
        trying._letter(
            "rita@example.com", "desk@example.com", trying._sealed(f"{int(AT.timestamp())}.{'0' * 16}", KEYS[0])
        )
    )


def test_a_test_letter_is_known_for_a_while_by_either_key(letter):
    assert trying.is_test_letter(letter, KEYS, AT)
    assert trying.is_test_letter(letter, KEYS[::-1], AT + timedelta(minutes=9))
    assert not trying.is_test_letter(letter, KEYS, AT + timedelta(minutes=10))
    assert trying.is_test_letter(letter.replace(b"Test: ", b"Test:\r\n\t"), KEYS, AT)
    assert not trying.is_test_letter(letter, KEYS[1:], AT)


def test_nothing_else_passes_for_one(letter):
    head, _, _ = letter.partition(b"\r\n\r\n")
    assert not trying.is_test_letter(b"Subject: x\r\n\r\n" + head, KEYS, AT)
    assert not trying.is_test_letter(letter.replace(b".000", b".100"), KEYS, AT)
    assert not trying.is_test_letter(b"", KEYS, AT)
