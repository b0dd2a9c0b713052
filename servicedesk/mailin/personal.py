"""Personal links of ours in letters that quote our mails: who has one can give scores, answer a survey or end mails in its
addressee's place. Whoever answers or forwards such a mail sends the link along; nobody who reads the letter gets it. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from servicedesk.mailin.parse import parse_apart
from servicedesk.mailin.shapes import Attached, IncomingMail, Unparsable

# Below these names of pages stand the tokens.
_PAGES = "rate|survey|unsubscribe"
_LEFT_OUT = "…"
# Letters in letters are looked into so deep, their texts so far.
_DEPTH, _LENGTH = 3, 2_000_000
_SOFT_BREAK = re.compile(r"=\r?\n")


def masked(text: str, public_url: str) -> str:
    """`text` with tokens left out; what stands before them stays."""
    return _pattern(public_url).sub(lambda found: found["before"] + _LEFT_OUT, text)


def holds_link(mail: IncomingMail, public_url: str, depth: int = _DEPTH) -> bool:
    """Whether a letter, or one that it encloses, holds such a link anywhere."""
    found = _pattern(public_url)
    if any(found.search(body) for body in (mail.text or "", mail.html or "")):
        return True
    return any(_holds(file, public_url, depth) for file in mail.attachments if is_text(file))


def is_text(file: Attached) -> bool:
    """Whether somebody may read a file as a text or as a letter."""
    return _is_letter(file) or file.content_type.startswith("text/") or file.name.lower().endswith((".txt", ".html"))


def stands_in(raw: bytes, public_url: str) -> bool:
    """The same for bytes that were not, or need not be, taken apart."""
    return bool(_pattern(public_url).search(_SOFT_BREAK.sub("", raw[:_LENGTH].decode("utf-8", "replace"))))


def _is_letter(file: Attached) -> bool:
    return file.content_type.startswith("message/") or file.name.lower().endswith(".eml")


def _holds(file: Attached, public_url: str, depth: int) -> bool:
    if stands_in(file.content, public_url):
        return True
    if not (depth and _is_letter(file)):
        return False
    try:
        return holds_link(parse_apart(file.content), public_url, depth - 1)
    except Unparsable:
        # What cannot be looked into may hold anything.
        return True


@lru_cache(maxsize=4)
def _pattern(public_url: str) -> re.Pattern[str]:
    """Also in links that lead there by way of a scanner, which percent-encodes them, and broken behind the page's name."""
    host = re.escape(urlsplit(public_url).netloc).replace(":", "(?::|%(?:25)*3A)")
    slash = r"(?:/|&#(?:x2f|47);|%(?:25)*2F)"
    return re.compile(
        rf"(?P<before>{host}[^\s\"'<>]{{0,100}}?{slash}(?:{_PAGES}){slash})[\s>]{{0,8}}[\w.=-]{{16,400}}", re.IGNORECASE
    )
