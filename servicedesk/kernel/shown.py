"""How moments, durations and numbers look in a language and a time zone: pure functions of a value, a locale and a zone.

Knows no request, no row and no subject; pages, files and mails show the same figure in the same way by asking here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

MINUTE, HOUR, DAY = 60, 3600, 86400
GAP = "\N{NO-BREAK SPACE}"

# Not in the catalogs: mails and files are written outside any request, each in its reader's language.
WORDS = {
    "en": {
        "d": "d",
        "h": "h",
        "min": "min",
        "under": "under a minute",
        "left": "in {}",
        "late": "{} late",
        "just late": "just missed",
    },
    "ru": {
        "d": "д",
        "h": "ч",
        "min": "мин",
        "under": "меньше минуты",
        "left": "осталось {}",
        "late": "просрочено на {}",
        "just late": "срок только что прошёл",
    },
}


def when(at: datetime, locale: str, zone: tzinfo) -> str:
    """`21 Nov 2026, 14:05` in the person's zone."""
    return formatted(aware(at), "d MMM y, HH:mm", locale, zone)


@lru_cache(maxsize=8192)
def formatted(at: datetime, pattern: str, locale: str, zone: tzinfo) -> str:
    """Babel's `format_datetime`. Pages say the same moments again and again, and saying one takes long."""
    return format_datetime(at, pattern, tzinfo=zone, locale=locale)


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, for attributes."""
    return aware(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: date | datetime, locale: str, zone: tzinfo) -> str:
    if isinstance(at, datetime):
        at = aware(at).astimezone(zone).date()
    return format_date(at, "d MMM y", locale=locale)


def clock_time(at: datetime, locale: str, zone: tzinfo) -> str:
    return formatted(aware(at), "HH:mm", locale, zone)


@lru_cache(maxsize=1024)
def month(key: str, locale: str, inflected: bool = False) -> str:
    """`2026-04` as April 2026; `inflected` as a word beside it wants it: `с апреля 2026`."""
    pattern = "MMMM y" if inflected else "LLLL y"
    return format_date(datetime.strptime(key, "%Y-%m").date(), pattern, locale=locale)  # noqa: DTZ007 — a month has no zone


def duration(seconds: float, locale: str, days: bool = False) -> str:
    """`3 h 20 min`, cut to whole minutes. Working time stays in hours; `days` is for time round the clock."""
    words = WORDS[language(locale)]
    left = int(abs(seconds))
    if left < MINUTE:
        return f"0{GAP}{words['min']}" if left == 0 else words["under"]
    counts = {}
    if days:
        counts["d"], left = divmod(left, DAY)
    counts["h"], left = divmod(left, HOUR)
    # Beside days, minutes are noise.
    counts["min"] = 0 if counts.get("d") else left // MINUTE
    return " ".join(f"{number(count, locale)}{GAP}{words[unit]}" for unit, count in counts.items() if count)


@lru_cache(maxsize=8192)
def number(value: float, locale: str) -> str:
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)
    return format_decimal(value, locale=locale)


def exact(value: str, locale: str) -> str:
    """A decimal kept as a string, with all its decimals."""
    return format_decimal(Decimal(value), locale=locale, decimal_quantization=False)


def money(value: str, locale: str, currency: str) -> str:
    return format_currency(Decimal(value), currency, locale=locale)


@lru_cache(maxsize=8192)
def percent(share: float | None, locale: str) -> str:
    """A share of one as whole percent; a dash when there is nothing to take a share of."""
    return "–" if share is None else format_percent(share, locale=locale)


@lru_cache(maxsize=8192)
def score(value: float | None, locale: str) -> str:
    """One decimal, as scores and the index are always shown."""
    return "–" if value is None else format_decimal(value, "0.0", locale=locale)


def file_size(size: int, locale: str) -> str:
    units = {"ru": ("Б", "КБ", "МБ", "ГБ"), "en": ("B", "kB", "MB", "GB")}[language(locale)]
    amount, step = float(size), 0
    while amount >= 1000 and step < len(units) - 1:
        amount, step = amount / 1000, step + 1
    return f"{format_decimal(amount, '#,##0.#' if step else '#,##0', locale=locale)}{GAP}{units[step]}"


def aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {at}")
    return at


def language(locale: str) -> str:
    return "ru" if str(locale).startswith("ru") else "en"
