"""Applies plans through the same actions as every other door, each step with its own past stamp."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.imports.incidents.plan import Plan, Step, plan
from servicedesk.imports.incidents.reading import BadRow, cases
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import settle, transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import queries as known

# Cases in one transaction: a commit waits for the disk, so one for each case would take longer than the case.
BATCH = 50
NOBODY = "Unknown caller"
NO_GROUP = "No group"


@dataclass
class Summary:
    """What an import did; `ready` counts what a dry run would add."""

    incidents: int = 0
    added: int = 0
    ready: int = 0
    already_there: int = 0
    departments_added: int = 0
    people_added: int = 0
    bad_rows: int = 0
    failed_incidents: int = 0
    bad: list[BadRow] = field(default_factory=list, repr=False)

    def as_dict(self) -> dict[str, int]:
        return {name: value for name, value in asdict(self).items() if name != "bad"}


def run(path: Path, *, dry_run: bool = False, moved_on: Callable[[int], None] = lambda _count: None) -> Summary:
    """Import the log at `path`. Raises `WrongFile` for another kind of file, `Invalid` where no company is set up.

    A row that is wrong is remembered with its reason and stops nothing; an incident that is there already is passed over.
    """
    company = who.company()
    if company is None:
        raise Invalid(N_("Set up the company first: flask desk init, or flask desk setup apply."))
    summary = Summary()
    cast = _Cast(summary)
    zone = ZoneInfo(company.timezone)
    for batch in _batches(_plans(path, summary), BATCH):
        fresh = _not_there_yet(batch, summary)
        if dry_run:
            summary.ready += len(fresh)
        else:
            _apply_batch(fresh, cast, zone, summary)
        moved_on(len(batch))
    return summary


def _plans(path: Path, summary: Summary) -> Iterator[Plan]:
    for good, bad in cases(path):
        summary.incidents += 1
        _remember(bad, summary)
        if good:
            yield plan(good)


def _remember(bad: Iterable[BadRow], summary: Summary) -> None:
    for row in bad:
        summary.bad_rows += 1
        summary.bad.append(row)


def _batches(plans: Iterator[Plan], size: int) -> Iterator[list[Plan]]:
    while batch := list(islice(plans, size)):
        yield batch


def _not_there_yet(batch: Sequence[Plan], summary: Summary) -> list[Plan]:
    there = known.known_external_ids([case.number for case in batch])
    fresh = {case.number: case for case in batch if case.number not in there}
    summary.already_there += len(batch) - len(fresh)
    return list(fresh.values())


def _apply_batch(batch: Sequence[Plan], cast: _Cast, zone: ZoneInfo, summary: Summary) -> None:
    """All cases in one transaction; if one of them cannot be applied, each in its own, so that only that one is left out."""
    try:
        with transaction():
            cast.prepare(batch)
            for case in batch:
                _apply(case, cast, zone)
        summary.added += len(batch)
    except DeskError:
        cast.forget()
        for case in batch:
            _apply_alone(case, cast, zone, summary)


def _apply_alone(case: Plan, cast: _Cast, zone: ZoneInfo, summary: Summary) -> None:
    try:
        with transaction():
            cast.prepare([case])
            _apply(case, cast, zone)
        summary.added += 1
    except DeskError as refusal:
        cast.forget()
        summary.failed_incidents += 1
        _remember([BadRow(0, case.number, f"the incident was left out: {refusal}", ())], summary)


def _apply(case: Plan, cast: _Cast, zone: ZoneInfo) -> None:
    requester = cast.person(case.caller or NOBODY)
    ticket = tickets.open_ticket(
        _stamp(requester, case.opened_at, zone), requester, subject=case.subject, description=case.description,
        department=cast.department(case.group or NO_GROUP), priority=case.priority, external_id=case.number,
    )  # fmt: skip
    settle()
    for step in case.steps:
        _DO[step.what](ticket, step, cast, zone)
        settle()


def _stamp(person: Any, at: datetime, zone: ZoneInfo) -> Stamp:
    return Stamp(person.id, at.replace(tzinfo=zone), "import")


def _agent(ticket: Any, cast: _Cast) -> Any:
    """Who acted: the assignee, else somebody standing for the whole group."""
    return cast.by_id(ticket.assignee_id) if ticket.assignee_id else cast.team_of(ticket.department_id)


def _hand_over(ticket: Any, step: Step, cast: _Cast, zone: ZoneInfo) -> None:
    agent, department = _agent(ticket, cast), cast.department(step.value or NO_GROUP)
    tickets.hand_over(_stamp(agent, step.at, zone), ticket, agent, department)


def _assign(ticket: Any, step: Step, cast: _Cast, zone: ZoneInfo) -> None:
    agent = cast.agent(step.value or "", ticket.department_id)
    if agent.id != ticket.requester_id:
        tickets.assign(_stamp(agent, step.at, zone), ticket, agent)


def _prioritise(ticket: Any, step: Step, cast: _Cast, zone: ZoneInfo) -> None:
    tickets.change_priority(_stamp(_agent(ticket, cast), step.at, zone), ticket, step.value or "")


def _answer(ticket: Any, step: Step, cast: _Cast, zone: ZoneInfo) -> None:
    agent = _agent(ticket, cast)
    tickets.reply(_stamp(agent, step.at, zone), ticket, agent, "Work has begun (imported).")


def _hold(ticket: Any, step: Step, cast: _Cast, zone: ZoneInfo) -> None:
    agent = _agent(ticket, cast)
    tickets.put_on_hold(_stamp(agent, step.at, zone), ticket, agent, reason=step.value or "")


def _resume(ticket: Any, step: Step, cast: _Cast, zone: ZoneInfo) -> None:
    tickets.resume(_stamp(_agent(ticket, cast), step.at, zone), ticket)


def _resolve(ticket: Any, step: Step, cast: _Cast, zone: ZoneInfo) -> None:
    agent = _agent(ticket, cast)
    tickets.resolve(_stamp(agent, step.at, zone), ticket, agent, "Resolved (imported).")


def _close(ticket: Any, step: Step, _cast: _Cast, zone: ZoneInfo) -> None:
    tickets.close(Stamp(None, step.at.replace(tzinfo=zone), "import"), ticket, confirmed=False)


def _reopen(ticket: Any, step: Step, cast: _Cast, zone: ZoneInfo) -> None:
    requester = cast.by_id(ticket.requester_id)
    tickets.reopen(_stamp(requester, step.at, zone), ticket, requester, "Reopened (imported).")


_DO = {
    "hand_over": _hand_over, "assign": _assign, "prioritise": _prioritise, "answer": _answer, "hold": _hold,
    "resume": _resume, "resolve": _resolve, "close": _close, "reopen": _reopen,
}  # fmt: skip


class _Cast:
    """The people and departments of the log: found by the name they had there, made when first met."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self.ids: dict[str, int] = {}
        self.people: dict[int, Any] = {}
        self.departments: dict[str, Any] = {}
        self.serving: set[tuple[int, int]] = set()

    def prepare(self, batch: Sequence[Plan]) -> None:
        """Load in two statements whom and what the batch names; the rows of the last transaction are of no use now."""
        names = {case.caller or NOBODY for case in batch}
        names |= {step.value for case in batch for step in case.steps if step.what == "assign" and step.value}
        self.people = {person.id: person for person in who.people_by_external_name(names)}
        self.ids.update({person.external_name: person.id for person in self.people.values()})
        for name in sorted(names - self.ids.keys()):
            self._remember(self._add_person(name))
        self.departments = {d.external_name or d.key: d for d in who.departments(active_only=False)}

    def forget(self) -> None:
        """After a rollback: what was made in it is gone."""
        self.ids.clear()
        self.people.clear()
        self.serving.clear()

    def by_id(self, person_id: int) -> Any:
        found = self.people.get(person_id) or who.person(person_id)
        self.people[person_id] = found
        return found

    def person(self, name: str) -> Any:
        person_id = self.ids.get(name)
        if person_id is None:
            found = next(iter(who.people_by_external_name({name})), None) or self._add_person(name)
            person_id = self._remember(found)
        return self.by_id(person_id)

    def _remember(self, person: Any) -> int:
        self.people[person.id] = person
        self.ids[person.external_name] = person.id
        return int(person.id)

    def department(self, name: str) -> Any:
        found = self.departments.get(name) or self.departments.get(_key(name)) or who.department_by_external_name(name)
        if found is None:
            found = people.add_department(
                Stamp(None, now(), "import"), key=_key(name), name={"en": name, "ru": name}, external_name=name
            )
            self.summary.departments_added += 1
        self.departments[name] = found
        return found

    def agent(self, name: str, department_id: int) -> Any:
        return self._serves(self.person(name), department_id)

    def team_of(self, department_id: int) -> Any:
        """Somebody who stands for a group where the log names nobody."""
        department = next(d for d in self.departments.values() if d.id == department_id)
        return self._serves(self.person(f"{department.external_name or department.key} (team)"), department_id)

    def _serves(self, person: Any, department_id: int) -> Any:
        if (person.id, department_id) not in self.serving and department_id not in person.serves:
            department = next(d for d in self.departments.values() if d.id == department_id)
            people.grant(Stamp(None, now(), "import"), person, "agent", department)
        self.serving.add((person.id, department_id))
        return person

    def _add_person(self, name: str) -> Any:
        self.summary.people_added += 1
        return people.add_person(
            Stamp(None, now(), "import"), email=f"{_key(name)}@imported.invalid", name=name, external_name=name
        )


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "unnamed"
