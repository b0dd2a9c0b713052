"""Business days by example: due at the closing of the N-th open day after the day of the start."""

from datetime import UTC, datetime

import pytest

from servicedesk.sla_engine import BusinessCalendar, NeverOpensError

DAYS = ("mon", "tue", "wed", "thu", "fri")
office = BusinessCalendar(
    "UTC",
    {day: [("09:00", "13:00"), ("14:00", "18:00")] for day in DAYS},
    {"2024-06-12": [], "2024-06-11": [("09:00", "16:00")], "2024-06-15": [("10:00", "14:00")]},
)
nights = BusinessCalendar("UTC", {day: [("22:00", "06:00")] for day in DAYS})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-{text}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("06-03 10:00", 0, "06-03 18:00"),
        ("06-03 10:00", 1, "06-04 18:00"),
        ("06-03 10:00", 3, "06-06 18:00"),
        ("06-03 09:00", 1, "06-04 18:00"),
        ("06-03 17:59:59", 1, "06-04 18:00"),
        ("06-07 10:00", 1, "06-10 18:00"),  # over the weekend
        ("06-10 10:00", 1, "06-11 16:00"),  # a shortened day ends when it ends
        ("06-10 10:00", 2, "06-13 18:00"),  # a closed day does not count
        ("06-14 10:00", 1, "06-15 14:00"),  # a working Saturday does
    ],
)
def test_it_is_due_at_the_closing_of_the_nth_open_day(start, days, due):
    assert office.add_days(utc(start), days) == utc(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("06-03 07:00", 1, "06-04 18:00"),  # before opening: this day
        ("06-03 13:30", 1, "06-04 18:00"),  # lunch: still this day
        ("06-03 18:00", 1, "06-05 18:00"),  # at closing: the next open day
        ("06-03 20:00", 1, "06-05 18:00"),
        ("06-08 12:00", 0, "06-10 18:00"),
        ("06-08 12:00", 1, "06-11 16:00"),
    ],
)
def test_a_start_outside_hours_counts_as_the_next_opening(start, days, due):
    assert office.add_days(utc(start), days) == utc(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("06-03 23:00", 0, "06-04 06:00"),
        ("06-04 02:00", 0, "06-04 06:00"),  # after midnight it is still Monday's shift
        ("06-04 02:00", 1, "06-05 06:00"),
        ("06-04 12:00", 0, "06-05 06:00"),
        ("06-08 03:00", 1, "06-11 06:00"),  # Friday's shift, then Monday's
    ],
)
def test_a_night_shift_is_the_day_on_which_it_begins(start, days, due):
    assert nights.add_days(utc(start), days) == utc(due)


def test_round_the_clock_a_day_ends_at_midnight():
    always = BusinessCalendar("Europe/Berlin", {day: [("00:00", "24:00")] for day in (*DAYS, "sat", "sun")})
    assert always.add_days(utc("06-03 10:00"), 1) == utc("06-04 22:00")
    assert always.add_days(utc("06-03 22:00"), 0) == utc("06-04 22:00")


@pytest.mark.parametrize("days", [-1, 1.5, True, "2", None])
def test_only_whole_numbers_from_zero_are_days(days):
    with pytest.raises(ValueError, match="whole number"):
        office.add_days(utc("06-03 10:00"), days)


def test_it_says_when_there_are_not_that_many_days():
    once = BusinessCalendar("UTC", {}, {"2024-06-03": [("09:00", "10:00")], "2024-06-05": [("09:00", "10:00")]})
    assert once.add_days(utc("06-01 00:00"), 1) == utc("06-05 10:00")
    with pytest.raises(NeverOpensError):
        once.add_days(utc("06-01 00:00"), 2)
