"""The same as test_solver.py for what is published of a survey."""

from __future__ import annotations

import random
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
INVITED = 12


def answered_by(crowds, seed):
    """Sheets of so many persons about each department; some cannot judge one thing or another."""
    dice, rows = random.Random(seed), []
    for number, persons in enumerate(crowds):
        for person in dice.sample(range(9), persons):
            scores = tuple(None if dice.random() < 0.2 else dice.randint(1, 10) for _ in QUESTIONS)
            rows.append(SurveyRow(number, bytes([person]), scores, dice.choice(("", "word"))))
    return rows


sheets = st.builds(
    answered_by, st.tuples(*[st.sampled_from((0, 1, 3, 4, 5, 6, 9)) for _ in DEPARTMENTS]), st.integers(0, 2**32)
).filter(bool)


def survey_of(rows, previous=None):
    """The report of a wave that asked twelve people about each of four departments."""
    invited, closed_at = dict.fromkeys(range(len(DEPARTMENTS)), INVITED), datetime(2026, 4, 15, tzinfo=UTC)
    days = date(2026, 1, 1), date(2026, 3, 31)
    return document.build_survey(
        WaveRows("2026-Q1", *days, closed_at, "North", DEPARTMENTS, rows, invited, INVITED), previous
    )


@settings(max_examples=60)
@given(sheets)
def test_no_hidden_figure_of_a_survey_follows_from_what_is_shown(rows):
    """Sums of scores by department for each question, how many answered it, and how many answered anything."""
    told, pages = survey_of(rows)
    parts = told["departments"]
    for place, question in enumerate(QUESTIONS):
        judged = sum(EACH[row.department_id] for row in rows if row.scores[place] is not None)
        hidden = [part["questions"][question]["hidden"] for part in parts]
        shown, total = [EACH[d] for d, hides in enumerate(hidden) if not hides], told["questions"][question]
        if not total["hidden"]:
            shown.append(np.ones(len(parts)))
        known, most = np.array(shown).reshape(-1, len(parts)), total["raters"] or INVITED
        for d, aim in enumerate(EACH):
            if hidden[d] and np.any(judged) and judged[d]:
                assert np.abs(unexplained(known, aim)).max() > 1e-7, (question, d)
                low, high = ends(aim, known, known @ judged, bounds=(0, most))
                assert high - low > 0.5, (question, d)
    for part in parts:
        if part["response"]["answered"] is None:
            assert part["response"]["rate"] is None and not pages[part["key"]] and not part["suggestions"]["rows"]


@settings(max_examples=30)
@given(sheets, sheets)
def test_the_next_survey_tells_no_more_of_the_one_before(before, now):
    first, _ = survey_of(before)
    second, _ = survey_of(now, first)
    for old, new in zip([first, *first["departments"]], [second, *second["departments"]], strict=True):
        for question in QUESTIONS:
            if old["questions"][question]["hidden"] or new["questions"][question]["hidden"]:
                assert new["changes"][question] is None
