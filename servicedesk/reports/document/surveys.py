"""The stored document of a survey wave: sheets in, figures out, with everything hidden that must be. Nothing names anybody."""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.reports import figures
from servicedesk.reports.document.opinions import shown
from servicedesk.reports.document.shapes import moment
from servicedesk.reports.document.text import text_of
from servicedesk.reports.figures import LEAST_RATERS, TOTAL
from servicedesk.reports.figures.surveys import (
    QUESTIONS,
    SurveyRow,
    WaveRows,
    hidden_in_line,
    people_asked,
    question_score,
    survey_change,
)

# Grows whenever a figure of a survey is defined or computed otherwise.
SURVEY_METHOD = 2
ROWS_ON_A_PAGE = 100

Json = dict[str, Any]
# By department, a hundred a page.
Pages = Mapping[str, list[list[str]]]


def build_survey(wave: WaveRows, previous: Json | None = None) -> tuple[Json, Pages]:
    """The document and, beside it, the pages of suggestions. `previous` is the document of the wave before."""
    groups: dict[str, list[SurveyRow]] = defaultdict(list)
    keys = {row.id: row.key for row in wave.departments}
    for row in wave.rows:
        groups[keys[row.department_id]].append(row)
        groups[TOTAL].append(row)
    before = {part["key"]: part for part in (previous or {}).get("departments", ())}
    listed = [row for row in sorted(wave.departments, key=lambda row: row.key) if wave.invited.get(row.id)]
    places = [TOTAL, *(row.key for row in listed)]
    hidden = {q: _hidden({key: people_asked(groups[key], q) for key in places}) for q in QUESTIONS}
    silent = _hidden({key: _people(groups[key]) for key in places})
    # How many wrote something would bound how many answered: suggestions come with that number or not at all.
    pages = {row.key: [] if row.key in silent else _pages(groups[row.key]) for row in listed}
    document: Json = {
        "wave": wave.key, "method": SURVEY_METHOD, "closed_at": moment(wave.closed_at),
        "about": {"from": wave.begin.isoformat(), "until": wave.until.isoformat()}, "company": {"name": wave.company},
        "names": {row.key: dict(row.name) for row in listed},
        **_part(groups, TOTAL, hidden, wave.asked, silent, previous, previous),
        "departments": [
            {
                "key": row.key, "name": dict(row.name), "suggestions": _listed(pages[row.key]),
                **_part(groups, row.key, hidden, wave.invited[row.id], silent, before.get(row.key), previous),
            }
            for row in listed
        ],
    }  # fmt: skip
    return document, pages


def survey_of(document: Json | None, key: str | None = None) -> Json | None:
    """What a month's report repeats of the newest wave, for the company or for one department."""
    if document is None:
        return None
    part = document if key is None else next((row for row in document["departments"] if row["key"] == key), None)
    names = ("questions", "response", "changes")
    return None if part is None else {"wave": document["wave"], **{name: part[name] for name in names}}


def _part(
    groups: Mapping[str, list[SurveyRow]], key: str, hidden: Mapping[str, frozenset[str]], invited: int,
    silent: frozenset[str], then: Json | None, previous: Json | None,
) -> Json:  # fmt: skip
    rows = groups.get(key, [])
    questions = {q: shown(question_score(rows, q), key in hidden[q]) for q in QUESTIONS}
    answered = len(_people(rows))
    rate = figures.response_rate(answered, invited)
    told = {"invited": invited, "answered": answered, "rate": None if rate is None else round(rate, 4)}
    return {
        "questions": questions,
        # Where everybody has answered, how many were asked is how many answered.
        "response": dict.fromkeys(told) if key in silent else told,
        "changes": _changes(questions, then, previous),
    }


def _hidden(people: Mapping[str, frozenset[Any]]) -> frozenset[str]:
    """A place in which nobody judged looks like one of a few: else "hidden" would say that somebody did. It protects no
    other one."""
    judged = {place: persons for place, persons in people.items() if persons}
    return hidden_in_line(judged, TOTAL) | (people.keys() - judged.keys())


def _people(rows: Sequence[SurveyRow]) -> frozenset[Any]:
    return frozenset(row.person for row in rows)


def _changes(questions: Json, then: Json | None, previous: Json | None) -> Json | None:
    """What differs from the wave before by question; None for a figure that either wave hides."""
    if then is None or previous is None:
        return None
    return {"since": previous["wave"]} | {q: _change(then["questions"][q], questions[q]) for q in QUESTIONS}


def _change(before: Json, after: Json) -> Json | None:
    if before["error"] is None or after["error"] is None:
        return None
    found = survey_change(*((part["value"], part["error"], part["raters"]) for part in (before, after)))
    numbers = dict(zip(("difference", "low", "high"), (round(number, 4) for number in found), strict=True))
    return numbers | {"clear": figures.is_clear(found[1], found[2])}


def _pages(rows: Sequence[SurveyRow]) -> list[list[str]]:
    """Suggestions about a department, shuffled by the system's randomness; none from fewer than five persons."""
    if len(_people(rows)) < LEAST_RATERS:
        return []
    found = [row.suggestion for row in rows if row.suggestion.strip()]
    secrets.SystemRandom().shuffle(found)
    return [found[start : start + ROWS_ON_A_PAGE] for start in range(0, len(found), ROWS_ON_A_PAGE)]


def _listed(pages: list[list[str]]) -> Json:
    """The document's checksum covers the pages by theirs."""
    text = text_of({"pages": pages})
    return {
        "rows": sum(map(len, pages)), "pages": len(pages), "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }  # fmt: skip
