"""Tables of pages as answers, in the two kinds that spreadsheets open."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from flask import Response

from servicedesk.papers.answers import file_answer
from servicedesk.papers.tables import CSV, XLSX, Column, Sheet, write_csv, write_xlsx

__all__ = ["Column", "Sheet", "csv_answer", "xlsx_answer"]


def csv_answer(name: str, sheet: Sheet, *, zone: str, language: str) -> Response:
    return file_answer(partial(write_csv, sheet=sheet, zone=zone, language=language), f"{name}.csv", CSV)


def xlsx_answer(name: str, sheets: Iterable[Sheet], *, zone: str) -> Response:
    return file_answer(partial(write_xlsx, sheets=sheets, zone=zone), f"{name}.xlsx", XLSX)
