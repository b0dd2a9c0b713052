"""Two surveys of the demo company: one that was closed, about a quarter of its history, and one that runs at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from servicedesk.demo import habits
from servicedesk.demo.founding import Actor, Cast
from servicedesk.demo.texts import phrases
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import settle
from servicedesk.reports import actions as reports
from servicedesk.surveys import actions, queries, rules

# The closed one begins with a quarter and lasts so long; the running one began so many days before the end.
LASTS, RUNS = timedelta(days=21), timedelta(days=6)
Happening = tuple[datetime, Callable[[], None]]


def surveys(
    cast: Cast, end: datetime, zone: str, seed: int, keys: Sequence[str], door: Callable[[datetime], str]
) -> list[Happening]:
    """What happens around both and when, in no order."""
    quarter = _quarter_before((end - LASTS - timedelta(days=4)).astimezone(ZoneInfo(zone)).date())
    first, second = _morning(quarter, zone), (end - RUNS).replace(minute=20)
    found: list[Happening] = [(first, partial(_start, first, keys, door, due=True))]
    for begin, days in ((first, LASTS.days), (second, RUNS.days)):
        asking = [begin + timedelta(days=day, minutes=5) for day in range(days)]
        found += [(at, partial(_ask, at, door)) for at in asking]
        found += [
            (at, partial(_answer, at, cast, seed, keys))
            for at in (begin + timedelta(days=d, hours=6) for d in range(2, days, 3))
        ]
    closes = first + LASTS
    found.append((closes, partial(_close, closes, keys, door)))
    return [*found, (second, partial(_start, second, keys, door, due=False))]


def _start(at: datetime, keys: Sequence[str], door: Callable[[datetime], str], *, due: bool) -> None:
    """Nothing where the story is too short for somebody to have dealt with anybody."""
    stamp, key = Stamp(None, at, door(at)), next(iter(keys), "")
    try:
        if due:
            actions.start_due_wave(stamp, key)
        else:
            actions.start_wave(stamp, key)
    except Conflict:
        return
    settle()


def _ask(at: datetime, door: Callable[[datetime], str]) -> None:
    for number in queries.to_ask(at.date(), "", 10_000):
        actions.ask(Stamp(None, at, door(at)), number)
        settle()


def _answer(at: datetime, cast: Cast, seed: int, keys: Sequence[str]) -> None:
    """Some of those who were asked and have not finished answer today."""
    wave = queries.running()
    if wave is None:
        return
    ids = {row.id: key for key, row in cast.departments.items()}
    for actor in sorted(cast.actors, key=lambda actor: actor.name):
        chance = Random(f"{seed} survey {wave.key} {actor.name} {at.date()}")
        found = queries.waiting_for(actor.row.id, at.date())
        if found is None or chance.random() > 0.4:
            continue
        left = rules.unanswered(queries.sheet_of(wave, found[0].id, keys), found[0].department_ids)
        # One in six stops after the first department and goes on another day.
        for department_id in left[:1] if chance.random() < 0.17 else left:
            scores, suggestion, dealt = _opinion(actor, ids[department_id], chance)
            actions.answer(
                Stamp(None, at, "demo"), found[0], wave, keys, department_id=department_id, scores=scores,
                suggestion=suggestion, dealt=dealt,
            )  # fmt: skip


def _opinion(actor: Actor, department: str, chance: Random) -> tuple[dict[str, int | None], str, bool]:
    if department not in habits.HABITS or chance.random() < 0.04:
        return {}, "", False
    quality, speed, helpfulness = (score + actor.kind for score in habits.HABITS[department].scores)
    meant = (speed, quality, (quality + speed) / 2 - 0.6, speed - 1.2, helpfulness + 0.3)
    given: dict[str, int | None] = {
        question: max(1, min(10, round(score + chance.gauss(0, 1.0))))
        for question, score in zip(rules.QUESTIONS, meant, strict=True)
    }
    if chance.random() < 0.35:
        given["substitution"] = None
    words = phrases(actor.language)["suggestion"][department]
    return given, chance.choice(words) if chance.random() < 0.3 else "", True


def _close(at: datetime, keys: Sequence[str], door: Callable[[datetime], str]) -> None:
    wave = queries.running()
    if wave is not None:
        reports.close_wave(Stamp(None, at, door(at)), wave.key, keys)
        settle()


def _quarter_before(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _morning(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(9, 40), tzinfo=ZoneInfo(zone))
