"""Reads of stored files. Whose they are is asked of what refers to them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from servicedesk.files.models import StoredFile
from servicedesk.kernel.db import db, found_among


def files_by_key(keys: Collection[str]) -> dict[str, StoredFile]:
    if not keys:
        return {}
    return {row.key: row for row in db.session.scalars(select(StoredFile).where(StoredFile.key.in_(keys)))}


def files_by_id(ids: Collection[int]) -> dict[int, StoredFile]:
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)))}


def known_digests(digests: Collection[str]) -> set[str]:
    """Those that a row has."""
    return found_among(StoredFile.digest, digests)
