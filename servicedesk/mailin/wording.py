"""What a letter is called and says once it stands in a request: subject, text, what was not taken, its sender's name. Pure
but for the catalogue of texts in the company's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager

from flask_babel import force_locale
from flask_babel import gettext as _

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import is_blank
from servicedesk.tickets.rules import SUBJECT_LENGTH, TEXT_LENGTH

NAME_LENGTH = 200
# Room below the text for what was left out.
_NOTES_LENGTH = 5000
# What mail programs of several languages put before a subject when they answer or forward.
_ANSWERS = re.compile(
    r"(?:re|aw|sv|vs|antw|rif|res|odp|ynt|ha|отв|ответ|на|fwd?|wg|tr|vl|enc|rv|i|пересл|fyi)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]\s*",
    re.IGNORECASE,
)
_TAG = re.compile(r"\[#\d{1,10}\]\s*")
_NUMBER = re.compile(r"(?<![\w&#/])#(\d{1,9})(?!\w)")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_LETTERS_TO_TELL = 20


def speaking(language: str) -> AbstractContextManager[None]:
    """Sentences below are in this language."""
    return force_locale(language)


def cleaned_subject(subject: str) -> str:
    """In one line, without what programs put before it when they answer and forward, and without our tags."""
    text = _one_line(subject)
    while (found := _ANSWERS.match(text) or _TAG.match(text)) is not None:
        text = text[found.end() :]
    text = _TAG.sub("", text).strip()
    if is_blank(text):
        return _("(no subject)")
    return text if len(text) <= SUBJECT_LENGTH else text[: SUBJECT_LENGTH - 1].rstrip() + "…"


def numbers_in(subject: str) -> list[int]:
    """The requests that a subject names as our mails do: #1042."""
    return [int(number) for number in _NUMBER.findall(subject[:1000])]


def body(text: str, refused: Sequence[tuple[str, DeskError]], sentence: str | None = None) -> str:
    """The text as it stands in the request, with what was left out of it said below. `sentence` takes the place of an empty
    one."""
    text = text.strip()
    if is_blank(text):
        text = sentence or _("(The letter has no text.)")
    notes = [_("Not taken: %(name)s. %(why)s", name=name, why=_said(fault)) for name, fault in refused]
    most = TEXT_LENGTH - _NOTES_LENGTH
    if len(text) > most:
        text = text[:most].rstrip() + " …"
        notes.insert(0, _("The text is longer and was cut here. The whole letter is kept beside it."))
    below = "\n\n".join(notes)
    if len(below) > _NOTES_LENGTH - 100:
        below = below[: _NOTES_LENGTH - 101].rstrip() + "…"
    return f"{text}\n\n{below}" if below else text


def name_of(display_name: str, address: str) -> str:
    """What somebody calls themselves; the part before the @ where that is nothing, or looks like an address itself."""
    name = _one_line(display_name).strip("\"'«»“”<> ")
    if is_blank(name) or "@" in name:
        name = address.partition("@")[0]
    return name[:NAME_LENGTH]


def language_of(text: str, otherwise: str) -> str:
    """ru or en by the letters of a text; `otherwise` where there are too few of them."""
    text = text[:5000]
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if cyrillic + latin < _LETTERS_TO_TELL:
        return otherwise
    return "ru" if cyrillic * 3 >= cyrillic + latin else "en"


def _said(fault: DeskError) -> str:
    sentence = _(fault.sentence)
    return sentence % fault.params if fault.params else sentence


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
