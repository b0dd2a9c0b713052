"""The lines by which mail programs introduce what they quote: a table of how they begin and how they end.

Beginning and end are matched apart, each anchored, so that no line costs more than its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from servicedesk.mailin.text.lines import LONGEST, Line, Role

# A long name and address make three lines of it, in a narrow letter four.
MOST_LINES = 4

_WEEKDAYS = {
    "ru": "понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|пн|вт|ср|чт|пт|сб|вс",
    "uk": "понеділок|вівторок|середа|четвер|пʼятниця|п'ятниця|субота|неділя|нд",
    "en": "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?",
    "de": "(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|mo|di|mi|do|fr|sa|so",
    "es, pt, it": "lun(?:es|ed[iì])?|mar(?:tes|ted[iì])?|mi[eé]r(?:coles)?|mer(?:coled[iì])?|jue(?:ves)?|gio(?:ved[iì])?"
    "|vie(?:rnes)?|ven(?:erd[iì])?|s[aá]b(?:ado|ato)?|dom(?:ingo|enica)?|seg|ter|qua|qui|sex",
    "da, no, sv": "(?:man|tirs|ons|tors|fre|lør|søn|mån|tis|lör|sön)(?:dag)?|tir|tor",
    "fi": "ma|ti|ke|to|pe|la|su",
    "pl": "pon|wt|śr|czw|pt|sob|niedz",
}
_DAY = "|".join(_WEEKDAYS.values())

# Programs and languages, and how their line begins.
OPENINGS = {
    "English: Gmail, Apple, Thunderbird, Zoho, Yahoo": r"(?:on|at)\s",
    "German": r"am\s",
    "French": r"le\s",
    "Spanish": r"el\s",
    "Italian": r"il\s",
    "Portuguese": r"em\s",
    "Dutch": r"op\s",
    "Swedish, Danish, Norwegian": r"den\s",
    "Polish": r"(?:w\sdniu|dnia)\s",
    "Czech": r"dne\s",
    "Yandex, Thunderbird, Apple and Android, Russian: date or time first": r"[\"«]?\d{1,4}[\s./:-]",
    "Gmail and Mail.ru: day of the week first": rf"(?:{_DAY})[.,]{{0,2}}\s",
    "The Bat!": r"вы\sписали\s",
}
# The same with the name first, which says little by itself: the verb must follow.
NAME_FIRST = r"[\"«]?\w[^<>@:]{0,80}[\"»]?\s?(?:<[^<>\s]{3,120}>)?\s?(?:писала?|писал\(а\)|написала?|schrieb|wrote)\s"

VERBS = (
    r"wrote|writes",
    r"написал[аи]?|написал\(а\)|пишет|писал[аи]?|писал\(а\)",
    r"написав|написав\(ла\)|пише",
    r"schrieb|geschrieben|a\sécrit|escribió|escribio|escreveu|ha\sscritto|scrive",
    r"schreef|geschreven|skrev|napisał\(a\)|napisała?|napsala?|napsal\(a\)|kirjoitti|írta|yazdı",
)
_OPENING = re.compile(rf"(?:-{{1,6}}\s)?(?:{'|'.join(OPENINGS.values())})|{NAME_FIRST}", re.IGNORECASE)
_DATE_FIRST = re.compile(rf"[\"«]?\d|(?:{_DAY})[.,]{{0,2}}\s", re.IGNORECASE)
_SAYS = re.compile(rf"(?:^|\s)(?:{'|'.join(VERBS)})(?=[\s:：]|$)", re.IGNORECASE)
_SAYS_LAST = re.compile(rf"(?:^|\s)(?:{'|'.join(VERBS)})$", re.IGNORECASE)
_OTHER_SCRIPTS = re.compile(r"(?:写道|寫道|書きました|작성)$")
_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d\d(?!\d))")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
# Logs have seconds, mail programs have none where they say it without a verb.
_SHORT_TIME = re.compile(r"(?<![\d:.])\d{1,2}[:.]\d\d(?![\d:])")
# How much of the end of a line can be a verb.
_TAIL = 40


def attribution(lines: list[Line], last: int, first: int = 0) -> int | None:
    """The index at which an attribution that ends at `last` begins, not before `first`; None when there is none.

    It is sure of itself: what follows is quoted even when no line of it is marked.
    """
    return _begin(lines, last, first, _is_sure)


def introduction(lines: list[Line], last: int, first: int = 0) -> int | None:
    """The same for lines that are an attribution only because quoted ones follow."""
    if lines[last].role is Role.ATTRIBUTION:
        while last > first and lines[last - 1].role is Role.ATTRIBUTION:
            last -= 1
        return last
    for is_one, most in ((_is_sure, MOST_LINES), (_is_dated, MOST_LINES), (_is_likely, 1)):
        found = _begin(lines, last, max(first, last - most + 1), is_one)
        if found is not None:
            return found
    return None


def has_verb(lines: list[Line]) -> bool:
    return any(len(line.inner) <= LONGEST and _SAYS.search(line.inner.strip()) for line in lines)


def _begin(lines: list[Line], last: int, first: int, is_one: Callable[[str], bool]) -> int | None:
    """The shortest run of lines up to `last` that `is_one` accepts: what stands above it is the writer's."""
    joined = ""
    for index in range(last, max(first, last - MOST_LINES + 1) - 1, -1):
        line = lines[index]
        if line.is_blank or line.depth != lines[last].depth or len(joined) + len(line.inner) > LONGEST:
            return None
        text = line.inner.strip().strip("*_")
        # Mail programs break lines behind "<", too.
        joined = text + joined if text.endswith("<") else f"{text} {joined}".rstrip()
        if index == last and not (len(joined) > 1 and any(_ending(joined))):
            return None
        if is_one(joined):
            return index
    return None


def _ending(text: str) -> tuple[bool, bool]:
    """Whether it ends with a colon, and with a verb of writing."""
    text = text.rstrip("- ")
    bare = text.rstrip(":： ")
    return bare != text, bool(_SAYS_LAST.search(bare[-_TAIL:]) or _OTHER_SCRIPTS.search(bare[-_TAIL:]))


def _is_sure(text: str) -> bool:
    colon, verb = _ending(text)
    if not _OPENING.match(text) or not (_YEAR.search(text) or _TIME.search(text)):
        return False
    address = "@" in text
    if not colon:
        return verb and address
    if _SAYS.search(text):
        return address or bool(_YEAR.search(text) and _TIME.search(text))
    # Without a verb: «21.11.2026, 12:30, "Name" <address>:».
    return text.rstrip(":： ").endswith(">") and address and bool(_DATE_FIRST.match(text) and _SHORT_TIME.search(text))


def _is_dated(text: str) -> bool:
    return bool(_OPENING.match(text)) and any(map(str.isdigit, text)) and _is_likely(text)


def _is_likely(text: str) -> bool:
    colon, verb = _ending(text)
    if not colon:
        return verb and "@" in text
    return verb or bool(_SAYS.search(text)) or "@" in text.rsplit(None, 1)[-1]
