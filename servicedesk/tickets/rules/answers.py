"""The answers of a request beside its form: what is kept, what is shown, what may be asked for again. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from servicedesk.catalog.rules import CURRENCY, shown

Field = Mapping[str, Any]
# Of a field that is kept with its answer, so that the ticket shows the form it was filed with.
_KEPT = ("options", "unit")


def as_filed(
    form: Iterable[Field], good: Mapping[str, Any], named: Callable[[str, Any], Any] | None = None
) -> list[dict[str, Any]]:
    """The answers with their labels; `named` says by type and value what is shown in place of a key."""
    kept = []
    for field in form:
        if field["key"] not in good:
            continue
        value = good[field["key"]]
        row = {"key": field["key"], "type": field["type"], "label": field["label"], "value": value}
        row |= {name: field[name] for name in _KEPT if field.get(name)}
        if field["type"] == "money":
            row["currency"] = field.get("currency") or CURRENCY
        if field["type"] in ("employee", "department", "file") and named is not None:
            row["shown"] = named(field["type"], value)
        kept.append(row)
    return kept


def values_of(rows: Iterable[Field]) -> dict[str, Any]:
    return {row["key"]: row["value"] for row in rows}


def lines(form: Sequence[Field], rows: Sequence[Field]) -> list[dict[str, Any]]:
    """What a ticket shows of its form: answers as they were filed, and a line without value for each question that was
    asked and not answered. Answers to another form stand at the end."""
    answered = {(row["key"], row["type"]): row for row in rows}
    asked = shown(form, values_of(rows))
    found = []
    for field in form:
        row = answered.pop((field["key"], field["type"]), None)
        if row is not None:
            found.append(dict(row))
        elif field["key"] in asked:
            found.append({"key": field["key"], "type": field["type"], "label": field["label"], "value": None})
    return found + [dict(row) for row in answered.values()]


def asked_again(form: Sequence[Field], missing: Collection[str]) -> list[Field]:
    """The fields that were asked for, and those that are shown only after an answer to one of them; in the form's order."""
    wanted = set(missing)
    before = -1
    while before != len(wanted):
        before = len(wanted)
        wanted |= {field["key"] for field in form if field.get("when") and field["when"]["field"] in wanted}
    return [field for field in form if field["key"] in wanted]
