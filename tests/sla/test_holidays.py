"""Holidays as exceptions: what the law and the decrees say, checked against a production calendar where one is at hand."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta
from pathlib import Path

import holidays as package
import pytest

from servicedesk.sla.facts import COUNTRIES, facts_of, standing
from servicedesk.sla.holidays import holiday_exceptions
from servicedesk.sla.hours import minutes_of, shortened
from tests.cast import OFFICE

SHARED = Path(os.environ.get("DESK_SHARED") or Path(__file__).parents[3] / "shared")
PRODUCTION = SHARED / "data" / "calendar-ru" / "xmlcalendar"
DAY = [["09:00", "13:00"], ["14:00", "18:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)
YEARS = sorted(COUNTRIES["RU"])


def minutes_by_date(week, year, country="RU"):
    """Open minutes of every date of a year."""
    exceptions, _ = holiday_exceptions(country, week, year)
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    usual = {day: week.get(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()], []) for day in days}
    return {day: minutes_of(exceptions.get(day.isoformat(), usual[day])) for day in days}


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_as_the_published_calendar_says(year):
    file = PRODUCTION / f"ru_{year}.xml"
    if not file.exists():
        pytest.skip(f"no production calendar of {year} at hand")
    said = {}
    for node in ET.parse(file).iter("day"):
        month, day = map(int, node.get("d").split("."))
        said[date(year, month, day)] = {"1": 0, "2": 420, "3": 480}[node.get("t")]
    for day, minutes in minutes_by_date(WEEK, year).items():
        assert minutes == said.get(day, 480 if day.weekday() < 5 else 0), day


@pytest.mark.parametrize(("year", "days", "hours"), [(2025, 247, 1972), (2026, 247, 1972), (2027, 247, 1972)])
def test_a_forty_hour_week_has_the_hours_of_the_year(year, days, hours):
    open_minutes = [minutes for minutes in minutes_by_date(WEEK, year).values() if minutes]
    assert (len(open_minutes), sum(open_minutes)) == (days, hours * 60)


@pytest.mark.parametrize("year", YEARS)
def test_shortened_days_follow_from_the_law(year):
    """The working day right before a holiday, and the one that is worked instead of such a day."""
    fixed = {(1, n) for n in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
    off = package.country_holidays("RU", years=[year, year + 1])
    moved = facts_of("RU", year).moved
    worked = set(off.weekend_workdays)

    def works(day):
        return day in worked or (day.weekday() < 5 and day not in off)

    def before_a_holiday(day):
        following = day + timedelta(days=1)
        return (following.month, following.day) in fixed and (day.month, day.day) not in fixed

    expected = set()
    for n in range(366):
        day = date(year, 1, 1) + timedelta(days=n)
        if (
            day.year == year
            and works(day)
            and (before_a_holiday(day) or (day in worked and before_a_holiday(moved[day])))
        ):
            expected.add(day)
    assert expected == set(facts_of("RU", year).shortened)


@pytest.mark.parametrize("year", YEARS)
def test_moved_days_are_those_of_the_package(year):
    off = package.country_holidays("RU", years=year, language="en_US")
    moved = facts_of("RU", year).moved
    assert set(moved.values()) == {day for day, name in off.items() if name.startswith("Day off")}
    assert set(off.weekend_workdays) <= set(moved)


def test_what_is_not_decreed_is_called_provisional():
    assert [standing("RU", year) for year in (2025, 2026, 2027, 2028)] == [
        "decreed", "decreed", "provisional", "missing",
    ]  # fmt: skip
    assert standing("DE", 2027) is None
    assert all("1466" in text for text in facts_of("RU", 2026).source.values())


def test_days_say_what_they_are():
    _, names = holiday_exceptions("RU", WEEK, 2026)
    assert names["2026-04-30"] == {"ru": "Предпраздничный день", "en": "Pre-holiday day"}
    assert names["2026-12-31"]["ru"] == "Выходной (перенесено с 04.01.2026)"
    assert names["2027-02-20"] == {
        "ru": "Предпраздничный день, рабочий день вместо 22.02.2027",
        "en": "Pre-holiday day, worked instead of 22 February 2027",
    }


def test_a_worked_saturday_has_the_hours_of_the_day_it_stands_for():
    week = WEEK | {"mon": [["08:00", "12:00"]]}
    exceptions, _ = holiday_exceptions("RU", week, 2025)
    assert exceptions["2025-11-01"] == [["08:00", "11:00"]]
    assert holiday_exceptions("RU", {"tue": DAY}, 2025)[0].get("2025-11-01") is None


def test_who_works_on_saturdays_anyway_keeps_the_usual_hours():
    exceptions, _ = holiday_exceptions("RU", WEEK | {"sat": [["10:00", "14:00"]]}, 2025)
    assert exceptions["2025-11-01"] == [["10:00", "13:00"]]
    assert "2024-04-27" not in exceptions


def test_night_shifts_and_round_the_clock_duty_are_not_shortened():
    night, always = {"thu": [["22:00", "06:00"]]}, {day: [["00:00", "24:00"]] for day in (*WEEK, "sat", "sun")}
    assert "2026-04-30" not in holiday_exceptions("RU", night, 2026)[0]
    assert "2026-04-30" not in holiday_exceptions("RU", always, 2026)[0]


@pytest.mark.parametrize(
    ("hours", "shorter"),
    [
        ([["09:00", "18:00"]], [["09:00", "17:00"]]),
        ([["09:00", "13:00"], ["14:00", "18:00"]], [["09:00", "13:00"], ["14:00", "17:00"]]),
        ([["09:00", "13:00"], ["17:00", "18:00"]], [["09:00", "13:00"]]),
        ([["09:00", "13:00"], ["17:30", "18:00"]], [["09:00", "12:30"]]),
        ([["09:00", "10:00"]], [["09:00", "10:00"]]),
        ([["16:00", "24:00"]], [["16:00", "24:00"]]),
        ([["09:00", "12:00"], ["22:00", "02:00"]], [["09:00", "12:00"], ["22:00", "02:00"]]),
        ([], []),
    ],
)
def test_the_last_hour_of_work_is_taken_off(hours, shorter):
    assert shortened(hours) == shorter


def test_other_countries_have_their_holidays_and_no_shortened_days():
    exceptions, names = holiday_exceptions("DE", OFFICE, 2026)
    assert exceptions["2026-12-25"] == []
    assert names["2026-12-25"]["en"]
    assert all(hours == [] for hours in exceptions.values())


def test_it_reaches_two_years_ahead():
    last = max(holiday_exceptions("RU", WEEK, datetime(2026, 5, 1).year)[0])
    assert last.startswith("2028-")
