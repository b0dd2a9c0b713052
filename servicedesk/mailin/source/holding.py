"""The right to read a mailbox, for a while and for one reader: kept as long as it reads, noticed when it is lost."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog

from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import actions, rules
from servicedesk.letters.actions import Progress
from servicedesk.mailin.source.server import MailboxFault

log = structlog.get_logger()
OUR_FAULT = N_("The desk itself cannot take letters in at present; the log of the worker says why.")


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
    # Nobody has the same one again: a process of the same number may come back on the same machine.
    at, reader = now(), f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    with transaction():
        progress = actions.claim(_stamp(at), mailbox, reader)
    return None if progress is None else Hold(mailbox, reader, progress, at + rules.LEASE)


@contextmanager
def given_back(hold: Hold) -> Iterator[None]:
    """Writes down how far it was read, and a fault of the mailbox; gives it back, whatever happens. A lost hold ends quietly."""
    try:
        yield
    except MailboxFault as fault:
        log.warning("a mailbox cannot be read", mailbox=hold.mailbox, why=str(fault))
        _fail(hold, fault)
    except Lost:
        log.warning("a mailbox is read by somebody else now", mailbox=hold.mailbox)
    except Exception:  # whatever is wrong with one mailbox must not stop the others; it is logged in full and shown
        log.exception("a mailbox could not be read", mailbox=hold.mailbox)
        _fail(hold, MailboxFault(OUR_FAULT))
    finally:
        with transaction():
            actions.let_go(hold.mailbox, hold.reader)


def _fail(hold: Hold, fault: MailboxFault) -> None:
    at = now()
    with transaction():
        if actions.keep(_stamp(at), hold.mailbox, hold.reader, hold.progress) is not None:
            actions.fail(_stamp(at), hold.mailbox, hold.reader, rules.failure_of(fault.sentence, fault.detail))


def _stamp(at: datetime) -> Stamp:
    return Stamp(None, at, "mail")
