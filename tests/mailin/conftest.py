"""The mail server that tests of mailboxes ask for, and a user of it for each test."""

from __future__ import annotations

import itertools

import pytest

from tests.imap import dovecot

__all__ = ["dovecot"]

_numbers = itertools.count(1)


@pytest.fixture
def user() -> str:
    """Somebody whose mailbox nobody has used before."""
    return f"user{next(_numbers)}"
