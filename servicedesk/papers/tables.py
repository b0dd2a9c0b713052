"""Tables as files: CSV and XLSX of any length in the memory of a few rows. Knows columns and cells, no subject.

What people typed never becomes a formula: in XLSX it is a string cell, in CSV an apostrophe stands before what a
spreadsheet would compute. Moments are shown in the reader's zone, which the head of the column names.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, NamedTuple
from zoneinfo import ZoneInfo

import xlsxwriter

MOST_ROWS = 1_000_000  # of a sheet; what is more goes on in the next one
MOST_CHARACTERS = 32_767  # of a cell in XLSX
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What makes a spreadsheet compute: at the beginning of a cell, and behind what it could take for the end of one, where
# a dash with a space behind it is left a dash.
_FORMULA = re.compile(r"^(?=[=+\-@\t\r\n＝＋－＠])|(?<=[,;\t\r\n])(?=[=+@＝＋－＠]|-(?!\s))")
_FORMATS = {
    "moment": "yyyy-mm-dd hh:mm",
    "day": "yyyy-mm-dd",
    "duration": "[h]:mm",
    "whole": "0",
    "number": "0.00",
    "percent": "0.0%",
}
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Column:
    """`kind` is text, whole, number, percent (a share of one), moment (an aware datetime), day (a date) or duration
    (seconds); None is empty."""

    title: str
    kind: str = "text"
    width: int = 14


class Typed(NamedTuple):
    """A cell of another kind than its column."""

    value: Any
    kind: str


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def write_csv(file: IO[bytes], sheet: Sheet, *, zone: str, language: str) -> None:
    """UTF-8 with a mark at its beginning, which Excel needs; separator and decimal mark are those Excel expects in the language."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";" if language == "ru" else ",", quoting=csv.QUOTE_MINIMAL)
    writer.writerow([_plain(title) for title in _titles(sheet, zone)])
    kinds, own = [column.kind for column in sheet.columns], ZoneInfo(zone)
    for row in sheet.rows:
        writer.writerow(
            [
                _written(*_typed(value, kind), own, "," if language == "ru" else ".")
                for value, kind in zip(row, kinds, strict=True)
            ]
        )
    text.detach()


def write_xlsx(file: IO[bytes], sheets: Iterable[Sheet], *, zone: str) -> None:
    """One page a sheet, each row written when it is there."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        for sheet in sheets:
            _write_sheet(book, sheet, zone)


def _write_sheet(book: Any, sheet: Sheet, zone: str) -> None:
    formats = {kind: book.add_format({"num_format": pattern}) for kind, pattern in _FORMATS.items()}
    # With the mark a cell stays a text also when somebody edits it.
    formats["text"] = book.add_format({"quote_prefix": True})
    head, own = book.add_format({"bold": True, "bottom": 1}), ZoneInfo(zone)
    page, line, pages = None, 0, 0
    for row in sheet.rows:
        if page is None or line > MOST_ROWS:
            pages += 1
            page, line = _new_page(book, sheet, zone, head, pages), 1
        for place, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _write_cell(page, line, place, *_typed(value, column.kind), formats, own)
        line += 1
    if page is None:
        _new_page(book, sheet, zone, head, 1)


def _new_page(book: Any, sheet: Sheet, zone: str, head: Any, number: int) -> Any:
    name = _NOT_IN_NAMES.sub(" ", sheet.name)[:24].strip() or "1"
    page = book.add_worksheet(name if number == 1 else f"{name} {number}")
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    for place, title in enumerate(_titles(sheet, zone)):
        page.write_string(0, place, title, head)
    return page


def _write_cell(
    page: Any, line: int, place: int, value: Any, kind: str, formats: dict[str, Any], zone: ZoneInfo
) -> None:
    if value is None or value == "":
        return
    if kind == "text":
        text = str(value)
        text = text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
        page.write_string(line, place, text, *([formats["text"]] if _FORMULA.match(text) else []))
    elif kind == "moment":
        page.write_datetime(line, place, value.astimezone(zone).replace(tzinfo=None), formats[kind])
    elif kind == "day":
        page.write_datetime(line, place, datetime(value.year, value.month, value.day), formats[kind])  # noqa: DTZ001 — a day has no zone
    else:
        page.write_number(line, place, value / 86400 if kind == "duration" else value, formats[kind])


def _titles(sheet: Sheet, zone: str) -> Iterator[str]:
    for column in sheet.columns:
        yield f"{column.title} ({zone})" if column.kind == "moment" else column.title


def _typed(value: Any, kind: str) -> tuple[Any, str]:
    return (value.value, value.kind) if isinstance(value, Typed) else (value, kind)


def _written(value: Any, kind: str, zone: ZoneInfo, mark: str) -> str:
    if value is None:
        return ""
    if kind in ("number", "percent"):
        return str(value).replace(".", mark)
    if kind == "moment":
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if kind == "duration":
        minutes = int(value) // 60
        return f"{minutes // 60}:{minutes % 60:02d}"
    return value.isoformat() if isinstance(value, date) else str(value) if kind != "text" else _plain(str(value))


def _plain(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would compute."""
    return _FORMULA.sub("'", text)
