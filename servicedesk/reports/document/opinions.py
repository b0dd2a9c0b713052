"""The part of the document that comes from ratings, with everything hidden that must be. Nothing here names a rater."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from servicedesk.reports import figures
from servicedesk.reports.document.low_ratings import low_ratings_of
from servicedesk.reports.figures import SCORES, TOTAL, DepartmentRow, RatingRow, Score

# Stands for the department of a requester who has none; no department's key looks like it.
NOBODY = "-"
Cell = tuple[str, str]
Json = dict[str, Any]
Rows = Sequence[RatingRow]

_EMPTY: Json = {"value": None, "low": None, "high": None, "error": None, "n": 0, "raters": 0, "hidden": False}
_HIDDEN: Json = _EMPTY | {"n": None, "raters": None, "hidden": True}


@dataclass(frozen=True)
class Opinions:
    """`cells`: the index by (supplier, customer) of those that are shown; `ratings`, `responses`, `comments`: by supplier,
    `TOTAL` for all. `thanks` are all there are; of departments in `unshown` they are not told.

    What is not here is hidden, whether few answered or nobody: else "hidden" would say that somebody did. Only where
    `nothing` was asked and answered in the whole company there is nothing to hide.
    """

    cells: Mapping[Cell, Json] = field(default_factory=dict)
    ratings: Mapping[str, Json] = field(default_factory=dict)
    responses: Mapping[str, Json] = field(default_factory=dict)
    comments: Mapping[str, list[str]] = field(default_factory=dict)
    low_ratings: Mapping[str, list[Json]] = field(default_factory=dict)
    thanks: Mapping[str, list[Json]] = field(default_factory=dict)
    unshown: frozenset[str] = frozenset()
    nothing: bool = True

    def index_of(self, cell: Cell) -> Json:
        return self.cells.get(cell) or self._absent()

    def ratings_of(self, key: str) -> Json:
        return self.ratings.get(key) or {name: self._absent() for name in ("index", *SCORES)}

    def responses_of(self, key: str) -> Json:
        return self.responses.get(key) or _responses(0, 0, 0, not self.nothing)

    def _absent(self) -> Json:
        return dict(_EMPTY if self.nothing else _HIDDEN)

    def comments_of(self, key: str) -> list[str]:
        return self.comments.get(key) or []

    def thanks_of(self, key: str) -> list[Json]:
        """Notes that are told, as `to_id` (the person who served) and `text`; those of a stored document say `to` instead."""
        return [] if key in self.unshown else self.thanks.get(key) or []


def opinions_of(
    rows: Sequence[RatingRow],
    departments: Sequence[DepartmentRow],
    invited: Mapping[int, int],
    held_back: Mapping[int, int],
) -> Opinions:
    """Sum up a month's ratings while their blind tokens can still tell the raters apart."""
    keys: dict[int | None, str] = {None: NOBODY} | {row.id: row.key for row in departments}
    groups: dict[Cell, list[tuple[RatingRow, float]]] = defaultdict(list)
    for row, weight in zip(rows, figures.weights(rows), strict=True):
        supplier, customer = keys[row.department_id], keys[row.customer_department_id]
        for cell in ((supplier, customer), (supplier, TOTAL), (TOTAL, customer), (TOTAL, TOTAL)):
            groups[cell].append((row, weight))
    split = {cell: ([row for row, _ in pairs], [weight for _, weight in pairs]) for cell, pairs in groups.items()}
    unsigned = {cell: [row for row in found if not row.signed] for cell, (found, _) in split.items()}
    known = _known_to_some({cell: found for cell, (found, _) in split.items()}, unsigned)
    hidden = figures.hidden_in_every([_judges(of, name) for name in SCORES for of in known])
    nothing = not rows and not any(invited.values())

    suppliers = [TOTAL, *(row.key for row in departments)]
    asked = {TOTAL: sum(invited.values())} | {keys[number]: count for number, count in invited.items()}
    waived = {TOTAL: sum(held_back.values())} | {keys[number]: count for number, count in held_back.items()}
    answered = {key: len(groups.get((key, TOTAL), ())) for key in suppliers}
    unshown = frozenset(key for key in suppliers if (key, TOTAL) in hidden or not answered[key])
    return Opinions(
        cells={cell: shown(figures.index(*split[cell]), False) for cell in split if cell not in hidden},
        ratings={
            key: _ratings(*split[key, TOTAL], (key, TOTAL) in hidden) for key in suppliers if (key, TOTAL) in split
        },
        responses={
            key: _responses(answered[key], asked.get(key, 0), waived.get(key, 0), not nothing and key in unshown)
            for key in suppliers
        },
        nothing=nothing,
        unshown=unshown,
        # Their number would bound how many answered, so these lists come with the figure or not at all.
        comments={row.key: _comments(unsigned[row.key, TOTAL]) for row in departments if row.key not in unshown},
        low_ratings={
            row.key: low_ratings_of(unsigned[row.key, TOTAL]) for row in departments if row.key not in unshown
        },
        thanks={row.key: _thanks(split[row.key, TOTAL][0]) for row in departments if (row.key, TOTAL) in split},
    )


