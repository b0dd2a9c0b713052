"""The bytes of stored files, in a folder by their SHA-256. Knows no rows.

A file is there whole or not at all: it is written aside, brought to the disk, and only then gets its name.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from servicedesk.files import rules
from servicedesk.kernel.errors import Invalid, TooLarge
from servicedesk.kernel.text import N_

_CHUNK = 256 * 1024
Check = Callable[[int, bytes], None]
# Folders whose own names this process has brought to the disk: once is enough, and files are many. 256 at most for a shelf.
_kept_folders: set[Path] = set()


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Kept:
    """What was put on the shelf."""

    digest: str
    size: int
    kind: str


@dataclass(frozen=True)
class Shelf:
    """The folder, and how many bytes one file may have."""

    root: Path
    most: int

    def put(self, stream: Readable, name: str, at: datetime) -> Kept:
        """Take the bytes in, as made at `at`. Raises `TooLarge`, or `Invalid` for what is not taken."""
        digest, size, head = self._put(stream, at, self.most, partial(_refuse, name))
        return Kept(digest, size, rules.kind_of(head, name))

    def put_mail(self, raw: bytes, at: datetime) -> str:
        """Take a mail in as it came, whatever it holds and however large it is: nobody downloads it but as text. Gives its
        digest. Whoever names it in a row says so to `clear`."""
        return self._put(BytesIO(raw), at, len(raw), None)[0]

    def _put(self, stream: Readable, at: datetime, most: int, check: Check | None) -> tuple[str, int, bytes]:
        aside = self._aside() / f"new-{secrets.token_hex(16)}"
        try:
            with aside.open("xb+") as file:
                digest, size, head = _copy(stream, file, most)
                if check is not None:
                    check(file.fileno(), head)
                # The time of the bytes is that of the newest who sent them: whoever clears up looks at it.
                os.utime(file.fileno(), (at.timestamp(), at.timestamp()))
                os.fsync(file.fileno())
            target = self.path_of(digest)
            target.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(target)
            _bring_to_disk(target.parent)
            if target.parent not in _kept_folders:
                _bring_to_disk(self.root)
                _kept_folders.add(target.parent)
        finally:
            aside.unlink(missing_ok=True)
        return digest, size, head

    def path_of(self, digest: str) -> Path:
        return self.root / digest[:2] / digest[2:]

    def clear(self, before: datetime, known: Callable[[Collection[str]], Collection[str]]) -> int:
        """Remove what was made before an instant and has no row; `known` says which digests have one.

        Bytes go aside before they are looked at for the last time: somebody may be sending the same at this moment, and
        what they send gets the name anew.
        """
        removed = 0
        for folder in self._folders():
            old = {folder.name + path.name: path for path in folder.iterdir() if _made_before(path, before)}
            for digest in sorted(set(old) - set(known(list(old))) if old else ()):
                removed += self._remove(digest, before, known)
        return removed + self._clear_aside(before, known)

    def _remove(self, digest: str, before: datetime, known: Callable[[Collection[str]], Collection[str]]) -> bool:
        aside = self._aside() / f"old-{digest}"
        try:
            self.path_of(digest).replace(aside)
        except FileNotFoundError:
            return False
        return self._decide(aside, digest, before, known)

    def _decide(
        self, aside: Path, digest: str, before: datetime, known: Callable[[Collection[str]], Collection[str]]
    ) -> bool:
        """Put back what is wanted after all, drop the rest."""
        if not _made_before(aside, before) or digest in known([digest]):
            with suppress(FileExistsError):
                os.link(aside, self.path_of(digest))
            aside.unlink(missing_ok=True)
            return False
        aside.unlink(missing_ok=True)
        return True

    def _clear_aside(self, before: datetime, known: Callable[[Collection[str]], Collection[str]]) -> int:
        """What an interruption left: half a file that nobody was told of, or one that was being looked at."""
        removed = 0
        for path in list(self._aside().iterdir()):
            kind, _, digest = path.name.partition("-")
            if kind == "old":
                removed += self._decide(path, digest, before, known)
            elif _made_before(path, before):
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _folders(self) -> Iterator[Path]:
        if self.root.is_dir():
            yield from sorted(path for path in self.root.iterdir() if path.is_dir() and len(path.name) == 2)

    def _aside(self) -> Path:
        folder = self.root / "aside"
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def too_large(most: int) -> TooLarge:
    return TooLarge(N_("A file may have at most %(most)s MB."), most=round(most / 1_000_000, 1))


def _copy(stream: Readable, file: BinaryIO, most: int) -> tuple[str, int, bytes]:
    """SHA-256, size and the beginning of what was copied. Raises `TooLarge`."""
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise too_large(most)
        digest.update(chunk)
        file.write(chunk)
        if len(head) < rules.HEAD:
            head += chunk[: rules.HEAD - len(head)]
    file.flush()
    return digest.hexdigest(), size, head


def _refuse(name: str, number: int, head: bytes) -> None:
    """Raises `Invalid` for what runs by a double click, and for nothing at all; `number` is the open file's."""
    place = rules.root_entry_at(head)
    entry = b"" if place is None else os.pread(number, 128, place)
    if refusal := rules.refusal_of(head, name, entry):
        raise Invalid(fields={"file": refusal})
    if not head:
        raise Invalid(fields={"file": N_("This file is empty.")})


def _made_before(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def _bring_to_disk(folder: Path) -> None:
    """A name is there after a loss of power only when its folder is."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
