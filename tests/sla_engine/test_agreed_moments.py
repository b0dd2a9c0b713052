"""A moment that two people agreed on: no pause moves it. Office hours 9 to 17 UTC; 3 June 2024 is a Monday."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.sla_engine import BusinessCalendar, Mark, Target, TargetError, fold, percent_at, replay

office = BusinessCalendar("UTC", {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
HOUR = 3600


def at(day: int, time: str = "00:00") -> datetime:
    return datetime.fromisoformat(f"2024-06-{day:02d}T{time}").replace(tzinfo=UTC)


def marks(*written: str) -> list[Mark]:
    """ "3 09:00 started" """
    found = []
    for line in written:
        day, time, kind = line.split()
        found.append(Mark(at(int(day), time), kind))  # type: ignore[arg-type]
    return found


def retarget(moment: datetime, before: Target | None, after: Target | None) -> Mark:
    return Mark(moment, "retargeted", before, after)


THURSDAY = Target.at(at(6, "15:00"))


def read(written: list[Mark], moment: datetime, target: Target | None = THURSDAY):
    return fold(office, target, written, moment, "resolution")


@pytest.mark.parametrize(
    "moment",
    [
        at(6, "15:00"),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2024, 6, 6, 18, 0, 1, tzinfo=timezone(timedelta(hours=3))),
    ],
)
def test_a_moment_reads_back_as_what_was_written(moment):
    target = Target.at(moment)
    assert target.moment == moment
    assert Target.parse(str(target)) == target
    assert Target.parse(str(target).upper()) == target


def test_it_is_written_in_utc_to_the_second():
    assert str(Target.at(datetime(2024, 6, 6, 18, tzinfo=timezone(timedelta(hours=3))))) == "at 2024-06-06T15:00:00Z"


@pytest.mark.parametrize(
    "text",
    ["at", "at ", "at noon", "at 2024-06-06", "at 2024-06-06T15:00:00", "at 2024-06-31T15:00:00Z", "at 3bd",
     "at 2024-06-06T15:00:00Z wall", "at 1969-12-31T23:59:59Z", "2024-06-06T15:00:00Z"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(TargetError, match="cannot be read"):
        Target.parse(text)


@pytest.mark.parametrize("amount", [0.5, -1, 1e15, float("nan"), True])
def test_impossible_moments_are_refused(amount):
    with pytest.raises(TargetError):
        Target(amount, "moment")


def test_a_fraction_of_a_second_is_not_agreed_on():
    with pytest.raises(TargetError, match="to the second"):
        Target.at(at(6, "15:00") + timedelta(microseconds=1))


def test_its_budget_is_the_open_time_until_then():
    assert THURSDAY.budget(office, at(3, "10:00")) == 29 * HOUR
    assert THURSDAY.due(office, at(3, "10:00")) == at(6, "15:00")
    assert THURSDAY.budget(office, at(7, "10:00")) == 0


def test_no_pause_moves_it_and_it_stays_known_meanwhile():
    written = marks("3 09:00 started", "3 10:00 paused", "5 10:00 resumed")
    paused = read(written[:2], at(4, "12:00"))
    assert (paused.state, paused.due_at, paused.paused, paused.remaining) == ("paused", at(6, "15:00"), True, 19 * HOUR)
    running = read(written, at(6, "15:00"))
    assert (running.state, running.due_at, running.remaining) == ("running", at(6, "15:00"), 0)
    assert (running.elapsed, running.paused_seconds) == (14 * HOUR, 16 * HOUR)


def test_it_can_be_missed_in_a_pause_and_is_broken_at_the_moment():
    written = marks("3 09:00 started", "3 10:00 paused", "10 10:00 resumed", "10 11:00 stopped")
    assert read(written, at(6, "15:00")).state == "paused"
    missed = read(written, at(6, "15:00:01"))
    assert (missed.state, missed.breached_at, missed.paused) == ("breached", at(6, "15:00"), True)
    assert read(written, at(20)).breached_at == at(6, "15:00")


def test_at_the_moment_itself_everything_is_in_time():
    assert read(marks("3 09:00 started", "6 15:00 stopped"), at(20)).state == "met"
    assert read(marks("3 09:00 started", "3 10:00 paused", "6 15:00 stopped"), at(20)).state == "met"
    late = read(marks("3 09:00 started", "6 15:00:01 stopped"), at(20))
    assert (late.state, late.breached_at) == ("breached", at(6, "15:00"))


def test_one_that_stopped_in_a_pause_keeps_the_moment_it_had():
    reading = read(marks("3 09:00 started", "3 10:00 paused", "4 10:00 stopped"), at(20))
    assert (reading.state, reading.due_at, reading.remaining) == ("met", at(6, "15:00"), 21 * HOUR)


def test_what_is_left_of_a_missed_one_is_how_late_it_ended():
    assert read(marks("3 09:00 started", "6 16:00 stopped"), at(20)).remaining == -HOUR
    assert read(marks("3 09:00 started"), at(7, "10:00")).remaining == -3 * HOUR


def test_open_time_in_which_it_was_resolved_moves_it():
    written = marks("3 09:00 started", "6 14:00 stopped", "7 10:00 reopened")
    reading = read(written, at(7, "10:00"))
    assert (reading.state, reading.due_at, reading.remaining) == ("running", at(7, "11:00"), HOUR)
    assert read(written, at(7, "11:01")).breached_at == at(7, "11:00")


def test_a_reopening_long_after_it_breaks_no_word_that_was_kept():
    written = marks("3 09:00 started", "6 15:00 stopped", "11 10:00 reopened")
    assert read(written, at(11, "10:00")).state == "running"
    assert read(written, at(11, "10:01")).breached_at == at(11, "10:00")


@pytest.mark.parametrize(
    ("moment", "stopped", "reopened", "due"),
    [
        # resolved and reopened while closed, before the moment: no open time has passed
        (at(3, "20:00"), "3 18:00", "3 19:00", at(3, "20:00")),
        # reopened after it, still closed: due at the next opening
        (at(8, "12:00"), "7 18:00", "9 12:00", at(10, "09:00")),
        # half an hour of working time in between moves it by half an hour
        (at(3, "20:00"), "3 16:00", "3 16:30", at(4, "09:30")),
    ],
)
def test_a_moment_outside_hours_moves_by_open_time_alone(moment, stopped, reopened, due):
    written = marks("3 09:00 started", f"{stopped} stopped", f"{reopened} reopened")
    assert read(written, written[-1].at, Target.at(moment)).due_at == due


def test_each_time_resolved_moves_it_once_more():
    written = marks("3 09:00 started", "4 10:00 stopped", "4 12:00 reopened", "5 10:00 stopped", "5 11:00 reopened")
    assert read(written, at(5, "12:00")).due_at == at(7, "10:00")


def test_time_resolved_before_the_agreement_does_not_move_it():
    written = [
        *marks("3 09:00 started", "3 10:00 stopped", "3 12:00 reopened"),
        retarget(at(3, "12:00"), Target(4 * HOUR), THURSDAY),
    ]
    assert read(written, at(4)).due_at == at(6, "15:00")


def test_one_agreed_on_while_resolved_moves_by_what_comes_after_the_agreement():
    written = [
        *marks("3 09:00 started", "3 10:00 stopped"),
        retarget(at(6, "14:00"), Target(40 * HOUR), THURSDAY),
        *marks("7 10:00 reopened"),
    ]
    reading = read(written, at(7, "10:00"))
    assert (reading.state, reading.due_at) == ("running", at(7, "11:00"))


def test_another_version_of_the_rules_does_not_forget_that_it_was_resolved():
    written = [
        *marks("3 09:00 started", "4 10:00 stopped", "4 12:00 reopened"),
        retarget(at(5, "10:00"), THURSDAY, THURSDAY),
    ]
    assert read(written, at(5, "10:00")).due_at == read(written[:3], at(5, "10:00")).due_at == at(6, "17:00")


def test_an_amount_of_time_becomes_a_moment():
    written = [*marks("3 09:00 started"), retarget(at(3, "12:00"), Target(4 * HOUR), THURSDAY)]
    assert read(written, at(3, "11:59")).due_at == at(3, "13:00")
    reading = read(written, at(3, "12:00"))
    assert (reading.state, reading.due_at, reading.elapsed, reading.target) == (
        "running", at(6, "15:00"), 3 * HOUR, THURSDAY,
    )  # fmt: skip


def test_agreed_on_in_a_pause_it_is_due_at_once_known():
    written = [*marks("3 09:00 started", "3 10:00 paused"), retarget(at(3, "12:00"), Target(4 * HOUR), THURSDAY)]
    assert read(written, at(3, "11:00")).due_at is None
    assert (read(written, at(3, "12:00")).state, read(written, at(3, "12:00")).due_at) == ("paused", at(6, "15:00"))


def test_a_moment_becomes_an_amount_of_time_again():
    written = [
        *marks("3 09:00 started", "3 10:00 paused"),
        retarget(at(3, "12:00"), THURSDAY, Target(4 * HOUR)),
        *marks("4 10:00 resumed"),
    ]
    assert (read(written, at(3, "12:00")).due_at, read(written, at(7)).breached_at) == (None, at(4, "13:00"))


def test_it_may_be_agreed_on_anew_until_it_is_missed():
    later, earlier = Target.at(at(10, "12:00")), Target.at(at(4, "12:00"))
    for moment, due in ((later, at(10, "12:00")), (earlier, at(4, "12:00"))):
        assert (
            read([*marks("3 09:00 started"), retarget(at(4, "10:00"), THURSDAY, moment)], at(4, "11:00")).due_at == due
        )
    broken = read([*marks("3 09:00 started"), retarget(at(6, "15:00:01"), THURSDAY, later)], at(20))
    assert broken.breached_at == at(6, "15:00")


def test_one_that_has_passed_when_it_is_agreed_on_is_broken_at_that_moment():
    written = [*marks("3 09:00 started"), retarget(at(4, "12:00"), Target(40 * HOUR), Target.at(at(4, "10:00")))]
    assert read(written, at(4, "12:00")).breached_at == at(4, "10:00")


def test_agreed_on_where_nothing_was_promised_it_does_not_move_by_what_was_resolved_before():
    written = [
        *marks("3 09:00 started", "3 10:00 stopped", "3 12:00 reopened"),
        retarget(at(4, "12:00"), None, THURSDAY),
    ]
    for target in (None, THURSDAY):
        reading = read(written, at(5), target)
        assert (reading.state, reading.due_at, reading.elapsed) == ("running", at(6, "15:00"), 14 * HOUR)
        assert read(written, at(4), target).state == "cancelled"


def test_withdrawn_and_back_it_is_the_same_moment():
    written = [
        *marks("3 09:00 started", "3 10:00 stopped", "3 12:00 reopened"),
        retarget(at(3, "13:00"), THURSDAY, None),
        retarget(at(4, "13:00"), None, THURSDAY),
    ]
    assert (read(written, at(4)).state, read(written, at(4)).due_at) == ("cancelled", None)
    assert (read(written, at(5)).state, read(written, at(5)).due_at) == ("running", at(6, "17:00"))


def test_a_calendar_that_never_opens_knows_the_moment_all_the_same():
    never = BusinessCalendar("UTC", {})
    assert fold(never, THURSDAY, marks("3 09:00 started"), at(7)).breached_at == at(6, "15:00")
    assert percent_at(never, THURSDAY, marks("3 09:00 started"), 50) is None


def test_tickets_can_be_promised_a_moment():
    events = [(at(3, "09:00"), "opened"), (at(3, "10:00"), "paused"), (at(7, "10:00"), "resumed")]
    (reading,) = replay(office, {"resolution": THURSDAY}, events, at(8))
    assert (reading.state, reading.breached_at) == ("breached", at(6, "15:00"))


KINDS = st.sampled_from(["paused", "resumed", "stopped", "reopened"])
histories = st.lists(st.tuples(st.integers(0, 500), KINDS), max_size=10).map(sorted)
moments = st.integers(1, 700).map(lambda n: at(3, "08:00") + timedelta(minutes=20 * n))


def lived(history: list[tuple[int, str]]) -> list[Mark]:
    start = at(3, "08:00")
    return [Mark(start, "started"), *(Mark(start + timedelta(minutes=20 * n), kind) for n, kind in history)]


@settings(max_examples=200)
@given(histories.map(lambda h: [(n, k) for n, k in h if k in ("paused", "resumed")]), moments, moments)
def test_pauses_alone_change_nothing_about_a_moment(history, agreed, moment):
    with_pauses = fold(office, Target.at(agreed), lived(history), moment)
    without = fold(office, Target.at(agreed), lived([]), moment)
    assert (with_pauses.due_at, with_pauses.breached_at, with_pauses.remaining) == (
        without.due_at, without.breached_at, without.remaining,
    )  # fmt: skip
    assert with_pauses.elapsed + with_pauses.paused_seconds == without.elapsed


@settings(max_examples=200)
@given(histories, moments, moments)
def test_a_moment_moves_by_the_open_time_resolved_and_by_nothing_else(history, agreed, moment):
    written = lived(history)
    reading = fold(office, Target.at(agreed), written, moment)
    assert (reading.state == "breached") == (reading.breached_at is not None)
    if reading.breached_at is not None:
        assert agreed <= reading.breached_at == reading.due_at < moment
        later = fold(office, Target.at(agreed), written, moment + timedelta(days=3))
        assert later.breached_at == reading.breached_at
    elif reading.due_at is not None and reading.stopped_at is None:
        assert moment <= reading.due_at
        resolved = office.between(written[0].at, moment) - reading.elapsed - reading.paused_seconds
        # Less than that where it was resolved beyond the moment itself: nothing was left then, nothing is left now.
        assert office.between(agreed, reading.due_at) <= resolved
        assert reading.remaining == office.between(moment, reading.due_at)


@settings(max_examples=200)
@given(histories, moments)
def test_shares_of_a_moment_come_in_order_and_not_after_it(history, agreed):
    written, target = lived(history), Target.at(agreed)
    found = [percent_at(office, target, written, percent) for percent in (0, 25, 50, 75, 90, 100)]
    if None in found:
        return
    assert found == sorted(found)
    reading = fold(office, target, written, written[-1].at)
    assert reading.breached_at is not None or found[-1] == reading.due_at


@settings(max_examples=100)
@given(histories, moments, moments, moments)
def test_the_last_agreement_counts_however_many_came_before(history, first, second, moment):
    """Running all the time, an agreement in time makes the earlier one as if it had never been."""
    start = written_at = at(3, "08:00")
    if first < second and first > written_at:
        written = [Mark(start, "started"), retarget(first, Target.at(first), Target.at(second))]
        plain = fold(office, Target.at(second), [Mark(start, "started")], max(moment, first))
        again = fold(office, None, written, max(moment, first))
        assert (again.due_at, again.state, again.elapsed, again.remaining) == (
            plain.due_at, plain.state, plain.elapsed, plain.remaining,
        )  # fmt: skip
