"""The one place that makes papers: rights first, then a file that is written when somebody takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from flask_babel import force_locale

from servicedesk.kernel.errors import NotFound
from servicedesk.papers import flat, sheets
from servicedesk.papers.pdf.composing import composed
from servicedesk.papers.pdf.setting import pdf_of
from servicedesk.papers.reading import Reading, fingerprint, reading_for
from servicedesk.papers.tables import CSV, XLSX, write_csv, write_xlsx

PDF = "application/pdf"
# Grows whenever a paper of the same issue looks otherwise, so that nobody keeps an old one.
EDITION = 1
KINDS = {"pdf": PDF, "xlsx": XLSX, "csv": CSV}


@dataclass(frozen=True)
class Paper:
    """`tag` is the same for equal bytes, so far as a reader can tell; `write` fills an open file and may take a second."""

    filename: str
    content_type: str
    tag: str
    write: Callable[[IO[bytes]], None]


def paper_for(
    person: Any, month: str, kind: str, *, key: str | None = None, number: int | None = None, language: str, zone: str,
    named: bool = True,
) -> Paper:  # fmt: skip
    """A month's report, or one department's part of it, as pdf, xlsx or csv. Raises `NotFound` where the page does.

    Unless `named` no request has its number in it.
    """
    if kind not in KINDS:
        raise NotFound()
    reading = reading_for(person, month, key, number, language=language, zone=zone, named=named)

    def write(file: IO[bytes]) -> None:
        with force_locale(language):
            _WRITERS[kind](file, reading)

    name = "-".join(part for part in ("report", month, key) if part)
    tag = f"{kind}-{language}-{zone.replace('/', '.')}-{EDITION}-{fingerprint(reading)[:32]}"
    return Paper(f"{name}.{kind}", KINDS[kind], tag, write)


def _pdf(file: IO[bytes], reading: Reading) -> None:
    file.write(pdf_of(composed(reading)))


def _xlsx(file: IO[bytes], reading: Reading) -> None:
    write_xlsx(file, sheets.sheets_of(reading), zone=reading.zone)


def _csv(file: IO[bytes], reading: Reading) -> None:
    write_csv(file, flat.table_of(reading), zone=reading.zone, language=reading.language)


_WRITERS: dict[str, Callable[[IO[bytes], Reading], None]] = {"pdf": _pdf, "xlsx": _xlsx, "csv": _csv}
