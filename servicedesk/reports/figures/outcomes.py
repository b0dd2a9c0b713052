"""What a metric was before an action and after it, and whether that is a difference. Knows no action and no document."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from servicedesk.reports.figures.promises import share_change
from servicedesk.reports.figures.ratings import change, is_clear

# What an action can aim at, with how two months of it are compared.
AIMS = {
    "index": "score", "quality": "score", "speed": "score", "helpfulness": "score",
    "first_reply": "share", "reply": "share", "resolution": "share", "stay": "share", "first_time_fix": "share",
    "bounces": "count", "backlog": "count",
}  # fmt: skip
# Of these fewer is better.
FEWER_IS_BETTER = frozenset({"bounces", "backlog"})
# The 97.5 % point of the normal distribution.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Sample:
    """A metric in one month. Of a score `error` is the standard error and `n` the raters, a share is `good` of `n`."""

    value: float
    error: float = 0.0
    n: int = 0
    good: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`low` and `high` bound the difference; `clear` says that they exclude zero, `better` in which direction it went."""

    difference: float
    low: float
    high: float
    clear: bool
    better: bool


def outcome(metric: str, before: Sample, after: Sample) -> Outcome:
    """The metric of the action in the last closed month before it was decided on, and in the newest closed month after it was done: a change only if the 95-percent interval of the difference excludes zero.

    Scores are compared by Welch's interval, shares by Newcombe's, counts by the one of `count_change`.
    """
    kind = AIMS[metric]
    if kind == "score":
        found = change(*((part.value, part.error, part.n) for part in (before, after)))
    elif kind == "share":
        shares = share_change(*((part.good, part.n) for part in (before, after)))
        if shares is None:
            raise ValueError("a share of nothing")
        found = shares
    else:
        found = count_change(round(before.value), round(after.value))
    difference, low, high = found
    better = (difference < 0) == (metric in FEWER_IS_BETTER) and difference != 0
    return Outcome(difference, low, high, is_clear(low, high), better)


def count_change(before: int, after: int) -> tuple[float, float, float]:
    """The difference of two counts with its 95-percent interval, each count taken as a Poisson variable.

    The score intervals of the two means, x + z2/2 -+ z sqrt(x + z2/4), are joined by the square-and-add rule
    (Zou and Donner 2008, Statistics in Medicine 27, 1693-1702). Returns (difference, low, high).
    """
    (low1, high1), (low2, high2) = _poisson(after), _poisson(before)
    difference = float(after - before)
    low = difference - sqrt((after - low1) ** 2 + (high2 - before) ** 2)
    return difference, low, difference + sqrt((high1 - after) ** 2 + (before - low2) ** 2)


def _poisson(count: int) -> tuple[float, float]:
    middle, half = count + _Z * _Z / 2, _Z * sqrt(count + _Z * _Z / 4)
    return max(0.0, middle - half), middle + half
