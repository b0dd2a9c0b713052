"""Instants and durations as whole microseconds since 1970 UTC, so that all arithmetic is exact.

Holds the conversions at the border of the engine; never a calendar and never the current time.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND


def to_micros(at: datetime) -> int:
    """Microseconds from 1970 UTC to an aware datetime.

    Raises ValueError for a naive datetime and TypeError for anything that is no datetime.
    """
    try:
        # Subtracting is several times faster than astimezone() and, unlike timestamp(), exact.
        gap = at - EPOCH
        return (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds
    except (TypeError, AttributeError):
        raise _refusal(at) from None


def to_datetime(micros: int) -> datetime:
    """The aware UTC datetime of an instant. Raises ValueError outside the years 1 to 9999 of UTC."""
    try:
        return EPOCH + timedelta(0, micros // 1_000_000, micros % 1_000_000)
    except OverflowError:
        raise ValueError("The instant lies outside the years 1 to 9999 of UTC.") from None


def duration_to_micros(seconds: float) -> int:
    """Whole microseconds of a duration in seconds, to the nearest microsecond.

    Raises ValueError when the duration is not a finite number, TypeError when it is no number.
    """
    if type(seconds) is int:
        return seconds * 1_000_000
    try:
        return round(seconds * 1_000_000)
    except (ValueError, OverflowError):
        raise ValueError(f"A duration must be a finite number of seconds, not {seconds!r}.") from None
    except TypeError:
        raise TypeError(f"A duration must be a number of seconds, not {type(seconds).__name__}.") from None


def _refusal(at: object) -> Exception:
    if isinstance(at, datetime):
        return ValueError(f"The datetime {at.isoformat()} is naive; give one with a time zone.")
    return TypeError(f"Expected a datetime with a time zone, got {type(at).__name__}.")
