"""A file of absences → entries, row by row; what cannot be read of a row is said beside it. Files come from strangers."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_, is_storable
from servicedesk.people.actions import Entry
from servicedesk.web import ical

MOST_ROWS = 500
COLUMNS = ("email", "from", "to", "substitute", "note")
_ISO, _RUSSIAN = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True)
class Line:
    """A row of the file with its number there: an entry, or why there is none."""

    number: int
    text: str
    entry: Entry | None
    fault: DeskError | None = None


def from_table(raw: bytes) -> list[Line]:
    """Rows of a table with the columns email, from, to, substitute and note, in this order or as its first row names
    them, between commas or semicolons. Raises `DeskError` for a file that is none."""
    if len(raw) > ical.LARGEST:
        raise DeskError(N_("The file is larger than %(most)d KB."), most=ical.LARGEST // 1024)
    text = _decoded(raw)
    try:
        rows = [(number, row) for number, row in _rows(text) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise DeskError(N_("This table is broken and cannot be read. Save it as CSV again.")) from error
    columns = list(COLUMNS)
    if rows and "email" in [cell.strip().casefold() for cell in rows[0][1]]:
        columns = [cell.strip().casefold() for cell in rows.pop(0)[1]]
    if len(rows) > MOST_ROWS:
        raise DeskError(N_("The file has %(count)d rows; up to %(most)d are read."), count=len(rows), most=MOST_ROWS)
    return [_line(number, row, columns) for number, row in rows]


def from_calendar(raw: bytes, person: str, zone: str) -> list[Line]:
    """The events of one person's calendar. Moments without a zone are meant on the wall clock of `zone`."""
    found = ical.periods(raw)
    if len(found) > MOST_ROWS:
        raise DeskError(N_("The file has %(count)d rows; up to %(most)d are read."), count=len(found), most=MOST_ROWS)
    return [_event(number, period, person, zone) for number, period in enumerate(found, 1)]


def day_of(text: str) -> date | None:
    """2026-05-01 or 01.05.2026."""
    text = text.strip()
    iso, russian = _ISO.fullmatch(text), _RUSSIAN.fullmatch(text)
    if iso is None and russian is None:
        return None
    year, month, day = (int(part) for part in (iso.groups() if iso else russian.groups()[::-1] if russian else ()))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel writes on a Russian Windows.
        text = raw.decode("cp1251", "replace")
    if not is_storable(text):
        raise DeskError(N_("This table is broken and cannot be read. Save it as CSV again."))
    return text


def _rows(text: str) -> Any:
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(StringIO(text), delimiter=";" if first.count(";") >= first.count(",") else ",")
    for row in reader:
        yield reader.line_num, row


def _line(number: int, row: list[str], columns: list[str]) -> Line:
    told = dict(zip(columns, (cell.strip() for cell in row), strict=False))
    shown = " · ".join(cell.strip() for cell in row if cell.strip())[:300]
    first, last = day_of(told.get("from", "")), day_of(told.get("to", "") or told.get("from", ""))
    if not told.get("email"):
        return Line(number, shown, None, DeskError(N_("The row has no address.")))
    if first is None or last is None:
        return Line(number, shown, None, DeskError(N_("Write dates like 2026-05-01 or 01.05.2026.")))
    entry = Entry(told["email"], first, last, told.get("substitute", ""), told.get("note", ""))
    return Line(number, shown, entry)


def _event(number: int, period: ical.Period, person: str, zone: str) -> Line:
    if period.repeats:
        return Line(number, period.name, None, DeskError(N_("It repeats; enter its days one by one.")))
    first, last = (_aware(moment, zone) for moment in (period.first, period.last))
    external_id = f"ical:{period.uid}"[:200] if period.uid else None
    return Line(number, period.name, Entry(person, first, last, note=period.name, external_id=external_id))


def _aware(moment: date, zone: str) -> date | datetime:
    if not isinstance(moment, datetime):
        return moment
    if not 1970 <= moment.year <= 9000:
        return date(min(max(moment.year, 1970), 9000), 1, 1)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))
