"""Pure answers about surveys: the link's signature, what a sheet may say, which days a wave asks about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_, is_storable

# Reply in the agreed time; quality; ease of finding whom to ask; help while that person was absent; friendliness.
QUESTIONS = ("in_time", "quality", "findability", "substitution", "friendliness")
SCALE = range(1, 11)
SUGGESTION_LENGTH = 1000
# How often a wave starts by itself, and how many months it asks about.
RHYTHMS = {"quarterly": 3, "half_yearly": 6, "off": 0}
OPEN_FOR = timedelta(days=20)
# A wave that could not start in time (the desk was down) may still start this long after its period.
STARTS_WITHIN = timedelta(days=21)
REMIND_AFTER = timedelta(days=7)

Sheet = dict[str, Any]

_WAVE = re.compile(r"\d{4}-(Q[1-4]|H[12])")
_SALT = "answer a survey"


@dataclass(frozen=True)
class Period:
    """The days a wave asks about, [begin, until), and its name: the quarter or half-year in which the last one lies."""

    key: str
    begin: date
    until: date


def sign(secret: str, invitation_id: str) -> str:
    """The text that goes into the link; made by a door when it writes the link, stored nowhere."""
    return URLSafeSerializer(secret, salt=_SALT).dumps(invitation_id)


def signed_by_us(keys: Iterable[str], token: str) -> str | None:
    """The invitation's id, or None for a token that was made under none of `keys`."""
    for key in filter(None, keys):
        try:
            found = URLSafeSerializer(key, salt=_SALT).loads(token)
        except BadSignature:
            continue
        return found if isinstance(found, str) else None
    return None


def is_wave(text: str) -> bool:
    """ "2026-Q3" or "2026-H2"."""
    return bool(_WAVE.fullmatch(text)) and text.isascii()


def due_period(rhythm: str, today: date) -> Period | None:
    """What a wave that starts by itself on `today` would ask about: the last whole quarter or half-year, soon after it."""
    months = RHYTHMS[rhythm]
    if not months:
        return None
    until = date(today.year, (today.month - 1) // months * months + 1, 1)
    return _period(until, months) if today < until + STARTS_WITHIN else None


def early_period(rhythm: str, today: date) -> Period:
    """What a wave asks about that somebody starts on `today`: the months before. Without a rhythm three."""
    return _period(today, RHYTHMS[rhythm] or RHYTHMS["quarterly"])


def _period(until: date, months: int) -> Period:
    last, count = until - timedelta(days=1), until.year * 12 + until.month - 1 - months
    letter = "H" if months == RHYTHMS["half_yearly"] else "Q"
    year, month = count // 12, count % 12 + 1
    # The 31st is taken for the last day of a shorter month.
    following = date(year + month // 12, month % 12 + 1, 1)
    begin = min(date(year, month, 1) + timedelta(days=until.day - 1), following - timedelta(days=1))
    return Period(f"{last.year}-{letter}{(last.month - 1) // months + 1}", begin, until)


def faults(scores: Mapping[str, Any], suggestion: str, *, dealt: bool) -> dict[str, DeskError]:
    """What is wrong with an answer about one department, by field. None as a score means "cannot judge"."""
    found: dict[str, DeskError] = {}
    for question in QUESTIONS:
        score = scores.get(question)
        if score is not None and (isinstance(score, bool) or not isinstance(score, int) or score not in SCALE):
            found[question] = DeskError(N_("A score is a whole number from 1 to 10."))
    given = [scores[question] for question in QUESTIONS if scores.get(question) is not None]
    if dealt and not given and not found:
        found[QUESTIONS[0]] = DeskError(N_("Give at least one score, or say that you did not deal with them."))
    if len(suggestion) > SUGGESTION_LENGTH:
        found["suggestion"] = DeskError(N_("At most %(most)d characters fit here."), most=SUGGESTION_LENGTH)
    elif not is_storable(suggestion):
        found["suggestion"] = DeskError(N_("This text has a character that cannot be kept."))
    return found


def with_answer(
    sheet: Sheet, department_id: int, scores: Mapping[str, int | None], suggestion: str, *, dealt: bool
) -> Sheet:
    """The sheet with this department's answer in the place of what it said of it before."""
    said = {"dealt": dealt, "scores": [scores.get(q) if dealt else None for q in QUESTIONS]}
    said["suggestion"] = suggestion.strip() if dealt else ""
    return {"answers": {**answers_in(sheet), str(department_id): said}}


def answers_in(sheet: Sheet) -> dict[str, dict[str, Any]]:
    """By department, ids as texts: `dealt`, `scores` in the order of the questions, `suggestion`."""
    found: dict[str, dict[str, Any]] = sheet.get("answers", {})
    return found


def unanswered(sheet: Sheet, department_ids: Sequence[int]) -> list[int]:
    """The departments that are still to be answered about, in their order."""
    return [number for number in department_ids if str(number) not in answers_in(sheet)]
