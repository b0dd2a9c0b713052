"""Use cases of stored files."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from servicedesk.files import queries, rules
from servicedesk.files.models import StoredFile
from servicedesk.files.shelf import Readable, Shelf
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp

# What nobody refers to after so long is dropped: a form that was never sent.
UNUSED_FOR = timedelta(hours=24)
Known = Callable[[Collection[str]], Collection[str]]


def store(stamp: Stamp, shelf: Shelf, stream: Readable, name: str, owner_id: int) -> StoredFile:
    """Keep the bytes, then the row that names them: if the transaction fails, bytes are left that `clear` removes.

    Its kind is what the content shows. Raises `TooLarge`, or `Invalid` at file.
    """
    name = rules.cleaned_name(name)
    kept = shelf.put(stream, name, stamp.at)
    row = StoredFile(
        key=secrets.token_urlsafe(32), digest=kept.digest, name=name, kind=kept.kind, size=kept.size, owner_id=owner_id,
        made_at=stamp.at,
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
