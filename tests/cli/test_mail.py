"""flask desk mail test: a line a step, and what was mistyped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config import Mailbox
from servicedesk.cli import mail
from servicedesk.mailin.source import Step

IT = Mailbox("it", "imap", "mail.example.com", 143, "it", "secret")
HR = replace(IT, name="hr", user="hr")


@pytest.fixture
def boxes(app, monkeypatch):
    """Two mailboxes, the second of which cannot be signed in at."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mailboxes=(IT, HR)))

    def steps(mailbox, _settings):
        yield Step("connect", True, "The mail server answers.", detail="mail.example.com:143")
        yield Step("list", mailbox is IT, "The folder %(folder)s is %(what)s.", {"folder": "INBOX", "what": "here"})

    monkeypatch.setattr(mail, "test_mailbox", steps)


def test_every_step_of_every_mailbox_is_a_line_and_a_fault_fails_it(run, boxes):
    result = run("desk", "mail", "test")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "ok: it: Connecting: The mail server answers. (mail.example.com:143)",
        "ok: it: Listing the folder: The folder INBOX is here.",
        "ok: hr: Connecting: The mail server answers. (mail.example.com:143)",
        "FAULT: hr: Listing the folder: The folder INBOX is here.",
    ]


def test_one_mailbox_is_tested_by_its_name(run, boxes):
    result = run("desk", "mail", "test", "it")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 2)


def test_what_is_not_there_is_said(run, boxes):
    result = run("desk", "mail", "test", "legal")
    assert (result.exit_code, result.stderr) == (2, "There is no mailbox legal; there are it, hr.\n")


def test_without_mailboxes_there_is_nothing_to_test(run):
    result = run("desk", "mail", "test")
    assert (result.exit_code, result.stderr) == (2, "MAILBOXES is not set: no mailbox is read.\n")
