"""Business calendars by example."""

import copy
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from servicedesk.sla_engine import BusinessCalendar, CalendarError, NeverOpensError, segments

OFFICE = {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
LUNCH = {day: [("09:00", "13:00"), ("14:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
ALWAYS = {day: [("00:00", "24:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
NIGHTS = {day: [("22:00", "06:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
office = BusinessCalendar("UTC", OFFICE)
HOUR = 3600


def utc(text: str) -> datetime:
    """ "06-03 09:00" in 2024, which began on a Monday as did June."""
    return datetime.fromisoformat(f"2024-{text}").replace(tzinfo=UTC)


MONDAY, FRIDAY, SATURDAY = "06-03", "06-07", "06-08"


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (f"{MONDAY} 08:59:59", False),
        (f"{MONDAY} 09:00", True),
        (f"{MONDAY} 16:59:59.999999", True),
        (f"{MONDAY} 17:00", False),
        (f"{SATURDAY} 12:00", False),
    ],
)
def test_it_is_open_from_the_opening_until_just_before_the_closing(at, is_open):
    assert office.is_open(utc(at)) is is_open


@pytest.mark.parametrize(
    ("start", "seconds", "due"),
    [
        (f"{MONDAY} 10:00", 2 * HOUR, f"{MONDAY} 12:00"),
        (f"{MONDAY} 10:00", 7 * HOUR, f"{MONDAY} 17:00"),
        (f"{MONDAY} 10:00", 7 * HOUR + 1, "06-04 09:00:01"),
        (f"{FRIDAY} 16:00", 2 * HOUR, "06-10 10:00"),
        (f"{SATURDAY} 12:00", HOUR, "06-10 10:00"),
        (f"{SATURDAY} 12:00", 0, "06-10 09:00"),
        (f"{FRIDAY} 17:00", 0, f"{FRIDAY} 17:00"),
        (f"{FRIDAY} 09:00", 0, f"{FRIDAY} 09:00"),
        (f"{FRIDAY} 12:00", 0, f"{FRIDAY} 12:00"),
        (f"{FRIDAY} 10:00", -HOUR, f"{FRIDAY} 09:00"),
        (f"{FRIDAY} 09:00", -HOUR, "06-06 16:00"),
        (f"{FRIDAY} 09:00", -8 * HOUR, "06-06 09:00"),
        (f"{SATURDAY} 12:00", -HOUR, f"{FRIDAY} 16:00"),
        (f"{MONDAY} 09:00", 0.25, f"{MONDAY} 09:00:00.250000"),
        (f"{MONDAY} 16:59:59.999999", 0.000002, "06-04 09:00:00.000001"),
    ],
)
def test_it_adds_business_time(start, seconds, due):
    assert office.add(utc(start), seconds) == utc(due)


def test_between_is_negative_when_reversed():
    assert office.between(utc("06-04 10:00"), utc(f"{MONDAY} 16:00")) == -2 * HOUR


def test_answers_are_in_utc_whatever_the_zone_of_the_question():
    berlin = BusinessCalendar("Europe/Berlin", OFFICE)
    start = datetime(2024, 6, 3, 16, 30, tzinfo=timezone(timedelta(hours=9)))
    assert berlin.add(start, 60) == datetime(2024, 6, 3, 7, 31, tzinfo=UTC)
    assert berlin.add(start, 60).tzinfo is UTC
    assert berlin.next_open(start).tzinfo is UTC
    assert berlin.add_days(start, 1).tzinfo is UTC


def test_a_lunch_break_is_no_business_time():
    calendar = BusinessCalendar("Europe/Moscow", LUNCH)
    assert calendar.add(utc(f"{MONDAY} 09:30"), 2 * HOUR) == utc(f"{MONDAY} 12:30")
    assert calendar.between(utc(f"{MONDAY} 00:00"), utc("06-04 00:00")) == 8 * HOUR


def test_touching_and_overlapping_intervals_are_one():
    shifts = BusinessCalendar("UTC", {"mon": [("14:00", "22:00"), ("06:00", "14:00"), ("13:00", "15:00")]})
    assert shifts.between(utc(f"{MONDAY} 00:00"), utc("06-04 00:00")) == 16 * HOUR
    assert shifts.add(utc(f"{MONDAY} 12:00"), 2 * HOUR) == utc(f"{MONDAY} 14:00")
    assert [s.open for s in segments(shifts, utc(f"{MONDAY} 00:00"), utc("06-04 00:00"))] == [
        False,
        True,
        False,
    ]


def test_round_the_clock_never_closes():
    always = BusinessCalendar("Europe/Berlin", ALWAYS)
    assert always.add(utc("01-01 00:00"), 366 * 24 * HOUR) == datetime(2025, 1, 1, tzinfo=UTC)


def test_equal_begin_and_end_are_a_whole_day():
    assert BusinessCalendar("UTC", {"mon": [("09:00", "09:00")]}).is_open(utc("06-04 08:59"))


def test_a_night_shift_belongs_to_the_date_on_which_it_begins():
    nights = BusinessCalendar("UTC", NIGHTS, {"2024-06-05": []})
    assert nights.is_open(utc("06-05 05:59"))  # begun on Tuesday, spared by Wednesday's exception
    assert not nights.is_open(utc("06-05 23:00"))
    assert not nights.is_open(utc("06-06 05:00"))
    assert nights.is_open(utc(f"{SATURDAY} 05:00"))


@pytest.mark.parametrize(
    ("exceptions", "hours"),
    [
        ({"2024-06-03": []}, 32),
        ({"2024-06-03": [("09:00", "12:00")]}, 35),
        ({"2024-06-08": [("09:00", "17:00")]}, 48),
        ({date(2024, 6, 3): []}, 32),
        ({"2024-06-08": []}, 40),
        (None, 40),
    ],
)
def test_an_exception_replaces_the_whole_day(exceptions, hours):
    calendar = BusinessCalendar("UTC", OFFICE, exceptions)
    assert calendar.between(utc("06-03 00:00"), utc("06-10 00:00")) == hours * HOUR


def local(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("zone", "shift", "day", "hours"),
    [
        ("Europe/Berlin", ("00:00", "24:00"), (2024, 3, 31), 23),
        ("Europe/Berlin", ("00:00", "24:00"), (2024, 10, 27), 25),
        ("Europe/Berlin", ("02:15", "02:45"), (2024, 3, 31), 0.5),  # skipped: 03:15 to 03:45
        ("Europe/Berlin", ("01:00", "02:30"), (2024, 3, 31), 1.5),  # closes at 03:30
        ("Europe/Berlin", ("02:30", "04:00"), (2024, 3, 31), 0.5),  # opens at 03:30
        ("Europe/Berlin", ("02:30", "03:15"), (2024, 3, 31), 0),  # opens after it closes
        ("Europe/Berlin", ("02:15", "02:45"), (2024, 10, 27), 1.5),  # first pass to second pass
        ("Europe/Berlin", ("01:00", "02:30"), (2024, 10, 27), 2.5),
        ("Europe/Berlin", ("02:30", "04:00"), (2024, 10, 27), 2.5),
        ("Australia/Lord_Howe", ("00:00", "24:00"), (2024, 10, 6), 23.5),
        ("Australia/Lord_Howe", ("00:00", "24:00"), (2024, 4, 7), 24.5),
        ("America/Havana", ("00:00", "24:00"), (2024, 3, 10), 23),
        ("America/Havana", ("00:00", "24:00"), (2024, 11, 3), 25),
        ("America/Sao_Paulo", ("00:00", "24:00"), (2018, 11, 4), 23),
        ("Asia/Tehran", ("00:00", "24:00"), (2022, 3, 22), 23),
        ("Asia/Tehran", ("00:00", "24:00"), (2021, 9, 21), 25),
    ],
)
def test_a_shift_over_a_clock_change_counts_real_time(zone, shift, day, hours):
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[date(*day).weekday()]
    calendar = BusinessCalendar(zone, {name: [shift]})
    middle = local(zone, *day, 12)
    assert calendar.between(middle - timedelta(days=2), middle + timedelta(days=2)) == hours * HOUR


def test_the_hours_of_a_missing_date_move_to_the_next():
    # Friday 30 December 2011 does not exist in Apia.
    apia = BusinessCalendar("Pacific/Apia", OFFICE)
    assert apia.is_open(local("Pacific/Apia", 2011, 12, 31, 10))
    assert apia.add(local("Pacific/Apia", 2011, 12, 29, 16), 2 * HOUR) == local("Pacific/Apia", 2011, 12, 31, 10)


def test_the_two_passes_of_a_repeated_hour_are_different_instants():
    calendar = BusinessCalendar("Europe/Berlin", {"sun": [("02:00", "03:00")]})
    first, second = (local("Europe/Berlin", 2024, 10, 27, 2, 30, fold=fold) for fold in (0, 1))
    assert calendar.between(first, second) == HOUR


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        ({"timezone": "Mars/Olympus"}, "time zone 'Mars/Olympus'"),
        ({"timezone": "../etc/hosts"}, "time zone"),
        ({"timezone": ""}, "time zone"),
        ({"timezone": None}, "time zone None"),
        ({"week": []}, "must map weekdays"),
        ({"week": {"monday": []}}, "weekday 'monday'"),
        ({"week": {"mon": "09:00"}}, "hours of mon"),
        ({"week": {"mon": None}}, "hours of mon"),
        ({"week": {"mon": [("09:00",)]}}, "pair"),
        ({"week": {"mon": [("09:00", "17:60")]}}, "'17:60' on mon"),
        ({"week": {"mon": [("09:00", "24:01")]}}, "'24:01'"),
        ({"week": {"mon": [("24:00", "06:00")]}}, "begins at 24:00"),
        ({"week": {"mon": [(9, 17)]}}, "Bad time 9"),
        ({"exceptions": {"2026-02-30": []}}, "date '2026-02-30'"),
        ({"exceptions": {"01.02.2026": []}}, "date '01.02.2026'"),
        ({"exceptions": {"2026-01-01": None}}, "hours of 2026-01-01"),
        ({"exceptions": ["2026-01-01"]}, "must map dates"),
        ({"exceptions": {"2026-01-01": [], date(2026, 1, 1): []}}, "2026-01-01 twice"),
    ],
)
def test_a_calendar_that_cannot_be_understood_is_refused_by_name_of_the_cause(arguments, cause):
    with pytest.raises(CalendarError, match=cause):
        BusinessCalendar(**{"timezone": "UTC", "week": OFFICE, "exceptions": {}, **arguments})


@pytest.mark.parametrize("method", ["is_open", "next_open"])
def test_a_naive_datetime_is_refused(method):
    with pytest.raises(ValueError, match="naive"):
        getattr(office, method)(datetime(2024, 6, 3))


def test_naive_datetimes_and_odd_durations_are_refused_everywhere():
    naive, aware = datetime(2024, 6, 3), utc("06-03 09:00")
    for call in (
        lambda: office.add(naive, 1),
        lambda: office.add_days(naive, 1),
        lambda: office.between(naive, aware),
        lambda: office.between(aware, naive),
        lambda: list(segments(office, naive, aware)),
        lambda: office.add(aware, float("nan")),
        lambda: office.add(aware, float("inf")),
    ):
        with pytest.raises(ValueError, match=r"naive|finite"):
            call()
    with pytest.raises(TypeError, match="time zone"):
        office.add(date(2024, 6, 3), 1)
    with pytest.raises(TypeError, match="number of seconds"):
        office.add(aware, "1h")


def test_a_calendar_that_never_opens_says_so():
    never = BusinessCalendar("UTC", {})
    at = utc("06-03 09:00")
    assert not never.is_open(at)
    assert never.between(at, at + timedelta(days=9999)) == 0
    for call in (
        lambda: never.add(at, 0),
        lambda: never.add(at, 1),
        lambda: never.add(at, -1),
        lambda: never.next_open(at),
        lambda: never.add_days(at, 0),
    ):
        with pytest.raises(NeverOpensError):
            call()


def test_a_calendar_of_dated_openings_has_just_those():
    once = BusinessCalendar("UTC", {}, {"2024-06-03": [("09:00", "10:00")]})
    assert once.add(utc("01-01 00:00"), HOUR) == utc("06-03 10:00")
    assert once.add(utc("12-31 00:00"), -HOUR) == utc("06-03 09:00")
    with pytest.raises(NeverOpensError):
        once.add(utc("01-01 00:00"), HOUR + 1)


def test_it_refuses_to_be_saved_without_an_opening_in_five_years():
    since = utc("06-03 00:00")
    office.refuse_if_never_open(since)
    BusinessCalendar("UTC", {}, {"2028-01-01": [("09:00", "10:00")]}).refuse_if_never_open(since)
    with pytest.raises(CalendarError, match="every weekday is closed"):
        BusinessCalendar("UTC", {"mon": []}, {"2034-01-01": [("09:00", "10:00")]}).refuse_if_never_open(since)
    closed = {str(date(2024, 1, 1) + timedelta(days=day)): [] for day in range(6 * 366)}
    with pytest.raises(CalendarError, match="exceptions close"):
        BusinessCalendar("UTC", OFFICE, closed).refuse_if_never_open(since)


def test_the_ends_of_the_calendar_are_clear():
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert office.add(first, HOUR).year == 1
    assert office.add(last, -HOUR).year == 9999
    for call in (
        lambda: office.add(first, -HOUR),
        lambda: office.add(last, HOUR),
        lambda: office.next_open(last),
        lambda: office.add(utc("06-03 09:00"), 1e15),
    ):
        with pytest.raises(NeverOpensError):
            call()
    with pytest.raises(CalendarError, match="400 years"):
        office.between(first, last)
    assert office.add(utc("06-03 09:00"), HOUR) == utc("06-03 10:00")


def test_equal_calendars_are_equal_and_share_one_table():
    one, two = BusinessCalendar("UTC", OFFICE), BusinessCalendar("UTC", {**OFFICE, "sat": []}, {})
    assert one == two
    assert hash(one) == hash(two)
    assert one.timeline is two.timeline
    assert one != BusinessCalendar("Europe/Berlin", OFFICE)


def test_it_survives_copying_and_writes_itself_back():
    calendar = BusinessCalendar("UTC", {**NIGHTS, "sat": [("00:00", "24:00")]}, {"2024-06-05": [("09:00", "24:00")]})
    assert pickle.loads(pickle.dumps(calendar)) == calendar == copy.deepcopy(calendar)
    assert BusinessCalendar(calendar.timezone, calendar.week, calendar.exceptions) == calendar
    assert calendar.week["mon"] == [("22:00", "06:00")]
    assert calendar.exceptions == {"2024-06-05": [("09:00", "24:00")]}


def test_threads_growing_one_table_agree():
    calendar = BusinessCalendar("Europe/Paris", OFFICE)
    found: list[list[datetime]] = []

    def ask() -> None:
        found.append([calendar.add(utc("06-03 09:00"), years * 2000 * HOUR) for years in range(-30, 30, 7)])

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(answers == found[0] for answers in found)


def test_segments_say_what_was_open():
    found = list(segments(office, utc(f"{FRIDAY} 16:00"), utc("06-10 10:00")))
    assert [(s.start, s.end, s.open) for s in found] == [
        (utc(f"{FRIDAY} 16:00"), utc(f"{FRIDAY} 17:00"), True),
        (utc(f"{FRIDAY} 17:00"), utc("06-10 09:00"), False),
        (utc("06-10 09:00"), utc("06-10 10:00"), True),
    ]
    assert list(segments(office, utc("06-10 10:00"), utc(f"{FRIDAY} 16:00"))) == []
