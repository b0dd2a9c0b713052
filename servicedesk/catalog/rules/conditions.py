"""Fields that are asked only after a certain answer to another field (`when`). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.catalog.rules.faults import Fault, fault
from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_

# Types of fields on whose answer another field can depend.
CONTROLS = ("choice", "choices", "yes_no")
_SHAPES = ({"field", "is"}, {"field", "in"})


def wanted(when: Mapping[str, Any]) -> list[Any]:
    """The answers, any one of which shows the field."""
    return [when["is"]] if "is" in when else list(when["in"])


def shown(fields: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> set[str]:
    """Keys of the fields that are asked, given answers in their stored form.

    What a hidden field was answered does not count: what hangs on it is hidden too.
    """
    by_key = {field["key"]: field for field in fields}
    state: dict[str, bool] = {}
    for field in fields:
        for key in reversed(_path(field["key"], by_key)):
            when = by_key[key].get("when")
            if key not in state:
                state[key] = when is None or (
                    state.get(when["field"], False) and _has(answers.get(when["field"]), wanted(when))
                )
    return {key for key, is_shown in state.items() if is_shown}


def condition_faults(fields: Sequence[Any]) -> list[Fault]:
    """What is wrong with the conditions of a form."""
    numbers = {
        field["key"]: number
        for number, field in enumerate(fields)
        if isinstance(field, Mapping) and isinstance(field.get("key"), str)
    }
    by_key = {key: fields[number] for key, number in numbers.items()}
    faults: list[Fault] = []
    possible: dict[str, bool] = {}
    for key, field in by_key.items():
        own = [] if field.get("when") is None else _faults_of(field["when"], by_key)
        faults.extend(Fault(numbers[key], "when", error, f"field {key!r}") for error in own)
        possible[key] = field.get("when") is None or _can_be(field["when"], by_key)
    circles = _circles(by_key)
    for circle in circles:
        way = " → ".join((*circle, circle[0]))
        sentence = N_("The conditions go round in a circle: %(way)s.")
        faults.append(fault(numbers[circle[0]], "", "when", sentence, way=way))
    lost = {key for circle in circles for key in circle}
    for key, field in by_key.items():
        path = _path(key, by_key)
        if field.get("required") is True and (lost & set(path) or not all(possible[one] for one in path)):
            sentence = N_("It is required but can never be shown.")
            faults.append(fault(numbers[key], f"field {key!r}", "when", sentence))
    return faults


def _path(key: str, by_key: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The field, the one it hangs on, the one that hangs on, …; each once, so that a circle ends."""
    path = {key: None}
    upper = _upper(by_key[key])
    while upper is not None and upper in by_key and upper not in path:
        path[upper] = None
        upper = _upper(by_key[upper])
    return list(path)


def _upper(field: Mapping[str, Any]) -> str | None:
    when = field.get("when")
    upper = when.get("field") if isinstance(when, Mapping) else None
    return upper if isinstance(upper, str) else None


def _has(answer: Any, values: Sequence[Any]) -> bool:
    given = answer if isinstance(answer, list) else [answer]
    return any(type(one) is type(value) and one == value for one in given for value in values)


def _faults_of(when: Any, by_key: Mapping[str, Mapping[str, Any]]) -> list[DeskError]:
    if not isinstance(when, Mapping) or set(when) not in _SHAPES:
        return [DeskError(N_("A condition (when) says field, and is or in."))]
    if not isinstance(when["field"], str) or when["field"] not in by_key:
        return [
            DeskError(N_("The condition names the field “%(name)s”, which the form does not have."), name=when["field"])
        ]
    upper = by_key[when["field"]]
    if upper.get("type") not in CONTROLS:
        known = ", ".join(CONTROLS)
        return [DeskError(N_("A condition names a field of one of the types %(known)s."), known=known)]
    if "in" in when and (not isinstance(when["in"], list) or not when["in"]):
        return [DeskError(N_("A condition with in has a list with at least one answer."))]
    return [
        DeskError(N_("The field “%(name)s” can never have the answer “%(answer)s”."), name=when["field"], answer=value)
        for value in wanted(when)
        if not _is_possible(value, upper)
    ]


def _can_be(when: Any, by_key: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether there is an answer that shows it. What is no condition at all is a fault of its own."""
    if not isinstance(when, Mapping) or set(when) not in _SHAPES or not isinstance(when["field"], str):
        return True
    upper = by_key.get(when["field"])
    if upper is None or upper.get("type") not in CONTROLS or not isinstance(when.get("in", []), list):
        return True
    return any(_is_possible(value, upper) for value in wanted(when))


def _is_possible(value: Any, upper: Mapping[str, Any]) -> bool:
    if upper["type"] == "yes_no":
        return isinstance(value, bool)
    options = upper.get("options")
    keys = [option.get("key") for option in options if isinstance(option, Mapping)] if isinstance(options, list) else []
    return isinstance(value, str) and value in keys


def _circles(by_key: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, ...]]:
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for key in by_key:
        path = _path(key, by_key)
        upper = _upper(by_key[path[-1]])
        if upper is not None and upper in path:
            circle = tuple(path[path.index(upper) :])
            found.setdefault(frozenset(circle), circle)
    return list(found.values())
