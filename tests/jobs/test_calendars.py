"""The reminder of next year's holidays: in autumn, once for each calendar and year, to administrators."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.jobs import calendars
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.sla import actions, queries
from tests.cast import OFFICE, at, by


@pytest.fixture
def ru(adam):
    """A calendar of Russia, saved in spring 2026."""
    with transaction():
        return actions.set_calendar(
            by(adam, "2026-04-06 09:30"), key="ru", timezone="Europe/Moscow", week=OFFICE, holidays="RU"
        )


def told():
    notices = db.session.scalars(select(Notice).where(Notice.kind.like("calendar_runs_out%"))).all()
    mails = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "calendar_runs_out")).all()
    return [(row.person_id, row.kind, row.facts["year"]) for row in notices], [row.to_address for row in mails]


def test_nobody_is_bothered_before_november(ru):
    assert calendars.remind_of_next_year(at("2026-10-31 23:00")) == 0
    assert told() == ([], [])


def test_administrators_hear_once_of_a_year_that_is_not_sure(ru, adam):
    assert calendars.remind_of_next_year(at("2026-11-01 09:00")) == 1
    assert told() == ([(adam.id, "calendar_runs_out.provisional", 2027)], ["adam@example.com"])
    for later in ("2026-11-02 09:00", "2026-12-31 09:00"):
        assert calendars.remind_of_next_year(at(later)) == 0
    assert len(told()[1]) == 1


def test_the_next_year_is_told_of_anew(ru, adam):
    calendars.remind_of_next_year(at("2026-11-01 09:00"))
    assert calendars.remind_of_next_year(at("2027-11-01 09:00")) == 1
    assert [kind for _, kind, _ in told()[0]] == ["calendar_runs_out.provisional", "calendar_runs_out.missing"]


def test_what_is_known_but_not_in_the_calendar_is_told_of_too(adam):
    with transaction():
        row = actions.set_calendar(
            by(adam, "2022-04-06 09:30"), key="ru", timezone="Europe/Moscow", week=OFFICE, holidays="RU"
        )
    assert queries.doubt_of_next_year(row.id, at("2025-11-05 09:00")) == queries.Doubt(2026, "outdated")
    with transaction():
        assert actions.refresh_calendar(by(adam, "2025-11-06 09:00"), row)
    assert queries.doubt_of_next_year(row.id, at("2025-11-06 10:00")) is None


def test_calendars_without_holidays_of_a_country_are_left_alone(app):
    assert calendars.remind_of_next_year(at("2026-11-01 09:00")) == 0


def test_another_country_is_told_of_when_its_days_are_not_in_the_calendar(adam):
    with transaction():
        row = actions.set_calendar(
            by(adam, "2023-04-06 09:30"), key="de", timezone="Europe/Berlin", week=OFFICE, holidays="DE"
        )
    assert queries.doubt_of_next_year(row.id, at("2024-11-05 09:00")) is None
    assert queries.doubt_of_next_year(row.id, at("2025-11-05 09:00")) == queries.Doubt(2026, "outdated")
