"""Sentences that are translated later, and names kept in two languages; no catalogue is read here."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

LANGUAGES = ("ru", "en")


def N_(sentence: str) -> str:
    """Marks a sentence for the translation catalogue; the door that shows it translates it."""
    return sentence


def in_language(names: Mapping[str, str] | None, language: str) -> str:
    """The text of `names` in `language`, or in whichever language it has."""
    if not names:
        return ""
    return names.get(language) or next((names[lang] for lang in LANGUAGES if names.get(lang)), "")


def is_blank(text: str) -> bool:
    """Whether there is nothing in it to read: spaces and characters that are not seen, such as one of width zero."""
    return all(letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf") for letter in text)


def is_storable(text: str) -> bool:
    """Whether both databases can keep it: no zero character, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
