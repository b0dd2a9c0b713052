"""Targets: reading, writing and what they are worth."""

from datetime import UTC, datetime

import pytest

from servicedesk.sla_engine import ROUND_THE_CLOCK, BusinessCalendar, NeverOpensError, Target, TargetError

office = BusinessCalendar("UTC", {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
MONDAY = datetime(2024, 6, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("27h", Target(97_200)),
        ("90m", Target(5_400)),
        ("45s", Target(45)),
        ("1h30m", Target(5_400)),
        (" 1 h 30 m ", Target(5_400)),
        ("1.5h", Target(5_400)),
        ("0.1s", Target(0.1)),
        ("0h", Target(0)),
        ("3bd", Target(3, "days")),
        ("3 BD", Target(3, "days")),
        ("24h wall", Target(86_400, "wall")),
        ("24hwall", Target(86_400, "wall")),
    ],
)
def test_it_reads_what_people_write(text, target):
    assert Target.parse(text) == target
    assert Target.parse(str(target)) == target


@pytest.mark.parametrize(
    "text", ["", "h", "27", "2d", "-1h", "1.5bd", "3bd wall", "wall", "1h soon", "1e3s", "²h", None, 27]
)
def test_it_says_how_to_write_what_it_cannot_read(text):
    with pytest.raises(TargetError, match="write it like"):
        Target.parse(text)


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (Target(97_200), "27h"),
        (Target(5_400), "90m"),
        (Target(61.5), "61.5s"),
        (Target(1e-06), "0.000001s"),
        (Target(0), "0h"),
        (Target(3.0, "days"), "3bd"),
        (Target(86_400.0, "wall"), "24h wall"),
    ],
)
def test_it_writes_the_shortest_form(target, text):
    assert str(target) == text


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        (-1, "seconds"),
        (float("nan"), "seconds"),
        (float("inf"), "wall"),
        (1.5, "days"),
        (1, "weeks"),
        ("1", "days"),
        (True, "days"),
    ],
)
def test_impossible_targets_are_refused(amount, unit):
    with pytest.raises(TargetError):
        Target(amount, unit)


@pytest.mark.parametrize(
    ("text", "due", "budget"),
    [
        ("8h", datetime(2024, 6, 4, 10, tzinfo=UTC), 8 * 3600),
        ("24h wall", datetime(2024, 6, 4, 10, tzinfo=UTC), 24 * 3600),
        ("1bd", datetime(2024, 6, 4, 17, tzinfo=UTC), 15 * 3600),
        ("0bd", datetime(2024, 6, 3, 17, tzinfo=UTC), 7 * 3600),
    ],
)
def test_it_knows_its_due_instant_and_its_budget(text, due, budget):
    target = Target.parse(text)
    assert target.due(office, MONDAY) == due
    assert target.budget(office, MONDAY) == budget


def test_only_wall_time_leaves_the_calendar_of_the_ticket():
    assert Target(1, "wall").calendar(office) is ROUND_THE_CLOCK
    assert Target(1).calendar(office) is office
    assert Target(1, "days").calendar(office) is office


def test_days_a_calendar_does_not_have_are_no_budget():
    with pytest.raises(NeverOpensError):
        Target(1, "days").budget(BusinessCalendar("UTC", {}), MONDAY)
