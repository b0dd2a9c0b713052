"""The same as test_solver.py for what is published of a survey."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.reports import document
from servicedesk.reports.figures import DepartmentRow
from servicedesk.reports.figures.surveys import QUESTIONS, SurveyRow, WaveRows
from tests.reports.solving import ends, unexplained

DEPARTMENTS = [DepartmentRow(number, key, {}) for number, key in enumerate("abcd")]
EACH = np.eye(len(DEPARTMENTS))
NONE, ALL = np.zeros(len(DEPARTMENTS)), np.ones(len(DEPARTMENTS))
MOST = 40


def answered_by(crowds, seed):
    """Sheets of so many persons about each department; some cannot judge one thing or another. In some companies nobody
    deals with two departments."""
    dice, rows = random.Random(seed), []
    apart = dice.choice((0, 9))
    for number, persons in enumerate(crowds):
        for person in dice.sample(range(number * apart, number * apart + 9), persons):
            scores = tuple(None if dice.random() < 0.2 else dice.randint(1, 10) for _ in QUESTIONS)
            rows.append(SurveyRow(number, bytes([person]), scores, dice.choice(("", "word"))))
    return rows


sheets = st.builds(
    answered_by, st.tuples(*[st.sampled_from((0, 1, 3, 4, 5, 6, 9)) for _ in DEPARTMENTS]), st.integers(0, 2**32)
).filter(bool)


def survey_of(rows, previous=None):
    """The report of a wave in which everybody answered who was asked about the departments with an even number, and one
    did not about the others."""
    answered = Counter(row.department_id for row in rows)
    invited = {number: max(1, answered[number] + number % 2) for number in range(len(DEPARTMENTS))}
    days, closed_at = (date(2026, 1, 1), date(2026, 3, 31)), datetime(2026, 4, 15, tzinfo=UTC)
    asked = len({row.person for row in rows})
    return document.build_survey(
        WaveRows("2026-Q1", *days, closed_at, "North", DEPARTMENTS, rows, invited, asked), previous
    )


class Reader:
    """What is told of one question: how many judged it about each department, then how many answered anything, then how
    many were asked."""

    def __init__(self, told, pages, question):
        self.equal, self.more = [], []
        for d, part in enumerate(told["departments"]):
            judged, answered, asked = ([*(EACH[d] if i == k else NONE for k in range(3))] for i in range(3))
            self.equals(judged, part["questions"][question]["n"])
            self.equals(answered, part["response"]["answered"])
            self.equals(asked, part["response"]["invited"])
            self.at_least(np.subtract(answered, judged), 0)
            self.at_least(np.subtract(asked, answered), 0)
            self.at_least(answered, sum(map(len, pages[part["key"]])))
            for whole in (told["questions"][question]["raters"], told["response"]["answered"]):
                if whole is not None:
                    self.at_least(np.negative(judged), -whole)
        self.equals([ALL, NONE, NONE], told["questions"][question]["n"])
        if told["response"]["answered"] is not None:
            # One person may have answered about several departments.
            self.at_least([NONE, ALL, NONE], told["response"]["answered"])

    def equals(self, row, number):
        if number is not None:
            self.equal.append((np.concatenate(row), float(number)))

    def at_least(self, row, number):
        self.more.append((np.concatenate(row), float(number)))

    def ends(self, aim):
        """The least and the most that fit."""
        sides = []
        for pairs in (self.equal, self.more):
            sides += [np.array([row for row, _ in pairs]), np.array([number for _, number in pairs])]
        return ends(np.concatenate(aim), *sides, bounds=(0, MOST))


@settings(max_examples=60)
@given(sheets)
def test_no_hidden_figure_of_a_survey_follows_from_what_is_shown(rows):
    """Sums of scores by department for each question, how many answered it, and how many answered anything."""
    told, pages = survey_of(rows)
    parts, sheets = told["departments"], Counter(row.department_id for row in rows)
    for place, question in enumerate(QUESTIONS):
        judged = Counter(row.department_id for row in rows if row.scores[place] is not None)
        hidden = [part["questions"][question]["hidden"] for part in parts]
        shown = [EACH[d] for d, hides in enumerate(hidden) if not hides]
        if not told["questions"][question]["hidden"]:
            shown.append(ALL)
        known, reader = np.array(shown).reshape(-1, len(parts)), Reader(told, pages, question)
        for d, aim in enumerate(EACH):
            if hidden[d] and judged[d]:
                assert np.abs(unexplained(known, aim)).max() > 1e-7, (question, d)
                low, high = reader.ends([aim, NONE, NONE])
                assert high - low > 0.5, (question, d)
            if parts[d]["response"]["answered"] is None and sheets[d]:
                low, high = reader.ends([NONE, aim, NONE])
                assert high - low > 0.5, (question, d)
    for part in parts:
        if part["response"]["answered"] is None:
            assert set(part["response"].values()) == {None}
            assert not pages[part["key"]] and not part["suggestions"]["rows"]


@settings(max_examples=30)
@given(sheets, sheets)
def test_the_next_survey_tells_no_more_of_the_one_before(before, now):
    first, _ = survey_of(before)
    second, _ = survey_of(now, first)
    for old, new in zip([first, *first["departments"]], [second, *second["departments"]], strict=True):
        for question in QUESTIONS:
            if old["questions"][question]["hidden"] or new["questions"][question]["hidden"]:
                assert new["changes"][question] is None
