"""What the description of a form may be. Pure: no session, no request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.catalog.rules.amounts import amount_faults
from servicedesk.catalog.rules.conditions import condition_faults
from servicedesk.catalog.rules.patterns import pattern_fault
from servicedesk.kernel.text import LANGUAGES

FIELD_TYPES = (
    "text", "long_text", "number", "money", "date", "choice", "choices", "employee", "department", "file", "yes_no",
)  # fmt: skip
_FIELD_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TYPE_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\.[a-z0-9][a-z0-9_-]{0,63}")
_ANY = {"key", "type", "label", "help", "required", "when"}
# Settings that fields of one type alone have.
_OWN = {
    "text": {"pattern", "pattern_message"}, "number": {"unit", "least", "most"}, "money": {"currency", "least", "most"},
    "choice": {"options"}, "choices": {"options"},
}  # fmt: skip
_ALL = _ANY.union(*_OWN.values())


def is_type_key(key: str) -> bool:
    """Request types are called `department.type`, as in `it.hardware`."""
    return bool(_TYPE_KEY.fullmatch(key))


def form_faults(fields: Sequence[Any]) -> list[str]:
    """What is wrong with a form's description, as English sentences with the place; empty when it is right.

    A field is a mapping: key, type, label; optional help, required, when ({field, is} or {field, in}: asked only after
    that answer to another field). Of a text: pattern with pattern_message; of a number: unit; of money: currency; of
    both: least, most, decimal numbers in quotes; of a choice or choices: options. A setting that is None is not there.
    """
    faults: list[str] = []
    seen: set[str] = set()
    for number, field in enumerate(fields, 1):
        if not isinstance(field, Mapping):
            faults.append(f"field {number} must be a mapping with key, type and label")
            continue
        where = f"field {field.get('key', number)!r}"
        if isinstance(field.get("key"), str) and field["key"] in seen:
            faults.append(f"{where}: the key stands twice")
        elif isinstance(field.get("key"), str):
            seen.add(field["key"])
        faults.extend(f"{where}: {fault}" for fault in (*_general_faults(field), *_own_faults(field)))
    return faults + condition_faults(fields)


def _general_faults(field: Mapping[str, Any]) -> list[str]:
    faults = []
    if not isinstance(field.get("key"), str) or not _FIELD_KEY.fullmatch(field["key"]):
        faults.append("key must be lower-case Latin letters, digits and _")
    if field.get("type") not in FIELD_TYPES:
        faults.append(f"type must be one of {', '.join(FIELD_TYPES)}")
    if not _is_names(field.get("label")):
        faults.append("label must have a text for ru or en")
    if field.get("help") is not None and not _is_names(field["help"]):
        faults.append("help must have a text for ru or en")
    if not isinstance(field.get("required", False), bool):
        faults.append("required must be true or false")
    return faults


def _own_faults(field: Mapping[str, Any]) -> list[str]:
    """Faults in the settings that only this type has, and settings that it has not."""
    kind = field.get("type")
    if kind not in FIELD_TYPES:
        return [f"unknown setting {extra!r}" for extra in sorted(set(field) - _ALL, key=str)]
    faults = amount_faults(field) if kind in ("number", "money") else []
    if kind in ("choice", "choices"):
        faults.extend(_option_faults(field.get("options")))
    if kind == "text":
        faults.extend(_pattern_faults(field))
    if kind == "number" and field.get("unit") is not None and not _is_names(field["unit"]):
        faults.append("unit must have a text for ru or en")
    there = {name for name, value in field.items() if value is not None or name not in _ALL}
    for extra in sorted(there - _ANY - _OWN.get(kind, set()), key=str):
        faults.append(f"a field of type {kind} has no {extra}" if extra in _ALL else f"unknown setting {extra!r}")
    return faults


def _pattern_faults(field: Mapping[str, Any]) -> list[str]:
    pattern, message = field.get("pattern"), field.get("pattern_message")
    if pattern is None:
        return [] if message is None else ["pattern_message stands without a pattern"]
    faults = [fault] if (fault := pattern_fault(pattern)) else []
    if not _is_names(message):
        faults.append("a pattern needs pattern_message, a text for ru or en that says what is expected")
    return faults


def _option_faults(options: Any) -> list[str]:
    if not isinstance(options, list) or not options:
        return ["options must be a list with at least one choice"]
    faults, seen = [], set()
    for option in options:
        if (
            not isinstance(option, Mapping)
            or not isinstance(option.get("key"), str)
            or not _is_names(option.get("label"))
        ):
            faults.append("every option needs a key and a label for ru or en")
        elif option["key"] in seen:
            faults.append(f"the option {option['key']!r} stands twice")
        else:
            seen.add(option["key"])
    return faults


def _is_names(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and set(value) <= set(LANGUAGES)
        and all(isinstance(text, str) and text.strip() for text in value.values())
    )
