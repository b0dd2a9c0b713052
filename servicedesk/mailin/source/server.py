"""A mail server spoken to over IMAP: everything that is asked of it, and its faults as sentences. Knows no rows.

Letters are only looked at (PEEK), sizes first, and their bytes are handed on as they are: nothing is parsed here.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event
from typing import Any

import structlog
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError, UnexpectedCommandStatusError
from imap_tools.utils import encode_folder

from config import Mailbox
from servicedesk.kernel.text import N_

log = structlog.get_logger()
# How long an answer of the server may take, in seconds.
PATIENCE = 20.0
# Where letters go that are dealt with.
PROCESSED = "Processed"
_SIZES_AT_ONCE = 200
_REFUSED = N_("The mail server refused a command.")
_BROKE = N_("The connection to the mail server broke off.")
_NO_IMAP = N_("What answers there is no IMAP server.")
_NOT_ACCEPTED = N_("The mail server does not accept user and password.")
_ITEM = re.compile(rb"(UID|RFC822\.SIZE) (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')


class MailboxFault(Exception):
    """A mailbox cannot be read. `sentence` is translated by who shows it, `detail` is what was said, never a password."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        self.sentence, self.detail = sentence, " ".join(detail.split())
        super().__init__(f"{sentence} ({self.detail})" if detail else sentence)


@dataclass(frozen=True)
class Waiting:
    """A letter on the server: its number there, its size in bytes, and when the server took it (None where unreadable)."""

    uid: int
    size: int
    received_at: datetime | None


class Server:
    """A mailbox that is signed in at. Every method raises `MailboxFault`."""

    def __init__(self, box: BaseMailBox, mailbox: Mailbox) -> None:
        self._box, self._mailbox = box, mailbox
        self._abilities: frozenset[str] = frozenset()
        self._processed: str | None = None
        self._gives_way = True

    def sign_in(self) -> None:
        with _told(self._mailbox, _NOT_ACCEPTED):
            plain = (self._mailbox.user + self._mailbox.password).isascii()
            (self._box.login if plain else self._box.login_utf8)(self._mailbox.user, self._mailbox.password, None)
            # What it can do is told anew to whoever has signed in.
            words = self._box.client.capability()[1][-1]
            self._abilities = frozenset(words.decode("ascii", "replace").upper().split())

    def open_folder(self) -> tuple[int, int]:
        """Its UIDVALIDITY, and the UID that the next letter will have (0 where the server does not say)."""
        with _told(self._mailbox):
            self._box.folder.set(self._mailbox.folder)
            self._told_of_news()
            return self._number("UIDVALIDITY"), self._number("UIDNEXT")

    def count(self) -> int:
        """How many letters the folder has."""
        with _told(self._mailbox):
            return len(self._box.uids("ALL", charset=None))

    def find(self, criteria: str) -> list[int]:
        """UIDs in their order."""
        with _told(self._mailbox):
            self._box.client.noop()
            return sorted(int(uid) for uid in self._box.uids(criteria, charset=None))

    def sizes(self, uids: Sequence[int]) -> Iterator[Waiting]:
        """Sizes and dates, some hundred at once; letters that are gone meanwhile are left out."""
        for first in range(0, len(uids), _SIZES_AT_ONCE):
            some = ",".join(map(str, uids[first : first + _SIZES_AT_ONCE]))
            for line in self._fetch(some, "(UID RFC822.SIZE INTERNALDATE)"):
                numbers = {name: int(number) for name, number in _ITEM.findall(line)} if isinstance(line, bytes) else {}
                if len(numbers) == 2:
                    yield Waiting(numbers[b"UID"], numbers[b"RFC822.SIZE"], _date_in(line))

    def letter(self, uid: int) -> bytes | None:
        """Its bytes, unread as before; None when it is gone."""
        for item in self._fetch(str(uid), "(BODY.PEEK[])"):
            if isinstance(item, tuple) and b"BODY[]" in item[0]:
                return bytes(item[1])
            if isinstance(item, bytes) and b'BODY[] ""' in item:
                return b""
        return None

    def put_away(self, uid: int) -> bool:
        """Out of the way: into the folder of processed letters, or marked as read where the server does not move it.
        False where it allows neither."""
        return (self._gives_way and self._moved(uid)) or self._does("STORE", uid, "+FLAGS", r"(\Seen)")

    def remove(self, uid: int) -> bool:
        """For good, and nothing else with it."""
        marked = self._does("STORE", uid, "+FLAGS", r"(\Seen \Deleted)")
        return marked and (self._does("EXPUNGE", uid) if "UIDPLUS" in self._abilities else True)

    def wait_for_news(self, seconds: float, stop: Event, each_second: Callable[[], None]) -> None:
        """Until the server says something, the time is over or `stop` is set; returns within a second of that, and at once
        where it told of a letter in passing since the folder was opened: it does not do so twice."""
        if self._told_of_news():
            return
        end = time.monotonic() + seconds
        if "IDLE" not in self._abilities:
            while not stop.wait(1) and time.monotonic() < end:
                each_second()
            return
        with _told(self._mailbox), self._box.idle as idle:
            while not stop.is_set() and time.monotonic() < end:
                began = time.monotonic()
                # A line that is dead is ready at once and says nothing: the next command finds out.
                if idle.poll(1) or time.monotonic() - began < 0.9:
                    return
                each_second()

    def _moved(self, uid: int) -> bool:
        folder = self._processed_folder()
        if folder is None:
            return False
        if "MOVE" in self._abilities and self._does("MOVE", uid, folder):
            return True
        if self._does("COPY", uid, folder):
            return self.remove(uid)
        log.warning("the mail server moves no letters, so they are marked as read", mailbox=self._mailbox.name)
        self._gives_way = False
        return False

    def _processed_folder(self) -> str | None:
        """Found or made once a connection; None where the server allows none."""
        if self._processed is None:
            with _told(self._mailbox):
                root = self._box.folder.list("", "INBOX")
                below = f"INBOX{root[0].delim}{PROCESSED}" if root and root[0].delim != "NIL" else PROCESSED
                self._processed = next((name for name in (PROCESSED, below) if self._has(name)), None)
                if self._processed is None:
                    self._processed = next((name for name in (PROCESSED, below) if self._made(name)), None)
            if self._processed is None:
                log.warning(
                    "the mail server makes no folder, so letters are marked as read", mailbox=self._mailbox.name
                )
                self._gives_way = False
        return self._processed

    def _has(self, name: str) -> bool:
        return self._box.folder.exists(name)

    def _made(self, name: str) -> bool:
        try:
            self._box.folder.create(name)
        except UnexpectedCommandStatusError:
            return False
        # Mail programs show the folders that are subscribed to.
        with suppress(UnexpectedCommandStatusError):
            self._box.folder.subscribe(name, True)
        return True

    def _does(self, command: str, uid: int, *words: str) -> bool:
        """Whether the server did it; a folder among the words is quoted as the protocol wants it."""
        quoted: list[Any] = [str(uid), *(word if command == "STORE" else encode_folder(word) for word in words)]
        with _told(self._mailbox):
            return bool(self._box.client.uid(command, *quoted)[0] == "OK")

    def _fetch(self, uids: str, what: str) -> list[Any]:
        with _told(self._mailbox):
            answer, items = self._box.client.uid("FETCH", uids, what)
        if answer != "OK":
            raise MailboxFault(_REFUSED, _words(items))
        return items

    def _told_of_news(self) -> bool:
        return self._box.client.response("EXISTS")[1][-1] is not None

    def _number(self, name: str) -> int:
        found = self._box.client.response(name)[1]
        return int(found[-1]) if found and found[-1] else 0


