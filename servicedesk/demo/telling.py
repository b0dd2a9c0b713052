"""Tells the history of the demo company in the order of time, in one transaction: all of it or nothing."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.demo import chores
from servicedesk.demo.acting import act, open_case
from servicedesk.demo.agreeing import propose
from servicedesk.demo.arrivals import Case, Frame, arrivals
from servicedesk.demo.founding import Cast, found_company
from servicedesk.demo.improving import answer_low_ratings
from servicedesk.demo.pieces import count_of_pieces as pieces_count
from servicedesk.demo.pieces import happenings, set_templates
from servicedesk.demo.preparing import prepare_replies
from servicedesk.demo.script import Script, Step
from servicedesk.demo.surveying import surveys
from servicedesk.demo.texts import world
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import settle, transaction
from servicedesk.people import queries as who
from servicedesk.reports import queries as reports
from servicedesk.reports import rules as months
from servicedesk.sla import queries as promises
from servicedesk.tickets import queries as tickets

# What happened in the last two working days rings bells and queues mail, like everything after it.
RECENT = 16 * 3600
# From so many requests on the story has its set pieces.
LEAST_FOR_PIECES = 60


@dataclass
class Summary:
    """What was told. `passed_over` counts steps that the state of their ticket did not allow any more."""

    people: int = 0
    tickets: int = 0
    steps: int = 0
    ratings: int = 0
    passed_over: int = 0
    months: list[str] = field(default_factory=list)


def refuse_unless_empty() -> None:
    """Raises `Conflict` where the database holds anything the demo could spoil."""
    if tickets.any_ticket():
        raise Conflict(N_("There are tickets in this database; the demo needs an empty one."))
    if who.company() is not None:
        raise Conflict(N_("A company is set up in this database; the demo brings its own and needs an empty one."))


def tell(
    *, tickets: int, months: int, seed: int, end: datetime, keys: Sequence[str] = (),
    moved_on: Callable[[int], None] = lambda _count: None,
) -> Summary:  # fmt: skip
    """Found the company and tell `months` closed months and the running one, with `tickets` requests, up to `end`.

    The same numbers and the same `end` give the same story. `keys` seal
    the opinions (see ratings). Raises `Conflict` in a database that is not empty.
    """
    refuse_unless_empty()
    with transaction():
        return _Teller(tickets, months, seed, end, keys, moved_on).tell()


class _Teller:
    """Things to come, the next one first."""

    def __init__(
        self, tickets: int, months: int, seed: int, end: datetime, keys: Sequence[str], moved_on: Callable[[int], None]
    ) -> None:
        self.count, self.month_count, self.seed, self.end, self.moved_on = tickets, months, seed, end, moved_on
        self.keys = keys
        self.zone = world()["company"]["timezone"]
        self.summary = Summary()
        self.queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = count()

    def tell(self) -> Summary:
        self._set_stage()
        # A short story has no room for set pieces.
        pieces = pieces_count() if self.count >= LEAST_FOR_PIECES else 0
        for case in arrivals(self.frame, self.cast, self.count - pieces, self.seed):
            self._at(case.at, partial(self._open, case))
        if pieces:
            for at, happen in happenings(self.frame, self.cast, self._door_at):
                self._at(at, happen)
            self.summary.tickets = pieces
        self._plan_rounds()
        while self.queue and self.queue[0][0] <= self.end:
            self.now, _, happen = heapq.heappop(self.queue)
            happen()
            settle()
        chores.go_round(Stamp(None, self.end, "worker"))
        return self.summary

    def _set_stage(self) -> None:
        this_month = months.month_of(self.end, self.zone)
        self.months = [months.shifted(this_month, by) for by in range(-self.month_count, 0)]
        begin = months.bounds(months.shifted(this_month, -self.month_count), self.zone)[0]
        founded = Stamp(None, begin - timedelta(days=20), "demo")
        self.cast: Cast = found_company(founded, Random(f"{self.seed} people"))
        set_templates(founded, self.cast)
        prepare_replies(founded, self.cast)
        settle()
        self.frame = Frame(begin, self.end, self.zone, promises.company_hours())
        self.recent = self.frame.hours.add(self.end, -RECENT)
        self.summary.people = len(self.cast.actors)

    def _plan_rounds(self) -> None:
        """A worker's rounds, reminders in the morning, reviews, the end of each month.

        In the past a round every two hours will do: what was due is recorded with its true moment anyway.
        """
        for day in self._working_days():
            for hour in range(9, 19) if day > self.recent else range(10, 19, 2):
                self._at(day.replace(hour=hour), self._round)
            self._at(day.replace(hour=9, minute=30), self._remind)
            if day.weekday() in (1, 4) and day < self.recent:
                self._at(day.replace(hour=16, minute=20), self._review)
        for row in world()["proposals"]:
            self._at(self.recent, partial(self._propose, row))
        for at, happen in surveys(self.cast, self.end, self.zone, self.seed, self.keys, self._door_at):
            self._at(at, happen)
        for month in self.months:
            self._at(reports.closing_moment(month) + timedelta(minutes=5), partial(self._close_month, month))
        # The low ratings of the last month still wait for an answer.
        for month in self.months[:-1]:
            self._at(reports.closing_moment(month) + timedelta(days=2), partial(self._answer, month))

    def _working_days(self) -> Iterator[datetime]:
        day = self.frame.begin.astimezone(ZoneInfo(self.zone)).replace(hour=0, minute=0)
        while day <= self.end:
            if self.frame.hours.between(day, day + timedelta(days=1)) > 0:
                yield day
            day += timedelta(days=1)

    def _open(self, case: Case) -> None:
        open_case(Stamp(case.requester.row.id, case.at, self._door()), case, self.cast)
        settle()
        self.summary.tickets += 1
        for step in Script(case, self.cast, self.frame).write():
            self._at(step.at, partial(self._step, step, case))
        self.moved_on(1)

    def _step(self, step: Step, case: Case) -> None:
        done = act(step, case, self.cast, self.frame, self._door(), self.seed, self.keys)
        self.summary.steps += done
        self.summary.passed_over += not done
        self.summary.ratings += done and step.what == "rate"

    def _round(self) -> None:
        chores.go_round(Stamp(None, self.now, self._door("worker")))

    def _remind(self) -> None:
        chores.remind(Stamp(None, self.now, self._door("worker")), self.frame, self.keys)

    def _review(self) -> None:
        chores.review(self.now, self.cast, self._door(), self.seed)

    def _propose(self, row: Mapping[str, Any]) -> None:
        propose(Stamp(None, self.now, self._door()), self.cast, row)

    def _close_month(self, month: str) -> None:
        """The last report is announced to its readers, the older ones are history."""
        door = "worker" if month == self.months[-1] else "demo"
        chores.close_month(Stamp(None, self.now, door), month, self.keys)
        self.summary.months.append(month)

    def _answer(self, month: str) -> None:
        stamp = Stamp(None, self.now, self._door())
        answer_low_ratings(stamp, self.cast, month, publicly=month == self.months[-2])

    def _door(self, present: str = "web") -> str:
        return self._door_at(self.now, present)

    def _door_at(self, at: datetime, present: str = "web") -> str:
        return present if at >= self.recent else "demo"

    def _at(self, at: datetime, happen: Callable[[], None]) -> None:
        heapq.heappush(self.queue, (at, next(self.order), happen))
