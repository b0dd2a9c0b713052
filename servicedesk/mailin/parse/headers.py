"""The headers of a letter as text: values, parameters, identifiers, moments. Addresses are read next door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from servicedesk.mailin.parse.charsets import clean, decoded, header_text, one_line, words_decoded

_FOLD = re.compile(r"\r\n?|\n")
_ID = re.compile(r"<([^<>\s]{1,998})>")
_PARAMETER = re.compile(
    r"""[;\s]*([^\s;="*]+)(?:\*(\d{1,3}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))""", re.DOTALL
)
_NEXT = re.compile(r"""(?:[^;"]|"(?:[^"\\]|\\.)*"?)*;?""", re.DOTALL)


class Headers:
    """All headers of a letter or a part in their order, unfolded; encoded words still stand."""

    def __init__(self, message: Message) -> None:
        self.items = [(name.lower(), unfolded(value)) for name, value in message.raw_items()]

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for known, value in self.items if known == name)

    def first(self, name: str) -> str:
        """The value of the first header of that name, empty where there is none."""
        return next((value for known, value in self.items if known == name), "")

    def has(self, name: str) -> bool:
        return any(known == name for known, _ in self.items)

    def names(self) -> Iterator[str]:
        return (name for name, _ in self.items)


def unfolded(value: object) -> str:
    """A raw value as one line; bytes that are not ASCII get the likeliest encoding."""
    raw = str(value).encode("utf-8", "surrogateescape")
    return _FOLD.sub("", clean(header_text(raw))).strip()


def readable(value: str, most: int) -> str:
    """What a person sees of a value: encoded words written out, on one line, at most so many characters."""
    return one_line(words_decoded(value[: most * 20]))[:most]


def keyword(value: str) -> str:
    """What stands before parameters and comments, in lower case."""
    return re.split(r"[;(,\s]", value.strip().lower(), maxsplit=1)[0]


def parameters(value: str) -> dict[str, str]:
    """Parameters of a value such as that of Content-Type: as written, continued (`name*0`), or encoded (RFC 2231), and with
    encoded words inside, which are wrong there and common."""
    found: dict[str, list[tuple[int, bool, str]]] = {}
    start = _NEXT.match(value)
    at = start.end() if start else len(value)
    while at < len(value):
        one = _PARAMETER.match(value, at)
        if one and one.end() > at:
            text = re.sub(r"\\(.)", r"\1", one[4], flags=re.DOTALL) if one[4] is not None else (one[5] or "").strip()
            found.setdefault(one[1].lower(), []).append((int(one[2] or 0), bool(one[3]), text))
            at = one.end()
        skipped = _NEXT.match(value, at)
        at = skipped.end() if skipped and skipped.end() > at else at + 1
    return {name: _joined(pieces) for name, pieces in found.items()}


def identifiers(value: str) -> tuple[str, ...]:
    """Message-IDs without their brackets, in their order."""
    found = _ID.findall(value)
    return tuple(found or (word.strip("<>") for word in value.split()[:50] if "@" in word and len(word) < 998))


def moment(value: str) -> datetime | None:
    """The moment that a date of a letter names, in UTC; None where it names none."""
    try:
        found = parsedate_to_datetime(value[:200])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """One value of its pieces; the charset stands in the first one."""
    pieces = sorted(pieces, key=lambda piece: piece[0]) if len({number for number, _, _ in pieces}) > 1 else pieces[:1]
    if not any(encoded for _, encoded, _ in pieces):
        return words_decoded("".join(text for _, _, text in pieces))
    charset, data = "", b""
    for number, (_, encoded, text) in enumerate(pieces):
        if encoded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)  # noqa: PLW2901
        data += unquote_to_bytes(text) if encoded else text.encode()
    return decoded(data, charset or None)
