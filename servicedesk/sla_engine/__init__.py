"""The SLA engine: business time and the clocks that count it. Start with README.md.

Pure: standard library only, no database, no web, no current time. Aware datetimes go in, aware UTC
datetimes come out.
"""

from .calendar import ROUND_THE_CLOCK, BusinessCalendar, Segment, segments
from .clock import ClockReading, State, Stretch, fold, percent_at, stretches
from .errors import CalendarError, NeverOpensError, TargetError
from .marks import Mark, MarkKind
from .policy import Target
from .replay import METRICS, replay

__all__ = [
    "METRICS",
    "ROUND_THE_CLOCK",
    "BusinessCalendar",
    "CalendarError",
    "ClockReading",
    "Mark",
    "MarkKind",
    "NeverOpensError",
    "Segment",
    "State",
    "Stretch",
    "Target",
    "TargetError",
    "fold",
    "percent_at",
    "replay",
    "segments",
    "stretches",
]
