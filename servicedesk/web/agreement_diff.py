"""Two wordings of an agreement side by side: which field says what instead of what. Pure, over plain terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from servicedesk.sla.agreement_rules import Terms
from servicedesk.sla.rules import METRICS

TEXTS = ("services", "mission", "customer_provides")
VALUES = ("calendar", "valid_from", "valid_until", "review_on")


@dataclass(frozen=True)
class Difference:
    """`kind` is added, removed or changed; `before` and `after` are None where there is nothing."""

    kind: str
    before: Any
    after: Any


@dataclass(frozen=True)
class PromiseDifference:
    """What differs in one promise: of which requests, and which target."""

    request_type: str | None
    priority: str | None
    metric: str
    difference: Difference


def of_values(before: Terms, after: Terms) -> dict[str, Difference]:
    """What differs in days and hours, by field. No calendar means the supplier's own, so that one is never missing."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in VALUES}
    return {
        name: Difference("changed", *pair) if name == "calendar" else _difference(*pair)
        for name, pair in pairs.items() if pair[0] != pair[1]
    }  # fmt: skip


def of_texts(before: Terms, after: Terms) -> dict[str, list[tuple[str, str]]]:
    """The lines of each text that differs: (kept, added or removed; the line)."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in TEXTS}
    return {name: list(_lines(*pair)) for name, pair in pairs.items() if pair[0] != pair[1]}


def of_promises(before: Terms, after: Terms) -> list[PromiseDifference]:
    """Each target that one of the two promises and the other does not, or not so; in the order of the later one."""
    earlier, later = _targets(before), _targets(after)
    return [
        PromiseDifference(*key, _difference(earlier.get(key), later.get(key)))
        for key in dict.fromkeys([*later, *earlier])
        if earlier.get(key) != later.get(key)
    ]


def _targets(terms: Terms) -> dict[tuple[str | None, str | None, str], str]:
    return {
        (line.request_type, line.priority, metric): line.targets[metric]
        for line in terms.promises for metric in METRICS if metric in line.targets
    }  # fmt: skip


def _difference(before: Any, after: Any) -> Difference:
    kind = "added" if before is None else "removed" if after is None else "changed"
    return Difference(kind, before, after)


def _lines(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = before.splitlines(), after.splitlines()
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (("kept", line) for line in old[old_from:old_to])
            continue
        yield from (("removed", line) for line in old[old_from:old_to])
        yield from (("added", line) for line in new[new_from:new_to])
