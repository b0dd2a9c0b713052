"""Sums over the answers of a survey wave, and which of them may not be shown. One person says one thing of a department."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from servicedesk.reports.figures.hiding import LEAST_RATERS
from servicedesk.reports.figures.ratings import Score, change, score
from servicedesk.reports.figures.rows import DepartmentRow, RatingRow

QUESTIONS = ("in_time", "quality", "findability", "substitution", "friendliness")


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """What one person said of one department: five scores 1-10 or None, and a suggestion. `person` tells the sheets of
    a wave apart and nothing else."""

    department_id: int
    person: bytes
    scores: tuple[int | None, ...]
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class WaveRows:
    """Everything the report of a wave is made of. `invited` is by department, `asked` is the
    persons in all."""

    key: str
    begin: date
    until: date
    closed_at: datetime
    company: str = ""
    departments: Sequence[DepartmentRow] = ()
    rows: Sequence[SurveyRow] = ()
    invited: Mapping[int, int] = field(default_factory=dict)
    asked: int = 0


def question_score(rows: Sequence[SurveyRow], question: str) -> Score:
    """The mean of the answers to one question of the survey, 1 to 10. "Cannot judge" and "did not deal with them" are not
    counted.

    Its interval is that of a rating: what one person says of several departments counts as one cluster.
    """
    place = QUESTIONS.index(question)
    plain = [RatingRow(row.department_id, None, row.scores[place], None, None, row.person) for row in rows]
    return score(plain, [1.0] * len(plain), "quality")


def survey_change(before: tuple[float, float, int], after: tuple[float, float, int]) -> tuple[float, float, float]:
    """Two surveys differ only if the 95-percent interval of their difference excludes zero; otherwise: no clear change.

    Each is (value, standard error, raters), the answer (difference, low, high), as for two months.
    """
    return change(before, after)


def people_asked(rows: Sequence[SurveyRow], question: str) -> frozenset[Hashable]:
    """The persons behind the score of one question."""
    place = QUESTIONS.index(question)
    return frozenset(row.person for row in rows if row.scores[place] is not None)


def hidden_in_line(people: Mapping[str, frozenset[Hashable]], total: str) -> frozenset[str]:
    """Which places of one line with a total are hidden, the total among them: those with fewer than five persons, and
    then the next smallest ones until what is hidden has five persons behind it, because total minus shown places is a
    figure too. Where nothing is left to hide, the total goes.

    One hidden place alone could be computed. With that rule it never stands alone: it has fewer than five persons, so
    another one joins it.
    """
    hidden = {place for place, persons in people.items() if len(persons) < LEAST_RATERS}
    while total not in hidden and (inside := hidden - {total}):
        behind = frozenset[Hashable]().union(*(people[place] for place in inside))
        if len(behind) >= LEAST_RATERS and len(inside) > 1:
            break
        shown = [place for place in people if place not in hidden and place != total]
        hidden.add(min(shown, key=lambda place: (len(people[place]), place), default=total))
    return frozenset(hidden)
