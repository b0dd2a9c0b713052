"""What a form may look like and whether an answer fits it. Pure: no session, no request."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import LANGUAGES, N_

FIELD_TYPES = ("text", "long_text", "number", "date", "choice", "choices", "yes_no")
_FIELD_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TYPE_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\.[a-z0-9][a-z0-9_-]{0,63}")
_WORD = re.compile(r"\w+")
LONGEST = {"text": 500, "long_text": 20_000}
# Types of fields whose value is an amount that a threshold can look at.
AMOUNTS = ("number", "money")
MOST_LINES = 50
_STEP = {"who", "people", "need", "over"}
_LINE = {"request_type_id", "step", "subject", "description", "waits"}
_KNOWN = {"key", "type", "label", "help", "required", "options"}


def is_type_key(key: str) -> bool:
    """Request types are called `department.type`, as in `it.hardware`."""
    return bool(_TYPE_KEY.fullmatch(key))


def form_faults(fields: Sequence[Any]) -> list[str]:
    """What is wrong with a form's description, as English sentences with the place; empty when it is right."""
    faults, seen = [], set()
    for number, field in enumerate(fields, 1):
        if not isinstance(field, Mapping):
            faults.append(f"field {number} must be a mapping with key, type and label")
            continue
        where = f"field {field.get('key', number)!r}"
        if not isinstance(field.get("key"), str) or not _FIELD_KEY.fullmatch(field["key"]):
            faults.append(f"{where}: key must be lower-case Latin letters, digits and _")
        elif field["key"] in seen:
            faults.append(f"{where}: the key stands twice")
        else:
            seen.add(field["key"])
        if field.get("type") not in FIELD_TYPES:
            faults.append(f"{where}: type must be one of {', '.join(FIELD_TYPES)}")
        if not _is_names(field.get("label")):
            faults.append(f"{where}: label must have a text for ru or en")
        if field.get("help") is not None and not _is_names(field["help"]):
            faults.append(f"{where}: help must have a text for ru or en")
        if not isinstance(field.get("required", False), bool):
            faults.append(f"{where}: required must be true or false")
        if field.get("type") in ("choice", "choices"):
            faults.extend(f"{where}: {fault}" for fault in _option_faults(field.get("options")))
        faults.extend(f"{where}: unknown setting {extra!r}" for extra in sorted(set(field) - _KNOWN, key=str))
    return faults


