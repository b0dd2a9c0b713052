"""Reads an incident log into cases of rows. Knows the file's columns and quirks, nothing of tickets."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

UNKNOWN = "?"
COLUMNS = (
    "number", "incident_state", "sys_mod_count", "sys_updated_at", "opened_at", "resolved_at", "caller_id", "assigned_to",
    "assignment_group", "priority", "category", "subcategory", "u_symptom",
)  # fmt: skip
STATES = frozenset(
    {
        "New",
        "Active",
        "Awaiting User Info",
        "Awaiting Vendor",
        "Awaiting Problem",
        "Awaiting Evidence",
        "Resolved",
        "Closed",
    }
)
PRIORITIES = {"1": "urgent", "2": "high", "3": "normal", "4": "low"}


class WrongFile(ValueError):
    """The file cannot be an incident log; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """One audit event of an incident. Times are wall-clock, without a zone, as the file has them; None is unknown."""

    line: int
    number: str
    state: str
    count: int
    updated_at: datetime
    opened_at: datetime
    resolved_at: datetime | None
    caller: str | None
    assigned_to: str | None
    group: str | None
    priority: str
    category: str | None
    subcategory: str | None
    symptom: str | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, with the reason."""

    line: int
    number: str
    reason: str
    cells: tuple[str, ...]


def count_cases(path: Path) -> int:
    """How many incidents the file has: one quick pass, for the progress bar."""
    with _opened(path) as file:
        _header(file, path)
        before, cases = "", 0
        for line in _lines(file, path):
            number = line.partition(",")[0]
            cases += number != before
            before = number
    return cases


def cases(path: Path) -> Iterator[tuple[list[Row], list[BadRow]]]:
    """The rows of one incident after the other, in the file's order, with those of them that are bad.

    Raises `WrongFile` when the file is not an incident log at all.
    """
    with _opened(path) as file:
        header = _header(file, path)
        place = {name: header.index(name) for name in COLUMNS}
        good: list[Row] = []
        bad: list[BadRow] = []
        number = ""
        for line, cells in enumerate(csv.reader(_lines(file, path)), 2):
            if not cells:
                continue
            mine = cells[place["number"]] if len(cells) > place["number"] else ""
            if mine != number and (good or bad):
                yield good, bad
                good, bad = [], []
            number = mine
            row = _row(line, cells, place, len(header))
            if isinstance(row, Row):
                good.append(row)
            else:
                bad.append(row)
        if good or bad:
            yield good, bad


def header_of(path: Path) -> list[str]:
    with _opened(path) as file:
        return _header(file, path)


def _opened(path: Path) -> IO[str]:
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8", newline="")
        return path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise WrongFile(f"{path} cannot be read: {error.strerror or error}.") from error


def _header(file: IO[str], path: Path) -> list[str]:
    first = next(iter(_lines(file, path)), "")
    names = next(csv.reader([first]), [])
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise WrongFile(f"{path} is not an incident log: it has no column {', '.join(missing)}.")
    return names


def _lines(file: IO[str], path: Path) -> Iterator[str]:
    try:
        for line in file:  # noqa: UP028 — "yield from" would close the file together with the generator
            yield line
    except (UnicodeDecodeError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise WrongFile(f"{path} is damaged or is not text: {error}.") from error


def _row(line: int, cells: list[str], place: dict[str, int], width: int) -> Row | BadRow:
    number = cells[place["number"]].strip() if len(cells) > place["number"] else ""

    def bad(reason: str) -> BadRow:
        return BadRow(line, number, reason, tuple(cells))

    if len(cells) != width:
        return bad(f"it has {len(cells)} cells, the header {width}")
    value = {name: cells[at].strip() for name, at in place.items()}
    if not number or number == UNKNOWN or len(number) > 64:
        return bad("it has no incident number")
    if value["incident_state"] not in STATES:
        return bad(f"the state {value['incident_state']!r} is unknown")
    if value["priority"][:1] not in PRIORITIES:
        return bad(f"the priority {value['priority']!r} is unknown")
    if not value["sys_mod_count"].isdecimal():
        return bad(f"sys_mod_count {value['sys_mod_count']!r} is not a number")
    times: dict[str, datetime | None] = {}
    for name in ("sys_updated_at", "opened_at", "resolved_at"):
        try:
            times[name] = None if value[name] == UNKNOWN else _time(value[name])
        except ValueError:
            return bad(f"{name} {value[name]!r} is not a time like 29/2/2016 06:38")
    if times["sys_updated_at"] is None or times["opened_at"] is None:
        return bad("it does not say when it was opened or updated")
    known = {name: None if text == UNKNOWN or not text else text[:200] for name, text in value.items()}
    return Row(
        line=line, number=number, state=value["incident_state"], count=int(value["sys_mod_count"]),
        updated_at=times["sys_updated_at"], opened_at=times["opened_at"], resolved_at=times["resolved_at"],
        caller=known["caller_id"], assigned_to=known["assigned_to"], group=known["assignment_group"],
        priority=PRIORITIES[value["priority"][:1]], category=known["category"], subcategory=known["subcategory"],
        symptom=known["u_symptom"],
    )  # fmt: skip


def _time(text: str) -> datetime:
    """`29/2/2016 06:38`: day and month without a leading zero, no zone. strptime would take ten times as long."""
    date, _, clock = text.partition(" ")
    day, month, year = date.split("/")
    hour, minute = clock.split(":")
    return datetime(int(year), int(month), int(day), int(hour), int(minute))  # noqa: DTZ001 — the company's wall clock
