"""Rates of the SLA engine, as ratios measured in one run: python benchmarks/engine.py

Prints calls per second of add and between over one hour and over five years, the ratio of the two
(about 1: the cost does not depend on the distance) and the ratio to walking day by day.
"""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from servicedesk.sla_engine import BusinessCalendar

ZONE = "Europe/Moscow"
HOURS = [("09:00", "13:00"), ("14:00", "18:00")]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS)
EXCEPTIONS: dict[str, list[tuple[str, str]]] = {
    str(date(year, month, day)): []
    for year in range(2020, 2036)
    for month, day in ((1, 1), (1, 2), (1, 7), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))
}
START = datetime(2026, 11, 20, 10, 17, 3, tzinfo=UTC)
FIVE_YEARS = timedelta(days=5 * 365)
HOUR = 3600


def walk_days(start: datetime, end: datetime) -> float:
    """The obvious way: visit every local date and add up what lies inside."""
    zone = ZoneInfo(ZONE)
    day, last, total = start.astimezone(zone).date(), end.astimezone(zone).date(), 0.0
    while day <= last:
        for begin, close in EXCEPTIONS.get(str(day), HOURS if day.weekday() < 5 else []):
            opens = datetime.combine(day, datetime.strptime(begin, "%H:%M").time(), zone)
            closes = datetime.combine(day, datetime.strptime(close, "%H:%M").time(), zone)
            total += max((min(closes, end) - max(opens, start)).total_seconds(), 0.0)
        day += timedelta(days=1)
    return total


def rate(call: Callable[[], object], times: int) -> float:
    """Calls per second, the best of five runs: anything slower is the machine's noise."""
    best = float("inf")
    for _ in range(5):
        began = perf_counter()
        for _ in range(times):
            call()
        best = min(best, perf_counter() - began)
    return times / best


def main() -> None:
    began = perf_counter()
    calendar = BusinessCalendar(ZONE, WEEK, EXCEPTIONS)
    far = START + FIVE_YEARS
    long = calendar.between(START, far)
    print(f"building a calendar for the first question: {(perf_counter() - began) * 1000:.1f} ms")
    assert long == walk_days(START, far)
    soon = START + timedelta(seconds=HOUR)
    times = 100_000
    rates = {
        ("add", "1 hour"): rate(lambda: calendar.add(START, HOUR), times),
        ("add", "5 years"): rate(lambda: calendar.add(START, long), times),
        ("between", "1 hour"): rate(lambda: calendar.between(START, soon), times),
        ("between", "5 years"): rate(lambda: calendar.between(START, far), times),
    }
    for (what, distance), value in rates.items():
        print(f"{what:8} over {distance:8}: {value:12,.0f} calls per second")
    for what in ("add", "between"):
        print(f"{what:8} 1 hour : 5 years = {rates[what, '1 hour'] / rates[what, '5 years']:.2f}")
    walked = rate(lambda: walk_days(START, far), 1)
    print(f"walking the days of 5 years: {walked:,.0f} per second")
    print(f"between over 5 years is {rates['between', '5 years'] / walked:,.0f} times as fast as the walk")


if __name__ == "__main__":
    main()
