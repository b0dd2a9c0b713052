"""Addresses in a header. The standard library's reading differs between its patch releases and ends in a RecursionError at
comments in comments, and who wrote a letter is decided by it; this one looks at every sign once and raises nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from servicedesk.mailin.parse.charsets import ENCODED_WORD, one_line, words_decoded
from servicedesk.mailin.shapes import Address, Unparsable

# Stand for a blank and an at sign within quotes, which are none.
_BLANK, _AT = "\x1f", "\x1e"
_HIDDEN = str.maketrans({" ": _BLANK, "\t": _BLANK, "@": _AT})
_SHOWN = str.maketrans({_BLANK: " ", _AT: "@"})
_ROUTE = re.compile(r"\s*@[^:<>]*:")
NAME_LENGTH, ADDRESS_LENGTH = 200, 254


def addresses(value: str, most: int) -> tuple[Address, ...]:
    """All addresses of a header in their order, twice where they stand there twice; where it is unclear which of two words is
    the address, both are. Raises `Unparsable` where there are more than `most`."""
    return tuple(_Reader(value, most).read())


@dataclass
class _Reader:
    value: str
    most: int
    found: list[Address] = field(default_factory=list)
    phrase: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    # Whether the one being read has had its address in angle brackets.
    done: bool = False

    def read(self) -> list[Address]:
        at = 0
        while at < len(self.value):
            at = self._step(at)
        self._end()
        return self.found

    def _step(self, at: int) -> int:
        sign = self.value[at]
        if sign == '"':
            return self._quoted(at + 1)
        if sign == "(":
            return self._commented(at + 1)
        if sign == "<":
            return self._angled(at + 1)
        if sign == "=" and (word := ENCODED_WORD.match(self.value, at)):
            # It may hold any sign, as a name; none of them separates.
            self.phrase.append(word[0].translate(_HIDDEN))
            return word.end()
        if sign in ",;":
            self._end()
        elif sign == ":" and not any("@" in piece for piece in self.phrase):
            self.phrase.clear()  # the name of a group
        else:
            self.phrase.append(sign)
        return at + 1

    def _quoted(self, at: int) -> int:
        end = at
        while end < len(self.value) and self.value[end] != '"':
            end += 2 if self.value[end] == "\\" else 1
        text = re.sub(r"\\(.)", r"\1", self.value[at:end])
        self.phrase.append(text.translate(_HIDDEN))
        return end + 1

    def _commented(self, at: int) -> int:
        depth, start = 1, at
        while at < len(self.value) and depth:
            sign = self.value[at]
            at += 2 if sign == "\\" else 1
            depth += (sign == "(") - (sign == ")")
        self.comment.append(self.value[start : at - 1])
        return at

    def _angled(self, at: int) -> int:
        kept: list[str] = []
        while at < len(self.value) and self.value[at] != ">":
            if self.value[at] == "(":
                at = self._commented(at + 1)
            else:
                kept.append(self.value[at])
                at += 1
        inner = "".join(kept)
        route = _ROUTE.match(inner)
        for word in re.split(r"[\s,;<]+", inner[route.end() :] if route else inner):
            self._add(word, self._name("".join(self.phrase)))
        self.phrase.clear()
        self.done = True
        return at + 1

    def _end(self) -> None:
        """Of one address, at a separator or at the end."""
        text = "".join(self.phrase)
        if not self.done:
            for word in text.split():
                if "@" in word:
                    self._add(word.translate(_SHOWN), self._name(" ".join(self.comment)))
        self.phrase.clear()
        self.comment.clear()
        self.done = False

    def _name(self, text: str) -> str:
        return one_line(words_decoded(text.translate(_SHOWN)[: NAME_LENGTH * 20])).strip("'\" ")[:NAME_LENGTH]

    def _add(self, word: str, name: str) -> None:
        address = one_line(_told(word)).removeprefix("mailto:").strip("'\".<>").lower()
        local, _, domain = address.rpartition("@")
        if not local or not domain or len(address) > ADDRESS_LENGTH:
            return
        if len(self.found) >= self.most:
            raise Unparsable("too many addresses")
        self.found.append(Address(address, name))


def _told(word: str) -> str:
    """Signs that are not seen make it another address: left out within it, they would make it somebody else's. So would the
    Kelvin sign, whose small letter is k."""
    seen = "".join(sign if sign.isprintable() or sign.isspace() else "\0" for sign in word).strip("\0 ")
    return seen.replace("\0", "\ufffd").replace("\u212a", "\ufffd")
