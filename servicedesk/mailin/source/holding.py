"""The right to read a mailbox, for a while and for one reader: kept as long as it reads, noticed when it is lost."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog

from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import actions, rules
from servicedesk.letters.actions import Progress
from servicedesk.mailin.source.server import MailboxFault

log = structlog.get_logger()


class Lost(Exception):
    """The mailbox is another reader's by now: nothing more is done to it."""


@dataclass
class Hold:
    """`progress` is how far the reader came; it is written down whenever the hold is renewed."""

    mailbox: str
    reader: str
    progress: Progress
    until: datetime

    def make_sure(self, size: int = 0) -> None:
        """Before each step that takes no longer than fetching so many bytes. Raises `Lost`.

        While plenty is left nobody else can have taken it, and the clock says so also to whoever was frozen meanwhile.
        """
        at = now()
        if self.until - at > rules.lease_for(size) - rules.LEASE / 2:
            return
        with transaction():
            until = actions.keep(_stamp(at), self.mailbox, self.reader, self.progress, size)
        if until is None:
            raise Lost
        self.until = until

    def finish_look(self, waiting: int, failure: str | None) -> None:
        at = now()
        with transaction():
            mine = actions.finish_look(
                _stamp(at), self.mailbox, self.reader, self.progress, waiting=waiting, failure=failure
            )
        if not mine:
            raise Lost
        self.until = at + rules.LEASE


def take(mailbox: str) -> Hold | None:
    """None while it is somebody else's, or left alone because it failed."""
    at, reader = now(), secrets.token_hex(16)
    with transaction():
        progress = actions.claim(_stamp(at), mailbox, reader)
    return None if progress is None else Hold(mailbox, reader, progress, at + rules.LEASE)


@contextmanager
def given_back(hold: Hold) -> Iterator[None]:
    """Writes a fault of the mailbox down and gives the mailbox back, whatever happens; a lost hold ends quietly."""
    try:
        yield
    except MailboxFault as fault:
        log.warning("a mailbox cannot be read", mailbox=hold.mailbox, why=str(fault))
        with transaction():
            actions.fail(_stamp(now()), hold.mailbox, hold.reader, rules.failure_of(fault.sentence, fault.detail))
    except Lost:
        log.warning("a mailbox is read by somebody else now", mailbox=hold.mailbox)
    finally:
        with transaction():
            actions.let_go(hold.mailbox, hold.reader)


def _stamp(at: datetime) -> Stamp:
    return Stamp(None, at, "mail")
