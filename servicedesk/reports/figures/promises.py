"""Sums over decided promises: what was kept, and how long it took. Ratings are elsewhere."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt

from servicedesk.reports.figures.rows import ClockRow

METRICS = ("first_reply", "reply", "resolution", "stay")
# Upper ends of the bands of a distribution, as shares of what was promised; the last band has none.
BANDS: tuple[float | None, ...] = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, None)
_ENDS = tuple(band for band in BANDS if band is not None)
# The 97.5 % point of the normal distribution, for intervals of shares.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Kept:
    """`share` and its interval are None when nothing was decided; `excused` is part of `broken`."""

    kept: int
    broken: int
    excused: int
    share: float | None
    low: float | None
    high: float | None
    pause_share: float | None


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of business time; None when there are none, or when the figure falls among those `running` still."""

    median: float | None
    p90: float | None
    n: int
    running: int


class Promises:
    """Decided promises summed up one by one, so that nobody holds a month of them: eight bytes are kept of each."""

    __slots__ = ("bands", "broken", "elapsed", "excused", "good", "paused", "running", "seconds")

    def __init__(self, clocks: Iterable[ClockRow] = ()) -> None:
        self.good = self.broken = self.excused = self.running = 0
        self.paused = self.elapsed = 0.0
        self.seconds = array("d")
        self.bands = [0] * len(BANDS)
        for clock in clocks:
            self.add(clock)

    def add(self, clock: ClockRow) -> None:
        if clock.kept:
            self.good += 1
        else:
            self.broken += 1
            self.excused += clock.excused
        self.paused += clock.paused_seconds
        self.elapsed += clock.elapsed_seconds
        if clock.stopped:
            self.seconds.append(clock.elapsed_seconds)
        else:
            self.running += 1
        if clock.target_seconds > 0:
            share = clock.elapsed_seconds / clock.target_seconds if clock.stopped else inf
            self.bands[bisect_left(_ENDS, share)] += 1

    def take(self, other: Promises) -> None:
        """Add all that were added to `other`."""
        self.good, self.broken = self.good + other.good, self.broken + other.broken
        self.excused, self.running = self.excused + other.excused, self.running + other.running
        self.paused, self.elapsed = self.paused + other.paused, self.elapsed + other.elapsed
        self.seconds.extend(other.seconds)
        self.bands = [a + b for a, b in zip(self.bands, other.bands, strict=True)]


def kept(clocks: Iterable[ClockRow] | Promises) -> Kept:
    """Kept promises as a share of kept and broken ones. Excused breaches stay in it and are counted beside it.

    With the Wilson score interval at 95 % (Wilson 1927, JASA 22, 209-212), and the share of paused in all
    business time.
    """
    known = _summed(clocks)
    n, whole = known.good + known.broken, known.paused + known.elapsed
    low, high = wilson(known.good, n)
    return Kept(
        kept=known.good, broken=known.broken, excused=known.excused, share=known.good / n if n else None, low=low,
        high=high, pause_share=known.paused / whole if whole > 0 else None,
    )  # fmt: skip


def times(clocks: Iterable[ClockRow] | Promises) -> Times:
    """Median and 90th percentile of business time, pauses excluded. A promise that still runs counts as the longest.

    Nearest rank: the smallest value that at least this share of all values does not exceed. No value is invented
    between two measured ones, and where the rank falls on a promise that still runs, the figure is not known yet.
    """
    known = _summed(clocks)
    values = sorted(known.seconds) + [inf] * known.running
    return Times(
        median=_known(nearest_rank(values, 0.5)), p90=_known(nearest_rank(values, 0.9)), n=len(values),
        running=known.running,
    )  # fmt: skip


def times_distribution(clocks: Iterable[ClockRow] | Promises) -> list[tuple[float | None, int]]:
    """Promises by the share of the promised business time that was used. One that still runs is beyond every band.

    Each band reaches up to and including its share. A promise without an amount of time, as of a date that was agreed,
    is in none.
    """
    return list(zip(BANDS, _summed(clocks).bands, strict=True))


def nearest_rank(values: Sequence[float], share: float) -> float | None:
    """The value at rank ceil(share * n) of ascending `values`, counted from one."""
    if not values:
        return None
    # The subtraction keeps 0.9 * 10 == 9.000000000000002 and its like from moving up a rank.
    return values[max(1, ceil(share * len(values) - 1e-9)) - 1]


def wilson(good: int, n: int) -> tuple[float | None, float | None]:
    """The 95 % score interval of a share; (None, None) for nothing."""
    if n == 0:
        return None, None
    share, z2 = good / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def share_change(before: tuple[int, int], after: tuple[int, int]) -> tuple[float, float, float] | None:
    """The difference of two shares, each (good, n), with its 95-percent interval; None when one of them is empty.

    Newcombe's hybrid score interval (Newcombe 1998, Statistics in Medicine 17, 873-890, method 10).
    """
    low1, high1 = wilson(*after)
    low2, high2 = wilson(*before)
    if low1 is None or high1 is None or low2 is None or high2 is None:
        return None
    share1, share2 = after[0] / after[1], before[0] / before[1]
    difference = share1 - share2
    low = difference - sqrt((share1 - low1) ** 2 + (high2 - share2) ** 2)
    high = difference + sqrt((high1 - share1) ** 2 + (share2 - low2) ** 2)
    return difference, max(-1.0, low), min(1.0, high)


def _known(value: float | None) -> float | None:
    return None if value is None or value == inf else value


def _summed(clocks: Iterable[ClockRow] | Promises) -> Promises:
    return clocks if isinstance(clocks, Promises) else Promises(clocks)
