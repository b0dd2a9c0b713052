"""When requests of the demo company come in, who asks, and what: the calm of January, Mondays, the end of the month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.demo import habits
from servicedesk.demo.founding import Actor, Cast
from servicedesk.demo.slots import draw
from servicedesk.demo.texts import Story, stories

# How the scenes of the present begin: what is left open, how many working hours ago (of a promise at risk or just
# broken: which part of a usual one), whether the visitor asks, and of which department if that matters.
SCENES = (
    ("waiting", 22.0, True, ""), ("later", 27.0, True, ""), ("resolved", 30.0, True, ""), ("resolved", 21.0, True, ""),
    ("taken", 3.2, True, "it"), ("new", 0.3, False, "it"), ("risk", 0.84, False, "it"), ("late", 1.04, False, "it"),
    ("outside", 19.0, False, "facilities"), ("waiting", 12.0, False, "it"), ("new", 0.9, False, "facilities"),
    ("risk", 0.8, False, ""), ("late", 1.02, False, ""), ("new", 1.7, True, "hr"), ("resolved", 11.0, False, ""),
)  # fmt: skip


@dataclass
class Case:
    """A request on its way: what the story knows of it before and beside the ticket."""

    number: int
    at: datetime
    story: Story
    requester: Actor
    chance: Random
    # "" for an ordinary course, else the state in which the present finds it.
    fate: str
    # How much of the whole story is over, 0 to 1.
    part: float
    slots: dict[str, Any] = field(default_factory=dict)
    agent: Actor | None = None
    ticket: Any = None
    served_by: str = ""
    reopened: bool = False


@dataclass(frozen=True)
class Frame:
    """The story's time: its zone, its beginning and end, the company's working hours."""

    begin: datetime
    end: datetime
    zone: str
    hours: Any

    def part(self, at: datetime) -> float:
        return max(0.0, min(1.0, (at - self.begin) / (self.end - self.begin)))

    def day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()


def arrivals(frame: Frame, cast: Cast, count: int, seed: int) -> list[Case]:
    """All requests in the order of their times; the last of them are the scenes of the present."""
    scenes = SCENES[: count // 4]
    chance = Random(f"{seed} arrivals")
    moments = sorted(_moment(frame, chance, days) for days in [_days(frame)] for _ in range(count - len(scenes)))
    cases = [_case(frame, cast, number, at, seed) for number, at in enumerate(moments)]
    _leave_some_waiting(frame, cases, chance)
    cases += [_scene(frame, cast, len(moments) + n, scene, seed) for n, scene in enumerate(scenes)]
    return sorted(cases, key=lambda case: (case.at, case.number))


def _leave_some_waiting(frame: Frame, cases: list[Case], chance: Random) -> None:
    """Of the last two weeks something always waits: for an answer, for somebody outside, for the day agreed on."""
    since = frame.hours.add(frame.end, -80 * 3600)
    for case in cases:
        waits = {"waiting": case.story.ask, "outside": case.story.outside, "later": case.story.later}
        able = [fate for fate, text in waits.items() if text and not case.story.to]
        if case.at >= since and able and chance.random() < 0.36:
            case.fate = chance.choice(able)


def _days(frame: Frame) -> tuple[list[date], list[float]]:
    first, last = frame.day(frame.begin), frame.day(frame.end)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    open_days = [frame.hours.between(*_bounds(frame, day)) > 0 for day in days]
    # The company grows, and with it the desk.
    grown = [0.85 + 0.3 * n / len(days) for n in range(len(days))]
    return days, [
        habits.busyness(day) * more if is_open else 0.04
        for day, more, is_open in zip(days, grown, open_days, strict=True)
    ]


def _bounds(frame: Frame, day: date) -> tuple[datetime, datetime]:
    begin = datetime.combine(day, time.min, ZoneInfo(frame.zone))
    return begin, begin + timedelta(days=1)


def _moment(frame: Frame, chance: Random, days: tuple[list[date], list[float]]) -> datetime:
    """A day by its weight, an hour by the habits of offices: a peak at ten, a smaller one at three."""
    while True:
        day = chance.choices(*days)[0]
        hour = chance.choices((10.2, 15.2, 13.5, 19.5), (0.5, 0.33, 0.12, 0.05))[0] + chance.gauss(0, 1.05)
        at = _bounds(frame, day)[0] + timedelta(hours=max(7.5, min(21.5, hour)))
        if frame.begin <= at < frame.end:
            return at.replace(microsecond=0)


def _case(
    frame: Frame,
    cast: Cast,
    number: int,
    at: datetime,
    seed: int,
    *,
    fate: str = "",
    visitor: bool = False,
    of: str = "",
) -> Case:
    chance = Random(f"{seed} case {number}")
    day = frame.day(at)
    while True:
        department = of or chance.choices(list(habits.HABITS), [habits.share(key, day) for key in habits.HABITS])[0]
        requester = cast.visitor if visitor else _asker(cast, chance, department)
        fitting = [
            story
            for story in stories()
            if _fits(story, department, requester, fate) and (not story.months or day.month in story.months)
        ]
        if fitting:
            break
    story = chance.choices(fitting, [story.weight for story in fitting])[0]
    slots = draw(chance, at, story.language, frame.zone)
    return Case(number, at, story, requester, chance, fate, frame.part(at), slots)


def _asker(cast: Cast, chance: Random, department: str) -> Actor:
    able = [actor for actor in cast.actors if actor.department != department and actor.asks]
    weights = [actor.asks * habits.WHO_ASKS.get((department, actor.department), 1.0) for actor in able]
    return chance.choices(able, weights)[0]


def _fits(story: Story, department: str, requester: Actor, fate: str) -> bool:
    if story.department != department or story.language != requester.language:
        return False
    if requester.department in (department, story.to) or (story.from_ and requester.department not in story.from_):
        return False
    needed = {"waiting": story.ask, "outside": story.outside, "later": story.later}.get(fate, "yes")
    return bool(needed) and not (fate and story.to)


def _scene(frame: Frame, cast: Cast, number: int, scene: tuple[str, float, bool, str], seed: int) -> Case:
    fate, ago, visitor, department = scene
    case = _case(frame, cast, number, frame.end, seed, fate=fate, visitor=visitor, of=department)
    hours = ago * 24.0 if fate in ("risk", "late") else ago
    case.at = max(frame.begin, frame.hours.add(frame.end, -hours * 3600)).replace(microsecond=0)
    case.slots = draw(case.chance, case.at, case.story.language, frame.zone)
    return case
