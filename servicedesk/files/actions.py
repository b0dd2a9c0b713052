"""Use cases of stored files."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from servicedesk.files import queries, rules
from servicedesk.files.models import StoredFile
from servicedesk.files.shelf import Kept, Readable, Shelf
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp

# What nobody refers to after so long is dropped: a form that was never sent.
UNUSED_FOR = timedelta(hours=24)
Known = Callable[[Collection[str]], Collection[str]]


@dataclass(frozen=True)
class Put:
    """Bytes on the shelf, and what they are called."""

    name: str
    kept: Kept


def store(stamp: Stamp, shelf: Shelf, stream: Readable, name: str, owner_id: int) -> StoredFile:
    """Keep the bytes, then the row that names them: if the transaction fails, bytes are left that `clear` removes.

    Its kind is what the content shows. Raises `TooLarge`, or `Invalid` at file.
    """
    return register(stamp, put(shelf, stream, name, stamp.at), owner_id)


def put(shelf: Shelf, stream: Readable, name: str, at: datetime) -> Put:
    """The first half of `store`, for who does not want to write files while others wait: bytes without a row as yet."""
    name = rules.cleaned_name(name)
    return Put(name, shelf.put(stream, name, at))


def register(stamp: Stamp, file: Put, owner_id: int) -> StoredFile:
    """The other half: the row that names the bytes."""
    kept = file.kept
    row = StoredFile(
        key=secrets.token_urlsafe(32), digest=kept.digest, name=file.name, kind=kept.kind, size=kept.size,
        owner_id=owner_id, made_at=stamp.at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def clear(shelf: Shelf, at: datetime, *elsewhere: Known) -> int:
    """Remove bytes that no row names and that came more than `UNUSED_FOR` ago. Outside a transaction.

    `elsewhere` say which digests are named by rows of other slices: those of mails.
    """

    def known(digests: Collection[str]) -> set[str]:
        return set().union(*(ask(digests) for ask in (queries.known_digests, *elsewhere)))

    return shelf.clear(at - UNUSED_FOR, known)
