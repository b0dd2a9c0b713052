"""A checked plan → actions. Everything that is done is told as a change; what is so already is passed over.

Call it inside a transaction; a dry run is the same call in a transaction that is given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from servicedesk.catalog import queries as catalog_rows
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import settle
from servicedesk.organisation.agreeing import apply_agreements
from servicedesk.organisation.offering import apply_request_type, apply_template
from servicedesk.organisation.plan import DepartmentPlan, PersonPlan, Plan, PromisePlan, RolePair
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.people.rules import ROLES
from servicedesk.sla import actions as sla
from servicedesk.sla import queries as sla_rows
from servicedesk.sla.rules import ESCALATE, PolicyRow

if TYPE_CHECKING:
    from servicedesk.people.models import Person


@dataclass(frozen=True)
class Change:
    """`verb` is added, changed, withdrawn, given or taken; `text` says what and how."""

    verb: str
    text: str

    def __str__(self) -> str:
        return f"{self.verb} {self.text}"


def apply(stamp: Stamp, plan: Plan) -> list[Change]:
    """Make the desk what the plan says; the changes in the order in which they were made."""
    work = _Work(stamp)
    work.company(plan.company)
    work.calendars(plan)
    for department in plan.departments:
        work.department(department)
    for department in plan.departments:
        work.parent(department)
    for person in plan.people:
        work.person(person)
    work.roles(plan)
    work.triage(plan.triage)
    for request_type in plan.request_types:
        apply_request_type(stamp, request_type, work.tell)
    for template in plan.templates:
        apply_template(stamp, template, work.tell)
    if "policies" in plan.lists:
        work.policies(plan.promises)
    if "agreements" in plan.lists:
        apply_agreements(stamp, plan.agreements, work.tell)
    return work.changes


@dataclass
class _Work:
    stamp: Stamp
    changes: list[Change] = field(default_factory=list)

    def tell(self, verb: str, text: str) -> None:
        self.changes.append(Change(verb, text))
        # A company is a longer story than one request: its events are handled step by step.
        settle()

    def company(self, values: Mapping[str, str]) -> None:
        row = people_rows.company()
        if row is None:
            if values:
                people.describe_company(self.stamp, **values)  # checked to be complete
                self.tell("added", f"company {values['name']}")
            return
        changed = _differing(row, values)
        if changed:
            now = {"name": row.name, "language": row.language, "timezone": row.timezone}
            people.describe_company(self.stamp, **(now | dict(values)))
            self.tell("changed", f"company: {_told(now, changed)}")

    def triage(self, key: str | None) -> None:
        """Who finds out whose a request is, when all departments are there."""
        row = people_rows.company()
        chosen = people_rows.department_by_key(key) if key else None
        if key == "" or row is None or row.triage_department_id == (chosen.id if chosen else None):
            return
        now = {"name": row.name, "language": row.language, "timezone": row.timezone}
        people.describe_company(self.stamp, **now, triage_department_id=chosen.id if chosen else None)
        self.tell("changed", f"company: triage {key or 'none'}")

    def calendars(self, plan: Plan) -> None:
        for row in plan.calendars:
            before = _version(row.key)
            sla.set_calendar(
                self.stamp,
                key=row.key,
                timezone=row.timezone,
                week=row.week,
                holidays=row.holidays,
                exceptions=row.exceptions,
                names=row.names,
            )
            after = _version(row.key)
            if before != after:
                self.tell(
                    "changed" if before else "added", f"calendar {row.key}" + (f" (version {after})" if before else "")
                )
        chosen = sla_rows.calendar_by_key(plan.company_calendar) if plan.company_calendar else None
        if chosen is not None and sla.make_company_calendar(chosen):
            self.tell("changed", f"company: calendar {chosen.key}")

    def department(self, plan: DepartmentPlan) -> None:
        row = people_rows.department_by_key(plan.key)
        if row is None:
            values = {key: value for key, value in plan.values.items() if key != "active"}
            row = people.add_department(self.stamp, key=plan.key, **values)
            self.tell("added", f"department {plan.key}")
            if plan.values.get("active") is False:
                people.change_department(self.stamp, row, {"active": False})
        else:
            changed = _differing(row, plan.values)
            if changed:
                self.tell("changed", f"department {plan.key}: {_told(_now(row, changed), changed)}")
                people.change_department(self.stamp, row, changed)
        calendar = sla_rows.calendar_by_key(plan.calendar) if plan.calendar else None
        if sla.set_department_calendar(self.stamp, row, calendar):
            self.tell("changed", f"department {plan.key}: calendar {plan.calendar or 'of the company'}")

    def parent(self, plan: DepartmentPlan) -> None:
        """The department above, when all of them are there."""
        row = people_rows.department_by_key(plan.key)
        above = people_rows.department_by_key(plan.parent) if plan.parent else None
        if plan.parent == "" or row is None or row.parent_id == (above.id if above else None):
            return
        people.change_department(self.stamp, row, {"parent_id": above.id if above else None})
        self.tell("changed", f"department {plan.key}: under {plan.parent or 'none'}")

    def person(self, plan: PersonPlan) -> None:
        row = people_rows.person_by_email(plan.email)
        home = people_rows.department_by_key(plan.department) if plan.department else None
        if row is None:
            values: dict[str, Any] = {"name": plan.email.partition("@")[0]} | dict(plan.values)
            active = values.pop("active", True)
            row = people.add_person(self.stamp, email=plan.email, department=home, **values)
            self.tell("added", f"person {plan.email}")
            if not active:
                people.change_person(self.stamp, row, {"active": False})
            return
        if plan.implied:
            return
        changed = _differing(row, plan.values)
        if changed:
            self.tell("changed", f"person {plan.email}: {_told(_now(row, changed), changed)}")
        if plan.department != "" and row.department_id != (home.id if home else None):
            self.tell("changed", f"person {plan.email}: department {plan.department or 'none'}")
            changed = changed | {"department_id": home.id if home else None}
        if changed:
            people.change_person(self.stamp, row, changed)

    def roles(self, plan: Plan) -> None:
        keys = {row.id: row.key for row in people_rows.departments(active_only=False)}
        ids = {key: department_id for department_id, key in keys.items()}
        for person in _concerned(plan, ids):
            now = {(grant.role, keys[grant.department_id] if grant.department_id else None) for grant in person.grants}
            wanted = plan.roles.get(person.email, frozenset())
            home = keys.get(person.department_id) if person.department_id else None
            kept = {pair for pair in now if not _governed(plan, person, home, pair)}
            after = kept | wanted
            for verb, pairs in (("given", after - now), ("taken", now - after)):
                for role, key in sorted(pairs, key=lambda pair: (ROLES.index(pair[0]), pair[1] or "")):
                    to = "to" if verb == "given" else "from"
                    self.tell(verb, f"role {role}{f' of {key}' if key else ''} {to} {person.email}")
            if after != now:
                people.set_roles(self.stamp, person, [(role, ids[key] if key else None) for role, key in after])

    def policies(self, plans: Iterable[PromisePlan]) -> None:
        """The list is the whole of the policies; lines of agreements are not among them."""
        departments = {row.key: row.id for row in people_rows.departments(active_only=False)}
        types = {row.key: row.id for row in catalog_rows.request_types(active_only=False)}
        own = [row for row in sla_rows.policies() if row.customer_department_id is None]
        there = {_whom_ids(row): row for row in sorted(own, key=lambda row: row.version_id)}
        meant: set[str] = set()
        for plan in plans:
            whom = plan.whom
            wanted = (
                departments[whom.department] if whom.department else None,
                types[whom.request_type] if whom.request_type else None, whom.priority, whom.valid_from,
            )  # fmt: skip
            row = there.get(wanted)
            name = row.name if row else whom.name
            meant.add(name)
            if row is not None and _same_promise(row, plan):
                continue
            sla.set_policy(
                self.stamp, name=name, targets=plan.targets, department_id=wanted[0], request_type_id=wanted[1],
                priority=wanted[2], valid_from=wanted[3], valid_until=plan.valid_until, warn_at=plan.warn_at,
                escalate=plan.escalate, calendar_id=_calendar_id(plan.calendar),
            )  # fmt: skip
            self.tell("changed" if row else "added", f"promise {name}: {_promised(row, plan)}")
        for row in sorted(own, key=lambda row: row.name):
            if row.name not in meant:
                sla.withdraw_policy(self.stamp, row.name)
                self.tell("withdrawn", f"promise {row.name}")


def _concerned(plan: Plan, ids: Mapping[str, int]) -> list[Person]:
    """Everybody whose roles the file speaks of: those it names, and those who lead or serve where it has the list."""
    found = {email: people_rows.person_by_email(email) for email in sorted(plan.roles.keys() | plan.own_roles)}
    for role, key in sorted(plan.closed, key=lambda pair: (pair[1] or "", pair[0])):
        if key is not None:
            found |= {person.email: person for person in people_rows.team(ids[key], role)}
    return [person for person in found.values() if person is not None]


def _governed(plan: Plan, person: Person, home: str | None, pair: RolePair) -> bool:
    """Whether the file alone decides if the person has this role."""
    return pair in plan.closed or (person.email in plan.own_roles and pair[1] in (None, home))


def _whom_ids(row: PolicyRow) -> tuple[Any, ...]:
    return row.department_id, row.request_type_id, row.priority, row.valid_from


def _same_promise(row: PolicyRow, plan: PromisePlan) -> bool:
    same = row.targets == dict(plan.targets) and row.valid_until == plan.valid_until
    same = same and row.calendar_id == _calendar_id(plan.calendar) and list(row.escalate) == list(plan.escalate)
    return same and tuple(sorted(row.warn_at)) == plan.warn_at


def _calendar_id(key: str | None) -> int | None:
    row = sla_rows.calendar_by_key(key) if key else None
    return row.id if row else None


def _promised(row: PolicyRow | None, plan: PromisePlan) -> str:
    """ "reply 24h, resolution 27h → 4h"; what is withdrawn of a promise is named too."""
    before = row.targets if row else {}
    said = [
        f"{metric} {before[metric]} → {target}"
        if metric in before and before[metric] != target
        else f"{metric} {target}"
        for metric, target in plan.targets.items()
    ]
    said += [f"no {metric}" for metric in before if metric not in plan.targets]
    if row and tuple(sorted(row.warn_at)) != plan.warn_at:
        said.append(f"warnings at {', '.join(map(str, plan.warn_at)) or 'nothing'}")
    if list(row.escalate if row else ESCALATE) != list(plan.escalate):
        steps = ", ".join(f"{step['to']} after {step['after']}" for step in plan.escalate)
        said.append(f"breaches told to {steps or 'nobody'}")
    if (row.calendar_id if row else None) != _calendar_id(plan.calendar):
        said.append(f"hours of {plan.calendar or 'the department'}")
    if (row.valid_until if row else None) != plan.valid_until:
        said.append(f"until {plan.valid_until or 'further notice'}")
    return ", ".join(said)


def _version(calendar_key: str) -> int | None:
    calendar = sla_rows.calendar_by_key(calendar_key)
    newest = sla_rows.newest_version(calendar.id) if calendar else None
    return newest.number if newest else None


def _differing(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if getattr(row, key) != value}


def _now(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: getattr(row, key) for key in values}


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Which values changed, short ones with both texts."""
    return ", ".join(
        f"{key} {before[key]} → {value}"
        if isinstance(before[key], str | bool) and isinstance(value, str | bool)
        else key
        for key, value in after.items()
    )
