"""Sums over decided promises: what was kept, and how long it took. Ratings are elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt

from servicedesk.reports.figures.rows import ClockRow

METRICS = ("first_reply", "reply", "resolution", "stay")
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


def kept(clocks: Iterable[ClockRow]) -> Kept:
    """Kept promises as a share of kept and broken ones. Excused breaches stay in it and are counted beside it.

    With the Wilson score interval at 95 % (Wilson 1927, JASA 22, 209-212), and the share of paused in all
    business time.
    """
    rows = list(clocks)
    good = sum(row.kept for row in rows)
    low, high = wilson(good, len(rows))
    paused = sum(row.paused_seconds for row in rows)
    whole = paused + sum(row.elapsed_seconds for row in rows)
    return Kept(
        kept=good, broken=len(rows) - good, excused=sum(row.excused and not row.kept for row in rows),
        share=good / len(rows) if rows else None, low=low, high=high, pause_share=paused / whole if whole > 0 else None,
    )  # fmt: skip


def times(clocks: Iterable[ClockRow]) -> Times:
    """Median and 90th percentile of business time, pauses excluded. A promise that still runs counts as the longest.

    Nearest rank: the smallest value that at least this share of all values does not exceed. No value is invented
    between two measured ones, and where the rank falls on a promise that still runs, the figure is not known yet.
    """
    rows = list(clocks)
    values = sorted(row.elapsed_seconds if row.stopped else inf for row in rows)
    return Times(
        median=_known(nearest_rank(values, 0.5)), p90=_known(nearest_rank(values, 0.9)),
        n=len(rows), running=sum(not row.stopped for row in rows),
    )  # fmt: skip


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
