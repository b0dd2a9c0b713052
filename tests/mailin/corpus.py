"""Real letters of many programs, where the shared data lie beside the checkout."""

from __future__ import annotations

import base64
import csv
import os
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("DESK_SHARED") or Path(__file__).parents[3] / "shared") / "data" / "mail"


@dataclass(frozen=True)
class Sample:
    """A file of the corpus; `raw` is a whole letter, made around what is only a part of one."""

    name: str
    kind: str
    form: str
    raw: bytes

    def with_line_ends(self, end: bytes) -> bytes:
        lines = self.raw.replace(b"\r\n", b"\n")
        return lines if end == b"\n" else lines.replace(b"\n", end)


@lru_cache(maxsize=1)
def samples() -> tuple[Sample, ...]:
    """All of them. Skips the test where they are not there."""
    if not (FOLDER / "manifest.csv").is_file():
        pytest.skip("the shared data are not beside this checkout")
    with (
        zipfile.ZipFile(FOLDER / "mail-shared.zip") as archive,
        (FOLDER / "manifest.csv").open(encoding="utf-8") as rows,
    ):
        return tuple(_sample(row, archive.read(row["file"])) for row in csv.DictReader(rows))


def sample(name: str) -> bytes:
    """The letter whose name ends so."""
    (found,) = [one for one in samples() if one.name.endswith(name)]
    return found.raw


def _sample(row: dict[str, str], data: bytes) -> Sample:
    head = b"From: a@example.org\nTo: desk@example.org\nSubject: Sample\nMIME-Version: 1.0\n"
    if row["form"] in ("body-text", "html-fragment"):
        subtype = b"html" if row["form"] == "html-fragment" else b"plain"
        data = head + b"Content-Type: text/" + subtype + b"; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + data
    elif row["form"] == "tnef":
        data = head + (
            b'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
            + base64.encodebytes(data)
        )
    return Sample(row["file"], row["kind"], row["form"], data)
