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
class LetterTooLarge(LetterEvent):
    """It is larger than letters may be and stays in its mailbox (empty: it came through the command)."""

    mailbox: str
    size: int


@dataclass(frozen=True, kw_only=True)
class LetterReleased(LetterEvent):
    """Somebody had it delivered after all."""

    before: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class AnswerNoted(Event):
    """A program answered one of our mails ("I am away"): kept in the history of the request, where nothing follows."""

    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
    letter_id: int
    person_id: int | None


@dataclass(frozen=True, kw_only=True)
class ExchangeStopped(Event):
    """So many letters came from one address about one request that nobody is told of each any more."""

    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
    letter_id: int
    person_id: int | None


@dataclass(frozen=True, kw_only=True)
class AnswerHeld(Event):
    """Somebody who works on the request answered by a letter that nothing proves to be theirs: it waits for a decision.
    `answers`: they may be told by mail."""

    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
    letter_id: int
    person_id: int | None
    answers: bool


@dataclass(frozen=True, kw_only=True)
class LetterLeft(LetterEvent):
    """Somebody looked at it and decided that nothing shall follow."""

    outcome: str
    why: str
