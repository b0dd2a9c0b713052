"""What the description of a form may be. Pure: no session, no request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.catalog.rules.amounts import amount_faults
from servicedesk.catalog.rules.conditions import condition_faults
from servicedesk.catalog.rules.faults import Fault, fault
from servicedesk.catalog.rules.patterns import pattern_fault
from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import LANGUAGES, N_

FIELD_TYPES = (
    "text", "long_text", "number", "money", "date", "choice", "choices", "employee", "department", "file", "yes_no",
)  # fmt: skip
_FIELD_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TYPE_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\.[a-z0-9][a-z0-9_-]{0,63}")
_ANY = {"key", "type", "label", "help", "required", "when"}
# Settings that fields of one type alone have.
SETTINGS_OF = {
    "text": {"pattern", "pattern_message"}, "number": {"unit", "least", "most"}, "money": {"currency", "least", "most"},
    "choice": {"options"}, "choices": {"options"},
}  # fmt: skip
_ALL = _ANY.union(*SETTINGS_OF.values())
# More than anybody fills in.
MOST_FIELDS = 100
_A_TEXT = N_("A text is needed here, in Russian or in English (ru, en).")


def is_type_key(key: str) -> bool:
    """Request types are called `department.type`, as in `it.hardware`."""
    return bool(_TYPE_KEY.fullmatch(key))


def form_faults(fields: Sequence[Any]) -> list[Fault]:
    """What is wrong with a form's description; empty when it is right.

    A field is a mapping: key, type, label; optional help, required, when ({field, is} or {field, in}: asked only after
    that answer to another field). Of a text: pattern with pattern_message; of a number: unit; of money: currency; of
    both: least, most, decimal numbers in quotes; of a choice or choices: options. A setting that is None is not there.
    """
    faults: list[Fault] = []
    seen: set[str] = set()
    if len(fields) > MOST_FIELDS:
        faults.append(fault(None, "", "", N_("A form has at most %(most)d fields."), most=MOST_FIELDS))
    for number, field in enumerate(fields):
        if not isinstance(field, Mapping):
            sentence = N_("A field is a mapping with key, type and label.")
            faults.append(fault(number, f"field {number + 1}", "", sentence))
            continue
        name = f"field {field.get('key', number + 1)!r}"
        if isinstance(field.get("key"), str) and field["key"] in seen:
            faults.append(fault(number, name, "key", N_("The key stands twice.")))
        elif isinstance(field.get("key"), str):
            seen.add(field["key"])
        own = (*_general_faults(field), *_own_faults(field))
        faults.extend(Fault(number, at, error, name) for at, error in own)
    return faults + condition_faults(fields)


_Found = list[tuple[str, DeskError]]


def _general_faults(field: Mapping[str, Any]) -> _Found:
    faults: _Found = []
    if not isinstance(field.get("key"), str) or not _FIELD_KEY.fullmatch(field["key"]):
        faults.append(("key", DeskError(N_("A key has lower-case Latin letters, digits and _, a letter first."))))
    if field.get("type") not in FIELD_TYPES:
        faults.append(("type", DeskError(N_("The type is one of %(known)s."), known=", ".join(FIELD_TYPES))))
    if not _is_names(field.get("label")):
        faults.append(("label", DeskError(N_("A label is needed, in Russian or in English (ru, en)."))))
    if field.get("help") is not None and not _is_names(field["help"]):
        faults.append(("help", DeskError(_A_TEXT)))
    if not isinstance(field.get("required", False), bool):
        faults.append(("required", DeskError(N_("Whether it is required is true or false."))))
    return faults


def _own_faults(field: Mapping[str, Any]) -> _Found:
    """Faults in the settings that only this type has, and settings that it has not."""
    kind = field.get("type")
    if kind not in FIELD_TYPES:
        return [(str(extra), _unknown(extra)) for extra in sorted(set(field) - _ALL, key=str)]
    faults: _Found = amount_faults(field) if kind in ("number", "money") else []
    if kind in ("choice", "choices"):
        faults.extend(("options", error) for error in _option_faults(field.get("options")))
    if kind == "text":
        faults.extend(_pattern_faults(field))
    if kind == "number" and field.get("unit") is not None and not _is_names(field["unit"]):
        faults.append(("unit", DeskError(_A_TEXT)))
    there = {name for name, value in field.items() if value is not None or name not in _ALL}
    for extra in sorted(there - _ANY - SETTINGS_OF.get(kind, set()), key=str):
        no_such = DeskError(N_("A field of type %(type)s has no %(name)s."), type=kind, name=extra)
        faults.append((str(extra), no_such if extra in _ALL else _unknown(extra)))
    return faults


def _unknown(extra: Any) -> DeskError:
    return DeskError(N_("There is no setting %(name)s."), name=repr(extra))


def _pattern_faults(field: Mapping[str, Any]) -> _Found:
    pattern, message = field.get("pattern"), field.get("pattern_message")
    if pattern is None:
        alone = DeskError(N_("What is expected (pattern_message) is said only where there is a pattern."))
        return [] if message is None else [("pattern_message", alone)]
    faults: _Found = [("pattern", error)] if (error := pattern_fault(pattern)) else []
    if not _is_names(message):
        sentence = N_("Say in words what the pattern expects (pattern_message), in Russian or in English.")
        faults.append(("pattern_message", DeskError(sentence)))
    return faults


def _option_faults(options: Any) -> list[DeskError]:
    if not isinstance(options, list) or not options:
        return [DeskError(N_("Give at least one choice (options)."))]
    faults, seen = [], set()
    for option in options:
        if (
            not isinstance(option, Mapping)
            or not isinstance(option.get("key"), str)
            or not _is_names(option.get("label"))
        ):
            faults.append(DeskError(N_("Every choice needs a key and a label in Russian or in English.")))
        elif option["key"] in seen:
            faults.append(DeskError(N_("The choice “%(key)s” stands twice."), key=option["key"]))
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
