"""Quoted text at the end of a message: pure. What a letter repeats of what stands above need not be read again."""

from __future__ import annotations

from typing import NamedTuple

# So many quoted lines are no burden.
FEW_LINES = 3
# "On Tue, 24 Nov 2026 Igor wrote:" is a line or two before what was written.
_LINES_OF_INTRODUCTION = 2


class Parts(NamedTuple):
    """`quote` is empty where nothing is worth folding; together they are all lines of the text."""

    said: str
    quote: str


def parts_of(text: str) -> Parts:
    """What somebody says, and the quotation that their message ends with, with the line that introduces it."""
    lines = text.splitlines()
    end = len(lines)
    first = end
    while first and (_is_quoted(lines[first - 1]) or not lines[first - 1].strip()):
        first -= 1
    while first < end and not _is_quoted(lines[first]):
        first += 1
    if sum(map(_is_quoted, lines[first:])) <= FEW_LINES:
        return Parts(text, "")
    begin = _introduced_from(lines, first)
    said = "\n".join(lines[:begin]).rstrip()
    # Where there is nothing else, the quotation is what is said.
    return Parts(said, "\n".join(lines[begin:])) if said else Parts(text, "")


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _introduced_from(lines: list[str], first: int) -> int:
    """The first line of a paragraph of one or two lines that ends with a colon right before the quotation."""
    last = first - 1
    while last >= 0 and not lines[last].strip():
        last -= 1
    if last < 0 or not lines[last].rstrip().endswith(":"):
        return first
    begin = last
    while begin > 0 and lines[begin - 1].strip():
        begin -= 1
    return begin if last - begin < _LINES_OF_INTRODUCTION else last
