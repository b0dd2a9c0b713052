"""A catalogue of no language: every text comes back in brackets and longer, so that what no catalogue gave is seen.

The gates read pages of a desk whose people write Russian under this catalogue: Latin letters outside brackets are untranslated,
unless they are a known value of the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from zoneinfo import available_timezones

import flask_babel
from babel.support import NullTranslations
from sqlalchemy import MetaData, select

from servicedesk.kernel import shown
from servicedesk.kernel.db import db
from servicedesk.web import texts
from tests.flows.gates.reading import tree_of

OPEN, CLOSE = "⟦", "⟧"
# A text with a link inside comes in pieces, and a drawing shows the beginning of a long one.
BRACKETED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*(?:{CLOSE}|$)|^[^{OPEN}{CLOSE}]*{CLOSE}")
LATIN = re.compile(r"[A-Za-z]{2,}")
# Told on purpose in every language alike.
ALIKE = re.compile(
    r"https?://\S+|[\w.+-]+@[\w.-]+|\b(?:English|PDF|XLSX|CSV|API|REST|OpenAPI|IT|HR|SMTP|INBOX|SQLite|PostgreSQL|RU|EN|OIDC|TLS|UTC|Ctrl|Enter|Esc|Markdown)\b"
    # Names of files, keys of things, time zones.
    r"|\b[\w-]+\.(?:png|txt|exe|eml|html|pdf|csv|xlsx)\b|\b[a-z]+(?:[._-][\w]+)+\b|\b(?:Europe|Asia|America|Africa|Australia|Pacific|Atlantic|Indian|Antarctica|Arctic)/[\w/+-]+"
)
SPOKEN = ("aria-label", "aria-description", "aria-roledescription", "title", "placeholder", "alt", "label")
# Data attributes a script shows to people; others hold numbers, addresses and names of things.
NOT_SPOKEN = re.compile(
    r"^data-(?:bs-|kinds$|palette|when|units$|openapi|suggest|find$|poll|href|url|ids|draft|key$|ticket|place|live)"
)
# What stands between values on a page.
PARTS = re.compile(r"[\0·,;|→«»“”()\n]|: | — ")
SILENT = "script style code kbd pre samp svg textarea"
LONGER = 0.4


def longer(text: str) -> str:
    """In brackets, and two fifths longer by words that may break, as a wordier language is."""
    more = int(len(text) * LONGER)
    padding = " ".join(["ωωωωω"] * (more // 6 + 1))[:more].strip()
    return f"{OPEN}{text} {padding}{CLOSE}" if padding else f"{OPEN}{text}{CLOSE}"


class Catalogue(NullTranslations):
    """Gives the English text in brackets; the places for values stay."""

    def gettext(self, message: str) -> str:
        return longer(message)

    def ngettext(self, one: str, several: str, number: int) -> str:
        return longer(one if number == 1 else several)

    def pgettext(self, _context: str, message: str) -> str:  # type: ignore[override]
        return longer(message)

    def npgettext(self, _context: str, one: str, several: str, number: int) -> str:  # type: ignore[override]
        return self.ngettext(one, several, number)

    ugettext, ungettext, upgettext, unpgettext = gettext, ngettext, pgettext, npgettext


@contextmanager
def spoken() -> Iterator[None]:
    """The desk of this process speaks it, in every thread."""
    catalogue = Catalogue()
    bracketed = {key: longer(word) for key, word in shown.WORDS["ru"].items()}
    with (
        patch.object(flask_babel.Domain, "get_translations", lambda _self: catalogue),
        patch.dict(shown.WORDS, {"ru": bracketed}),
        patch.dict(texts._CATALOGS, clear=True),
    ):
        yield


@dataclass(frozen=True)
class Known:
    """What a page may show untranslated. `texts` is everything that people or the demo wrote, a line each; a single word is
    believed only where it is one of the `words`: keys that pages show, and words given for finding."""

    texts: str
    words: frozenset[str]


def known_values() -> Known:
    tables = MetaData()
    tables.reflect(db.engine)
    found, words = set(available_timezones()), set[str]()
    for table in tables.tables.values():
        for row in db.session.execute(select(table)).mappings():
            for column, value in row.items():
                if column in ("key", "mailbox", "keywords", "topics", "recipient", "shortcut"):
                    words.update(_texts(value))
                found.update(_texts(value))
    lines = {" ".join(text.replace("_", " ").split()) for text in found if re.search(r"[\s@/]|[^\x00-\x7f]", text)}
    return Known("\n" + "\n".join(lines) + "\n", frozenset(word for text in words for word in text.split()))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.splitlines()
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def untranslated(text: str, known: Known, asked: str = "") -> Iterator[str]:
    """Words of the page that no catalogue gave and nobody wrote. `asked` is what its address asks for."""
    tree = tree_of(text)
    silent = " or ".join(f"ancestor::{tag}" for tag in SILENT.split())
    # Letters of a name; what people typed, in pieces around the words that were found; codes of countries, zones.
    silent += " or parent::*[contains(@class, 'person-mark')] or ancestor::select[@name='holidays'] or parent::option[contains(@value, '/')] or ancestor::*[@class='hit-passage']"
    for node in tree.xpath(f"//text()[not({silent})]"):
        yield from (f"{left!r} in <{node.getparent().tag}>" for left in _outside(str(node), known, asked))
    for element in tree.iter():
        for name, value in element.attrib.items():
            button = name == "value" and element.tag == "input" and element.get("type") in ("submit", "button", "reset")
            data = name.startswith("data-") and not NOT_SPOKEN.match(name) and " " in value.strip()
            if name in SPOKEN or button or data:
                yield from (f"{left!r} in {name} of <{element.tag}>" for left in _outside(value, known, asked))


def _outside(text: str, known: Known, asked: str) -> Iterator[str]:
    """What stands outside brackets and is neither data nor alike in all languages. Brackets may lie in brackets."""
    previous = None
    while previous != text:
        previous, text = text, BRACKETED.sub("\0", text)
    for part in PARTS.split(text):
        left = " ".join(part.split()).strip(" .,:;—–-()«»“”\"'#/…")
        left = re.sub(r"^\d+ ", "", left)
        if LATIN.search(ALIKE.sub("", left)) and not _is_known(left, known, asked):
            yield left


def _is_known(text: str, known: Known, asked: str) -> bool:
    """A whole value, enough of one that it is no chance, or a word that is a key."""
    if f"\n{text}\n" in known.texts or (len(text.split()) >= 3 and text in known.texts):
        return True
    return " " not in text and (text in known.words or text in asked)
