"""What happens around surveys. No event says that somebody has answered: that would name a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class WaveStarted(Event):
    """A wave ("2026-Q3") was started; `people` dealt with somebody and will be asked."""

    subject: ClassVar = ("survey", "wave_id")
    wave_id: int
    key: str
    people: int


@dataclass(frozen=True, kw_only=True)
class WaveEnded(Event):
    """An administrator ended a wave before its last day; it takes no more answers."""

    subject: ClassVar = ("survey", "wave_id")
    wave_id: int
    key: str


@dataclass(frozen=True, kw_only=True)
class SurveyAsked(Event):
    """An invitation went out, or is repeated once as a reminder."""

    subject: ClassVar = ("survey", "wave_id")
    wave_id: int
    person_id: int
    invitation_id: str
    reminder: bool


@dataclass(frozen=True, kw_only=True)
class RhythmSet(Event):
    """How often waves start by themselves was changed."""

    rhythm: str
