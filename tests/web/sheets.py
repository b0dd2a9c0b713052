"""Reads an XLSX file the way a spreadsheet does, as far as tests ask: the cells of its first sheets with their kinds."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class Cell:
    """`kind` is n for a number and s for a string; empty cells are not there."""

    kind: str
    text: str
    formula: bool
    format: str

    @property
    def moment(self) -> str:
        return f"{datetime(1899, 12, 30) + timedelta(days=float(self.text), seconds=0.5):%Y-%m-%d %H:%M}"

    def __contains__(self, part: str) -> bool:
        return part in self.text


def cells_of(data: bytes, sheet: int = 1) -> list[list[Cell]]:
    """Rows of the sheet; the place of a cell in its row is its column, with an empty cell where there is none."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        shared = _shared(book)
        formats = _formats(book)
        page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    return [_row(row, shared, formats) for row in page.iter(f"{MAIN}row")]


def names_of(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return [
            sheet.attrib["name"] for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]


def _row(row: ElementTree.Element, shared: list[str], formats: list[str]) -> list[Cell]:
    cells: list[Cell] = []
    for found in row.iter(f"{MAIN}c"):
        column = 0
        for letter in re.match(r"[A-Z]+", found.attrib["r"])[0]:  # type: ignore[index]
            column = column * 26 + ord(letter) - 64
        cells += [Cell("", "", False, "")] * (column - 1 - len(cells))
        kind, text = found.attrib.get("t", "n"), "".join(found.itertext())
        if kind == "s":
            text = shared[int(text)]
        style = formats[int(found.attrib.get("s", 0))]
        cells.append(
            Cell("s" if kind in ("s", "inlineStr", "str") else kind, text, found.find(f"{MAIN}f") is not None, style)
        )
    return cells


def _shared(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [
        "".join(one.itertext()) for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{MAIN}si")
    ]


def _formats(book: zipfile.ZipFile) -> list[str]:
    styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    own = {row.attrib["numFmtId"]: row.attrib["formatCode"] for row in styles.iter(f"{MAIN}numFmt")}
    used = styles.find(f"{MAIN}cellXfs")
    assert used is not None
    return [
        own.get(row.attrib["numFmtId"], row.attrib["numFmtId"]) + (" quoted" if row.attrib.get("quotePrefix") else "")
        for row in used
    ]
