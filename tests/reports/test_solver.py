"""Somebody with pencil and linear algebra tries to compute what a report hides, from everything it shows.

The reader is assumed to know more than the report says: who rated in which cell, and how much each rating weighs. With
scores inside the scale, a linear figure is known if and only if it is a combination of the figures that are shown.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from servicedesk.reports import document, figures
from servicedesk.reports.figures import LEAST_RATERS, SCORES, TOTAL, DepartmentRow, MonthRows, RatingRow, TicketRow

BEGIN, END = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
KEYS = ("a", "b", "c")
DEPARTMENTS = [DepartmentRow(number, key, {}) for number, key in enumerate(KEYS)]
EVERY_CELL = [(supplier, customer) for supplier in KEYS for customer in KEYS]


def told_by(crowds, seed):
    """Ratings of so many persons in each cell. People belong to one department and rate several; a few of them often."""
    dice, found = random.Random(seed), []
    for (supplier, customer), persons in crowds.items():
        for person in dice.sample(range(8), persons):
            for _ in range(dice.choice((1, 1, 1, 4))):
                given = [None if dice.random() < 0.08 else dice.randint(2, 9) for _ in SCORES]
                token = bytes([KEYS.index(customer), person])
                found.append(RatingRow(KEYS.index(supplier), KEYS.index(customer), *given, token, "word"))
    dice.shuffle(found)
    return found


crowds = st.fixed_dictionaries({cell: st.sampled_from((0, 0, 1, 2, 5, 6, 8)) for cell in EVERY_CELL})
months = st.builds(told_by, crowds, st.integers(0, 2**32)).filter(bool)


def published(ratings):
    """The document of a month in which everybody who rated had filed a request as well."""
    tickets = [TicketRow(n, row.department_id, row.customer_department_id, BEGIN) for n, row in enumerate(ratings)]
    invited = dict.fromkeys(range(len(KEYS)), 9)
    lists = {}
    report = document.build(
        MonthRows("2026-04", BEGIN, END, departments=DEPARTMENTS, tickets=tickets, invited=invited),
        document.opinions_of(ratings, DEPARTMENTS, invited, {}),
        document.Lists(lambda key, name, _page, rows: lists.setdefault((key, name), []).extend(rows)),
        company="North", number=1, closed_at=END,
    )  # fmt: skip
    return report, lists


def inner(cell):
    """The cells that a figure is summed over."""
    return [(s, c) for s, c in EVERY_CELL if cell[0] in (TOTAL, s) and cell[1] in (TOTAL, c)]


def every_figure():
    sides = (*KEYS, TOTAL)
    return [(supplier, customer) for supplier in sides for customer in sides]


class Reader:
    """Holds a month against its report. Unknown are the sums of scores by cell and question, and the counts by cell."""

    def __init__(self, ratings):
        self.report, self.lists = published(ratings)
        self.places = {(cell, name): n for n, (cell, name) in enumerate((c, q) for c in EVERY_CELL for q in SCORES)}
        self.weight, self.people = {}, {}
        self.count = dict.fromkeys(EVERY_CELL, 0)
        for row, weight in zip(ratings, figures.weights(ratings), strict=True):
            cell = (KEYS[row.department_id], KEYS[row.customer_department_id])
            self.count[cell] += any(getattr(row, name) is not None for name in SCORES)
            for name in SCORES:
                if getattr(row, name) is not None:
                    self.weight[cell, name] = self.weight.get((cell, name), 0.0) + weight
                    self.people.setdefault((cell, name), set()).add(row.token)
        cells = {(cell["supplier"], cell["customer"]): cell["index"] for cell in self.report["matrix"]["cells"]}
        self.shown = {cell: index for cell, index in cells.items() if not index["hidden"]}
        self.parts = {TOTAL: self.report} | {part["key"]: part for part in self.report["departments"]}

    def mean(self, cell, name):
        """The mean of a question as a combination of the unknown sums; None where nobody judged it."""
        whole = sum(self.weight.get((part, name), 0.0) for part in inner(cell))
        row = np.zeros(len(self.places))
        for part in inner(cell):
            if (part, name) in self.weight:
                row[self.places[part, name]] = 1 / whole
        return row if whole else None

    def index(self, cell):
        means = [self.mean(cell, name) for name in SCORES]
        return None if any(mean is None for mean in means) else sum(means) / len(means)

    def known(self):
        """What the report says about sums of scores."""
        rows = [self.index(cell) for cell, index in self.shown.items() if index["value"] is not None]
        for key, part in self.parts.items():
            rows += [self.mean((key, TOTAL), name) for name in SCORES if part["ratings"][name]["value"] is not None]
        return np.array([row for row in rows if row is not None]).reshape(-1, len(self.places))

    def hidden(self):
        return [cell for cell in every_figure() if cell not in self.shown and any(self.count[p] for p in inner(cell))]

    def counted(self):
        """What the report says about numbers of ratings: coefficients and the number."""
        told = {cell: index["n"] for cell, index in self.shown.items()}
        rows = [([float(part in inner(cell)) for part in EVERY_CELL], n) for cell, n in told.items()]
        return np.array([row for row, _ in rows]).reshape(-1, len(EVERY_CELL)), np.array([n for _, n in rows])


def follows(known, target):
    """Whether `target` is a combination of the rows of `known`."""
    if not len(known):
        return False
    mix, *_ = np.linalg.lstsq(known.T, target, rcond=None)
    return bool(np.allclose(known.T @ mix, target, atol=1e-9))


@settings(max_examples=120, deadline=None)
@given(months)
def test_no_hidden_score_follows_from_what_is_shown(ratings):
    reader = Reader(ratings)
    known = reader.known()
    for cell in reader.hidden():
        for target in (reader.index(cell), *(reader.mean(cell, name) for name in SCORES)):
            assert target is None or not follows(known, target), cell


@settings(max_examples=40, deadline=None)
@given(months)
def test_no_hidden_number_of_answers_follows_from_what_is_shown(ratings):
    """Numbers are bounded from below, so a linear programme finds the least and the most that fit what is shown."""
    reader = Reader(ratings)
    rows, told = reader.counted()
    for cell in reader.hidden():
        aim = np.array([float(part in inner(cell)) for part in EVERY_CELL])
        ends = [
            linprog(sign * aim, A_eq=rows if len(rows) else None, b_eq=told if len(rows) else None, bounds=(0, 100))
            for sign in (1, -1)
        ]
        assert all(end.status == 0 for end in ends)
        assert -ends[1].fun - ends[0].fun > 0.5, cell


@settings(max_examples=150, deadline=None)
@given(months)
def test_what_is_left_of_a_shown_total_is_the_opinion_of_five(ratings):
    """Total minus what is shown is a figure too, of each question."""
    reader = Reader(ratings)
    sides = [[(key, other) for other in KEYS] for key in (*KEYS, TOTAL)]
    lines = [(line, (line[0][0], TOTAL)) for line in sides]
    lines += [([(c, s) for s, c in line], (TOTAL, line[0][0])) for line in sides]
    for line, total in lines:
        if total not in reader.shown:
            continue
        left = [part for cell in line if cell not in reader.shown for part in inner(cell)]
        for name in SCORES:
            people = set().union(*(reader.people.get((part, name), set()) for part in left))
            assert not people or len(people) >= LEAST_RATERS, (total, name)


@settings(max_examples=60, deadline=None)
@given(months)
def test_a_report_does_not_say_who_answered(ratings):
    """Hidden is the same whether few answered or nobody, in every table that tells of answers."""
    report, lists = published(ratings)
    for key, part in ({TOTAL: report} | {part["key"]: part for part in report["departments"]}).items():
        raters = {row.token for row in ratings if key in (TOTAL, KEYS[row.department_id])}
        if part["ratings"]["index"]["hidden"]:
            assert part["responses"]["answered"] is part["responses"]["rate"] is None
            assert {score["n"] for score in part["ratings"].values()} == {None}
        else:
            assert len(raters) >= LEAST_RATERS
        if len(raters) < LEAST_RATERS:
            assert part["ratings"]["index"]["hidden"]
            assert not lists.get((key, "comments"))
    filed = {(row.department_id, row.customer_department_id) for row in ratings}
    empty = [(s, c) for s in KEYS for c in KEYS if (KEYS.index(s), KEYS.index(c)) not in filed]
    assert not {(cell["supplier"], cell["customer"]) for cell in report["matrix"]["cells"]}.intersection(empty)


@settings(max_examples=40, deadline=None)
@given(months)
def test_a_correction_shows_no_opinion_that_the_first_issue_did_not(ratings):
    """Else the difference of two issues would be a figure."""
    report, lists = published(ratings)
    for part in report["departments"]:
        part |= {name: lists.get((part["key"], name), []) for name in document.LISTS}
    again = document.build(
        MonthRows("2026-04", BEGIN, END, departments=DEPARTMENTS, tickets=[TicketRow(1, 0, 1, BEGIN)]),
        document.opinions_in(report), document.Lists(lambda *_: None), company="North", number=2, closed_at=END,
        reason="Tickets were missing.",
    )  # fmt: skip
    assert (again["ratings"], again["responses"]) == (report["ratings"], report["responses"])
    shown, before = (
        {(cell["supplier"], cell["customer"]): cell["index"] for cell in issue["matrix"]["cells"] if not cell["index"]["hidden"]}
        for issue in (again, report)
    )  # fmt: skip
    assert shown == before
    for old, new in zip(report["departments"], again["departments"], strict=True):
        assert (new["ratings"], new["responses"]) == (old["ratings"], old["responses"])
        assert new["lists"]["comments"]["sha256"] == old["lists"]["comments"]["sha256"]
