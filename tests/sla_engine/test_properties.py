"""What holds for every calendar and instant, checked against the slow reference."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from servicedesk.sla_engine import BusinessCalendar, NeverOpensError, Target, segments

from .reference import NAMES, Reference

pytestmark = pytest.mark.slow

settings.register_profile(
    "engine",
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
moderate = settings(settings.get_profile("engine"))

# A zone, and dates around which its clocks do something worth a test.
PLACES = {
    "UTC": [date(2024, 2, 28)],
    "Europe/Berlin": [date(2024, 3, 31), date(2024, 10, 27)],
    "America/New_York": [date(2024, 3, 10), date(2024, 11, 3)],
    "Australia/Lord_Howe": [date(2024, 4, 7), date(2024, 10, 6)],
    "Asia/Tehran": [date(2022, 3, 22), date(2021, 9, 22)],
    "Pacific/Apia": [date(2011, 12, 30), date(2012, 4, 1)],
    "America/Havana": [date(2024, 3, 10), date(2024, 11, 3)],
    "America/Sao_Paulo": [date(2018, 11, 4), date(2018, 2, 18)],
    "Africa/Casablanca": [date(2024, 3, 10), date(2024, 4, 14)],
}
quarters = st.integers(0, 95).map(lambda n: f"{n // 4:02d}:{n % 4 * 15:02d}")
intervals = st.tuples(quarters, quarters | st.just("24:00"))
hours = st.lists(intervals, max_size=3)
seconds = st.integers(0, 400_000)
micros = st.integers(0, 10**12).map(lambda n: n / 1_000_000)


@st.composite
def places(draw: st.DrawFn) -> tuple[BusinessCalendar, Reference, st.SearchStrategy[datetime]]:
    zone = draw(st.sampled_from(sorted(PLACES)))
    day = draw(st.sampled_from(PLACES[zone]))
    week = {name: draw(hours) for name in NAMES}
    offsets = draw(st.lists(st.integers(-8, 8), max_size=4, unique=True))
    exceptions = {str(day + timedelta(days=offset)): draw(hours) for offset in offsets}
    around = datetime(day.year, day.month, day.day, tzinfo=UTC)
    instants = st.integers(-10 * 96, 10 * 96).map(lambda n: around + n * timedelta(minutes=15))
    odd = st.integers(-864_000, 864_000).map(lambda n: around + timedelta(seconds=n, microseconds=n % 7))
    return BusinessCalendar(zone, week, exceptions), Reference(zone, week, exceptions), instants | odd


@moderate
@given(places(), st.data())
def test_it_is_open_when_the_reference_is(place, data):
    calendar, reference, instants = place
    at = data.draw(instants)
    assert calendar.is_open(at) == reference.is_open(at)


@moderate
@given(places(), st.data())
def test_it_counts_what_the_reference_counts(place, data):
    calendar, reference, instants = place
    a, b = data.draw(instants), data.draw(instants)
    assert calendar.between(a, b) == reference.between(a, b).total_seconds()


@moderate
@given(places(), st.data(), st.integers(-400_000, 400_000) | st.sampled_from([0, 3600, 28_800, -28_800]))
def test_it_adds_what_the_reference_adds(place, data, amount):
    calendar, reference, instants = place
    start = data.draw(instants)
    expected = reference.add(start, timedelta(seconds=amount))
    assume(expected is not None)
    assert calendar.add(start, amount) == expected


@moderate
@given(places(), st.data(), st.integers(0, 12))
def test_it_finds_the_closing_of_the_day_the_reference_finds(place, data, days):
    calendar, reference, instants = place
    start = data.draw(instants)
    expected = reference.add_days(start, days)
    assume(expected is not None)
    assert calendar.add_days(start, days) == expected


def added(calendar: BusinessCalendar, start: datetime, amount: float) -> datetime:
    try:
        return calendar.add(start, amount)
    except NeverOpensError:
        assume(False)
        raise


@moderate
@given(places(), st.data(), micros)
def test_between_undoes_add(place, data, amount):
    calendar, _, instants = place
    start = data.draw(instants)
    assert calendar.between(start, added(calendar, start, amount)) == amount
    assert calendar.between(start, added(calendar, start, -amount)) == -amount


@moderate
@given(places(), st.data(), seconds, seconds)
def test_adding_twice_is_adding_the_sum(place, data, a, b):
    calendar, _, instants = place
    start = data.draw(instants)
    for sign in (1, -1):
        once = added(calendar, start, sign * (a + b))
        assert calendar.add(added(calendar, start, sign * a), sign * b) == once


@moderate
@given(places(), st.data(), seconds, seconds)
def test_more_time_never_ends_earlier(place, data, a, b):
    calendar, _, instants = place
    start, later = sorted((data.draw(instants), data.draw(instants)))
    assert (added(calendar, start, a) <= added(calendar, start, b)) == (a <= b) or a == b
    assert added(calendar, start, a) <= added(calendar, later, a)


@moderate
@given(places(), st.data())
def test_a_stretch_is_the_sum_of_its_parts(place, data):
    calendar, _, instants = place
    a, b, c = data.draw(instants), data.draw(instants), data.draw(instants)
    assert calendar.between(a, b) + calendar.between(b, c) == pytest.approx(calendar.between(a, c), abs=1e-6)
    assert calendar.between(a, b) == -calendar.between(b, a)


@moderate
@given(places(), st.data())
def test_segments_tile_the_time_and_sum_up_to_between(place, data):
    calendar, _, instants = place
    a, b = sorted((data.draw(instants), data.draw(instants)))
    found = list(segments(calendar, a, b))
    edges = [a, *(segment.end for segment in found)]
    assert [segment.start for segment in found] == edges[:-1]
    assert edges[-1] == b
    assert all(one.open != two.open for one, two in pairwise(found))
    counted = sum((segment.end - segment.start for segment in found if segment.open), timedelta())
    assert counted.total_seconds() == calendar.between(a, b)


@moderate
@given(places(), st.data())
def test_the_next_opening_is_open_and_nothing_before_it_is(place, data):
    calendar, _, instants = place
    at = data.draw(instants)
    try:
        opening = calendar.next_open(at)
    except NeverOpensError:
        assert calendar.between(at, at + timedelta(days=3000)) == 0
        return
    assert opening >= at
    assert calendar.is_open(opening)
    assert calendar.between(at, opening) == 0


@moderate
@given(st.integers(0, 10**9) | micros.filter(bool), st.sampled_from(["seconds", "wall"]))
def test_a_written_target_reads_back_as_itself(amount, unit):
    target = Target(amount, unit)
    assert Target.parse(str(target)) == target
