"""Low ratings and thanks of a closed month: without anything that says whose they are, named and shown as may be."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from servicedesk.kernel import events
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.papers.reading import fingerprint, reading_for
from servicedesk.people.models import Person
from servicedesk.reports import access, queries
from servicedesk.reports.actions import close_month
from servicedesk.reports.document.low_ratings import low_ratings_of
from servicedesk.reports.events import CasesOpened, MonthClosed, ThanksKept
from servicedesk.reports.figures import RatingRow
from servicedesk.reports.models import LowRatingCase, ThankYou
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
    events.connect({MonthClosed: [], CasesOpened: [opened.append], ThanksKept: []})
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


def thank(company, *texts, people=6):
    with transaction():
        for who in range(people):
            text = texts[who] if who < len(texts) else ""
            company.rating(who + 1, thanks=text, served_by=company.agent)


def told_thanks(company):
    return list(access.report_rows_for(company.reader, "2026-04", "it", "thanks"))


def test_thanks_are_named_by_consent_and_lose_the_name_when_it_is_withdrawn(company, heard):
    with transaction():
        db.session.get(Person, company.agent.id).thanks_name = "all"
    thank(company, "The cable fits.", "Well done, Agent!")
    with transaction():
        close_month(MAY, "2026-04")
    assert sorted(row["text"] for row in told_thanks(company)) == ["The cable fits.", "Well done, Agent!"]
    assert {row["to"] for row in told_thanks(company)} == {"agent"}
    before = fingerprint(reading_for(company.reader, "2026-04", language="en", zone="UTC"))
    with transaction():
        db.session.get(Person, company.agent.id).thanks_name = "lead"
    assert told_thanks(company) == [{"to": None, "text": "The cable fits."}]
    after = fingerprint(reading_for(company.reader, "2026-04", language="en", zone="UTC"))
    assert before != after, "a file that was kept with the name in it is not current any more"


def test_without_consent_the_document_holds_no_name(company, heard):
    thank(company, "The cable fits.", "Well done, Agent!")
    with transaction():
        close_month(MAY, "2026-04")
    assert told_thanks(company) == [{"to": None, "text": "The cable fits."}]
    assert db.session.scalar(select(func.count()).select_from(ThankYou)) == 2


def test_of_a_hidden_figure_thanks_reach_whom_they_are_for_and_nobody_else(company, heard):
    """How many there are would bound how many answered, and be that number where everybody left one."""
    thank(company, "The cable fits.", "Well done!", people=2)
    with transaction():
        company.rating(3, thanks="Thank you all.")
        close_month(MAY, "2026-04")
    assert told_thanks(company) == []
    assert access.thanks_for(company.lead, company.it.id).items == []
    own = queries.thanks(person_id=company.agent.id).items
    assert sorted(note.text for note in own) == ["The cable fits.", "Well done!"]
    assert db.session.scalar(select(func.count()).select_from(ThankYou)) == 2
