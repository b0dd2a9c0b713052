"""What is wrong with an organisation file: a line and a sentence each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """`line` counts from 1; `sentence` is for the person who wrote the file."""

    line: int
    sentence: str


class Faulty(Exception):
    """The file cannot be used; `faults` are all of them, in the order of the lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("; ".join(f"line {fault.line}: {fault.sentence}" for fault in self.faults))
