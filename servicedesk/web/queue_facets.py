"""What a queue can be filtered and grouped by, as its page offers it, and the chips of what is chosen. Words are the template's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from servicedesk.workbench import rules

Named = tuple[str, str]


@dataclass(frozen=True)
class Names:
    """Names in the reader's language: of kinds and customers by key, of people by number, of departments and kinds by id too."""

    departments: dict[int, str]
    customers: dict[str, str]
    kinds: dict[str, str]
    kinds_by_id: dict[int, str]
    people: dict[str, str]


def names_of(reader: Any) -> Names:
    return Names(
        {row.id: reader.named(row.name) for row in reader.departments.values()},
        _sorted({row.key: reader.named(row.name) for row in reader.departments.values() if row.active}),
        {row.key: reader.named(row.name) for row in reader.kinds},
        {row.id: reader.named(row.name) for row in reader.kinds},
        {str(row.id): row.name for row in reader.colleagues},
    )


# What stands together in one panel of the form, by the names of its fields.
PARTS = {
    "status": ("status",), "priority": ("priority",), "promise": ("promise",), "assignee": ("assignee",), "kind": ("kind",),
    "more": ("age", "customer"), "display": ("columns", "group", "density"),
}  # fmt: skip


def facets(names: Names, value_name: Any, column_name: Any, only: Sequence[str] = ()) -> dict[str, list[Named]]:
    """By filter, the values that can be chosen with their names, of all filters or of some; the two macros say them in words."""

    values: dict[str, Sequence[str]] = {
        "status": rules.STATUSES,
        "priority": rules.PRIORITIES,
        "promise": rules.STANDINGS,
        "assignee": (rules.ME, rules.NONE, *names.people),
        "kind": (*names.kinds, rules.NONE),
        "age": tuple(rules.AGES),
        "customer": (*names.customers, rules.NONE),
        "columns": [column for column in rules.COLUMNS if column != "request"],
    }

    def said(name: str, value: str) -> str:
        return str(column_name(value) if name == "columns" else value_name(name, value, names))

    return {name: [(value, said(name, value)) for value in values[name]] for name in only or values if name in values}


def kept(asked: Any) -> dict[str, list[Named]]:
    """By part of the form, the names and values in it that the address says."""
    said = rules.parts(asked)
    return {part: [(name, said[name]) for name in names if name in said] for part, names in PARTS.items()}


def chips(wanted: Any) -> list[tuple[str, str, str]]:
    """(filter, value, the address without it) of everything that is chosen."""
    found = []
    for name, value in rules.parts(wanted.asked).items():
        if rules.NAMES[name] not in rules.FILTERS:
            continue
        values = [value] if name == "q" else value.split(",")
        for one in values:
            rest = ",".join(other for other in values if other != one)
            found.append((name, one, wanted.address(**{name: rest})))
    return found


def cleared(wanted: Any) -> str:
    """The address of the same list with no filter."""
    return str(wanted.address(**dict.fromkeys(name for name, part in rules.NAMES.items() if part in rules.FILTERS)))


def _sorted(names: dict[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))
