"""Tables of pages as answers: the file is written first, then sent."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from typing import IO

from flask import Response

from servicedesk.papers.tables import CSV, XLSX, Column, Sheet, write_csv, write_xlsx

__all__ = ["Column", "Sheet", "csv_answer", "file_answer", "xlsx_answer"]

CHUNK = 64 * 1024


def csv_answer(name: str, sheet: Sheet, *, zone: str, language: str) -> Response:
    return file_answer(partial(write_csv, sheet=sheet, zone=zone, language=language), f"{name}.csv", CSV)


def xlsx_answer(name: str, sheets: Iterable[Sheet], *, zone: str) -> Response:
    return file_answer(partial(write_xlsx, sheets=sheets, zone=zone), f"{name}.xlsx", XLSX)


def file_answer(write: Callable[[IO[bytes]], None], filename: str, kind: str) -> Response:
    """Write the whole file first: the database is free again before a slow reader has it all."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 — closed with the answer
    try:
        write(file)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    response = Response(iter(lambda: file.read(CHUNK), b""), mimetype=None, content_type=kind)
    response.call_on_close(file.close)
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
