"""Reads of stored files. Whose they are is asked of what refers to them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from servicedesk.files.models import StoredFile
from servicedesk.kernel.db import db


def files_by_key(keys: Collection[str]) -> dict[str, StoredFile]:
    if not keys:
        return {}
    return {row.key: row for row in db.session.scalars(select(StoredFile).where(StoredFile.key.in_(keys)))}


def files_by_id(ids: Collection[int]) -> dict[int, StoredFile]:
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)))}


def known_digests(digests: Collection[str]) -> set[str]:
    """Those that a row has. Never asks for more than a thousand at once."""
    wanted, found = list(digests), set[str]()
    for begin in range(0, len(wanted), 1000):
        part = wanted[begin : begin + 1000]
        found.update(db.session.scalars(select(StoredFile.digest).where(StoredFile.digest.in_(part))))
    return found
