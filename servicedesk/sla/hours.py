"""The hours of one day as people write them: read, checked, written, shortened. Pure; knows no dates and no zones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_

Hours = list[list[str]]

DAY = 24 * 60
# An interval that ends before it begins goes on after midnight. A longer one is likelier to be the wrong way round:
# 18:00-09:00 is what somebody writes who means 09:00-18:00.
LONGEST_NIGHT = 12 * 60
MOST_INTERVALS = 12
LONGEST_TEXT = 300

_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?")
_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
_CLOSED = frozenset({"", "closed", "закрыто", "выходной", "-", "–", "—"})


def read_hours(text: str) -> Hours:
    """ "9-13, 14:00–18" as [["09:00", "13:00"], ["14:00", "18:00"]]; nothing, or "closed", as []. Raises `DeskError`."""
    said = text.strip()
    if said.lower() in _CLOSED:
        return []
    if len(said) > LONGEST_TEXT:
        raise DeskError(N_("At most %(most)d characters fit here."), most=LONGEST_TEXT)
    hours = [_read_span(part.strip()) for part in re.split(r"[,;\n]+", said) if part.strip()]
    if not hours:
        raise _unreadable(said)
    fault = hours_fault(hours)
    if fault is not None:
        raise fault
    return normal_hours(hours)


def write_hours(hours: Sequence[Sequence[str]]) -> str:
    """The way `read_hours` reads back; empty for a closed day."""
    return ", ".join(_span(pair) for pair in hours)


def hours_fault(hours: Any) -> DeskError | None:
    """Why these cannot be the hours of a day, or None. They are a list of (begin, end) pairs."""
    if isinstance(hours, str | Mapping) or not isinstance(hours, Sequence):
        return DeskError(N_('Hours are a list of pairs, like [["09:00", "13:00"], ["14:00", "18:00"]].'))
    if len(hours) > MOST_INTERVALS:
        return DeskError(N_("At most %(most)d intervals fit into a day."), most=MOST_INTERVALS)
    spans = []
    for pair in hours:
        if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
            return DeskError(N_("An interval is a pair of a beginning and an end, like 09:00 and 18:00."))
        for text in pair:
            if _minutes(text) is None:
                return DeskError(N_("%(time)s is not a time of day. Write 00:00 to 24:00."), time=_shown(text))
        spans.append(tuple(_minutes(text) or 0 for text in pair))
    return _order_fault(spans)


def normal_hours(hours: Sequence[Sequence[str]]) -> Hours:
    """The same in one way of writing: two digits, in the order of the day. Of hours without a fault."""
    pairs = sorted((_minutes(begin) or 0, _minutes(end) or 0) for begin, end in hours)
    return [[_written(begin), _written(end)] for begin, end in pairs]


def shortened(hours: Sequence[Sequence[str]]) -> Hours:
    """The same day with its last hour of work taken off. A day whose work runs to midnight or over it stays as it is:
    night shifts and round-the-clock duty are not shortened (art. 95, 96 of the Labour Code leave them to their own rule).
    """
    spans = [[_minutes(begin) or 0, _minutes(end) or 0] for begin, end in normal_hours(hours)]
    if any(end <= begin or end == DAY for begin, end in spans) or sum(end - begin for begin, end in spans) <= 60:
        return normal_hours(hours)
    left = 60
    while left:
        begin, end = spans[-1]
        if end - begin > left:
            spans[-1][1], left = end - left, 0
        else:
            spans.pop()
            left -= end - begin
    return [[_written(begin), _written(end)] for begin, end in spans]


def minutes_of(hours: Sequence[Sequence[str]]) -> int:
    """How long the day is open, in minutes by the wall clock."""
    pairs = [(_minutes(begin) or 0, _minutes(end) or 0) for begin, end in hours]
    return sum(end - begin if end > begin else end + DAY - begin for begin, end in pairs)


def _order_fault(spans: list[tuple[int, ...]]) -> DeskError | None:
    for begin, end in spans:
        said = f"{_written(begin)}–{_written(end)}"
        if begin == DAY:
            return DeskError(N_("%(span)s begins at 24:00. Write it as 00:00 of the next day."), span=said)
        if begin == end:
            return DeskError(N_("%(span)s is empty. For the whole day write 00:00–24:00."), span=said)
        if end < begin and end + DAY - begin > LONGEST_NIGHT:
            sentence = N_(
                "%(span)s ends before it begins. A shift over midnight has at most 12 hours; write a longer one as two, "
                "to 24:00 on this day and from 00:00 on the next."
            )
            return DeskError(sentence, span=said)
    ordered = sorted((begin, end if end > begin else end + DAY) for begin, end in spans)
    for one, other in pairwise(ordered):
        if other[0] < one[1]:
            first, second = (f"{_written(begin)}–{_written(_on_clock(end))}" for begin, end in (one, other))
            return DeskError(N_("%(one)s and %(other)s overlap."), one=first, other=second)
    return None


def _on_clock(minutes: int) -> int:
    return minutes if minutes <= DAY else minutes - DAY


def _read_span(text: str) -> list[str]:
    ends = _DASHES.split(text)
    if len(ends) != 2:
        raise _unreadable(text)
    times = []
    for end in ends:
        found = _TIME.fullmatch(end.strip())
        if found is None:
            raise _unreadable(text)
        times.append(f"{int(found[1]):02d}:{found[2] or '00'}")
    return times


def _unreadable(text: str) -> DeskError:
    return DeskError(
        N_("“%(text)s” cannot be read as hours. Write them like 09:00–13:00, 14:00–18:00."), text=_shown(text)
    )


def _minutes(text: Any) -> int | None:
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", text) if isinstance(text, str) else None
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    return hour * 60 + minute if (hour < 24 and minute < 60) or (hour, minute) == (24, 0) else None


def _span(pair: Sequence[str]) -> str:
    return f"{pair[0]}–{pair[1]}"


def _written(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
