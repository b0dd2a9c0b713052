"""Low ratings of a department as its leads may read them: metric, score and comment, nothing else, in no order."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from servicedesk.ratings.rules import COMMENT_AT
from servicedesk.reports.figures import LEAST_RATERS, SCORES, RatingRow, count_raters


def low_ratings_of(rows: Sequence[RatingRow]) -> list[dict[str, Any]]:
    """One for each rating with a score of five or less, by its lowest score: two rows of one rating could be put together
    by their comment. None from fewer than five persons; the caller leaves out departments whose figures are hidden."""
    if count_raters(rows) < LEAST_RATERS:
        return []
    found = []
    for row in rows:
        scores = [(score, name) for name in SCORES if (score := getattr(row, name)) is not None and score <= COMMENT_AT]
        if scores:
            score, metric = min(scores, key=lambda pair: pair[0])
            found.append({"metric": metric, "score": score, "comment": row.comment.strip()})
    secrets.SystemRandom().shuffle(found)
    return found
