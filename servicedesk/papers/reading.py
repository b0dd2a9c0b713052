"""A month's report as one reader may have it: the stored document, its departments, its lists. Nothing is computed here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servicedesk.people.rules import is_admin
from servicedesk.reports import access, queries
from servicedesk.reports.document import text_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """`key` is the department that was asked for, None for the whole company; `checksum` that of the stored issue;
    `language` and `zone` are the reader's; unless `named`, requests go without their numbers."""

    person: Any
    document: Json
    key: str | None
    checksum: str
    language: str
    zone: str
    named: bool = True

    @property
    def month(self) -> str:
        return str(self.document["month"])

    @property
    def names(self) -> Json:
        found: Json = self.document["names"]
        return found

    @property
    def parts(self) -> list[Json]:
        """The departments the paper is about."""
        found: list[Json] = [self.document["department"]] if self.key is not None else self.document["departments"]
        return found

    @property
    def closed_at(self) -> datetime:
        return datetime.fromisoformat(self.document["closed_at"])

    def may_read(self, part: Json, name: str) -> bool:
        """Whether this list of the department ("breaches", "comments") is there and the reader's to see."""
        return part["lists"].get(name) is not None

    def rows(self, part: Json, name: str) -> Iterator[Json]:
        """A list of the department, row by row; nothing where it is not the reader's to see."""
        if self.may_read(part, name):
            number = self.document["number"]
            yield from access.report_rows_for(self.person, self.month, part["key"], name, number, named=self.named)

    def count(self, part: Json, name: str) -> int:
        return int(part["lists"][name]["rows"]) if self.may_read(part, name) else 0


def reading_for(
    person: Any, month: str, key: str | None = None, number: int | None = None, *, language: str, zone: str,
    named: bool = True,
) -> Reading:  # fmt: skip
    """Raises `NotFound` where the reader's pages do."""
    if key is None:
        document = access.report_for(person, month, number, named=named)
    else:
        document = access.department_report_for(person, month, key, number)
    issue = queries.issue(month, document["number"])
    return Reading(person, document, key, issue.checksum if issue else "", language, zone, named)


def fingerprint(reading: Reading) -> str:
    """Differs where the stored issue differs, or what this reader may see of it."""
    who = reading.person
    rights = [is_admin(who), who.has("report_reader"), sorted(who.leads), reading.named]
    # Whether a note of thanks names whom it is for is asked of them anew each time.
    thanked = [
        sorted(queries.names_consented(reading.month, part["key"]))
        for part in reading.parts if reading.count(part, "thanks")
    ]  # fmt: skip
    told = f"{reading.checksum}\n{reading.key or ''}\n{rights}\n{thanked}\n{text_of(reading.document)}"
    return hashlib.sha256(told.encode()).hexdigest()
