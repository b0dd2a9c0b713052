"""How dates, durations, numbers and written text look to a person, in their language and time zone.

Holds pure functions of a value, a locale and a zone, and the filters that take both from the request.
Never reads a row and never decides what is shown.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import nh3
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask, g
from flask_babel import get_locale, get_timezone
from markdown_it import MarkdownIt
from markupsafe import Markup

from servicedesk.kernel.text import in_language

MINUTE, HOUR, DAY = 60, 3600, 86400
GAP = "\N{NO-BREAK SPACE}"

# Not in the catalogs: mails and PDF files are written outside any request, each in its reader's language.
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


def when_tag(at: datetime, locale: str, zone: tzinfo) -> Markup:
    """The same inside <time>, with the moment for machines and the full date on hover."""
    full = format_datetime(aware(at), "EEEE, d MMMM y, HH:mm zzzz", tzinfo=zone, locale=locale)
    text = when(at, locale, zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment(at), full, text)


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, for attributes."""
    return aware(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: date | datetime, locale: str, zone: tzinfo) -> str:
    if isinstance(at, datetime):
        at = aware(at).astimezone(zone).date()
    return format_date(at, "d MMM y", locale=locale)


def clock_time(at: datetime, locale: str, zone: tzinfo) -> str:
    return formatted(aware(at), "HH:mm", locale, zone)


def month(key: str, locale: str) -> str:
    """`2026-04` as April 2026."""
    return format_date(datetime.strptime(key, "%Y-%m").date(), "LLLL y", locale=locale)  # noqa: DTZ007 — a month has no zone


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


def countdown(seconds: float, locale: str) -> str:
    """`in 3 h 20 min`, or `2 h late` from the due moment on."""
    words = WORDS[language(locale)]
    if seconds > 0:
        return words["left"].format(duration(seconds, locale))
    return words["late"].format(duration(seconds, locale)) if seconds <= -MINUTE else words["just late"]


def countdown_words(locale: str) -> dict[str, str]:
    """What the browser needs to go on counting in the same words."""
    words = WORDS[language(locale)]
    units = "|".join(words[unit] for unit in ("h", "min", "under", "just late"))
    return {"left": words["left"], "late": words["late"], "units": units}


def number(value: float, locale: str) -> str:
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)
    return format_decimal(value, locale=locale)


def exact(value: str, locale: str) -> str:
    """A decimal kept as a string, with all its decimals."""
    return format_decimal(Decimal(value), locale=locale, decimal_quantization=False)


def money(value: str, locale: str, currency: str) -> str:
    return format_currency(Decimal(value), currency, locale=locale)


def percent(share: float | None, locale: str) -> str:
    """A share of one as whole percent; a dash when there is nothing to take a share of."""
    return "–" if share is None else format_percent(share, locale=locale)


def score(value: float | None, locale: str) -> str:
    """One decimal, as scores and the index are always shown."""
    return "–" if value is None else format_decimal(value, "0.0", locale=locale)


def file_size(size: int, locale: str) -> str:
    units = {"ru": ("Б", "КБ", "МБ", "ГБ"), "en": ("B", "kB", "MB", "GB")}[language(locale)]
    amount, step = float(size), 0
    while amount >= 1000 and step < len(units) - 1:
        amount, step = amount / 1000, step + 1
    return f"{format_decimal(amount, '#,##0.#' if step else '#,##0', locale=locale)}{GAP}{units[step]}"


def initials(name: str) -> str:
    """Two letters for the mark beside a name."""
    words = [word for word in name.split() if word[:1].isalpha()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


@cache
def markdown_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    # A pasted "# 1042" or a line over dashes is not meant as a heading and would disturb the page's own.
    return parser.disable(["heading", "lheading"])


@lru_cache(maxsize=512)
def markdown(text: str) -> Markup:
    """Typed text as HTML: paragraphs, emphasis, lists, code, quotes, tables, web and mail links."""
    tags = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "a"}
    tags |= {"table", "thead", "tbody", "tr", "th", "td"}
    return Markup(
        nh3.clean(
            markdown_parser().render(text),
            tags=tags,
            clean_content_tags={"script", "style"},
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener",
        )
    )


def aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {at}")
    return at


def language(locale: str) -> str:
    return "ru" if str(locale).startswith("ru") else "en"


def install(app: Flask) -> None:
    """The functions above as Jinja filters that know the person's language and zone."""
    filters = app.jinja_env.filters
    dated: list[Callable[..., str]] = [when, when_tag, day, clock_time]
    plain: list[Callable[..., str]] = [month, duration, countdown, number, exact, money, percent, score, file_size]
    for shown in dated:
        filters[shown.__name__] = lambda at, shown=shown: "" if at is None else shown(at, here(), zone())
    for shown in plain:
        filters[shown.__name__] = lambda value, shown=shown, **named: shown(value, here(), **named)
    filters |= {"moment": moment, "markdown": markdown, "initials": initials}
    filters["named"] = lambda names: in_language(names, language(here()))
    filters["when_in"] = lambda at, name: when(at, here(), ZoneInfo(name))
    app.jinja_env.globals["page_language"] = lambda: language(here())
    app.jinja_env.globals["countdown_words"] = lambda: countdown_words(here())


def here() -> str:
    """The language of this answer, found once: a page asks hundreds of times."""
    if "language_shown" not in g:
        locale = get_locale()
        g.language_shown = str(locale.language) if locale else "en"
    return str(g.language_shown)


def zone() -> tzinfo:
    """The time zone of this answer, found once."""
    if "zone_shown" not in g:
        g.zone_shown = get_timezone() or UTC
    found: tzinfo = g.zone_shown
    return found
