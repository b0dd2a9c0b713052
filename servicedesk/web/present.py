"""How dates, durations, numbers and written text look to a person, in their language and time zone.

Holds pure functions of a value, a locale and a zone, and the filters that take both from the request.
Never reads a row and never decides what is shown.
"""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import nh3
from flask import Flask, g
from flask_babel import get_locale, get_timezone
from markdown_it import MarkdownIt
from markupsafe import Markup

from servicedesk.kernel.shown import (
    DAY,
    GAP,
    HOUR,
    MINUTE,
    WORDS,
    aware,
    clock_time,
    day,
    duration,
    exact,
    file_size,
    formatted,
    language,
    moment,
    money,
    month,
    number,
    percent,
    score,
    when,
)
from servicedesk.kernel.text import in_language

__all__ = [
    "DAY", "GAP", "HOUR", "MINUTE", "aware", "clock_time", "countdown", "countdown_words", "day", "duration", "exact",
    "file_size", "formatted", "here", "initials", "install", "language", "markdown", "markdown_parser", "moment", "money",
    "month", "number", "percent", "score", "when", "when_tag", "zone",
]  # fmt: skip


def when_tag(at: datetime, locale: str, zone: tzinfo) -> Markup:
    """The same inside <time>, with the moment for machines and the full date on hover."""
    full = formatted(aware(at), "EEEE, d MMMM y, HH:mm zzzz", locale, zone)
    text = when(at, locale, zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment(at), full, text)


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
    found: str | None = g.get("language_shown")
    if found is None:
        locale = get_locale()
        found = g.language_shown = str(locale.language) if locale else "en"
    return found


def zone() -> tzinfo:
    """The time zone of this answer, found once."""
    found: tzinfo | None = g.get("zone_shown")
    if found is None:
        found = g.zone_shown = get_timezone() or UTC
    return found
