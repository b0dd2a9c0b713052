"""Tables as files: typed cells, moments in the reader's zone, and no text that computes."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime

import pytest

from servicedesk.papers import tables
from servicedesk.web.tables_out import Column, Sheet, csv_answer, xlsx_answer
from tests.web.sheets import cells_of, names_of

COLUMNS = (
    Column("Text"), Column("Count", "whole"), Column("Share", "number"), Column("At", "moment"), Column("On", "day"),
    Column("Took", "duration"),
)  # fmt: skip
ROW = ['Printer, "big"\nred', 7, 0.25, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 4, 30), 27.5 * 3600]
FORMULAS = ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=cmd|' /C calc'!A0", "- 2"]
HARMLESS = ["1-2", "a=b", "e-mail", "x + y", "one, - two", "line\n- item", "'", ""]


def csv_rows(rows, columns=COLUMNS, language="en", zone="Europe/Berlin"):
    answer = csv_answer("t", Sheet("T", columns, rows), zone=zone, language=language)
    text = content_of(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "ru" else ","))


def xlsx(*sheets, zone="Europe/Berlin"):
    return content_of(xlsx_answer("t", sheets, zone=zone))


def content_of(answer):
    try:
        return answer.get_data()
    finally:
        answer.close()


def test_csv_has_everything_and_names_the_zone(app):
    assert csv_rows([ROW]) == [
        ["Text", "Count", "Share", "At (Europe/Berlin)", "On", "Took"],
        ['Printer, "big"\nred', "7", "0.25", "2026-10-25 02:30", "2026-04-30", "27:30"],
    ]


def test_csv_for_russian_readers_is_separated_as_their_spreadsheet_expects(app):
    assert csv_rows([ROW], language="ru")[1][1] == "7"


def test_empty_cells_are_empty(app):
    assert csv_rows([[None] * 6])[1] == [""] * 6
    assert cells_of(xlsx(Sheet("T", COLUMNS, [[None] * 6])))[1:] == []


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_a_text(app, text):
    column = Column("Text")
    (told,) = csv_rows([[text]], [column])[1]
    assert told[0] == "'" and told.replace("'", "") == text.replace("'", "")
    (cell,) = cells_of(xlsx(Sheet("T", [column], [[text]])))[1]
    assert (cell.kind, cell.formula, "quoted" in cell.format) == ("s", False, True)


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_stays_as_it_is(app, text):
    assert csv_rows([[text, 1]], [Column("Text"), Column("N", "whole")])[1] == [text, "1"]


@pytest.mark.parametrize("text", ["a;=1", "a,=1", "a\t+1", "a\n@x", "a;-1"])
def test_what_looks_like_the_next_cell_computes_no_more(app, text):
    """Whoever opens the file with another separator gets a text as well."""
    (told,) = csv_rows([[text]], [Column("Text")])[1]
    assert told == f"{text[:2]}'{text[2:]}"


def test_xlsx_cells_have_their_types(app):
    head, row = cells_of(xlsx(Sheet("T", COLUMNS, [ROW])))
    assert [cell.text for cell in head] == ["Text", "Count", "Share", "At (Europe/Berlin)", "On", "Took"]
    assert [cell.kind for cell in row] == ["s", "n", "n", "n", "n", "n"]
    assert (row[1].text, row[2].text) == ("7", "0.25")
    assert (row[3].moment, row[4].moment) == ("2026-10-25 02:30", "2026-04-30 00:00")
    assert (round(float(row[5].text) * 24, 6), row[5].format) == (27.5, "[h]:mm")
    assert (row[3].format, row[4].format) == ("yyyy-mm-dd hh:mm", "yyyy-mm-dd")


def test_addresses_and_numbers_that_people_typed_stay_texts(app):
    rows = [["https://elsewhere.example/"], ["007"], ["mailto:x@example.com"]]
    assert [row[0].kind for row in cells_of(xlsx(Sheet("T", [Column("Text")], rows)))[1:]] == ["s"] * 3


def test_a_text_too_long_for_a_cell_is_cut_and_not_dropped(app):
    (cell,) = cells_of(xlsx(Sheet("T", [Column("Text")], [["x" * 40_000]])))[1]
    assert len(cell.text) == tables.MOST_CHARACTERS
    assert cell.text.endswith("x…")


def test_sheets_have_names_that_a_spreadsheet_takes(app):
    data = xlsx(
        Sheet("A/B: [what]? 'x' " + "y" * 40, [Column("N", "whole")], [[1]]), Sheet("", [Column("N", "whole")], [])
    )
    first, second = names_of(data)
    assert 0 < len(first) <= 31 and not set(first) & set("[]:*?/\\'")
    assert second == "1"
    assert [cell.text for cell in cells_of(data, 2)[0]] == ["N"]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(app, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    data = xlsx(Sheet("T", [Column("N", "whole")], ([n] for n in range(7))))
    assert names_of(data) == ["T", "T 2", "T 3"]
    pages = [[row[0].text for row in cells_of(data, page)] for page in (1, 2, 3)]
    assert pages == [["N", "0", "1", "2"], ["N", "3", "4", "5"], ["N", "6"]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(app, kind):
    def peak(rows):
        sheet = Sheet("T", COLUMNS, (list(ROW) for _ in range(rows)))
        tracemalloc.start()
        answer = (
            csv_answer("t", sheet, zone="UTC", language="en")
            if kind == "csv"
            else xlsx_answer("t", [sheet], zone="UTC")
        )
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        answer.close()
        return most

    peak(10)
    assert peak(5000) < peak(500) + 300_000


def test_a_fault_while_writing_leaves_no_file_open(app):
    def broken():
        yield ROW
        raise ValueError("a broken row")

    for answer in (
        lambda: csv_answer("t", Sheet("T", COLUMNS, broken()), zone="UTC", language="en"),
        lambda: xlsx_answer("t", [Sheet("T", COLUMNS, broken())], zone="UTC"),
    ):
        with pytest.raises(ValueError, match="a broken row"):
            answer()
