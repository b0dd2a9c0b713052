"""Choices of a field as lines of text, "key | Russian | English", and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from servicedesk.kernel.text import LANGUAGES

# What would be taken for the end of a part or of a line is written with a backslash before it. The second of each is
# what stands for it while a line is read: characters that nobody types.
_ESCAPES = (("\\\\", "\x01", "\\"), ("\\|", "\x02", "|"), ("\\n", "\x03", "\n"))


def choices_of(text: str, language: str) -> list[dict[str, Any]]:
    """One choice a line. A single label is in `language`; without a label the key is it."""
    return [_choice(line, language) for line in text.splitlines() if line.strip()]


def lines_of(options: Iterable[Mapping[str, Any]]) -> str:
    rows = ([option["key"], *(option["label"].get(name, "") for name in LANGUAGES)] for option in options)
    return "\n".join(" | ".join(_escaped(part) for part in row) for row in rows)


def _choice(line: str, language: str) -> dict[str, Any]:
    for written, held, _meant in _ESCAPES:
        line = line.replace(written, held)
    key, *labels = [_plain(part).strip() for part in line.split("|")]
    if len(labels) < len(LANGUAGES) or not any(labels):
        label = next((text for text in labels if text), key)
        return {"key": key, "label": {language: label} if label else {}}
    return {"key": key, "label": {name: text for name, text in zip(LANGUAGES, labels, strict=False) if text}}


def _escaped(text: str) -> str:
    for written, _held, meant in _ESCAPES:
        text = text.replace(meant, written)
    return text


def _plain(text: str) -> str:
    for _written, held, meant in _ESCAPES:
        text = text.replace(held, meant)
    return text
