"""Starting a wave, asking within the quota, reminding."""

from __future__ import annotations

from datetime import date

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.ratings import queries as ratings
from servicedesk.surveys import actions, queries, rules
from servicedesk.surveys.models import SurveyInvitation
from tests.build import hand_over, open_ticket, resolve
from tests.cast import by, department
from tests.surveys.waves import APRIL, KEYS, ask_all, dealt, invitation_of, start


def ids(*keys):
    return [department(key).id for key in keys]


def mails(template):
    return db.session.query(OutgoingMail).filter_by(template=template).order_by(OutgoingMail.id).all()


def test_it_asks_about_the_departments_somebody_dealt_with_the_busiest_first(maria, igor, anna):
    for _ in range(2):
        dealt(maria, "hr.certificate", server=anna)
    dealt(maria, "it.incident", server=igor)
    wave = start()
    assert (wave.key, wave.about_from, wave.about_until) == ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1))
    assert invitation_of(maria).department_ids == ids("hr", "it")


def test_own_departments_and_confidential_requests_are_not_asked_about(maria, igor, anna):
    dealt(maria, "hr.trouble", server=anna)
    dealt(maria, "sales.offer")
    dealt(igor, "it.incident")
    with transaction():
        assert actions.start_due_wave(by(None, APRIL, "worker"), KEYS[0]) is None


def test_what_was_over_before_or_began_after_the_period_does_not_count(maria, igor, anna):
    dealt(maria, "it.incident", "2025-12-10 10:00", server=igor)
    dealt(maria, "sales.offer", "2026-04-02 10:00")
    with transaction():
        assert actions.start_due_wave(by(None, APRIL, "worker"), KEYS[0]) is None


def test_who_only_passed_a_request_on_was_not_dealt_with(maria, igor):
    hand_over(
        open_ticket(maria, "it.incident", "2026-02-10 10:00"), igor, "2026-02-10 11:00", "hr", because="misdirected"
    )
    start()
    assert invitation_of(maria).department_ids == ids("hr")


def test_a_request_filed_for_somebody_counts_for_both(maria, boris, igor):
    dealt(maria, "it.incident", server=igor, registrar=boris)
    start()
    assert invitation_of(maria).department_ids == invitation_of(boris).department_ids == ids("it")


@pytest.mark.parametrize(
    ("rhythm", "today", "key", "begin", "until"),
    [
        ("quarterly", "2026-04-01", "2026-Q1", "2026-01-01", "2026-04-01"),
        ("quarterly", "2026-04-21", "2026-Q1", "2026-01-01", "2026-04-01"),
        ("quarterly", "2026-01-02", "2025-Q4", "2025-10-01", "2026-01-01"),
        ("half_yearly", "2026-07-03", "2026-H1", "2026-01-01", "2026-07-01"),
        ("half_yearly", "2026-01-03", "2025-H2", "2025-07-01", "2026-01-01"),
    ],
)
def test_a_wave_asks_about_the_last_whole_quarter_or_half_year(rhythm, today, key, begin, until):
    found = rules.due_period(rhythm, date.fromisoformat(today))
    assert found == rules.Period(key, date.fromisoformat(begin), date.fromisoformat(until))


@pytest.mark.parametrize(
    ("rhythm", "today"), [("quarterly", "2026-04-22"), ("half_yearly", "2026-04-02"), ("off", "2026-04-02")]
)
def test_otherwise_none_is_due(rhythm, today):
    assert rules.due_period(rhythm, date.fromisoformat(today)) is None


@pytest.mark.parametrize(
    ("today", "key", "begin"),
    [
        ("2026-05-31", "2026-Q2", "2026-02-28"),
        ("2026-05-15", "2026-Q2", "2026-02-15"),
        ("2026-04-01", "2026-Q1", "2026-01-01"),
    ],
)
def test_an_early_one_asks_about_the_three_months_before(today, key, begin):
    found = rules.early_period("off", date.fromisoformat(today))
    assert found == rules.Period(key, date.fromisoformat(begin), date.fromisoformat(today))


