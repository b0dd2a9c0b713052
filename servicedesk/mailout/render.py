"""Turns a queued mail into subject, text and HTML in its reader's language. Reads no rows and knows no addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, pass_context
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from servicedesk.kernel import shown
from servicedesk.kernel.text import LANGUAGES, in_language
from servicedesk.mailout.marker import REPLY_ABOVE
from servicedesk.mailout.models import OutgoingMail

TEMPLATES = Path(__file__).parent / "templates"

# Mail programs drop style sheets, so the looks stand at each element.
_STYLES = {
    "paragraph_open": "margin:0 0 16px",
    "blockquote_open": "margin:0 0 16px;padding:12px 16px 1px;border-left:3px solid #3f51c7;background:#f6f7f9",
    "link_open": "color:#3242ad",
    "hr": "border:0;border-top:1px solid #e0e4ea;margin:16px 0",
}
_BUTTON = (
    "display:inline-block;padding:10px 18px;border-radius:6px;background:#3f51c7;color:#ffffff;"
    "text-decoration:none;font-weight:600"
)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


class Links(Protocol):
    """Addresses of pages; given by the door, so that no signed link is ever stored with a mail."""

    def home(self) -> str: ...
    def mine(self) -> str: ...
    def ticket(self, ticket_id: int) -> str: ...
    def rate(self, invitation_id: str) -> str: ...
    def survey(self, invitation_id: str) -> str: ...
    def report(self, month: str) -> str: ...
    def department_report(self, month: str, key: str) -> str: ...
    def unexplained(self, month: str) -> str: ...
    def calendar(self, key: str, year: int) -> str: ...
    def agreement(self, agreement_id: int) -> str: ...
    def bell(self) -> str: ...
    def wishes(self) -> str: ...
    def unsubscribe(self, person_id: int) -> str: ...
    def said(self, kind: str, facts: Mapping[str, Any], language: str) -> str: ...


@dataclass(frozen=True)
class Rendered:
    """`unsubscribe` is the address at which its reader ends such mails, for mails that can be ended."""

    subject: str
    text: str
    html: str
    unsubscribe: str | None = None


def render(
    mail: OutgoingMail, links: Links, facts: Mapping[str, Any] | None = None, *, by_mail: bool = False
) -> Rendered:
    """`facts` take the place of the mail's own where somebody else may read but a part of them. `by_mail` says that its
    reader can answer it: then it says what comes of that, below a line that tells where their answer ends.

    Raises a jinja2 `TemplateError` when the template is missing or the facts do not fill it.
    """
    language = mail.language if mail.language in LANGUAGES else "en"
    facts, zone = mail.facts if facts is None else facts, ZoneInfo(mail.timezone)
    context = {
        "facts": facts, "links": links, "language": language, "zone": zone, "template": mail.template, "by_mail": by_mail,
    }  # fmt: skip
    name, footer = f"{mail.template}.{language}.txt", f"_footer.{language}.txt"
    subject, text = _split(_plain().get_template(name).render(context))
    why = _plain().get_template(footer).render(context).strip()
    _, marked = _split(_marked().get_template(name).render(context))
    above = ""
    if by_mail:
        answer = f"_answer.{language}.txt"
        above, text = (
            f"{REPLY_ABOVE[language]}\n\n",
            f"{text}\n\n{_plain().get_template(answer).render(context).strip()}",
        )
        marked = f"{marked}\n\n{_marked().get_template(answer).render(context).strip()}"
    page = context | {
        "subject": subject,
        "reply_above": REPLY_ABOVE[language] if by_mail else "",
        "content": Markup(_markdown().render(marked)),
        "footer": Markup(_markdown().render(_marked().get_template(footer).render(context))),
    }
    ends = links.unsubscribe(facts["unsubscribe"]) if "unsubscribe" in facts else None
    return Rendered(subject, f"{above}{text}\n\n-- \n{why}\n", _page(mail.template, language).render(page), ends)


class _Block(str):
    """Text that has its shape already: it is neither folded into one line nor escaped."""


def _split(text: str) -> tuple[str, str]:
    subject, _, body = text.partition("\n")
    return " ".join(subject.split()), re.sub(r"\n{3,}", "\n\n", body).strip()


def _page(template: str, language: str) -> Any:
    try:
        return _pages().get_template(f"{template}.{language}.html")
    except TemplateNotFound:
        return _pages().get_template("base.html")


@cache
def _plain() -> Environment:
    return _environment(_one_line, button=_plain_button, link=_plain_button, strong=str)


@cache
def _marked() -> Environment:
    return _environment(_escaped, button=_marked_button, link=_marked_link, strong=_marked_strong)


@cache
def _pages() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "when": _when, "day": _day, "month": _month, "named": _named, "lasting": _lasting, "counted": _counted,
        "score": _score, "percent": _percent,
    }  # fmt: skip
    return environment


def _environment(finalize: Callable[[Any], Any], **own: Callable[..., str]) -> Environment:
    # Not HTML: what becomes HTML of this text passes through Markdown, which escapes.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=False, undefined=StrictUndefined, finalize=finalize,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False,
    )  # fmt: skip
    environment.filters |= {
        "when": _when, "day": _day, "month": _month, "named": _named, "lasting": _lasting, "counted": _counted,
        "score": _score, "percent": _percent,
        "after": _after, "quote": _quote, "shaped": _Block,
    } | own  # fmt: skip
    return environment


def _one_line(value: Any) -> Any:
    """Facts other than quoted texts stay on their line, so that none can grow a header or a paragraph."""
    return value if isinstance(value, _Block) or not isinstance(value, str) else " ".join(value.split())


def _escaped(value: Any) -> Any:
    if isinstance(value, _Block) or not isinstance(value, str):
        return value
    return _PUNCTUATION.sub(r"\\\1", _one_line(value))


def _after(text: str) -> str:
    """A colon and `text`, or nothing where there is no text."""
    return f": {text}" if text else ""


def _quote(text: str) -> str:
    """What a person wrote, as a quotation."""
    return _Block("\n".join(f"> {line}".rstrip() for line in text.strip().splitlines()))


def _plain_button(url: str, words: str) -> str:
    return _Block(f"{words}: {url}")


def _marked_button(url: str, words: str) -> str:
    return _Block(f'[{_escaped(words)}](<{url}> "button")')


def _marked_link(url: str, words: str) -> str:
    return _Block(f"[{_escaped(words)}](<{url}>)")


def _marked_strong(words: str) -> str:
    return _Block(f"**{_escaped(words)}**")


@pass_context
def _when(context: Context, instant: str) -> str:
    at = datetime.fromisoformat(instant)
    return format_datetime(at, "EEEE, d MMMM y, HH:mm", tzinfo=context["zone"], locale=context["language"])


@pass_context
def _day(context: Context, day: str) -> str:
    return format_date(date.fromisoformat(day), "d MMMM y", locale=context["language"])


@pass_context
def _month(context: Context, month: str, inflected: bool = False) -> str:
    pattern = "MMMM y" if inflected else "LLLL y"
    return format_date(date.fromisoformat(f"{month}-01"), pattern, locale=context["language"])


@pass_context
def _named(context: Context, names: Mapping[str, str]) -> str:
    return in_language(names, context["language"])


@pass_context
def _lasting(context: Context, seconds: float) -> str:
    """`3 h 20 min`, cut to whole minutes."""
    hours, minutes = divmod(int(seconds) // 60, 60)
    words = {"ru": ("ч", "мин"), "en": ("h", "min")}[context["language"]]
    return " ".join(f"{count} {word}" for count, word in zip((hours, minutes), words, strict=True) if count)


@pass_context
def _score(context: Context, value: float | None) -> str:
    return shown.score(value, context["language"])


@pass_context
def _percent(context: Context, share: float | None) -> str:
    return shown.percent(share, context["language"])


@pass_context
def _counted(context: Context, number: int, one: str, few: str, many: str) -> str:
    """The number with the form of the words that goes with it; English takes `one` and `many`."""
    form = Locale(context["language"]).plural_form(number)
    return f"{number} {one if form == 'one' else few if form == 'few' else many}"


@cache
def _markdown() -> MarkdownIt:
    # No images: a remote one in a colleague's text would tell its owner who reads the mail and when.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["heading", "lheading", "image"])
    for rule in _STYLES:
        parser.add_render_rule(rule, _styled)
    return parser


def _styled(self: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    is_button = token.type == "link_open" and token.attrs.get("title") == "button"
    if is_button:
        del token.attrs["title"]
    token.attrSet("style", _BUTTON if is_button else _STYLES[token.type])
    return self.renderToken(tokens, index, options, env)
