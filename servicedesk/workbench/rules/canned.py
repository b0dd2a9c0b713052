"""Prepared replies: what one may be, who keeps a department's, and how variables become words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import LANGUAGES, N_
from servicedesk.people.models import Department, Person

KINDS = ("reply", "note", "hold", "resolve")
LONGEST_TITLE, LONGEST_REPLY = 120, 10_000
# So many a department or a person has at most: more are not found again.
MOST_REPLIES = 200

# What stands in braces, as either language calls it, and the value it stands for.
VARIABLES = {
    "requester": "requester", "first name": "first_name", "number": "number", "subject": "subject", "due": "due",
    "department": "department", "me": "me",
    "заявитель": "requester", "имя": "first_name", "номер": "number", "тема": "subject", "срок": "due",
    "отдел": "department", "я": "me",
}  # fmt: skip
_SHORTCUT = re.compile(r"[\w.-]{1,40}")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}\n]{1,40})\}")
_PATRONYMIC = re.compile(r"(?:ович|евич|ич|овна|евна|ична|инична|ovich|evich|ovna|evna)$", re.IGNORECASE)


def manages_replies(person: Person, department: Department) -> bool:
    """Agents and leads keep the replies of their own department."""
    return department.id in person.serves


def unknown_variables(text: str) -> list[str]:
    """What stands in braces and means nothing. A doubled brace is a brace."""
    found = (match[1].strip() for match in _BRACES.finditer(text) if match[1] is not None)
    return list(dict.fromkeys(name for name in found if name.lower() not in VARIABLES))


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """The text with `values` (requester, first_name, number, subject, due, department, me) in the place of variables."""

    def word(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        value = VARIABLES.get(match[1].strip().lower())
        return match[0] if value is None else values[value]

    return _BRACES.sub(word, text)


def first_name_of(name: str) -> str:
    """How to address somebody: the first word, or of "Иванов Пётр Ильич" the name with the patronymic."""
    words = name.split()
    if len(words) == 3 and _PATRONYMIC.search(words[2]):
        return f"{words[1]} {words[2]}"
    return words[0] if words else ""


def reply_faults(
    shortcut: str, title: Mapping[str, str], text: Mapping[str, str], kind: str | None
) -> dict[str, DeskError | str]:
    """What is wrong with a prepared reply, by field."""
    faults: dict[str, DeskError | str] = {}
    if not _SHORTCUT.fullmatch(shortcut):
        faults["shortcut"] = N_("A shortcut is one word of letters, digits, dots and hyphens.")
    if kind is not None and kind not in KINDS:
        faults["kind"] = N_("Choose one of the list.")
    for name, texts, most in (("title", title, LONGEST_TITLE), ("text", text, LONGEST_REPLY)):
        if not any(texts.values()):
            faults[f"{name}_{LANGUAGES[0]}"] = N_("Write it in one language at least.")
        for language, written in texts.items():
            if len(written) > most:
                faults[f"{name}_{language}"] = DeskError(N_("At most %(most)d characters fit here."), most=most)
    for language, written in text.items():
        if unknown := unknown_variables(written):
            sentence = N_("There is no variable %(names)s. A brace that is meant as one is written twice.")
            names = ", ".join(f"{{{name}}}" for name in unknown)
            faults.setdefault(f"text_{language}", DeskError(sentence, names=names))
    return faults
