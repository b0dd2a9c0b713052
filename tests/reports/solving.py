"""What somebody with pencil and linear algebra makes of published figures."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog


def unexplained(known, target):
    """What is left of `target` when all that follows from the rows of `known` is taken off; nothing if it follows."""
    if not len(known):
        return target
    _, size, axes = np.linalg.svd(known, full_matrices=False)
    axes = axes[size > 1e-9 * size[0]] if len(size) and size[0] else axes[:0]
    return target - axes.T @ (axes @ target)


def ends(aim, equal, total, more=None, least=None, bounds=(0, 100)):
    """The least and the most that `aim` can be with numbers that fit."""
    under = (None, None) if more is None or not len(more) else (-more, -least)
    sums = (equal, total) if len(equal) else (None, None)
    found = [linprog(sign * aim, *under, *sums, bounds=bounds) for sign in (1, -1)]
    assert all(end.status == 0 for end in found)
    return found[0].fun, -found[1].fun
