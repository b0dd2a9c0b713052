"""flask desk init: a desk that somebody can sign in to, and nothing more."""

from __future__ import annotations

import pytest

from servicedesk.kernel.now import now
from servicedesk.people import actions
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla

PASSWORD = "a long enough password"


def words(**changes: str) -> list[str]:
    given = {"company": "North", "lang": "en", "timezone": "Europe/Berlin", "admin": "Adam@Example.com"} | changes
    return ["desk", "init", *(part for name, value in given.items() for part in (f"--{name}", value))]


def test_the_administrator_can_sign_in(bare_desk, run_bare):
    result = run_bare(*words(), input=PASSWORD + "\n")
    assert (result.exit_code, result.stderr) == (0, "")
    with bare_desk.app_context():
        adam = actions.prove(email="adam@example.com", password=PASSWORD, at=now())
        assert (adam.name, adam.roles, adam.language) == ("Adam", ["admin"], "en")
        company = people.company()
        assert (company.name, company.language, company.timezone) == ("North", "en", "Europe/Berlin")


def test_the_office_is_the_companys_calendar_and_nothing_is_promised(bare_desk, run_bare):
    assert "Nothing is promised yet" in run_bare(*words(), input=PASSWORD).stdout
    with bare_desk.app_context():
        [office] = sla.calendars()
        hours = sla.newest_version(office.id)
        assert (office.key, office.of_company, hours.timezone, hours.holidays) == (
            "office",
            True,
            "Europe/Berlin",
            None,
        )
        assert hours.week == {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
        assert sla.policies() == []


@pytest.mark.parametrize("changes", [{"lang": "ru"}, {"timezone": "Asia/Yekaterinburg"}])
def test_a_russian_company_is_closed_on_russian_holidays(bare_desk, run_bare, changes):
    run_bare(*words(**changes), input=PASSWORD)
    with bare_desk.app_context():
        hours = sla.newest_version(sla.calendar_by_key("office").id)
        assert (hours.holidays, hours.exceptions["2026-01-01"]) == ("RU", [])


@pytest.mark.parametrize(
    ("changes", "password", "sentence"),
    [
        ({}, "short", "A password has at least 10 characters."),
        ({}, "", "A password has at least 10 characters."),
        ({"timezone": "Moscow"}, PASSWORD, "timezone: There is no such time zone; write it like Europe/Moscow."),
        ({"admin": "adam"}, PASSWORD, "email: This is not an e-mail address."),
        ({"company": " "}, PASSWORD, "The company needs a name of at most 200 characters."),
        ({"company": "\udcff"}, PASSWORD, "What was typed is not UTF-8 text."),
    ],
)
def test_it_refuses_with_one_sentence_and_writes_nothing(bare_desk, run_bare, changes, password, sentence):
    result = run_bare(*words(**changes), input=password)
    assert (result.exit_code, result.stderr) == (2, sentence + "\n")
    with bare_desk.app_context():
        assert people.company() is None


def test_it_refuses_a_password_that_is_no_text(run_bare):
    result = run_bare(*words(), input=b"\xff" * 20)
    assert (result.exit_code, result.stderr) == (2, "The password on standard input is not UTF-8 text.\n")


def test_it_refuses_a_desk_that_has_a_company(run):
    result = run(*words(), input=PASSWORD)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "has a company already" in result.stderr
