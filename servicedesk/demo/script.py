"""Writes the course of one request: who does what when, from the first answer to the opinion about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from servicedesk.demo import habits
from servicedesk.demo.arrivals import Case, Frame
from servicedesk.demo.founding import Actor, Cast
from servicedesk.demo.slots import spoken
from servicedesk.demo.texts import phrases
from servicedesk.sla import queries as promises

HOUR = 3600.0
# Fates after whose beginning nothing more happens.
UNANSWERED = ("new",)


@dataclass(frozen=True)
class Step:
    """Something somebody does to a ticket. `value` is a priority, a department or what a hold is for; `until` is its
    end, or the date that is proposed."""

    at: datetime
    what: str
    who: Actor
    text: str = ""
    value: str = ""
    until: datetime | None = None


class Script:
    """Steps of one case in order; `now` moves on in working hours as they are written."""

    def __init__(self, case: Case, cast: Cast, frame: Frame) -> None:
        self.case, self.cast, self.frame = case, cast, frame
        self.chance, self.story = case.chance, case.story
        self.department = case.story.department
        self.now = case.at
        self.steps: list[Step] = []
        self.words = phrases(case.story.language)

    def write(self) -> list[Step]:
        case = self.case
        if case.fate in UNANSWERED:
            return []
        if not case.fate and self._happens(habits.CANCELLED):
            self._later(self._hours(3, 1.0))
            self._do("cancel", case.requester)
            return self.steps
        self._begin()
        if case.fate in ("risk", "late", "taken"):
            return self.steps
        if self.story.to:
            self._hand_over()
        if self._work():
            self._finish()
        return self.steps

    def _begin(self) -> None:
        """Somebody takes it and says so; quick work may be done at once."""
        self._pick_agent()
        self._later(self._first_answer())
        lead = self.cast.leads[self.department]
        by = lead if self._happens(0.2) and lead is not self.case.requester else self.agent
        self._do("assign", by, value=self.agent.name)
        self._later(60 + self.chance.random() * 500)
        self._do("reply", self.agent, self.chance.choice(self.words["first"][self.department]))

    def _first_answer(self) -> float:
        """Working seconds until the first answer, a part of what is promised."""
        median, spread = habits.HABITS[self.department].first
        if self.case.fate:
            return 900 + self.chance.random() * 1800
        return (
            self._promised("first_reply", 8) * self._slowness() * self.chance.lognormvariate(math.log(median), spread)
        )

    def _hand_over(self) -> None:
        self._later(self._hours(1.2, 0.8))
        self._do("hand_over", self.agent, self.story.handed, self.story.to)
        self.department = self.story.to
        self._pick_agent()
        self._later(self._first_answer())
        self._do("assign", self.agent, value=self.agent.name)
        self._later(120)
        self._do("reply", self.agent, self.chance.choice(self.words["took_over"]))

    def _work(self) -> bool:
        """What happens until it is solved; False when the present finds it unsolved."""
        left = self._working_time()
        if self._comes("waiting", self.story.ask, habits.ASKS_BACK):
            left = self._spend(left, 0.15)
            if not self._ask_back():
                return False
        if self._comes("", "yes", habits.RAISED):
            left = self._spend(left, 0.1)
            self._do("change_priority", self.agent, value=self.chance.choice(("high", "high", "low", "urgent")))
        if self._comes("outside", self.story.outside, habits.OUTSIDE):
            left = self._spend(left, 0.3)
            if not self._wait_for_others():
                return False
        elif self._comes("later", self.story.later, habits.LATER):
            left = self._spend(left, 0.2)
            if not self._wait_for_the_day():
                return False
        elif self._comes("", "yes", habits.NUDGES):
            left = self._spend(left, 0.6)
            self._nudge()
        if self._happens(habits.NOTES):
            left = self._spend(left, 0.5)
            self._do("note", self.agent, self.story.note or self.chance.choice(self.words["note"]))
        self._later(left)
        return True

    def _comes(self, fate: str, words: str, share: float) -> bool:
        """Whether this turn of the story comes: always for its own fate, by chance in an ordinary course."""
        if self.case.fate:
            return self.case.fate == fate
        return bool(words) and self._happens(share)

    def _wait_for_others(self) -> bool:
        self._do("hold", self.agent, self.story.outside, "third_party")
        self._negotiate("date_outside")
        if self.case.fate:
            return False
        self._later(self._hours(28, 0.8))
        self._do("resume", self.agent)
        return True

    def _wait_for_the_day(self) -> bool:
        until = self._appointment()
        self._do("hold", self.agent, self.story.later, "scheduled", until)
        self._negotiate("date_later", until)
        self.now = until
        return not self.case.fate

    def _negotiate(self, why: str, since: datetime | None = None) -> None:
        """Now and then the agent proposes a date while it waits; the requester agrees, or wants another one.

        By chances of its own: a story without it goes on as it would have gone.
        """
        chance = Random(f"{self.case.number} {self.case.at.isoformat()} date")
        if chance.random() >= habits.DATES:
            return
        waits_since, reason = self.now, chance.choice(self.words[why])
        self.now = self.frame.hours.add(self.now, 300 + 1200 * chance.random())
        due = self._afternoon(since or self.now, chance.randint(3, 7))
        self._do("propose", self.agent, reason, until=due)
        if self.case.fate and chance.random() < habits.DATES_OPEN:
            return
        self.now = self.frame.hours.add(self.now, HOUR * (0.3 + 2 * chance.random()))
        if chance.random() < habits.DATES_COUNTERED:
            self._do(
                "propose", self.case.requester, chance.choice(self.words["date_wish"]), until=self._afternoon(due, 1)
            )
            self.now = self.frame.hours.add(self.now, HOUR * (0.2 + chance.random()))
            self._do("accept", self.agent)
        else:
            self._do("accept", self.case.requester)
        self.now = waits_since

    def _afternoon(self, since: datetime, days: int) -> datetime:
        """Three in the afternoon, so many working days later."""
        day = self.frame.day(self.frame.hours.add_days(since, days))
        return datetime.combine(day, time(15), ZoneInfo(self.frame.zone))

    def _working_time(self) -> float:
        """Working seconds until it is solved: a part of what is promised, now and then a multiple of it."""
        if self.case.fate:
            return 2 * HOUR + self.chance.random() * 2 * HOUR
        kept = habits.HABITS[self.department]
        used = self._slowness() * self.chance.lognormvariate(math.log(kept.work[0]), kept.work[1])
        if self._happens(kept.stuck):
            used = 1.2 + 1.8 * self.chance.random()
        return self._promised("resolution", 24) * min(used, 3.0)

    def _ask_back(self) -> bool:
        self._do("hold", self.agent, self.story.ask, "waiting_for_requester")
        if self.case.fate:
            return False
        if self._happens(0.12):
            self._later(24 * HOUR)
            self._do("resume", self.agent)
        else:
            self._later(self._hours(9, 1.1))
            self._do("reply", self.case.requester, self.story.reply)
            if self._happens(habits.THANKS):
                self._later(self._hours(1.5, 0.8))
                self._do("reply", self.agent, self.chance.choice(self.words["thanks"]))
        return True

    def _nudge(self) -> None:
        self._do("reply", self.case.requester, self.chance.choice(self.words["nudge"]))
        self._later(self._promised("reply", 8) * self._slowness() * self.chance.lognormvariate(math.log(0.25), 0.9))
        self._do("reply", self.agent, self.chance.choice(self.words["nudge_answer"]))

    def _finish(self) -> None:
        """Solved; perhaps not quite; then confirmed, or silence; perhaps an opinion."""
        self._do("resolve", self.agent, self.chance.choice(self.story.done))
        if self.case.fate:
            return
        undone = self.story.back or self.story.type in ("it.incident", "facilities.repair")
        if undone and self._happens(habits.HABITS[self.department].reopened):
            self.case.reopened = True
            self._later(self._hours(5, 0.8))
            self._do("reply", self.case.requester, self.story.back or self.chance.choice(self.words["reopened"]))
            self._later(self._hours(6, 0.8))
            self._do("resolve", self.agent, self.chance.choice(self.words["redone"]))
        confirms = self._happens(habits.CONFIRMS)
        if confirms:
            self._later(self._hours(4, 1.0))
            self._do("close", self.case.requester)
        if self._happens(self.case.requester.answers):
            self.now += timedelta(minutes=3) if confirms else timedelta(hours=min(220, self._hours(14, 1.0) / HOUR))
            self._do("rate", self.case.requester)

    def _pick_agent(self) -> None:
        able = [agent for agent in self.cast.agents[self.department] if agent is not self.case.requester]
        # The first of a team carries most of it.
        self.agent = self.chance.choices(able, [1.0 / (n + 1.2) for n in range(len(able))])[0]
        self.case.agent, self.case.served_by = self.agent, self.department

    def _promised(self, metric: str, otherwise: float) -> float:
        """Working seconds promised, or hours to assume where nothing is."""
        ticket = self.case.ticket
        found = promises.promise_for(
            metric, self.now, department_id=self.cast.departments[self.department].id, request_type_id=ticket.request_type_id,
            priority=ticket.priority, customer_department_id=ticket.customer_department_id,
        )  # fmt: skip
        if found is None or found.due_at is None:
            return otherwise * HOUR
        return max(0.2 * HOUR, self.frame.hours.between(self.now, found.due_at))

    def _slowness(self) -> float:
        return habits.drift(self.department, self.case.part) * habits.rush(self.department, self.frame.day(self.now))

    def _appointment(self) -> datetime:
        """Ten in the morning of a working day to come."""
        since = self.frame.end if self.case.fate else self.now
        day = self.frame.day(self.frame.hours.add_days(since, self.chance.randint(2, 6)))
        return datetime.combine(day, time(10), ZoneInfo(self.frame.zone))

    def _spend(self, left: float, part: float) -> float:
        """Work on it for about `part` of what is left; what is left then."""
        spent = left * min(0.9, part * (0.5 + self.chance.random()))
        self._later(spent)
        return left - spent

    def _later(self, seconds: float) -> None:
        """Move on by so many working seconds, and a few more: nobody works to the second."""
        self.now = self.frame.hours.add(self.now, seconds + 5 + self.chance.random() * 200)

    def _hours(self, median: float, spread: float) -> float:
        return HOUR * self.chance.lognormvariate(math.log(median), spread)

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _do(self, what: str, who: Actor, text: str = "", value: str = "", until: datetime | None = None) -> None:
        to = self.case.requester.name.split()[0]
        said = spoken(text, self.case.slots, sex=who.sex, to=to) if text else ""
        self.steps.append(Step(self.now.replace(microsecond=0), what, who, said, value, until))
