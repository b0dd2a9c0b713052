"""What people think of how they were served: worse after a broken promise, better where colleagues are kind."""

from __future__ import annotations

from random import Random

from servicedesk.demo import habits
from servicedesk.demo.arrivals import Case, Frame
from servicedesk.demo.texts import phrases
from servicedesk.ratings.rules import COMMENT_AT, METRICS
from servicedesk.sla import queries as promises

# Lost of quality, speed and helpfulness for each kind of disappointment.
_BROKEN = {
    "resolution": (0.7, 2.6, 0.6),
    "first_reply": (0.1, 1.0, 0.4),
    "reply": (0.1, 0.7, 0.8),
    "stay": (0.0, 0.0, 0.0),
}
# How many of those who were served very well leave a note.
THANKS = 0.3
# How many of those who write something sign it.
SIGNED = 0.05
_REOPENED = (2.0, 0.8, 0.4)


def opinion(case: Case, chance: Random, frame: Frame) -> tuple[dict[str, int | None], str]:
    """Scores and comment for a solved case."""
    department = case.served_by
    wanted = [score + case.requester.kind for score in habits.HABITS[department].scores]
    clocks = promises.clocks_of([case.ticket.id])[case.ticket.id]
    for clock in clocks:
        if clock.breached_at is not None:
            wanted = [score - lost for score, lost in zip(wanted, _BROKEN[clock.metric], strict=True)]
    if case.reopened:
        wanted = [score - lost for score, lost in zip(wanted, _REOPENED, strict=True)]
    wanted[1] -= 1.2 * (habits.drift(department, case.part) - 1) + 0.6 * (
        habits.rush(department, frame.day(case.at)) - 1
    )
    given = [max(1, min(10, round(score + chance.gauss(0, 1.0)))) for score in wanted]
    scores: dict[str, int | None] = dict(zip(METRICS, given, strict=True))
    if chance.random() < 0.05:
        scores["helpfulness"] = None
    return scores, _comment(case, chance, [score for score in scores.values() if score is not None])


def note_of_thanks(case: Case, chance: Random, scores: dict[str, int | None]) -> str:
    """Who was served very well leaves a word for the person now and then."""
    given = [score for score in scores.values() if score is not None]
    if sum(given) / len(given) < 8.5 or chance.random() > THANKS:
        return ""
    return str(chance.choice(phrases(case.story.language)["notes_of_thanks"]))


def signs(case: Case, chance: Random, comment: str) -> bool:
    """Now and then somebody with a complaint wants to talk about it."""
    return bool(comment) and not case.ticket.confidential and chance.random() < SIGNED


def _comment(case: Case, chance: Random, given: list[int]) -> str:
    words = phrases(case.story.language)
    if min(given) <= COMMENT_AT:
        return str(chance.choice(words["complaint"][case.served_by]))
    if sum(given) / len(given) >= 9 and chance.random() < 0.3:
        return str(chance.choice(words["praise"][case.served_by]))
    return ""
