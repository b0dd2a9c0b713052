"""Who stands in a drawing that has no room for all, on pages as on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.papers.names import department_name
from servicedesk.reports.figures import TOTAL

Json = Mapping[str, Any]
# So many suppliers, customers or holders can still be read side by side.
MOST_IN_A_DRAWING = 12


def busiest_in_matrix(document: Json, side: str) -> list[str]:
    """The keys of the suppliers or customers with most requests in the cells that are shown, by name."""
    told: Counter[str] = Counter()
    for cell in document["matrix"]["cells"]:
        # A total may be hidden.
        counts = TOTAL not in (cell["supplier"], cell["customer"])
        told[cell[side]] += (cell["tickets"] or 0) if counts else 0
    del told[TOTAL]
    chosen = sorted(told, key=lambda key: (-told[key], key))[:MOST_IN_A_DRAWING]
    return sorted(chosen, key=lambda key: department_name(document["names"], key).casefold())


def busiest_holders(holders: Sequence[Json]) -> list[Json]:
    """Those who held the ball longest, in the order given."""
    chosen = sorted(holders, key=lambda row: -row["share"])[:MOST_IN_A_DRAWING]
    return [row for row in holders if row in chosen]