def test_there_is_one_wave_at_a_time_and_one_about_a_quarter(maria, igor):
    dealt(maria, "it.incident", server=igor)
    start()
    with pytest.raises(Conflict), transaction():
        actions.start_wave(by(None, "2026-04-16 10:00"), KEYS[0])
    with transaction():
        assert actions.start_due_wave(by(None, "2026-04-16 10:00", "worker"), KEYS[0]) is None


def test_where_nobody_dealt_with_anybody_there_is_nothing_to_start(app):
    with pytest.raises(Conflict), transaction():
        actions.start_wave(by(None, APRIL), KEYS[0])


def test_a_rhythm_of_none_starts_nothing_and_an_unknown_one_is_refused(maria, igor):
    dealt(maria, "it.incident", server=igor)
    with transaction():
        actions.set_rhythm(by(None, APRIL), "off")
    with transaction():
        assert actions.start_due_wave(by(None, APRIL, "worker"), KEYS[0]) is None
    with pytest.raises(Invalid), transaction():
        actions.set_rhythm(by(None, APRIL), "daily")
    assert queries.rhythm() == "off"


def test_the_mail_has_the_personal_link_and_names_no_department(maria, igor):
    dealt(maria, "it.incident", server=igor)
    start()
    (mail,) = mails("survey_asked")
    assert mail.to_address == maria.email
    assert mail.facts["invitation_id"] == invitation_of(maria).id
    assert mail.facts["departments"] == 1
    assert "department" not in {*mail.facts} and "it" not in str(mail.facts["departments"])


def test_ratings_and_surveys_share_one_quota_of_the_week(maria, igor):
    dealt(maria, "it.incident", server=igor)
    for _ in range(4):
        resolve(open_ticket(maria, "it.incident", "2026-04-13 10:00"), igor, "2026-04-13 12:00")
    assert ratings.issued_this_week(maria.id, date(2026, 4, 15)) == 3
    start()
    assert invitation_of(maria).issued_on is None and mails("survey_asked") == []
    ask_all("2026-04-21 10:00")
    assert invitation_of(maria).issued_on == date(2026, 4, 21) and len(mails("survey_asked")) == 1
    assert ratings.issued_this_week(maria.id, date(2026, 4, 21)) == 1
    ask_all("2026-04-22 10:00")
    assert len(mails("survey_asked")) == 1


def test_a_survey_takes_the_room_of_a_rating(maria, igor):
    dealt(maria, "it.incident", server=igor)
    start()
    before = len(mails("rating_asked"))
    for _ in range(4):
        resolve(open_ticket(maria, "it.incident", "2026-04-15 11:00"), igor, "2026-04-15 12:00")
    assert len(mails("rating_asked")) - before == 2


def test_everybody_is_reminded_once_a_week_later_and_the_rows_do_not_say_who_has_answered(maria, igor):
    dealt(maria, "it.incident", server=igor)
    start()
    assert queries.to_remind(date(2026, 4, 21), 10) == []
    (due,) = queries.to_remind(date(2026, 4, 22), 10)
    for _ in range(2):
        with transaction():
            actions.remind(by(None, "2026-04-22 10:00", "worker"), due)
    assert len(mails("survey_reminder")) == 1
    assert queries.to_remind(date(2026, 4, 23), 10) == []


def test_who_left_is_not_asked(maria, igor):
    dealt(maria, "it.incident", server=igor)
    with transaction():
        wave = actions.start_due_wave(by(None, APRIL, "worker"), KEYS[0])
        maria.active = False
    ask_all(APRIL)
    assert db.session.query(SurveyInvitation).filter(SurveyInvitation.issued_on.is_not(None)).count() == 0
    assert queries.invited(wave.id) == {"asked": 0, "waiting": 1}
