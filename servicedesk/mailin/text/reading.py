"""From the two bodies of a letter to the text that is shown of it."""

from __future__ import annotations

from dataclasses import dataclass

from servicedesk.mailin.text.hypertext import hypertext_lines
from servicedesk.mailin.text.lines import Line, cleaned, plain_lines, written
from servicedesk.mailin.text.stripping import own_lines

# Each round leaves something out; more than one is needed where leaving out one thing makes another one the last.
_MOST_ROUNDS = 10
# What stands behind so many characters of a body is not read: it is a log, and far more than a request holds.
MOST_TEXT, MOST_HTML = 1_000_000, 2_000_000


@dataclass(frozen=True)
class Stripped:
    # What the writer wrote newly, or everything where that would be nothing.
    text: str
    # Whether anything of `whole` is left out of `text`.
    quoted: bool
    whole: str


def new_text(plain: str | None, html: str | None, *, forwarded: bool = False) -> Stripped:
    """What is new in a letter with these bodies; either may be missing. Never raises.

    HTML is preferred: it says where quoting begins, and its lines are as long as they were written. The plain body
    is taken where HTML holds less than half of its words, or where only the plain one shows what is quoted.
    `forwarded`: the subject says that a letter is sent on (`is_forward`), so that nothing is taken for quoted.
    """
    plain, html = plain and plain[:MOST_TEXT], html and html[:MOST_HTML]
    readings = [_read(lines, forwarded) for lines in _bodies(plain, html)]
    return next((one for one in readings if one.quoted), readings[0])


def _bodies(plain: str | None, html: str | None) -> list[list[Line]]:
    bodies = [plain_lines(cleaned(plain))] if plain and plain.strip() else []
    if html and html.strip():
        marked = hypertext_lines(html)
        if not bodies:
            return [marked]
        if _words(marked) * 2 >= _words(bodies[0]):
            bodies.insert(0, marked)
    return bodies or [[]]


def _words(lines: list[Line]) -> int:
    return sum(len(line.inner.split()) for line in lines)


def _read(lines: list[Line], forwarded: bool) -> Stripped:
    whole = written(lines)
    text = _settled(written(own_lines(lines, forwarded=forwarded)), forwarded)
    return Stripped(text, text != whole, whole)


def _settled(text: str, forwarded: bool) -> str:
    for _ in range(_MOST_ROUNDS):
        rest = written(own_lines(plain_lines(text), forwarded=forwarded))
        if rest == text:
            break
        text = rest
    return text
