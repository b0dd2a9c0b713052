"""What a page of the PDF is made of: plain dicts that `report.typ` knows. What people wrote is made harmless here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

Block = dict[str, Any]

# A word longer than this gets places where it may be broken; the longest of natural language is shorter.
LONGEST_WORD = 34
_LONG = re.compile(rf"\S{{{LONGEST_WORD},}}")
_ORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def heading(level: int, text: str) -> Block:
    return {"kind": "heading", "level": level, "text": text}


def text(*lines: str, style: str = "plain") -> Block:
    """`style`: plain, lead, soft, or under: soft, between a heading and what it is the heading of."""
    return {"kind": "text", "style": style, "lines": list(lines)}


def tile(name: str, value: str, note: str = "") -> dict[str, Any]:
    return {"name": name, "value": value, "note": note, "quiet": value == "–"}


def tiles(items: Sequence[dict[str, Any]]) -> Block:
    return {"kind": "tiles", "items": list(items)}


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, wide: int = 0, left: int = 1, totals: Sequence[int] = ()
) -> Block:
    """The first `left` columns hold words, the others numbers; column `wide` takes the room that is left.
    A table of numbers has columns of one width."""
    columns = [
        {"title": title, "number": place >= left, "wide": place == wide} for place, title in enumerate(heads)
    ]  # fmt: skip
    return {
        "kind": "table",
        "even": left == 1,
        "columns": columns,
        "rows": [list(row) for row in rows],
        "totals": list(totals),
    }


def quotes(items: Iterable[str]) -> Block:
    return {"kind": "quotes", "items": [lines_of(item) for item in items]}


def pair(left: Sequence[Block], right: Sequence[Block]) -> Block:
    return {"kind": "pair", "left": list(left), "right": list(right)}


def lines_of(written: str) -> list[str]:
    """What somebody wrote as paragraphs, without empty ones."""
    return [plain(line) for line in written.splitlines() if line.strip()] or [""]


def plain(written: str) -> str:
    """One line of what somebody wrote: nothing that steers a printer or turns the direction of what follows, and no word
    that runs over the rim of the page."""
    kept = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter
        for letter in written
        if letter not in _ORDERING and unicodedata.category(letter) not in ("Cs", "Cn", "Co")
    )
    return _LONG.sub(_breakable, " ".join(kept.split(" ")).strip())


def _breakable(found: re.Match[str]) -> str:
    word = found[0]
    return "\u200b".join(word[start : start + 12] for start in range(0, len(word), 12))
