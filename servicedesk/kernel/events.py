"""Events: published by actions, handled in order inside the same transaction. Wiring says by whom."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp

# More than this from one change is a loop, not a story.
STORM = 200

Reaction = Callable[[Any], None]
_reactions: dict[type[Event], Sequence[Reaction]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact in the past tense with ids and plain values. `subject` names the fields audit files it under."""

    stamp: Stamp
    subject: ClassVar[tuple[str, str]] = ("", "")  # kind of thing, name of the field with its id


def connect(reactions: Mapping[type[Event], Sequence[Reaction]]) -> None:
    """Called once by `create_app` with `wiring.REACTIONS`."""
    _reactions.clear()
    _reactions.update(reactions)


def publish(event: Event) -> None:
    """Remember `event`; it is handled when the transaction settles and dies with a rollback."""
    db.session.info.setdefault("events", deque()).append(event)


def settle() -> None:
    """Handle what was published, breadth first; reactions may publish more.

    Called at the end of every transaction, and between the steps of one that tells a longer story (an import).
    """
    pending: deque[Event] = db.session.info.setdefault("events", deque())
    handled = 0
    while pending:
        event = pending.popleft()
        handled += 1
        if handled > STORM:
            raise RuntimeError(f"more than {STORM} events in one change, the last is {type(event).__name__}")
        for reaction in _reactions[type(event)]:
            reaction(event)


@contextmanager
def attempt() -> Iterator[None]:
    """A part of a change that may fail without the rest: when it raises, its rows and its events are undone."""
    pending: deque[Event] = db.session.info.setdefault("events", deque())
    known = len(pending)
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        while len(pending) > known:
            pending.pop()
        raise


def forget() -> None:
    """Drop what was published and not handled (after a rollback)."""
    db.session.info.pop("events", None)
