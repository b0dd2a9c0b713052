"""Low ratings of a closed month: for leads, without anything that says whose they are, and only where figures are shown."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from servicedesk.kernel import events
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.reports.actions import close_month
from servicedesk.reports.document.low_ratings import low_ratings_of
from servicedesk.reports.events import CasesOpened, MonthClosed
from servicedesk.reports.figures import RatingRow
from servicedesk.reports.models import LowRatingCase
from tests.reports.conftest import MAY


def row(who, quality=9, speed=9, helpfulness=9, comment=""):
    return RatingRow(1, 2, quality, speed, helpfulness, bytes([who]), comment)


FOUR = [row(who) for who in range(4)]


def test_a_rating_is_told_once_by_its_lowest_score():
    found = low_ratings_of([*FOUR, row(5, quality=5, speed=2, comment=" Slow. ")])
    assert found == [{"metric": "speed", "score": 2, "comment": "Slow."}]


def test_six_is_not_low_and_what_nobody_could_judge_is_none():
    assert low_ratings_of([*FOUR, row(5, quality=6, speed=None)]) == []


def test_of_fewer_than_five_people_nothing_is_told():
    assert low_ratings_of([*FOUR, row(3, speed=1, comment="Slow.")]) == []


@pytest.fixture
def heard(company):
    opened: list[CasesOpened] = []
    events.connect({MonthClosed: [], CasesOpened: [opened.append]})
    return opened


def rate(company, people, low):
    with transaction():
        for who in range(people):
            company.rating(who + 1, scores=(9, 3, 9) if who < low else (9, 9, 9), comment="Slow." if who < low else "")


def test_a_closed_month_opens_cases_and_a_correction_none(company, heard):
    rate(company, people=6, low=2)
    with transaction():
        close_month(MAY, "2026-04")
    with transaction():
        close_month(MAY, "2026-04", reason="A wrong calendar.")
    rows = db.session.execute(select(LowRatingCase.metric, LowRatingCase.score, LowRatingCase.comment)).all()
    assert rows == [("speed", 3, "Slow.")] * 2
    assert [(one.department_id, one.count) for one in heard] == [(company.it.id, 2)]


def test_with_hidden_figures_there_is_no_case(company, heard):
    rate(company, people=4, low=4)
    with transaction():
        close_month(MAY, "2026-04")
    assert db.session.scalar(select(func.count()).select_from(LowRatingCase)) == 0
    assert heard == []
