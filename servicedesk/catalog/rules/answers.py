"""Whether answers fit a form, and the form in which they are kept. Pure: who and what exists is asked of the caller."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from servicedesk.catalog.rules.amounts import read_money, read_number
from servicedesk.catalog.rules.conditions import shown
from servicedesk.catalog.rules.patterns import fits
from servicedesk.kernel.errors import DeskError, InTheirWords
from servicedesk.kernel.text import N_

LONGEST = {"text": 500, "long_text": 20_000, "employee": 254, "department": 64}
_FILE_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


class Lookups(Protocol):
    """What the desk knows of those that answers name. Each is asked once, with all that was given."""

    def employees(self, given: Collection[str]) -> Mapping[str, Collection[str]]:
        """The e-mail addresses of everybody whom each given text, an address or a name, may mean."""

    def departments(self, given: Collection[str]) -> Collection[str]:
        """The given keys that are a department's."""

    def files(self, given: Collection[str]) -> Collection[str]:
        """The given keys that are of files which may be used here."""


def checked_answers(
    fields: Sequence[Mapping[str, Any]], answers: Mapping[str, Any], *, complete: bool = True, lookups: Lookups | None = None
) -> tuple[dict[str, Any], dict[str, DeskError]]:  # fmt: skip
    """The answers in their stored form, and a fault for every field that is wrong.

    Without `complete` needed fields may be empty. Texts are stripped, numbers become strings of an exact decimal, money
    one with two decimals, dates ISO strings, yes_no a bool, an employee an e-mail address. What was answered to a field
    that is not shown is dropped. Without `lookups` it is not checked whether an employee, department or file exists.
    """
    read, faults = _read(fields, answers)
    asked = shown(fields, read)
    read = {key: value for key, value in read.items() if key in asked}
    faults = {key: fault for key, fault in faults.items() if key in asked}
    if lookups is not None:
        _look_up(fields, read, faults, lookups)
    for field in fields:
        key = field["key"]
        if complete and field.get("required") and key in asked and key not in read and key not in faults:
            faults[key] = DeskError(N_("This field is needed."))
    known = {field["key"] for field in fields}
    for key in answers:
        if key not in known:
            faults[str(key)[:60]] = DeskError(N_("This form has no such field."))
    return read, faults


def _read(
    fields: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, DeskError]]:
    good: dict[str, Any] = {}
    faults: dict[str, DeskError] = {}
    for field in fields:
        try:
            value = _READ[field["type"]](field, answers.get(field["key"]))
        except DeskError as error:
            faults[field["key"]] = error
            continue
        if value not in (None, "", []):
            good[field["key"]] = value
    return good, faults


def _look_up(
    fields: Sequence[Mapping[str, Any]], read: dict[str, Any], faults: dict[str, DeskError], lookups: Lookups
) -> None:
    """Leave in `read` what is known, and put the others among the faults."""
    kinds: dict[str, dict[str, str]] = {"employee": {}, "department": {}, "file": {}}
    for field in fields:
        if field["type"] in kinds and field["key"] in read:
            kinds[field["type"]][field["key"]] = read[field["key"]]
    people = lookups.employees(set(kinds["employee"].values())) if kinds["employee"] else {}
    for key, given in kinds["employee"].items():
        meant = set(people.get(given, ()))
        if len(meant) == 1:
            read[key] = meant.pop()
        else:
            del read[key]
            faults[key] = DeskError(_SEVERAL if meant else _NOBODY)
    for kind, ask, sentence in (
        ("department", lookups.departments, N_("Choose one of the list.")),
        ("file", lookups.files, N_("This file cannot be found any more. Choose it again.")),
    ):
        there = ask(set(kinds[kind].values())) if kinds[kind] else ()
        for key, given in kinds[kind].items():
            if given not in there:
                del read[key]
                faults[key] = DeskError(sentence)


_NOBODY = N_("Nobody here has this address or name.")
_SEVERAL = N_("Several colleagues have this name; give the e-mail address.")


def _read_text(field: Mapping[str, Any], value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise DeskError(N_("A text is expected here."))
    most = LONGEST[field["type"]]
    if len(value) > most:
        raise DeskError(N_("At most %(most)d characters fit here."), most=most)
    text = value.strip()
    if text and field.get("pattern") is not None and not fits(field["pattern"], text):
        raise InTheirWords(field["pattern_message"])
    return text


def _read_date(_field: Mapping[str, Any], value: Any) -> str | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise DeskError(N_("A date is expected here, like 2026-04-30.")) from None


def _read_choice(field: Mapping[str, Any], value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or value not in {option["key"] for option in field["options"]}:
        raise DeskError(N_("Choose one of the list."))
    return value


def _read_choices(field: Mapping[str, Any], value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        raise DeskError(N_("Choose from the list."))
    return list(dict.fromkeys(_read_choice(field, item) or "" for item in value))


def _read_yes_no(_field: Mapping[str, Any], value: Any) -> bool | None:
    if value is None or value == "":
        return None
    if not isinstance(value, bool):
        raise DeskError(N_("Yes or no is expected here."))
    return value


def _read_file(_field: Mapping[str, Any], value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _FILE_KEY.fullmatch(value):
        raise DeskError(N_("The key of an uploaded file is expected here."))
    return value


_READ: Mapping[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "text": _read_text, "long_text": _read_text, "number": read_number, "money": read_money, "date": _read_date,
    "choice": _read_choice, "choices": _read_choices, "employee": _read_text, "department": _read_text, "file": _read_file,
    "yes_no": _read_yes_no,
}  # fmt: skip
