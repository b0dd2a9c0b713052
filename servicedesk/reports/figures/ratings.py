"""Sums over ratings: weights, scores, the index and their intervals. Who may be shown is said in hiding.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import atan, cos, exp, floor, fsum, lgamma, pi, sqrt

from servicedesk.reports.figures.rows import RatingRow

SCORES = ("quality", "speed", "helpfulness")
SCALE = (1.0, 10.0)
# One person weighs in a department's month no more than so many ratings.
WEIGHT_CAP = 3


@dataclass(frozen=True, slots=True)
class Score:
    """A mean with its 95-percent interval; `error` is its standard error. None where there is nothing to say."""

    value: float | None
    low: float | None
    high: float | None
    error: float | None
    n: int
    raters: int


def weights(rows: Sequence[RatingRow]) -> list[float]:
    """One person's ratings of a department in a month together weigh no more than three ratings."""
    counts = Counter((row.department_id, row.token) for row in rows if row.token is not None)
    return [
        min(1.0, WEIGHT_CAP / counts[(row.department_id, row.token)]) if row.token is not None else 1.0 for row in rows
    ]


def score(rows: Sequence[RatingRow], weight: Sequence[float], name: str) -> Score:
    """The mean of the ratings of one question, 1 to 10. "Cannot judge" is not counted."""
    return _estimate(rows, weight, (name,))


def index(rows: Sequence[RatingRow], weight: Sequence[float]) -> Score:
    """The mean of the three scores: quality, speed, helpfulness. Each counts the same, 1 to 10."""
    return _estimate(rows, weight, SCORES)


def response_rate(answered: int, invited: int) -> float | None:
    """Ratings given as a share of invitations sent in the month."""
    return min(1.0, answered / invited) if invited else None


def change(before: tuple[float, float, int], after: tuple[float, float, int]) -> tuple[float, float, float]:
    """Two months differ only if the 95-percent interval of their difference excludes zero; otherwise: no clear change.

    Each month is (value, standard error, raters). Welch's interval with Satterthwaite's degrees of freedom
    (Welch 1947, Biometrika 34, 28-35), rounded down. Returns (difference, low, high).
    """
    difference = after[0] - before[0]
    parts = [(error * error, max(1, raters - 1)) for _, error, raters in (before, after)]
    variance = sum(part for part, _ in parts)
    if variance == 0:
        return difference, difference, difference
    freedom = variance * variance / sum(part * part / degrees for part, degrees in parts)
    half = t_quantile(max(1, floor(freedom))) * sqrt(variance)
    return difference, difference - half, difference + half


def is_clear(low: float, high: float) -> bool:
    """Whether the interval of a difference excludes zero."""
    return low > 0 or high < 0


@cache
def t_quantile(freedom: int) -> float:
    """The 97.5 % point of Student's t with `freedom` degrees of freedom (1 or more), right to nine digits.

    With x = sqrt(v) tan(a) the density becomes cos(a)**(v-1), which Simpson's rule integrates; then bisection.
    """
    scale = 2 * exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(pi)
    low, high = 1.9, 13.0
    for _ in range(50):
        middle = (low + high) / 2
        inside = scale * _simpson(freedom - 1, atan(middle / sqrt(freedom)))
        low, high = (middle, high) if inside < 0.95 else (low, middle)
    return (low + high) / 2


def _simpson(power: int, upper: float, steps: int = 256) -> float:
    width = upper / steps
    return width / 3 * fsum(
        (1 if i in (0, steps) else 4 if i % 2 else 2) * cos(i * width) ** power for i in range(steps + 1)
    )  # fmt: skip


def _estimate(rows: Sequence[RatingRow], weight: Sequence[float], names: Sequence[str]) -> Score:
    """The mean of weighted means with a t interval whose unit is the person, not the rating.

    Ratings of one person resemble each other, so the variance is that of the persons' summed residuals
    (linearised ratio, Cochran, Sampling Techniques, 3rd ed., 6.4 and 9A): G/(G-1) * sum of u_g squared with
    u_g = sum of w(x-m)/W over the ratings of person g, and G-1 degrees of freedom. With one rating
    each this is s/sqrt(n).
    """
    means: list[float] = []
    residuals: dict[Hashable, float] = {}
    raters = []
    for name in names:
        given = [(getattr(row, name), w, _who(row, i)) for i, (row, w) in enumerate(zip(rows, weight, strict=True))]
        scores = [(value, w, who) for value, w, who in given if value is not None]
        raters.append(count_raters(row for row in rows if getattr(row, name) is not None))
        if not scores:
            continue
        whole = fsum(w for _, w, _ in scores)
        mean = fsum(value * w for value, w, _ in scores) / whole
        means.append(mean)
        for value, w, who in scores:
            residuals[who] = residuals.get(who, 0.0) + w * (value - mean) / whole / len(names)
    n = sum(any(getattr(row, name) is not None for name in names) for row in rows)
    if len(means) < len(names):
        return Score(None, None, None, None, n, min(raters))
    value, people = fsum(means) / len(means), len(residuals)
    if people < 2:
        return Score(value, None, None, None, n, min(raters))
    error = sqrt(people / (people - 1) * fsum(u * u for u in residuals.values()))
    half = t_quantile(people - 1) * error
    return Score(value, max(SCALE[0], value - half), min(SCALE[1], value + half), error, n, min(raters))


def count_raters(rows: Iterable[RatingRow]) -> int:
    """Distinct persons among `rows`; those whose token is erased are not counted."""
    return len({row.token for row in rows if row.token is not None})


def _who(row: RatingRow, position: int) -> Hashable:
    return row.token if row.token is not None else position
