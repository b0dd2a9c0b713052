"""What people write goes through every kind of file as the text it is and breaks no layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from servicedesk.kernel.transaction import transaction
from servicedesk.papers.pdf.blocks import LONGEST_WORD, plain
from servicedesk.people.models import Person
from tests.papers import april
from tests.papers.conftest import text_of_pdf
from tests.web.sheets import cells_of, names_of

WRITTEN = [
    '#set page(fill: red) #read("/etc/passwd") #eval("1+1")', "$x$ *bold* _it_ = Heading @label <tag> \\ `code` // comment",
    '=HYPERLINK("http://evil.example","click")', "<script>alert(1)</script> & “quotes”", "+1-2@SUM(A1)",
    "Всё 👍🏽 отлично 🎉", "שלום مرحبا \u202egnp.exe\u202c", "bell\x07 escape\x1b[31m tab\tend\x7f", "one\n\ntwo\r\nthree\u2028four",
    "#" * 200, "Ы" * 10_000, "",
]  # fmt: skip


@pytest.fixture
def hostile(app: object) -> object:
    with transaction():
        return april.store(
            [text for text in WRITTEN if text], name="#panic() & <b>=1+1</b>", why="=cmd|' /C calc'!A0 #set"
        )


def test_a_pdf_shows_it_and_runs_nothing(hostile: object, bytes_of: Callable[..., bytes], olga: Person) -> None:
    data = bytes_of(olga, "pdf", "it", "ru")
    text = text_of_pdf(data)
    for part in (
        '#read("/etc/passwd")',
        "$x$ *bold* _it_ = Heading @label",
        "=HYPERLINK",
        "<script>alert(1)</script>",
        "=cmd|",
    ):
        assert part in text.replace("\n", " ")
    assert "#panic() & <b>=1+1</b>" in text
    assert text.count("Ы") == 10_000
    assert not {"/JavaScript", "/Launch", "/EmbeddedFiles"} & set(
        str(PdfReader(io.BytesIO(data)).trailer["/Root"]).split("'")
    )


def test_no_word_runs_over_the_rim_of_the_page(hostile: object, bytes_of: Callable[..., bytes], olga: Person) -> None:
    lines = [line for line in text_of_pdf(bytes_of(olga, "pdf", "it", "en")).splitlines() if "Ы" in line]
    assert len(lines) > 100
    assert max(map(len, lines)) < 100


def test_a_workbook_has_it_as_text_and_never_as_a_formula(
    hostile: object, bytes_of: Callable[..., bytes], olga: Person
) -> None:
    data = bytes_of(olga, "xlsx", "it")
    for place in range(1, len(names_of(data)) + 1):
        assert not any(cell.formula for row in cells_of(data, place) for cell in row)
    comments = cells_of(data, names_of(data).index("Comments") + 1)
    assert [row[1].text.splitlines()[:1] for row in comments[1:4]] == [[text] for text in WRITTEN[:3]]
    assert {cell.kind for row in comments for cell in row} == {"s"}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_table_lets_no_spreadsheet_compute(
    hostile: object, bytes_of: Callable[..., bytes], olga: Person, language: str
) -> None:
    data = bytes_of(olga, "csv", None, language).decode("utf-8-sig")
    cells = [
        cell
        for row in csv.reader(io.StringIO(data, newline=""), delimiter=";" if language == "ru" else ",")
        for cell in row
    ]
    assert "#panic() & <b>=1+1</b>" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_long_words_can_be_broken_and_others_stay_whole() -> None:
    assert plain("a short word") == "a short word"
    word = "w" * (LONGEST_WORD * 3)
    assert plain(word).replace("\u200b", "") == word
    assert max(map(len, plain(word).split("\u200b"))) < LONGEST_WORD
    assert plain("x\u202egnp\u2066\x00\x1b\ud800y") == "xgnp  y"