def approval_faults(steps: Sequence[Any], fields: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with the steps of approval, as English sentences; `fields` is the form, which has no faults."""
    faults = []
    amounts = {field["key"] for field in fields if field["type"] in AMOUNTS}
    for number, step in enumerate(steps, 1):
        where = f"step {number}"
        if not isinstance(step, Mapping):
            faults.append(f"{where} must be a mapping with who")
            continue
        people, over = step.get("people") or [], step.get("over")
        if step.get("who") not in ("lead", "people"):
            faults.append(f"{where}: who must be lead or people")
        elif (step["who"] == "people") != bool(people):
            faults.append(f"{where}: name people exactly where who is people")
        if step.get("need", "any") not in ("any", "all"):
            faults.append(f"{where}: need must be any or all")
        if over is not None:
            faults.extend(f"{where}: {fault}" for fault in _threshold_faults(over, amounts))
        faults.extend(f"{where}: unknown setting {extra!r}" for extra in sorted(set(step) - _STEP, key=str))
    return faults


def template_faults(lines: Sequence[Any], known_types: Collection[int]) -> list[str]:
    """What is wrong with the lines of a template, as English sentences with their number."""
    faults = [] if lines else ["a template needs at least one line"]
    if len(lines) > MOST_LINES:
        faults.append(f"a template has at most {MOST_LINES} lines")
    for number, line in enumerate(lines, 1):
        where = f"line {number}"
        if not isinstance(line, Mapping) or line.get("request_type_id") not in known_types:
            faults.append(f"{where} must name a request type that exists")
            continue
        step = line.get("step", 1)
        if isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= MOST_LINES:
            faults.append(f"{where}: step must be a number from 1 to {MOST_LINES}")
        if not isinstance(line.get("subject"), str) or not line["subject"].strip() or len(line["subject"]) > 300:
            faults.append(f"{where}: subject must be a text of at most 300 characters")
        if not isinstance(line.get("description", ""), str) or len(line.get("description", "")) > LONGEST["long_text"]:
            faults.append(f"{where}: description must be a text of at most {LONGEST['long_text']} characters")
        if not isinstance(line.get("waits", True), bool):
            faults.append(f"{where}: waits must be true or false")
        faults.extend(f"{where}: unknown setting {extra!r}" for extra in sorted(set(line) - _LINE, key=str))
    return faults


def checked_answers(
    fields: Sequence[Mapping[str, Any]], answers: Mapping[str, Any], *, complete: bool = True
) -> tuple[dict[str, Any], dict[str, DeskError]]:
    """The answers in their stored form, and a fault for every field that is wrong.

    Without `complete` needed fields may be empty. Texts are stripped, numbers become strings of an exact decimal, dates ISO strings, yes_no a bool.
    """
    good: dict[str, Any] = {}
    faults: dict[str, DeskError] = {}
    for field in fields:
        key = field["key"]
        try:
            value = _READ[field["type"]](field, answers.get(key))
        except DeskError as error:
            faults[key] = error
            continue
        if value in (None, "", []):
            if complete and field.get("required"):
                faults[key] = DeskError(N_("This field is needed."))
        else:
            good[key] = value
    known = {field["key"] for field in fields}
    for key in answers:
        if key not in known:
            faults[str(key)[:60]] = DeskError(N_("This form has no such field."))
    return good, faults


def _read_text(field: Mapping[str, Any], value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise DeskError(N_("A text is expected here."))
    most = LONGEST[field["type"]]
    if len(value) > most:
        raise DeskError(N_("At most %(most)d characters fit here."), most=most)
    return value.strip()


def _read_number(_field: Mapping[str, Any], value: Any) -> str | None:
    if value is None or value == "":
        return None
    try:
        if isinstance(value, bool):
            raise ValueError
        number = Decimal(str(value).strip().replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except (InvalidOperation, ValueError):
        raise DeskError(N_("A number is expected here.")) from None
    # By exponents, not by arithmetic: "1e999999" overflows, and "1e-999999999" would be written with a gigabyte of zeros.
    if not number.is_finite() or number.adjusted() >= 15 or int(number.as_tuple().exponent) < -30:
        raise DeskError(N_("A number is expected here."))
    return format(number, "f")


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


_READ = {
    "text": _read_text, "long_text": _read_text, "number": _read_number, "date": _read_date,
    "choice": _read_choice, "choices": _read_choices, "yes_no": _read_yes_no,
}  # fmt: skip


def _threshold_faults(over: Any, amounts: Collection[str]) -> list[str]:
    if not isinstance(over, Mapping) or set(over) != {"field", "amount"}:
        return ["over must say field and amount"]
    faults = []
    if over["field"] not in amounts:
        faults.append("over must name a field of the form that is a number or money")
    try:
        if not isinstance(over["amount"], str) or not Decimal(over["amount"]).is_finite():
            raise InvalidOperation
    except InvalidOperation:
        faults.append("the amount must be a decimal number in quotes")
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


def ranked(text: str, entries: Sequence[Sequence[tuple[int, str]]]) -> list[int]:
    """Numbers of the entries that fit typed words, best first. An entry is its texts with their weights.

    Words fit by their beginning, so that endings do not matter ("пропуска" finds "Пропуск"); a word that fits many
    entries, or is very short, tells little and counts for little.
    """
    scores: dict[int, float] = {}
    known = [[(weight, _words(name)) for weight, name in entry] for entry in entries]
    for word in dict.fromkeys(_words(text)):
        fitting = {}
        for number, entry in enumerate(known):
            best = max((weight for weight, words in entry if any(_alike(word, other) for other in words)), default=0)
            if best:
                fitting[number] = best
        for number, best in fitting.items():
            scores[number] = scores.get(number, 0.0) + best / len(fitting) / (2 if len(word) <= 3 else 1)
    return sorted(scores, key=lambda number: (-scores[number], number))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold().replace("ё", "е")) if len(word) > 1]


def _alike(typed: str, known: str) -> bool:
    stem_typed, stem_known = _stem(typed), _stem(known)
    return known.startswith(stem_typed) if len(stem_typed) <= len(stem_known) else typed.startswith(stem_known)


def _stem(word: str) -> str:
    """A word without its likely ending; short ones stand for themselves."""
    return word if len(word) <= 3 else word[: max(3, len(word) - 2)]