def opinions_in(document: Json) -> Opinions:
    """The same part of a stored document with its lists: a correction repeats it, because the blind tokens are gone."""
    parts = {row["key"]: row for row in document["departments"]}
    whole = document["responses"]
    return Opinions(
        nothing=whole["invited"] == whole["answered"] == 0,
        cells={
            (cell["supplier"], cell["customer"]): cell["index"]
            for cell in document["matrix"]["cells"]
            if not cell["index"]["hidden"]
        },
        ratings={TOTAL: document["ratings"]} | {key: row["ratings"] for key, row in parts.items()},
        responses={TOTAL: document["responses"]} | {key: row["responses"] for key, row in parts.items()},
        comments={key: [_text(comment) for comment in row["comments"]] for key, row in parts.items()},
        low_ratings={key: row.get("low_ratings") or [] for key, row in parts.items()},
        thanks={key: row.get("thanks") or [] for key, row in parts.items()},
    )


def _text(comment: Json | str) -> str:
    """Before method 4 a comment was its bare text."""
    return comment if isinstance(comment, str) else str(comment["text"])


def _known_to_some(everybody: Mapping[Cell, Rows], unsigned: Mapping[Cell, Rows]) -> list[Mapping[Cell, Rows]]:
    """Tables of what is left to compute. Leads know the signed ratings of their departments and take them off every cell.

    Against the signed ratings of one department stand at most those who know all the others. That differs from the table
    without any signed ones where somebody judged a question who signed and nobody else did.
    """
    alone = {
        supplier
        for (supplier, customer), rows in everybody.items()
        for name in SCORES
        if TOTAL not in (supplier, customer) and _asked(rows, name) and not _asked(unsigned[supplier, customer], name)
    }
    ids = {key: rows[0].department_id for (key, _), rows in everybody.items() if key in alone}
    others = [
        {
            cell: [row for row in rows if not row.signed or row.department_id == ids[key]]
            for cell, rows in everybody.items()
        }
        for key in sorted(alone)
    ]
    return [everybody, unsigned, *others]


def _asked(rows: Rows, name: str) -> bool:
    return any(getattr(row, name) is not None for row in rows)


def _judges(cells: Mapping[Cell, Sequence[RatingRow]], name: str) -> dict[Cell, frozenset[Hashable]]:
    """Who judged one question, by cell."""
    return {
        cell: frozenset(row.token for row in rows if getattr(row, name) is not None and row.token is not None)
        for cell, rows in cells.items()
    }


def _ratings(rows: Sequence[RatingRow], weight: Sequence[float], hidden: bool) -> Json:
    scores = {name: shown(figures.score(rows, weight, name), hidden) for name in SCORES}
    return scores | {"index": shown(figures.index(rows, weight), hidden)}


def shown(score: Score, hidden: bool) -> Json:
    """A score as documents hold it; of a hidden one nothing."""
    if hidden:
        return dict(_HIDDEN)
    numbers = {"value": score.value, "low": score.low, "high": score.high, "error": score.error}
    rounded = {name: None if number is None else round(number, 4) for name, number in numbers.items()}
    return {**rounded, "n": score.n, "raters": score.raters, "hidden": False}


def _responses(answered: int, invited: int, held_back: int, hidden: bool) -> Json:
    """How many answered is hidden with the figure: in a small department it says who did. So is how many were asked:
    where everybody has answered, that is the same number."""
    if hidden:
        return dict.fromkeys(("invited", "held_back", "answered", "rate"))
    rate = figures.response_rate(answered, invited)
    return {
        "invited": invited, "held_back": held_back, "answered": answered,
        "rate": None if rate is None else round(rate, 4),
    }  # fmt: skip


def _comments(rows: Sequence[RatingRow]) -> list[str]:
    """Shuffled by the system's randomness, so that no order of arrival survives; none from fewer than five persons.
    Signed ones are not among `rows`: the leads have those with their name."""
    if figures.count_raters(rows) < figures.LEAST_RATERS:
        return []
    found = [row.comment for row in rows if row.comment.strip()]
    secrets.SystemRandom().shuffle(found)
    return found


def _thanks(rows: Sequence[RatingRow]) -> list[Json]:
    """Shuffled too, of everybody: each author has agreed that theirs is shown."""
    found: list[Json] = [{"to_id": row.served_by_id, "text": row.thanks} for row in rows if row.thanks]
    secrets.SystemRandom().shuffle(found)
    return found
