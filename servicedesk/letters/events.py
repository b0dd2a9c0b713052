"""What happens to letters beyond what they do to requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class LetterEvent(Event):
    subject: ClassVar = ("letter", "letter_id")
    letter_id: int


@dataclass(frozen=True, kw_only=True)
class LetterLeft(LetterEvent):
    """Somebody looked at it and decided that nothing shall follow."""

    outcome: str
    why: str
