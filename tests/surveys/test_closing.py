"""Closing a wave: figures by hand, one document whoever closes, nothing left that leads to anybody."""

from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from servicedesk.jobs.surveys import keep_waves
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.notifications.models import Notice
from servicedesk.reports import queries
from servicedesk.reports import survey_access as access
from servicedesk.reports.actions import close_wave
from servicedesk.reports.document import text_of
from servicedesk.reports.figures.surveys import QUESTIONS
from servicedesk.reports.models import SurveyReport
from servicedesk.surveys import actions
from servicedesk.surveys.models import SurveyInvitation, SurveySheet, SurveyWave
from tests.cast import at, by, load_cast
from tests.surveys.waves import KEYS, SCORES, answer, colleagues, dealt, invitation_of, start

MAY = "2026-05-10 10:00"
# What six people say of IT, by question; the sixth did not deal with them.
QUALITY = [9, 8, 10, 7, 6]


@pytest.fixture
def it_alone(maria, igor, anna):
    """Six were asked about IT and Maria about HR as well; five judged IT, one did not deal with them."""
    people = [maria, *colleagues(5)]
    for person in people:
        dealt(person, "it.incident", server=igor)
    dealt(maria, "hr.certificate", server=anna)
    wave = start()
    for person, quality in zip(people, QUALITY, strict=False):
        answer(person, "it", {"quality": quality, "in_time": None if quality == 6 else 5}, suggestion=f"Of {quality}.")
    answer(people[5], "it", dealt=False)
    return wave


@pytest.fixture
def wave(it_alone, maria):
    """The same, and Maria alone judged HR."""
    answer(maria, "hr", SCORES, suggestion="Only I know.")
    return it_alone


def close(key="2026-Q1", when=MAY, keys=KEYS):
    with transaction():
        return close_wave(by(None, when, "worker"), key, keys)


def part(document, key):
    return next(row for row in document["departments"] if row["key"] == key)


def test_the_figures_are_those_that_one_finds_by_hand(it_alone):
    document = json.loads(close().document)
    it = part(document, "it")
    # (9+8+10+7+6)/5 = 8; s = sqrt(10/4) = 1.5811, error s/sqrt(5) = 0.7071, t(4) = 2.7764: 8 ± 1.9632.
    assert it["questions"]["quality"] == {
        "value": 8.0, "low": 6.0368, "high": 9.9632, "error": 0.7071, "n": 5, "raters": 5, "hidden": False,
    }  # fmt: skip
    assert it["response"] == {"invited": 6, "answered": 5, "rate": 0.8333}
    # Nobody judged it; that looks like a few.
    assert it["questions"]["friendliness"]["hidden"] and it["questions"]["friendliness"]["n"] is None
    assert part(document, "hr")["response"]["answered"] is None
    assert (document["wave"], document["about"]) == ("2026-Q1", {"from": "2026-01-01", "until": "2026-03-31"})


def test_what_four_or_fewer_said_is_hidden_and_what_would_give_it_away_with_it(wave):
    document = json.loads(close().document)
    hr, it = part(document, "hr"), part(document, "it")
    assert hr["questions"]["quality"]["hidden"] and hr["questions"]["quality"]["value"] is None
    assert hr["response"] == {"invited": None, "answered": None, "rate": None}
    # The company's mean of quality less that of HR's one would be IT's: so the company's is hidden with it, or IT's.
    shown = [place["questions"]["quality"]["hidden"] for place in (document, it)]
    assert any(shown)
    # Four judged the time of IT.
    assert it["questions"]["in_time"]["hidden"]


def test_suggestions_of_five_are_kept_in_pages(it_alone, olga):
    document = json.loads(close().document)
    page = access.suggestions_for(olga, "2026-Q1", "it")
    assert sorted(page.items) == ["Of 10.", "Of 6.", "Of 7.", "Of 8.", "Of 9."] and page.next is None
    listed = part(document, "it")["suggestions"]
    assert listed["sha256"] == hashlib.sha256(text_of({"pages": [page.items]}).encode()).hexdigest()
    with pytest.raises(Invalid):
        access.suggestions_for(olga, "2026-Q1", "it", "2")


def test_suggestions_come_with_the_number_of_those_who_answered_or_not_at_all(wave):
    """One person judged HR, so how many answered about IT is hidden too; five suggestions would bound it."""
    for place in json.loads(close().document)["departments"]:
        assert place["response"]["answered"] is None
        assert place["suggestions"] == {
            "rows": 0,
            "pages": 0,
            "sha256": hashlib.sha256(b'{"pages":[]}').hexdigest(),
        }


