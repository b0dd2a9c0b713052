"""The line that letters to people carry above their content, and that tells in an answer where the quoted letter begins."""

from __future__ import annotations

# Short enough that no mail program wraps it.
REPLY_ABOVE = {
    "ru": "— Пишите ответ выше этой строки —",
    "en": "— Write your reply above this line —",
}


def is_reply_marker(line: str) -> bool:
    """Whether `line` is that line in any language, whatever a mail program made of its dashes, spaces and letters' case."""
    return _SHORTEST <= len(line) <= _LONGEST and _bare(line) in _MARKERS


def _bare(line: str) -> str:
    return " ".join("".join(letter if letter.isalpha() else " " for letter in line).casefold().split())


_MARKERS = frozenset(_bare(line) for line in REPLY_ABOVE.values())
_SHORTEST = min(map(len, _MARKERS))
_LONGEST = 3 * max(len(line) for line in REPLY_ABOVE.values())
