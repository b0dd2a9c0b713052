"""One look into a mailbox: what is new is fetched, handed over, and put away once it is saved. Each letter by itself."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from flask import current_app

from config import Config, Mailbox
from servicedesk.kernel import schema
from servicedesk.kernel.errors import Busy
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.letters import queries
from servicedesk.letters.actions import Progress
from servicedesk.mailin import receiving
from servicedesk.mailin.source.holding import OUR_FAULT, Hold, Lost, given_back, take
from servicedesk.mailin.source.server import MailboxFault, Server, Waiting, opened
from servicedesk.mailin.source.trying import is_test_letter

log = structlog.get_logger()
# So many letters in a row that fail are no fault of theirs.
FAULTS_IN_A_ROW = 3
# How far the clocks of two mail servers may lie apart, time zones included.
APART = timedelta(days=2)
# How long a reader that nobody can stop reads one mailbox, in seconds; the rest is for its next turn.
TURN = 10.0
NOT_TAKEN_IN = N_("Letters could not be taken in; the log of the worker says why.")
NOT_MOVED = N_("The mail server lets letters neither be moved nor marked as read.")


@dataclass
class _Look:
    """What came of the letters so far."""

    handled: int = 0
    failed: list[int] = field(default_factory=list)
    in_a_row: int = 0
    stuck: bool = False


def read_mailboxes(_at: datetime) -> int:
    """Read each mailbox of the settings that nobody reads now; how many letters were dealt with."""
    settings = current_app.config["SETTINGS"]
    return sum(_read(mailbox, settings) for mailbox in settings.mailboxes)


def look(server: Server, mailbox: Mailbox, hold: Hold, settings: Config, enough: Callable[[], bool]) -> int:
    """Take in what is new, the oldest first, until it is `enough`; how many letters were dealt with.

    Raises `MailboxFault` where the server or the desk itself is at fault, `Lost` where another reads the mailbox by now.
    A letter that cannot be taken in stops none of the others and is tried again at the next look.
    """
    found, so_far, left = _find(server, hold), _Look(), 0
    for place, waiting in enumerate(server.sizes(found)):
        if enough():
            left = len(found) - place
            break
        hold.make_sure(waiting.size)
        _take(server, mailbox, hold, settings, waiting, so_far)
        _advance(hold, waiting, so_far)
    failure = NOT_TAKEN_IN if so_far.failed else NOT_MOVED if so_far.stuck else None
    hold.finish_look(left + len(so_far.failed), failure)
    return so_far.handled


def _read(mailbox: Mailbox, settings: Config) -> int:
    hold, handled, end = take(mailbox.name), 0, time.monotonic() + TURN
    if hold is not None:
        with given_back(hold), opened(mailbox) as server:
            handled = look(server, mailbox, hold, settings, lambda: time.monotonic() > end)
    return handled


def _find(server: Server, hold: Hold) -> list[int]:
    """UIDs that were never looked at, and those that nobody has read: some may have been passed over.

    At the first look of all only the unread ones: what people have read before there was a desk is not asked of it. Where
    the server has numbered its letters anew, those of the time since the newest known one are looked at again, and what was
    taken in before is known by its content.
    """
    validity, next_uid = server.open_folder()
    known, found = hold.progress, set(server.find("UNDELETED UNSEEN"))
    last = known.last_uid or 0
    if known.uid_validity == validity:
        if not 0 < next_uid <= last + 1:
            found.update(uid for uid in server.find(f"UNDELETED UID {last + 1}:*") if uid > last)
        return sorted(found)
    if known.newest_at is not None:
        found.update(server.find(f"UNDELETED SINCE {_day(known.newest_at - APART)}"))
    last = next_uid - 1 if next_uid else max(found, default=0)
    hold.progress = Progress(validity, last, known.newest_at)
    return sorted(found)


def _take(
    server: Server, mailbox: Mailbox, hold: Hold, settings: Config, waiting: Waiting, so_far: _Look
) -> None:  # fmt: skip
    try:
        away = _hand_over(server, mailbox, hold, settings, waiting)
    except (MailboxFault, Lost):
        raise
    except (Busy, OSError) as fault:
        raise _ours() from fault
    except Exception as fault:  # whatever is wrong with one letter must not stop the others; it is logged in full
        log.exception("a letter could not be taken in", mailbox=mailbox.name, uid=waiting.uid)
        so_far.failed.append(waiting.uid)
        so_far.in_a_row += 1
        if so_far.in_a_row == FAULTS_IN_A_ROW or not _database_answers():
            raise _ours() from fault
        return
    so_far.handled, so_far.in_a_row, so_far.stuck = so_far.handled + 1, 0, so_far.stuck or not away


def _hand_over(server: Server, mailbox: Mailbox, hold: Hold, settings: Config, waiting: Waiting) -> bool:
    """False where the letter was taken in but could not be put away."""
    at, validity = now(), hold.progress.uid_validity
    received_at = min(waiting.received_at or at, at)
    if waiting.size > receiving.most_bytes():
        receiving.leave_on_server(mailbox, validity, waiting.uid, waiting.size, received_at, at)
        return True
    raw = server.letter(waiting.uid)
    if raw is None or is_test_letter(raw, settings.keys, at):
        return True
    hold.make_sure()
    arrival = receiving.Arrival(raw, mailbox, validity, waiting.uid, received_at=received_at)
    if not _is_numbered_so(arrival):
        arrival = replace(arrival, uid_validity=None, uid=None)
    receiving.receive(arrival, at)
    # Saved. Whoever dies here finds it again, and its keys say that it is known.
    return server.put_away(waiting.uid)


def _is_numbered_so(arrival: receiving.Arrival) -> bool:
    """False where another letter was known under this number: one that was too large to be fetched then, or one of another
    server under the same name, since some begin all mailboxes with the same numbers. It counts by its content alone."""
    row = queries.letter_at(arrival.box, arrival.uid_validity, arrival.uid)
    return row is None or row.digest == hashlib.sha256(arrival.raw).hexdigest()


def _advance(hold: Hold, waiting: Waiting, so_far: _Look) -> None:
    """The last UID never passes a letter that failed: it may have been read by people until the next look."""
    known = hold.progress
    newest = max((at for at in (known.newest_at, waiting.received_at) if at is not None), default=None)
    last = max(known.last_uid or 0, waiting.uid) if not so_far.failed else min(so_far.failed) - 1
    hold.progress = Progress(known.uid_validity, last, newest)


def _database_answers() -> bool:
    try:
        return schema.answers()
    finally:
        schema.let_go()


def _ours() -> MailboxFault:
    return MailboxFault(OUR_FAULT)


def _day(at: datetime) -> str:
    """As the protocol writes a day, whatever language the machine speaks."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{at.day}-{months[at.month - 1]}-{at.year}"
