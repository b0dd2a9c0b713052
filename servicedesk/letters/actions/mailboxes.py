"""Who reads a mailbox and how far it was read. A lease with an end decides: whoever is frozen loses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from servicedesk.kernel.db import db, insert_new
from servicedesk.kernel.stamp import Stamp
from servicedesk.letters import rules
from servicedesk.letters.models import MailboxState


@dataclass(frozen=True)
class Progress:
    """How far a mailbox was read: all letters up to `last_uid` are dealt with, as long as the server keeps `uid_validity`.
    `newest_at` is when the newest of them came to the server. All are None before the first look."""

    uid_validity: int | None = None
    last_uid: int | None = None
    newest_at: datetime | None = None


def claim(stamp: Stamp, mailbox: str, reader: str) -> Progress | None:
    """Take the mailbox for `reader` alone; None while somebody else has it, or it failed so lately that it is left alone."""
    insert_new(MailboxState, [{"mailbox": mailbox}])
    state = _locked(mailbox)
    if state.leased_until is not None and state.leased_until > stamp.at and state.reader != reader:
        return None
    state.reader, state.leased_until = reader, stamp.at + rules.LEASE
    return Progress(state.uid_validity, state.last_uid, state.newest_at)


def keep(stamp: Stamp, mailbox: str, reader: str, progress: Progress, size: int = 0) -> datetime | None:
    """Write down how far it was read and keep the mailbox until the instant returned, long enough for a letter of `size`
    bytes; None when it is somebody else's by now: then nothing is written."""
    state = _locked(mailbox)
    if state.reader != reader:
        return None
    _advance(state, progress)
    state.leased_until = stamp.at + rules.lease_for(size)
    return state.leased_until


def finish_look(
    stamp: Stamp, mailbox: str, reader: str, progress: Progress, *, waiting: int, failure: str | None = None
) -> bool:
    """A look came to its end; `waiting` letters could not be taken in, `failure` says why. False when it is another's."""
    if keep(stamp, mailbox, reader, progress) is None:
        return False
    state = _locked(mailbox)
    state.looked_at, state.waiting = stamp.at, waiting
    _note(state, failure, stamp.at)
    return True


def fail(stamp: Stamp, mailbox: str, reader: str, failure: str) -> datetime | None:
    """It could not be read. Nobody tries before the instant returned: the longer it fails, the longer the pause.
    None when it is somebody else's by now."""
    state = _locked(mailbox)
    if state.reader != reader:
        return None
    _note(state, failure, stamp.at)
    state.reader, state.leased_until = None, stamp.at + rules.pause(state.failing_since or stamp.at, stamp.at)
    return state.leased_until


def let_go(mailbox: str, reader: str) -> None:
    """Others may take it at once."""
    state = _locked(mailbox)
    if state.reader == reader:
        state.reader = state.leased_until = None


def _locked(mailbox: str) -> MailboxState:
    return db.session.get_one(MailboxState, mailbox, with_for_update=True)


def _advance(state: MailboxState, progress: Progress) -> None:
    state.uid_validity, state.last_uid, state.newest_at = progress.uid_validity, progress.last_uid, progress.newest_at


def _note(state: MailboxState, failure: str | None, at: datetime) -> None:
    state.failure = None if failure is None else failure[:500]
    state.failing_since = None if failure is None else state.failing_since or at
