"""What a queue can be asked for, and how that is written: in the address of the page and in a saved view. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from servicedesk.tickets.rules import ACTIVE

STATUSES = ACTIVE
# The most pressing first, as a list is read.
PRIORITIES = ("urgent", "high", "normal", "low")
# What a list shows, in the order in which it stands; the request itself is always shown.
COLUMNS = (
    "promise", "request", "status", "priority", "requester", "customer", "assignee", "kind", "department", "age",
    "created", "updated",
)  # fmt: skip
USUAL_COLUMNS = ("promise", "request", "status", "priority", "requester", "assignee")
SORTS = (
    "due", "number", "status", "priority", "requester", "customer", "assignee", "kind", "department", "created", "updated",
)  # fmt: skip
# By which order a column is sorted; the others by that of their own name.
SORT_OF = {"promise": "due", "request": "number", "age": "created"}
GROUPS = ("assignee", "promise", "kind", "priority", "status", "customer")
# How the promise that breaks next stands: `today` and `later` are kept so far, `still` has none that runs.
STANDINGS = ("broken", "at_risk", "today", "later", "still")
# How old in days, as the running month counts them: more than the first number, at most the second.
AGES: dict[str, tuple[int | None, int | None]] = {"2": (None, 2), "7": (2, 7), "30": (7, 30), "older": (30, None)}
NONE = "none"
LONGEST_WORDS = 200
# So many values of one kind are heard.
MOST_VALUES = 40
# Whoever looks: a view that says "me" shows everybody their own.
ME = "me"


@dataclass(frozen=True)
class Asked:
    """Filters, order and look of a list. Nothing chosen means any; `kinds` and `customers` are keys, or `NONE`.

    `assignee` is `ME`, `NONE`, the number of a person, or "" for any.
    """

    statuses: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    assignee: str = ""
    standings: tuple[str, ...] = ()
    age: str = ""
    customers: tuple[str, ...] = ()
    words: str = ""
    sort: str = "due"
    descending: bool = False
    group: str = ""
    columns: tuple[str, ...] = USUAL_COLUMNS
    dense: bool = False

    @property
    def filters(self) -> bool:
        """Whether it leaves anything out."""
        return any(getattr(self, name) for name in FILTERS)

    def filed(self, at: datetime) -> tuple[datetime | None, datetime | None]:
        """Since when and before when a request of the age asked for was filed, seen from `at`."""
        younger, older = AGES.get(self.age, (None, None))
        return (
            None if older is None else at - timedelta(days=older),
            None if younger is None else at - timedelta(days=younger),
        )


FILTERS = ("statuses", "priorities", "kinds", "assignee", "standings", "age", "customers", "words")
# What each part is called in an address, in the order in which it is written.
NAMES = {
    "q": "words", "status": "statuses", "priority": "priorities", "kind": "kinds", "assignee": "assignee",
    "promise": "standings", "age": "age", "customer": "customers", "sort": "sort", "group": "group",
    "columns": "columns", "density": "dense",
}  # fmt: skip


def read(pairs: Iterable[tuple[str, str]]) -> Asked:
    """What names and values of an address ask for; what is not one of ours is passed over.

    Several values of a name come one after the other or in one, with commas between.
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in NAMES:
            found.setdefault(name, []).append(value)
    several = {name: _apart(values) for name, values in found.items()}
    one = {name: values[-1].strip() for name, values in found.items()}
    sort = one.get("sort", "")
    columns = _ours(several.get("columns", ()), COLUMNS)
    return Asked(
        statuses=_ours(several.get("status", ()), STATUSES), priorities=_ours(several.get("priority", ()), PRIORITIES),
        kinds=_keys(several.get("kind", ())), assignee=_whose(one.get("assignee", "")),
        standings=_ours(several.get("promise", ()), STANDINGS), age=_one_of(one.get("age", ""), AGES),
        customers=_keys(several.get("customer", ())), words=one.get("q", "")[:LONGEST_WORDS].strip(),
        sort=_one_of(sort.removeprefix("-"), SORTS) or "due",
        descending=sort.startswith("-") and sort.removeprefix("-") in SORTS, group=_one_of(one.get("group", ""), GROUPS),
        columns=tuple(c for c in COLUMNS if c in columns or c == "request") if columns else USUAL_COLUMNS,
        dense=one.get("density") == "dense",
    )  # fmt: skip


def parts(asked: Asked) -> dict[str, str]:
    """Name to value of whatever is not as usual, in one order: two that ask for the same are written the same."""
    usual = Asked()
    said = {name: _written(asked, field) for name, field in NAMES.items() if _differs(asked, usual, field)}
    if asked.descending:
        said["sort"] = f"-{asked.sort}"
    return {name: said[name] for name in NAMES if name in said}


def written(asked: Asked) -> str:
    """The query string of `parts`, without a question mark."""
    return joined(parts(asked))


def joined(pairs: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe=',.-_')}" for name, value in pairs.items())


def _differs(asked: Asked, usual: Asked, field: str) -> bool:
    return bool(getattr(asked, field) != getattr(usual, field))


def _written(asked: Asked, field: str) -> str:
    value = getattr(asked, field)
    if isinstance(value, bool):
        return "dense" if value else ""
    return ",".join(value) if isinstance(value, tuple) else value


def _apart(values: Iterable[str]) -> list[str]:
    found = [part.strip() for value in values for part in value.split(",")]
    return list(dict.fromkeys(part for part in found if part))[:MOST_VALUES]


def _ours(values: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(value for value in known if value in values)


def _one_of(value: str, known: Collection[str]) -> str:
    return value if value in known else ""


def _keys(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(value for value in values if len(value) <= 130))


def _whose(value: str) -> str:
    return value if value in (ME, NONE) or (value.isdecimal() and value.isascii() and len(value) < 10) else ""
