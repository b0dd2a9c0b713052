"""One clock as a fold over its marks, by example. Office hours 9 to 17 UTC; 3 June 2024 is a Monday."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.sla_engine import BusinessCalendar, Mark, Target, fold, percent_at, segments, stretches

office = BusinessCalendar("UTC", {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
HOUR = 3600
FOUR_HOURS = Target(4 * HOUR)


def at(day: int, time: str = "00:00") -> datetime:
    return datetime.fromisoformat(f"2024-06-{day:02d}T{time}").replace(tzinfo=UTC)


def marks(*written: str) -> list[Mark]:
    """ "3 09:00 started" """
    found = []
    for line in written:
        day, time, kind = line.split()
        found.append(Mark(at(int(day), time), kind))  # type: ignore[arg-type]
    return found


def read(written: list[Mark], moment: datetime, target: Target | None = FOUR_HOURS):
    return fold(office, target, written, moment, "resolution")


@pytest.mark.parametrize(
    ("written", "moment", "state", "due", "elapsed"),
    [
        (["3 09:00 started"], at(3, "10:00"), "running", at(3, "13:00"), 1),
        (["3 09:00 started"], at(3, "13:00"), "running", at(3, "13:00"), 4),
        (["3 09:00 started"], at(3, "13:00:01"), "breached", at(3, "13:00"), 4 + 1 / HOUR),
        (["8 12:00 started"], at(9, "12:00"), "running", at(10, "13:00"), 0),
        (["3 09:00 started", "3 10:00 paused"], at(3, "16:00"), "paused", None, 1),
        (
            ["3 09:00 started", "3 10:00 paused", "3 12:00 resumed"],
            at(3, "12:00"),
            "running",
            at(3, "15:00"),
            1,
        ),
        # a pause outside hours gives nothing back; one that ends outside hours only its business part
        (
            ["3 15:00 started", "3 18:00 paused", "4 07:00 resumed"],
            at(4, "09:00"),
            "running",
            at(4, "11:00"),
            2,
        ),
        (
            ["3 15:00 started", "3 16:00 paused", "3 20:00 resumed"],
            at(4, "09:00"),
            "running",
            at(4, "12:00"),
            1,
        ),
        (
            ["3 09:00 started", "3 10:00 paused", "3 10:00 resumed"],
            at(3, "10:00"),
            "running",
            at(3, "13:00"),
            1,
        ),
        # a second pause inside a pause, and a resume while running, change nothing
        (
            ["3 09:00 started", "3 10:00 paused", "3 11:00 paused", "3 12:00 resumed", "3 12:30 resumed"],
            at(3, "13:00"),
            "running",
            at(3, "15:00"),
            2,
        ),
        (["3 09:00 started", "3 13:00 stopped"], at(5), "met", at(3, "13:00"), 4),
        (["3 09:00 started", "3 13:00:01 stopped"], at(5), "breached", at(3, "13:00"), 4 + 1 / HOUR),
        # nothing was known to be due during the pause, and the clock stopped within its time
        (["3 09:00 started", "3 10:00 paused", "4 10:00 stopped"], at(5), "met", None, 1),
        (["3 09:00 started", "3 10:00 cancelled"], at(5), "cancelled", None, 1),
        (["3 09:00 started", "3 10:00 paused", "3 11:00 cancelled"], at(5), "cancelled", None, 1),
        (["3 09:00 started", "3 15:00 cancelled"], at(5), "breached", at(3, "13:00"), 6),
        (["3 09:00 started", "3 12:00 stopped", "3 14:00 cancelled"], at(5), "met", at(3, "13:00"), 3),
    ],
)
def test_it_reads(written, moment, state, due, elapsed):
    reading = read(marks(*written), moment)
    assert (reading.state, reading.due_at) == (state, due)
    assert reading.elapsed == pytest.approx(elapsed * HOUR)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("3 09:00", at(3, "09:00")),
        ("3 17:00", at(3, "17:00")),
        ("3 20:00", at(4, "09:00")),
        ("8 12:00", at(10, "09:00")),
    ],
)
def test_a_target_of_zero_is_due_at_once_or_at_the_next_opening(start, due):
    started = marks(f"{start} started")
    for moment, state in ((due, "running"), (due + timedelta(microseconds=1), "breached")):
        reading = read(started, moment, Target(0))
        assert (reading.due_at, reading.state) == (due, state)
    assert read([*started, Mark(due, "stopped")], due, Target(0)).state == "met"


def test_a_pause_at_the_very_due_instant_is_in_time():
    paused = marks("3 09:00 started", "3 13:00 paused")
    assert read(paused, at(5)).state == "paused"
    resumed = [*paused, *marks("3 15:00 resumed")]
    assert (read(resumed, at(3, "15:00")).state, read(resumed, at(3, "15:00")).due_at) == (
        "running",
        at(3, "15:00"),
    )
    assert read(resumed, at(3, "15:01")).breached_at == at(3, "15:00")


def test_a_target_used_up_at_closing_is_broken_right_after_closing():
    started = marks("3 13:00 started")
    assert read(started, at(3, "17:00")).state == "running"
    late = read([*started, *marks("4 09:00 stopped")], at(5))
    assert (late.state, late.breached_at, late.elapsed) == ("breached", at(3, "17:00"), 4 * HOUR)


def test_after_a_breach_it_goes_on_counting_and_pausing():
    written = marks("3 09:00 started", "3 14:00 paused", "3 15:00 resumed", "3 16:00 stopped")
    paused = read(written, at(3, "14:30"))
    assert (paused.state, paused.paused, paused.due_at) == ("breached", True, at(3, "13:00"))
    stopped = read(written, at(5))
    assert (stopped.state, stopped.elapsed, stopped.stopped_at) == ("breached", 6 * HOUR, at(3, "16:00"))
    assert (stopped.paused_seconds, stopped.remaining) == (HOUR, -2 * HOUR)


def test_a_kept_clock_that_is_reopened_runs_again_from_where_it_stopped():
    written = marks("3 09:00 started", "3 12:00 stopped", "4 10:00 reopened", "4 10:30 stopped", "6 16:00 reopened")
    assert read(written, at(4, "09:00")).state == "met"
    again = read(written, at(4, "10:00"))
    assert (again.state, again.due_at, again.stopped_at, again.elapsed) == (
        "running",
        at(4, "11:00"),
        None,
        3 * HOUR,
    )
    assert read(written, at(5)).state == "met"
    assert read(written, at(6, "16:00")).due_at == at(6, "16:30")
    assert read(written, at(6, "16:31")).breached_at == at(6, "16:30")


def test_a_broken_clock_that_is_reopened_stays_broken():
    written = marks("3 09:00 started", "3 14:00 stopped", "4 10:00 reopened", "4 11:00 stopped")
    for moment in (at(4, "10:00"), at(5)):
        assert read(written, moment).breached_at == at(3, "13:00")
        assert read(written, moment).state == "breached"
    assert read(written, at(5)).elapsed == 6 * HOUR


def test_reopening_ends_a_pause_that_was_on_when_it_stopped():
    written = marks("3 09:00 started", "3 10:00 paused", "3 11:00 stopped", "3 12:00 resumed", "3 14:00 reopened")
    assert read(written, at(3, "13:00")).state == "met"
    reading = read(written, at(3, "14:00"))
    assert (reading.state, reading.due_at, reading.elapsed) == ("running", at(3, "17:00"), HOUR)


def test_resolved_at_the_due_instant_and_reopened_at_night_it_is_due_at_the_next_opening():
    written = marks("3 13:00 started", "3 17:00 stopped", "3 20:00 reopened")
    assert read(written, at(3, "21:00")).due_at == at(4, "09:00")
    assert read(written, at(4, "09:00")).state == "running"
    assert read(written, at(4, "09:01")).breached_at == at(4, "09:00")


def retarget(moment: datetime, before: float | None, after: float | None) -> Mark:
    one, two = (None if hours is None else Target(hours * HOUR) for hours in (before, after))
    return Mark(moment, "retargeted", one, two)


def test_a_new_target_counts_from_the_old_start():
    written = [*marks("3 09:00 started", "3 10:00 paused", "3 11:00 resumed"), retarget(at(3, "12:00"), 4, 6)]
    assert read(written, at(3, "11:59")).due_at == at(3, "14:00")
    reading = read(written, at(3, "12:00"))
    assert (reading.due_at, reading.elapsed, reading.paused_seconds) == (at(3, "16:00"), 2 * HOUR, HOUR)


def test_it_may_be_given_the_current_target_as_well_as_the_first():
    written = [*marks("3 09:00 started"), retarget(at(3, "12:00"), 4, 6)]
    for moment in (at(3, "11:00"), at(3, "12:00")):
        assert read(written, moment, Target(6 * HOUR)) == read(written, moment, Target(4 * HOUR))


def test_a_target_lowered_below_what_is_used_is_broken_at_the_true_due_instant():
    written = [*marks("3 09:00 started"), retarget(at(3, "12:00"), 4, 2)]
    reading = read(written, at(3, "12:00"))
    assert (reading.state, reading.breached_at, reading.due_at) == (
        "breached",
        at(3, "11:00"),
        at(3, "11:00"),
    )


def test_a_target_lowered_during_a_pause_is_judged_by_what_was_used():
    written = marks("3 09:00 started", "3 12:00 paused")
    assert read([*written, retarget(at(3, "15:00"), 4, 2)], at(3, "15:00")).breached_at == at(3, "11:00")
    assert read([*written, retarget(at(3, "15:00"), 4, 3)], at(3, "15:00")).state == "paused"


def test_a_met_or_broken_clock_is_not_judged_again():
    met = [*marks("3 09:00 started", "3 12:00 stopped"), retarget(at(4, "09:00"), 4, 1)]
    assert (read(met, at(5)).state, read(met, at(5)).due_at) == ("met", at(3, "13:00"))
    broken = [*marks("3 09:00 started"), retarget(at(3, "14:00"), 4, 40)]
    assert (read(broken, at(5)).state, read(broken, at(5)).due_at) == ("breached", at(3, "13:00"))


def test_a_new_target_at_the_very_due_instant_is_in_time():
    assert read([*marks("3 09:00 started"), retarget(at(3, "13:00"), 4, 6)], at(3, "14:00")).state == "running"


def test_a_withdrawn_promise_is_cancelled_and_may_come_back():
    written = [
        *marks("3 09:00 started"),
        retarget(at(3, "11:00"), 4, None),
        retarget(at(4, "09:00"), None, 12),
    ]
    off = read(written, at(3, "16:00"))
    assert (off.state, off.due_at, off.stopped_at, off.elapsed) == (
        "cancelled",
        None,
        at(3, "11:00"),
        2 * HOUR,
    )
    back = read(written, at(4, "09:00"))
    assert (back.state, back.due_at, back.stopped_at, back.elapsed) == (
        "running",
        at(4, "13:00"),
        None,
        8 * HOUR,
    )


def test_business_days_give_pauses_back_too():
    written = marks("3 10:00 started", "3 11:00 paused", "3 13:00 resumed")
    reading = read(written, at(3, "13:00"), Target(1, "days"))
    assert (reading.due_at, reading.remaining) == (at(5, "11:00"), 14 * HOUR)
    assert read(written[:1], at(3, "13:00"), Target(1, "days")).due_at == at(4, "17:00")


def test_wall_time_counts_at_night():
    written = marks("3 16:00 started", "3 20:00 paused", "3 21:00 resumed")
    reading = read(written, at(4, "00:00"), Target(24 * HOUR, "wall"))
    assert (reading.due_at, reading.elapsed, reading.paused_seconds) == (at(4, "17:00"), 7 * HOUR, HOUR)


def test_a_calendar_that_never_has_that_much_has_no_due_instant():
    never = BusinessCalendar("UTC", {})
    for target in (Target(0), Target(1), Target(1, "days")):
        reading = fold(never, target, marks("3 09:00 started"), at(9))
        assert (reading.state, reading.due_at, reading.elapsed) == ("running", None, 0)
        assert percent_at(never, target, marks("3 09:00 started"), 50) is None


def test_marks_are_taken_by_time_and_equal_times_in_the_given_order():
    written = marks("3 09:00 started", "3 10:00 paused", "3 10:00 resumed", "3 12:00 stopped")
    assert read(written[::-1][:1] + written[:3], at(5)) == read(written, at(5))
    assert read(marks("3 09:00 started", "3 10:00 resumed", "3 10:00 paused"), at(5)).state == "paused"


def test_later_marks_are_not_known_yet():
    written = marks("3 09:00 started", "3 10:00 stopped")
    assert read(written, at(3, "09:59")) == read(written[:1], at(3, "09:59"))
    with pytest.raises(ValueError, match="not started"):
        read(written, at(3, "08:59"))


def test_odd_marks_are_refused():
    with pytest.raises(ValueError, match="Unknown mark"):
        Mark(at(3), "forgotten")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="naive"):
        Mark(datetime(2024, 6, 3), "started")


@pytest.mark.parametrize(
    ("written", "percent", "instant"),
    [
        (["3 09:00 started"], 50, at(3, "11:00")),
        (["3 09:00 started"], 100, at(3, "13:00")),
        (["3 15:00 started"], 75, at(4, "10:00")),
        (["3 09:00 started", "3 10:00 paused", "3 12:00 resumed"], 50, at(3, "13:00")),
        (["3 09:00 started", "3 10:00 paused", "3 12:00 resumed"], 10, at(3, "09:24")),
        (["3 09:00 started", "3 10:00 paused"], 50, None),
        (["3 09:00 started", "3 10:00 stopped"], 50, None),
        (["3 09:00 started", "3 10:00 cancelled"], 50, None),
    ],
)
def test_it_knows_when_a_warning_is_due(written, percent, instant):
    assert percent_at(office, Target(4 * HOUR), marks(*written), percent) == instant


def test_its_life_is_told_in_stretches():
    written = marks("3 09:00 started", "3 10:00 paused", "3 10:00 resumed", "3 11:00 paused", "3 12:00 stopped")
    assert [(s.start, s.end, s.phase) for s in stretches(written, at(3, "13:00"))] == [
        (at(3, "09:00"), at(3, "10:00"), "running"),
        (at(3, "10:00"), at(3, "11:00"), "running"),
        (at(3, "11:00"), at(3, "12:00"), "paused"),
        (at(3, "12:00"), at(3, "13:00"), "stopped"),
    ]


KINDS = st.sampled_from(["paused", "resumed", "stopped", "reopened", "cancelled"])
histories = st.lists(st.tuples(st.integers(0, 500), KINDS), max_size=12).map(sorted)


@settings(deadline=None, max_examples=200)
@given(histories, st.integers(0, 700), st.integers(0, 60))
def test_whatever_happens_the_figures_agree(history, minutes, hours):
    start, target = at(7, "08:00"), Target(hours * HOUR)
    written = [Mark(start, "started")]
    written += [Mark(start + timedelta(minutes=20 * n), kind) for n, kind in history]
    moment = start + timedelta(minutes=20 * minutes)
    reading = fold(office, target, written, moment)
    running = [s for s in stretches(written, moment) if s.phase == "running"]
    counted = [office.between(s.start, s.end) for s in running]
    explained = [
        (row.end - row.start).total_seconds() for s in running for row in segments(office, s.start, s.end) if row.open
    ]
    assert reading.elapsed == sum(counted) == sum(explained)
    assert reading.remaining == target.amount - reading.elapsed
    assert (reading.state == "breached") == (reading.breached_at is not None)
    if reading.breached_at is not None:
        assert reading.breached_at == reading.due_at < moment
        later = fold(office, target, written, moment + timedelta(days=3))
        assert later.breached_at == reading.breached_at
    elif reading.due_at is not None and reading.state == "running":
        assert reading.due_at >= moment
        assert office.between(moment, reading.due_at) == reading.remaining
    else:
        assert reading.remaining >= 0
