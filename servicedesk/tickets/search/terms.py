"""What the values of filters mean, in both languages: states, spans of time, due instants. Pure; None is "not understood"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeVar

from servicedesk.catalog.finding import words
from servicedesk.tickets.models import PRIORITIES, STATUSES
from servicedesk.tickets.rules import ACTIVE, HELD

T = TypeVar("T")
_DONE = ("resolved", "closed", "cancelled")
_STATES: dict[str, tuple[str, ...]] = {
    "any": STATUSES, "all": STATUSES, "любой": STATUSES, "любые": STATUSES, "все": STATUSES,
    "open": ACTIVE, "active": ACTIVE, "открыт": ACTIVE, "открытый": ACTIVE, "активный": ACTIVE,
    "new": ("new",), "новый": ("new",), "новая": ("new",),
    "working": ("open",), "работа": ("open",), "вработе": ("open",),
    "approval": ("awaiting_approval",), "согласование": ("awaiting_approval",), "на согласовании": ("awaiting_approval",),
    "waiting": ("waiting",), "ждет": ("waiting",), "ожидает": ("waiting",), "ожидание": ("waiting",),
    "hold": ("on_hold",), "отложен": ("on_hold",), "пауза": HELD, "held": HELD,
    "resolved": ("resolved",), "решен": ("resolved",), "выполнен": ("resolved",),
    "closed": ("closed",), "закрыт": ("closed",), "закрытый": ("closed",),
    "cancelled": ("cancelled",), "canceled": ("cancelled",), "отменен": ("cancelled",), "отозван": ("cancelled",),
    "done": _DONE, "ended": _DONE, "готов": _DONE, "завершен": _DONE,
    **{status: (status,) for status in STATUSES if status != "open"},
}  # fmt: skip
_PRIORITIES = {
    **{key: key for key in PRIORITIES}, "низкий": "low", "обычный": "normal", "средний": "normal", "высокий": "high",
    "срочный": "urgent", "срочно": "urgent",
}  # fmt: skip
_HAS = {"file": "file", "files": "file", "attachment": "file", "файл": "file", "вложение": "file", "answer": "answer",
        "reply": "answer", "ответ": "answer"}  # fmt: skip
_IS = {
    "confidential": "confidential", "secret": "confidential", "конфиденциальный": "confidential", "breached": "breached",
    "overdue": "breached", "нарушен": "breached", "сорван": "breached", "mine": "mine", "my": "mine", "мой": "mine",
    "моя": "mine", "мое": "mine", "reopened": "reopened", "переоткрыт": "reopened",
}  # fmt: skip
_DAYS = {"today": 0, "сегодня": 0, "yesterday": -1, "вчера": -1, "tomorrow": 1, "завтра": 1}
_OVERDUE, _NONE = ("overdue", "late", "просрочен", "просрочено"), ("none", "no", "нет")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_LENGTH = re.compile(r"(\d{1,4})\s*([a-zа-я]{1,7})")
_UNITS = {
    "m": 60,
    "м": 60,
    "мин": 60,
    "min": 60,
    "h": 3600,
    "ч": 3600,
    "d": 86400,
    "д": 86400,
    "w": 604800,
    "н": 604800,
}


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant until before another; None is open. `never`: what has no such instant."""

    since: datetime | None = None
    before: datetime | None = None
    never: bool = False


def states(value: str) -> tuple[str, ...] | None:
    return _STATES.get(_plain(value)) or _by_stem(_STATES, value)


def priority(value: str) -> str | None:
    return _PRIORITIES.get(_plain(value)) or _by_stem(_PRIORITIES, value)


def feature(value: str) -> str | None:
    """What a request has: file or answer."""
    return _HAS.get(_plain(value)) or _by_stem(_HAS, value)


def quality(value: str) -> str | None:
    """What a request is: confidential, breached, mine or reopened."""
    return _IS.get(_plain(value)) or _by_stem(_IS, value)


def span(value: str, at: datetime, zone: tzinfo) -> Span | None:
    """`2026`, `2026-05`, `2026-05-13`, today, a range `2026-05..2026-07`, and with > >= < <= one side; `<7d` is younger
    than seven days."""
    text = _plain(value)
    if ".." in text:
        first, _, last = text.partition("..")
        begin, end = _calendar(first, at, zone), _calendar(last, at, zone)
        return Span(begin[0], end[1]) if begin and end and begin[0] < end[1] else None
    sign, rest = _signed(text)
    length = _length(rest)
    if length is not None:
        edge = _moved(at, -length)
        return None if edge is None else Span(before=edge) if sign in (">", ">=") else Span(since=edge)
    found = _calendar(rest, at, zone)
    return None if found is None else _side(sign, found)


def due(value: str, at: datetime, zone: tzinfo) -> Span | None:
    """When the next promise falls due: overdue, today, none, `<2d`, a date or a range."""
    text = _plain(value)
    if text in _OVERDUE:
        return Span(before=at)
    if text in _NONE:
        return Span(never=True)
    sign, rest = _signed(text)
    length = _length(rest)
    if length is not None:
        edge = _moved(at, length)
        return None if edge is None else Span(since=edge) if sign in (">", ">=") else Span(before=edge)
    return span(value, at, zone)


def _side(sign: str, found: tuple[datetime, datetime]) -> Span:
    begin, end = found
    return {
        ">": Span(since=end), ">=": Span(since=begin), "<": Span(before=begin), "<=": Span(before=end), "": Span(begin, end),
    }[sign]  # fmt: skip


def _signed(text: str) -> tuple[str, str]:
    sign = next((one for one in (">=", "<=", ">", "<") if text.startswith(one)), "")
    return sign, text[len(sign) :].strip()


def _length(text: str) -> timedelta | None:
    found = _LENGTH.fullmatch(text)
    unit = _UNITS.get(found[2]) or _UNITS.get(found[2][0]) if found else None
    return timedelta(seconds=int(found[1]) * unit) if found and unit else None


def _moved(at: datetime, by: timedelta) -> datetime | None:
    try:
        return at + by
    except OverflowError:
        return None


def _calendar(text: str, at: datetime, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """A day, month or year of the zone, from its beginning until its end."""
    if text in _DAYS:
        day = (at.astimezone(zone) + timedelta(days=_DAYS[text])).date()
        text = day.isoformat()
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day_ = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    try:
        begin = datetime(year, month, day_)  # noqa: DTZ001 — of the zone, which is put in below
        if found[3]:
            end = begin + timedelta(days=1)
        elif found[2]:
            end = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001
        else:
            end = datetime(year + 1, 1, 1)  # noqa: DTZ001
        return begin.replace(tzinfo=zone).astimezone(UTC), end.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _plain(value: str) -> str:
    return words.plain(value).strip()


def _by_stem(known: Mapping[str, T], value: str) -> T | None:
    """Russian words come with endings: "открытые" is "открыт"."""
    stem = words.stem(_plain(value))
    return next((meaning for word, meaning in known.items() if words.stem(word) == stem), None)
