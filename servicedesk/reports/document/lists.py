"""The long lists of a department, written beside the document in pages while they are made. The document holds how long
each is and its checksum, so that the checksum of the document covers them too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from servicedesk.reports.document.text import text_of

Json = dict[str, Any]
# The lists a department may have, in the order in which they are told.
LISTS = ("breaches", "comments", "thanks", "low_ratings")
PAGE_ROWS = 100
# Takes a full page: the department's key, the name of the list, the number of the page from 1, its rows.
Keep = Callable[[str, str, int, list[Json]], None]


@dataclass(slots=True)
class _List:
    rows: int = 0
    pages: int = 0
    waiting: list[Json] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)


class Lists:
    """Collects rows; holds at most a page of each list. `of` ends a department's lists: nothing is added after it."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._lists: dict[tuple[str, str], _List] = {}

    def add(self, key: str, name: str, row: Json) -> None:
        found = self._lists.setdefault((key, name), _List())
        found.digest.update(_line(row))
        found.rows += 1
        found.waiting.append(row)
        if len(found.waiting) == PAGE_ROWS:
            self._turn(key, name, found)

    def of(self, key: str) -> Json:
        """What the document says of the lists: rows, pages and the SHA-256 over the lines of the rows."""
        told = {}
        for name in LISTS:
            found = self._lists.get((key, name), _List())
            if found.waiting:
                self._turn(key, name, found)
            told[name] = {"rows": found.rows, "pages": found.pages, "sha256": found.digest.hexdigest()}
        return told

    def _turn(self, key: str, name: str, found: _List) -> None:
        found.pages += 1
        self._keep(key, name, found.pages, found.waiting)
        found.waiting = []


def checksum_of_rows(rows: Iterable[Json]) -> str:
    """The checksum of a list as `Lists` makes it, however it was cut into pages."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_line(row))
    return digest.hexdigest()


def _line(row: Json) -> bytes:
    return text_of(row).encode() + b"\n"
