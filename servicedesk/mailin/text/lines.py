"""A letter as lines, each with the depth at which it is quoted. Holds no rule about what to leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

# Longer lines are read, but never looked at by a rule: no mail program writes an attribution or a signature that long.
LONGEST = 500

# «>:» is what a program leaves of «<address>:» when it breaks the line.
_QUOTE = re.compile(r" {0,3}>(?!\s?:\s*$)[> ]*")
_BLANKS = re.compile(r"\n{4,}")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200e\u200f\u2060\ufeff\xad")) | {ord("\xa0"): " ", 0: "\ufffd"}
_HALVES = re.compile("[\ud800-\udfff]")


class Role(Enum):
    """What the structure of an HTML letter says about a line; plain text says nothing."""

    TEXT = "text"
    ATTRIBUTION = "attribution"
    # The first line of a quoted letter that is not quoted otherwise.
    QUOTED_FROM_HERE = "quoted from here"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Line:
    shown: str
    # Without the marks of quoting; as it came, for a signature begins with "-- ".
    inner: str
    depth: int = 0
    role: Role = Role.TEXT

    @property
    def is_blank(self) -> bool:
        return not self.inner or self.inner.isspace()

    @property
    def is_own(self) -> bool:
        return self.depth == 0 and not self.is_blank


_BLANK = Line("", "")


def cleaned(text: str) -> str:
    """`text` with one kind of line break and of space, without characters that are not seen or cannot be stored."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _BLANKS.sub("\n\n\n", seen(text))


def seen(text: str) -> str:
    return _HALVES.sub("\ufffd", text.translate(_UNSEEN))


def plain_lines(text: str) -> list[Line]:
    """The lines of a plain letter that `cleaned` has seen."""
    return [_plain_line(line) for line in text.split("\n")]


def _plain_line(line: str) -> Line:
    if not line:
        return _BLANK
    if ">" in line[:4] and (found := _QUOTE.match(line)):
        return Line(line.rstrip(), line[found.end() :], found[0].count(">"))
    return Line(line.rstrip(), line)


def quoted_line(text: str, depth: int, role: Role) -> Line:
    """A line of an HTML letter; quoting is shown as plain letters show it."""
    if depth:
        return Line(f"{'>' * depth} {text}".rstrip(), text, depth, role)
    # What looks quoted is quoted: some programs write the marks into HTML.
    read = _plain_line(text)
    return read if role is Role.TEXT else Line(read.shown, read.inner, read.depth, role)


def written(lines: list[Line]) -> str:
    """The lines as text, without empty ones around it."""
    return _BLANKS.sub("\n\n\n", "\n".join(line.shown for line in lines)).strip("\n")
