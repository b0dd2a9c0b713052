"""Reads single values of the file and notes what is wrong with them. Knows nothing of departments or promises."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from difflib import get_close_matches
from typing import Any

from servicedesk.kernel.text import LANGUAGES
from servicedesk.organisation.faults import Fault
from servicedesk.organisation.reading import Entries, Items, Node, Word
from servicedesk.people.rules import is_address, is_key, normal_address
from servicedesk.sla.drafts import zones


class Notebook:
    """Every reading method gives None (or something empty) where it has noted a fault."""

    def __init__(self, language: str, faults: Iterable[Fault] = ()) -> None:
        self.language = language
        self.faults = list(faults)

    def fault(self, at: Node | int, sentence: str) -> None:
        self.faults.append(Fault(at if isinstance(at, int) else at.line, sentence))

    def entries(self, node: Node | None, what: str, known: Iterable[str] | None = None) -> Entries:
        """A mapping; keys that are not `known` are faults. Nothing is an empty one."""
        if node is None or (isinstance(node, Word) and node.is_nothing):
            return Entries(node.line if node else 0, {}, {})
        if not isinstance(node, Entries):
            self.fault(node, f"{_start(what)} must be a mapping, written like {{key: value}}.")
            return Entries(node.line, {}, {})
        if known is not None:
            names = list(known)
            for key in node.entries:
                if key not in names:
                    guess = nearest(key, names) or _split(node, key)
                    self.fault(node.lines[key], f"Unknown key {key!r} in {what}{guess}")
        return node

    def items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        """A list. Nothing is an empty one."""
        if node is None or (isinstance(node, Word) and node.is_nothing):
            return ()
        if not isinstance(node, Items):
            self.fault(node, f"{_start(what)} must be a list, written like [a, b].")
            return ()
        return node.items

    def text(self, node: Node, what: str, most: int = 200) -> str | None:
        """A text that is not empty."""
        if not isinstance(node, Word) or node.is_nothing or not node.text.strip():
            self.fault(node, f"{_start(what)} must be a text.")
            return None
        if len(node.text.strip()) > most:
            self.fault(node, f"{_start(what)} is longer than {most} characters.")
            return None
        return node.text.strip()

    def texts(self, node: Node, what: str, most: int, longest: int) -> list[str]:
        """A list of short texts, each of them once."""
        items = self.items(node, what)
        if len(items) > most:
            self.fault(node, f"{_start(what)}: at most {most} fit here.")
        found = [self.text(item, f"each of the {what}", longest) for item in items]
        return list(dict.fromkeys(text for text in found if text is not None))

    def key(self, line: int, text: str, what: str) -> bool:
        if is_key(text):
            return True
        self.fault(line, f"{what} {text!r} must have lower-case Latin letters, digits and hyphens, at most 64.")
        return False

    def truth(self, node: Node, what: str) -> bool | None:
        if isinstance(node, Word) and not node.quoted and node.text in ("true", "false"):
            return node.text == "true"
        self.fault(node, f"{_start(what)} must be true or false.")
        return None

    def one_of(self, node: Node, what: str, known: Collection[str]) -> str | None:
        """One of the words in `known`."""
        text = node.text if isinstance(node, Word) else None
        if text in known:
            return text
        if text is None or not known:
            self.fault(node, f"{_start(what)} must be {_listed(known)}.")
        else:
            self.fault(node, f"There is no {what} {text!r}; it is {_listed(known)}.")
        return None

    def reference(self, node: Node, what: str, known: Collection[str]) -> str | None:
        """The key of something that the file or the desk has."""
        text = node.text if isinstance(node, Word) else None
        if text is not None and text in known:
            return text
        if text is None or not text:
            self.fault(node, f"The {what} must be named by its key.")
        else:
            self.fault(node, f"There is no {what} {text!r} in this file or on the desk{nearest(text, known) or '.'}")
        return None

    def names(self, node: Node, what: str, most: int = 200) -> dict[str, str] | None:
        """A text for each language; a plain text is in the company's language."""
        if not isinstance(node, Entries):
            text = self.text(node, what, most)
            return None if text is None else {self.language: text}
        for key in node.entries:
            if key not in LANGUAGES:
                self.fault(node.lines[key], f"{_start(what)} has a text for ru or en, not {key!r}{_split(node, key)}")
        texts = {
            key: self.text(value, f"{what} in {key}", most) for key, value in node.entries.items() if key in LANGUAGES
        }
        if not node.entries:
            self.fault(node, f"{_start(what)} must have a text for ru or en.")
        good = {key: text for key, text in texts.items() if text is not None}
        return good if good and len(good) == len(node.entries) else None

    def optional_names(self, node: Node, what: str, most: int) -> dict[str, str] | None:
        """The same, but it may be emptied with {} or null."""
        empty = isinstance(node, Entries) and not node.entries
        return {} if empty or (isinstance(node, Word) and node.is_nothing) else self.names(node, what, most)

    def address(self, node: Node, what: str) -> str | None:
        """An e-mail address as the desk keeps it."""
        text = normal_address(node.text) if isinstance(node, Word) else ""
        if is_address(text):
            return text
        said = repr(node.text) if isinstance(node, Word) else "this"
        self.fault(node, f"{_start(what)}: {said} is not an e-mail address.")
        return None

    def zone(self, node: Node) -> str | None:
        """The name of a time zone."""
        text = node.text if isinstance(node, Word) else ""
        if text in zones():
            return text
        guess = nearest(text, zones())
        self.fault(node, f"There is no time zone {text!r}{guess or '; write it like Europe/Moscow.'}")
        return None

    def day(self, node: Node, what: str) -> date | None:
        try:
            if isinstance(node, Word) and len(node.text) == len("2026-01-01"):
                return date.fromisoformat(node.text)
        except ValueError:
            pass
        self.fault(node, f"{_start(what)} must be a date, written like 2026-01-31.")
        return None


def nearest(text: str, known: Iterable[str]) -> str:
    """The end of a sentence that names the likeliest of the known words, or nothing."""
    words = {word.lower(): word for word in sorted(known)}
    close = get_close_matches(text.lower(), words, n=1)
    return f"; is {words[close[0]]!r} meant?" if close else ""


def plain(node: Node) -> Any:
    """The node as lists, dicts, texts, truths and None."""
    if isinstance(node, Entries):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    if node.is_nothing:
        return None
    if not node.quoted and node.text in ("true", "false"):
        return node.text == "true"
    return node.text


def _split(node: Entries, key: str) -> str:
    """What {ru: one, two} makes of the second word, said to who did not mean it."""
    value = node.entries[key]
    alone = isinstance(value, Word) and value.is_nothing
    return "; a text with a comma in it must stand in quotes." if alone else "."


def _start(what: str) -> str:
    return what[:1].upper() + what[1:]


def _listed(words: Collection[str]) -> str:
    ordered = list(words)
    return " or ".join([", ".join(ordered[:-1]), ordered[-1]]) if len(ordered) > 1 else "".join(ordered)
