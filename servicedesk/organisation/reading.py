"""YAML text → a tree of nodes that know their lines. What a word means is decided later, by who expects it.

Nothing is guessed from the look of a word: 09:00 and 2026-01-01 stay texts, and `no` is Norway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from servicedesk.kernel.text import is_storable
from servicedesk.organisation.faults import Fault, Faulty

LARGEST = 1024 * 1024
DEEPEST = 20
# Counted after references (*name) are followed, so that a small file cannot unfold into a huge one.
MOST_NODES = 250_000

_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")
}
_NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Word:
    """A single value as it was written. `quoted` ones are always text."""

    line: int
    text: str
    quoted: bool = False

    @property
    def is_nothing(self) -> bool:
        return not self.quoted and self.text in _NULLS


@dataclass(frozen=True)
class Items:
    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Entries:
    """Keys to values in the order of the file; `lines` has the line of each key."""

    line: int
    entries: dict[str, Node]
    lines: dict[str, int]


Node = Word | Items | Entries


@dataclass(frozen=True)
class Tree:
    """`faults` are those that leave the rest of the file readable, such as a key that stands twice."""

    root: Entries
    faults: tuple[Fault, ...]


def read(text: str | bytes) -> Tree:
    """The file as a tree. Raises `Faulty` for what is not one YAML mapping of a reasonable size."""
    if len(text) > LARGEST:
        raise Faulty([Fault(1, f"The file is larger than {LARGEST // 1024} KiB.")])
    unfolding = _Unfolding()
    root = unfolding.node(_composed(_decoded(text)), 1)
    if not isinstance(root, Entries):
        fault = Fault(root.line, "The file must be a mapping with sections such as company and departments.")
        raise Faulty([*unfolding.faults, fault])
    return Tree(root, tuple(unfolding.faults))


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faulty([Fault(text[: error.start].count(b"\n") + 1, "This is not UTF-8 text.")]) from error


def _composed(text: str) -> yaml.Node:
    try:
        root: yaml.Node | None = _Loader(text).get_single_node()
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise Faulty([Fault(line, "There is a character here that YAML does not allow.")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(part for part in (error.context, error.problem) if part)
        raise Faulty([Fault(mark.line + 1 if mark else 1, f"This is not YAML: {words}.")]) from error
    except (ValueError, OverflowError) as error:  # what the scanner lets through, such as an escape beyond Unicode
        raise Faulty([Fault(1, "This is not YAML: an escape names no character.")]) from error
    if root is None:
        raise Faulty([Fault(1, "The file is empty.")])
    return root


class _Loader(yaml.SafeLoader):
    """Stops before deep nesting exhausts the stack."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Faulty([Fault(self.line + 1, f"This is nested deeper than {DEEPEST} levels.")])
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


class _Unfolding:
    """Turns composed nodes into ours, collecting the faults of all of them."""

    def __init__(self) -> None:
        self.count = 0
        self.faults: list[Fault] = []

    def node(self, found: yaml.Node, depth: int) -> Node:
        line = found.start_mark.line + 1
        self.count += 1
        if self.count > MOST_NODES or depth > DEEPEST:
            raise Faulty([*self.faults, Fault(line, "The references in this file unfold into too much.")])
        if isinstance(found, yaml.MappingNode) and found.tag == "tag:yaml.org,2002:map":
            return self._entries(found, line, depth)
        if isinstance(found, yaml.SequenceNode) and found.tag == "tag:yaml.org,2002:seq":
            return Items(line, tuple(self.node(item, depth + 1) for item in found.value))
        if isinstance(found, yaml.ScalarNode) and found.tag in _PLAIN_TAGS:
            return self._word(found, line)
        self.faults.append(
            Fault(line, f"Tags such as {found.tag.replace('tag:yaml.org,2002:', '!!')} are not used here.")
        )
        return Word(line, "")

    def _word(self, found: yaml.ScalarNode, line: int) -> Word:
        text = found.value
        if not is_storable(text) or any(letter < " " and letter not in "\n\t" for letter in text):
            self.faults.append(Fault(line, "There is a control character in this text."))
        return Word(line, text, quoted=found.style is not None)

    def _entries(self, found: yaml.MappingNode, line: int, depth: int) -> Entries:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key_node, value in found.value:
            key = self.node(key_node, depth + 1)
            if not isinstance(key, Word):
                self.faults.append(Fault(key.line, "A key must be a single word."))
            elif key.text in entries:
                self.faults.append(
                    Fault(key.line, f"The key {key.text!r} stands twice; first in line {lines[key.text]}.")
                )
            else:
                entries[key.text], lines[key.text] = self.node(value, depth + 1), key.line
        return Entries(line, entries, lines)
