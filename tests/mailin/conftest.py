"""The mail server that tests of mailboxes ask for."""

from tests.imap import dovecot

__all__ = ["dovecot"]
