"""A desk that reads the mail of IT and knows its own server and domain; the mail server that tests of mailboxes ask for, and
a user of it for each test."""

from __future__ import annotations

import itertools

import pytest

from tests.imap import dovecot
from tests.mailin.letters import DESK, IT, SERVER, settings

__all__ = ["dovecot"]

_numbers = itertools.count(1)


@pytest.fixture
def user() -> str:
    """Somebody whose mailbox nobody has used before."""
    return f"user{next(_numbers)}"


@pytest.fixture
def mail(app):
    """Letters come to IT's mailbox; people of example.com may write without being known."""
    with settings(
        mail_from=f"Desk <{DESK}>", mailboxes=(IT,), mail_domains=frozenset({"example.com"}), mail_authserv_id=SERVER,
        mail_machines=frozenset({"alarm@machines.example"}),
    ) as made:  # fmt: skip
        yield made