def test_nothing_is_left_that_leads_to_anybody(wave):
    report = close()
    db.session.expire_all()
    for table in (SurveySheet, SurveyInvitation):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    row = db.session.scalars(select(SurveyWave)).one()
    assert (row.secret, row.check, row.open) == (None, None, False)
    assert report.checksum == hashlib.sha256(report.document.encode()).hexdigest()
    assert "Only I know." not in report.document


def test_closing_again_gives_the_same_report(wave):
    first = close()
    assert close(when="2026-06-01 10:00").document == first.document
    assert db.session.scalar(select(func.count()).select_from(SurveyReport)) == 1


def test_it_is_refused_under_another_key_and_for_a_wave_that_was_not_held(wave):
    with pytest.raises(Conflict, match="SECRET_KEY"):
        close(keys=["another key of the desk"])
    with pytest.raises(NotFound):
        close("2025-Q4")
    close(keys=["another key of the desk", *KEYS])


def test_a_second_wave_says_what_changed_only_where_it_is_clear(maria, igor):
    people = [maria, *colleagues(7)]
    for person in people:
        dealt(person, "it.incident", server=igor)
    start()
    for place, person in enumerate(people):
        answer(person, "it", {"quality": 3 + place % 2, "friendliness": 5 + place % 5})
    close()
    for person in people:
        dealt(person, "it.incident", "2026-05-12 10:00", server=igor)
    start("2026-07-03 10:00")
    for place, person in enumerate(people):
        answer(person, "it", {"quality": 8 + place % 2, "friendliness": 4 + place % 5}, when="2026-07-04 10:00")
    document = json.loads(close("2026-Q2", "2026-08-01 10:00").document)
    changes = part(document, "it")["changes"]
    assert changes["since"] == "2026-Q1"
    assert changes["quality"]["clear"] and changes["quality"]["difference"] == 5.0
    assert not changes["friendliness"]["clear"]
    assert changes["in_time"] is None


def test_leads_and_readers_hear_of_it_and_others_do_not(wave, maria, olga, rita):
    close()
    told = db.session.scalars(select(Notice.person_id).where(Notice.kind == "survey_closed")).all()
    assert {olga.id, rita.id} <= set(told) and maria.id not in told


def test_who_reads_it(wave, maria, boris, olga, adam, rita, stranger):
    close()
    for person in (boris, olga, adam, rita):
        assert access.survey_for(person, "2026-Q1")["wave"] == "2026-Q1"
    for person in (maria, stranger):
        with pytest.raises(NotFound):
            access.survey_for(person, "2026-Q1")
    with pytest.raises(NotFound):
        access.suggestions_for(boris, "2026-Q1", "it")
    assert access.surveys_for(maria) == []
    for unknown in ("2026-Q5", "2025-Q1", "x"):
        with pytest.raises(NotFound):
            access.survey_for(olga, unknown)


def test_an_administrator_ends_it_and_the_worker_sums_it_up(wave, maria):
    with transaction():
        actions.end_wave(by(None, "2026-04-17 10:00"), "2026-Q1")
    with pytest.raises(Conflict):
        answer(maria, "it", when="2026-04-17 11:00")
    from servicedesk.surveys.queries import to_close

    assert to_close(at("2026-04-17 12:00").date()) == ["2026-Q1"]


def test_four_workers_close_it_once(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        people = [cast.maria, *colleagues(5)]
        for person in people:
            dealt(person, "it.incident", server=cast.igor)
        start()
        for person in people:
            answer(person, "it", dict.fromkeys(QUESTIONS, 8))
        db.session.remove()
    gate = threading.Barrier(4)

    def work(_number):
        with own_desk.app_context():
            gate.wait()
            try:
                return keep_waves(at(MAY))
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with own_desk.app_context():
        (report,) = queries.survey_reports()
        document = json.loads(queries.survey_report("2026-Q1").document)
        assert document["questions"]["quality"]["raters"] == 6
        assert report.wave.key == "2026-Q1"
        assert db.session.scalar(select(func.count()).select_from(SurveySheet)) == 0
        db.session.remove()


def test_the_invitation_of_a_closed_wave_is_gone(wave, maria):
    number = invitation_of(maria).id
    close()
    db.session.expire_all()
    assert db.session.get(SurveyInvitation, number) is None
