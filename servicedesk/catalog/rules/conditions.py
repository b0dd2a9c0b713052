"""Fields that are asked only after a certain answer to another field (`when`). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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


def condition_faults(fields: Sequence[Any]) -> list[str]:
    """What is wrong with the conditions of a form, as English sentences with the place."""
    by_key = {
        field["key"]: field for field in fields if isinstance(field, Mapping) and isinstance(field.get("key"), str)
    }
    faults, possible = [], {}
    for key, field in by_key.items():
        own = [] if field.get("when") is None else _faults_of(field["when"], by_key)
        faults.extend(f"field {key!r}: {fault}" for fault in own)
        possible[key] = field.get("when") is None or _can_be(field["when"], by_key)
    circles = _circles(by_key)
    faults.extend(f"the conditions go round in a circle: {' → '.join((*circle, circle[0]))}" for circle in circles)
    lost = {key for circle in circles for key in circle}
    for key, field in by_key.items():
        path = _path(key, by_key)
        if field.get("required") is True and (lost & set(path) or not all(possible[one] for one in path)):
            faults.append(f"field {key!r} is required but can never be shown")
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


def _faults_of(when: Any, by_key: Mapping[str, Mapping[str, Any]]) -> list[str]:
    if not isinstance(when, Mapping) or set(when) not in _SHAPES:
        return ["when must say field, and is or in"]
    if not isinstance(when["field"], str) or when["field"] not in by_key:
        return [f"when names the field {when['field']!r}, which the form does not have"]
    upper = by_key[when["field"]]
    if upper.get("type") not in CONTROLS:
        return [f"when must name a field of type {', '.join(CONTROLS)}"]
    if "in" in when and (not isinstance(when["in"], list) or not when["in"]):
        return ["in must be a list with at least one answer"]
    return [
        f"the field {when['field']!r} can never have the answer {value!r}"
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