@contextmanager
def connected(mailbox: Mailbox, seconds: float = PATIENCE) -> Iterator[Server]:
    """A connection that nobody has signed in at, with verified TLS where the mailbox asks for TLS. Raises `MailboxFault`."""
    with _told(mailbox, _NO_IMAP, _NO_IMAP):
        box = _connect(mailbox, seconds)
    try:
        yield Server(box, mailbox)
    finally:
        _hang_up(box)


@contextmanager
def opened(mailbox: Mailbox, seconds: float = PATIENCE) -> Iterator[Server]:
    """The same, signed in. Raises `MailboxFault`."""
    with connected(mailbox, seconds) as server:
        server.sign_in()
        yield server


def _connect(mailbox: Mailbox, seconds: float) -> BaseMailBox:
    if mailbox.scheme == "imaps":
        return MailBox(mailbox.host, mailbox.port, timeout=seconds, ssl_context=ssl.create_default_context())
    box = MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=seconds)
    if mailbox.scheme == "imap+starttls":
        try:
            if "STARTTLS" not in box.client.capabilities:
                raise MailboxFault(N_("The mail server offers no STARTTLS."))
            box.client.starttls(ssl.create_default_context())
        except BaseException:
            with suppress(OSError):
                box.client.shutdown()
            raise
    return box


def _hang_up(box: BaseMailBox) -> None:
    with suppress(OSError):
        box.client.sock.settimeout(2)
    with suppress(imaplib.IMAP4.error, UnexpectedCommandStatusError, OSError):
        box.logout()
    with suppress(OSError):
        box.client.shutdown()


@contextmanager
def _told(mailbox: Mailbox, refused: str = _REFUSED, broke: str = _BROKE) -> Iterator[None]:
    """Turns what the libraries raise into a sentence; `refused` and `broke` say what such an answer means here."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxFault(N_("The certificate of the mail server is not trusted."), error.verify_message) from error
    except ssl.SSLError as error:
        raise MailboxFault(
            N_("No encrypted connection to the mail server comes about."), _said(error, mailbox)
        ) from error
    except MailboxLoginError as error:
        raise MailboxFault(_NOT_ACCEPTED, _said(error, mailbox)) from error
    except MailboxFolderSelectError as error:
        raise MailboxFault(N_("The folder does not exist, or may not be opened."), _said(error, mailbox)) from error
    except imaplib.IMAP4.readonly as error:
        raise MailboxFault(N_("The folder can only be read, but letters have to be moved out of it.")) from error
    except imaplib.IMAP4.abort as error:
        raise MailboxFault(broke, _said(error, mailbox)) from error
    except OSError as error:
        raise MailboxFault(N_("The mail server cannot be reached."), _said(error, mailbox)) from error
    except (imaplib.IMAP4.error, UnexpectedCommandStatusError) as error:
        raise MailboxFault(refused, _said(error, mailbox)) from error


def _said(error: Exception, mailbox: Mailbox) -> str:
    """What the server or the system said. Some servers repeat the command that they refuse, with its password."""
    words = error.command_result[1] if isinstance(error, UnexpectedCommandStatusError) else [str(error)]
    return _words(words).replace(mailbox.password, "…") if mailbox.password else _words(words)


def _words(items: Any) -> str:
    words = [item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item) for item in items if item]
    return " ".join(words)[:300]


def _date_in(line: bytes) -> datetime | None:
    found = _DATE.search(line)
    try:
        at = parsedate_to_datetime(found[1].decode("ascii", "replace")) if found else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
