"""The month worked by hand in the docs: its tables are the rows, its figures are what the program must store."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from servicedesk.reports import document
from servicedesk.reports.figures import (
    BallRow,
    ClockRow,
    DepartmentRow,
    HandOverRow,
    Journey,
    Link,
    MonthRows,
    RatingRow,
    ResolutionRow,
    TicketRow,
)

PAGE = Path(__file__).parents[2].joinpath("docs/worked-month.md").read_text("utf-8")
BEGIN, END = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
IDS = {"it": 1, "hr": 2, "sales": 3}
HOUR = 3600
PROMISED = 9 * HOUR
INVITED = {1: 12, 2: 6, 3: 2}
COLUMNS = ("company", "it", "hr", "sales")


def tables(mark):
    """The rows of every table under `<!-- mark -->`, as dictionaries by the words of its head."""
    for found in re.finditer(rf"<!-- {mark} -->\n\n((?:\|.*\|\n)+)", PAGE):
        head, _, *rows = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in found[1].splitlines()]
        for row in rows:
            yield dict(zip(head, row, strict=True))


def day(text):
    return datetime.strptime(f"2026-{text} 10:00", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def seconds(text):
    return float(text) * HOUR


def asker_of(text):
    return sum(ord(letter) * 1000**place for place, letter in enumerate(text))


def ticket_of(row):
    return TicketRow(
        int(row["#"]), IDS[row["to"]], IDS[row["from"]], day(row["filed"]), requester_id=asker_of(row["asker"])
    )


def clock_of(row):
    result = row["result"]
    return ClockRow(
        int(row["#"]), int(row["#"]), "resolution", IDS[row["to"]], IDS[row["from"]], result == "kept",
        seconds(row["hours"]), seconds(row["paused"]), PROMISED, stopped=result != "runs", excused="excused" in result,
        breached_at=None if result == "kept" else day(row["filed"]), requester_id=asker_of(row["asker"]),
    )  # fmt: skip


def resolution_of(row):
    return ResolutionRow(
        int(row["#"]), IDS[row["to"]], day(row["resolved"]), None if row["reopened"] == "–" else day(row["reopened"])
    )


def ways():
    for row in tables("rows: ways"):
        number, waited = int(row["#"]), seconds(row["waiting for the requester"])
        stays = [Link("stay", IDS[key], seconds(row[key]), row["broke at"] == key) for key in ("hr", "it")]
        waits = (Link("waiting_for_requester", None, waited),) if waited else ()
        yield (
            Journey(number, (*stays, *waits), promised=True),
            HandOverRow(number, IDS["hr"], IDS["it"], None if row["because"] == "–" else row["because"]),
            [BallRow(number, IDS[key], "supplier", seconds(row[key])) for key in ("hr", "it")]
            + ([BallRow(number, IDS["hr"], "requester", waited)] if waited else []),
        )


def score(text):
    return None if text == "–" else int(text)


@pytest.fixture(scope="module")
def month():
    requests = list(tables("rows: requests"))
    decided = [clock_of(row) for row in requests if row["result"] != "–"]
    resolutions = [resolution_of(row) for row in requests if row["resolved"] != "–"]
    journeys, moves, balls = zip(*ways(), strict=True)
    departments = [DepartmentRow(number, key, {"en": key}) for key, number in IDS.items()]
    ratings = [
        RatingRow(
            IDS[row["of"]], IDS[row["from"]], score(row["quality"]), score(row["speed"]), score(row["helpfulness"]),
            row["rater"].encode(),
        )
        for row in tables("rows: ratings")
    ]  # fmt: skip
    assert (len(requests), len(ratings), len(departments)) == (20, 12, 3)
    rows = MonthRows(
        "2026-04", BEGIN, END, departments=departments, clocks=decided, tickets=[ticket_of(row) for row in requests],
        backlog=[ticket_of(row) for row in requests if row["resolved"] == "–"],
        resolutions=[
            row for row in resolutions
            if row.reopened_at is not None or row.resolved_at + timedelta(days=7) < END
        ],
        hand_overs=moves, journeys=journeys, balls=[ball for some in balls for ball in some], invited=INVITED,
    )  # fmt: skip
    march = {
        "ratings": {"index": {"value": 7.2, "error": 0.3, "raters": 10}},
        "promises": {"resolution": {"kept": 40, "broken": 20}},
    }
    opinions = document.opinions_of(ratings, departments, INVITED, {})
    return document.build(
        rows, opinions, document.Lists(lambda *_: None), company="North", number=1, closed_at=END,
        previous={"month": "2026-03", "company": march, "departments": {}},
    )  # fmt: skip


def at(part, path):
    """What stands in the document at "times.resolution.median"; "hidden" where it is."""
    for name in path.split("."):
        if isinstance(part, dict) and part.get("hidden"):
            return "hidden"
        part = part[int(name)] if isinstance(part, list) else part[name]
    return part


def told(text):
    if text in ("–", "hidden"):
        return None if text == "–" else text
    number = float(text.removesuffix(" h"))
    return pytest.approx(number * HOUR if text.endswith(" h") else number, abs=0.00006)


FIGURES = [
    (row["figure"].strip("`"), column, row[column]) for row in tables("figures") for column in COLUMNS if row[column]
]


@pytest.mark.parametrize(("path", "column", "text"), FIGURES, ids=str)
def test_a_figure_of_the_program_is_the_one_worked_by_hand(month, path, column, text):
    parts = {"company": month} | {part["key"]: part for part in month["departments"]}
    assert at(parts[column], path) == told(text)


def test_the_matrix_is_the_one_worked_by_hand(month):
    cells = {(cell["supplier"], cell["customer"]): cell for cell in month["matrix"]["cells"]}
    rows = list(tables("matrix"))
    assert {(row["supplier"], row["customer"]) for row in rows} == set(cells)
    for row in rows:
        cell = cells[row["supplier"], row["customer"]]
        assert (cell["tickets"], cell["kept"]["kept"], cell["kept"]["broken"]) == tuple(
            int(row[name]) for name in ("tickets", "kept", "broken")
        )
        assert at(cell, "index.value") == told(row["index"])


def test_the_page_works_out_every_kind_of_figure():
    """Who adds a figure to the document adds it here too."""
    worked = {path.split(".")[0] for path, _, _ in FIGURES} | {"matrix"}
    assert worked >= {
        "promises", "times", "times_distribution", "tickets", "backlog", "first_time_fix", "bounces", "agreed_terms",
        "findability", "ball", "chains", "ratings", "responses", "changes", "lists",
    }  # fmt: skip
    assert len(FIGURES) > 150
