"""The desk as an organisation file that changes nothing when it is applied to the same desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import yaml

from servicedesk.catalog import queries as catalog
from servicedesk.organisation.agreeing import agreed
from servicedesk.organisation.checking.agreements import TEXTS
from servicedesk.organisation.offering import request_types_said, templates_said
from servicedesk.organisation.plan import AgreementPlan
from servicedesk.organisation.standing import everybody as all_people
from servicedesk.people import queries as people
from servicedesk.people.rules import ROLES, ROLES_OF_A_DEPARTMENT
from servicedesk.sla import queries as sla
from servicedesk.sla.agreement_rules import FIRST_DAY, Line
from servicedesk.sla.rules import ESCALATE, METRICS, WARN_AT, PolicyRow, specificity

if TYPE_CHECKING:
    from servicedesk.people.models import Department, Person

HEADER = "# The organisation of this desk. `flask desk setup apply` reads it back.\n"
_WIDTH = 100


def export() -> str:
    """The file; an empty text for a desk where nothing is set up."""
    everybody = list(all_people())
    keys = {row.id: row.key for row in people.departments(active_only=False)}
    sections = {
        "company": _company(keys), "calendars": _calendars(), "departments": _departments(everybody),
        "request_types": request_types_said(keys), "templates": templates_said(keys), **_promises(keys), "people": [_person(row, keys) for row in everybody],
    }  # fmt: skip
    found = {name: section for name, section in sections.items() if section}
    if not found:
        return ""
    return HEADER + "".join(_dumped(name, section) for name, section in found.items())


def _company(keys: Mapping[int, str]) -> dict[str, Any]:
    row = people.company()
    if row is None:
        return {}
    chosen = next((calendar.key for calendar in sla.calendars() if calendar.of_company), None)
    said = {"name": row.name, "language": row.language, "timezone": row.timezone}
    said |= {"calendar": chosen} if chosen else {}
    return said | ({"triage": keys[row.triage_department_id]} if row.triage_department_id is not None else {})


def _calendars() -> dict[str, Any]:
    versions = {row.key: sla.newest_version(row.id) for row in sla.calendars()}
    return {
        key: {"timezone": version.timezone, "week": dict(version.week)}
        | ({"holidays": version.holidays} if version.holidays else {})
        | ({"exceptions": dict(version.own_exceptions)} if version.own_exceptions else {})
        | ({"names": dict(version.own_names)} if version.own_names else {})
        for key, version in versions.items()
        if version is not None
    }


def _departments(everybody: list[Person]) -> dict[str, Any]:
    calendars = sla.calendar_names()
    rows = people.departments(active_only=False)
    keys = {row.id: row.key for row in rows}
    return {row.key: _department(row, calendars.get(row.id), keys, everybody) for row in rows}


def _department(row: Department, calendar: str | None, keys: dict[int, str], everybody: list[Person]) -> dict[str, Any]:
    leads, agents = (
        [person.email for person in everybody if row.id in person.departments_as(role)] for role in ("lead", "agent")
    )
    said: dict[str, Any] = {"name": dict(row.name)}
    said |= {"mission": dict(row.mission)} if row.mission else {}
    said |= {"customers": dict(row.customers)} if row.customers else {}
    said |= {"calendar": calendar} if calendar else {}
    said |= {"parent": keys[row.parent_id]} if row.parent_id is not None else {}
    said |= {"lead": leads[0] if len(leads) == 1 else leads, "agents": agents}
    said |= {"email": row.email} if row.email else {}
    said |= {"external_name": row.external_name} if row.external_name else {}
    return said | ({} if row.active else {"active": False})


def _promises(keys: dict[int, str]) -> dict[str, Any]:
    types = {row.id: row.key for row in catalog.request_types(active_only=False)}
    calendars = {row.id: row.key for row in sla.calendars()}
    policies = []
    for row in sorted(sla.policies(), key=lambda row: (specificity(row), row.name)):
        narrowed = {
            "request_type": types[row.request_type_id] if row.request_type_id is not None else None,
            "priority": row.priority,
        }
        department = keys[row.department_id] if row.department_id is not None else None
        if row.customer_department_id is None:
            policies.append(_promise(row, {"department": department} | narrowed, calendars))
    return {"policies": policies, "agreements": [_agreement(row.plan) for row in agreed()]}


def _agreement(plan: AgreementPlan) -> dict[str, Any]:
    terms = plan.terms
    lines = [_line(line) for line in terms.promises]
    said: dict[str, Any] = {"supplier": plan.supplier, "customer": plan.customer}
    said |= lines[0] if len(lines) == 1 else {"promises": lines}
    said |= {"calendar": terms.calendar} if terms.calendar else {}
    begin = terms.valid_from if terms.valid_from != FIRST_DAY else None
    dates = {"from": begin, "until": terms.valid_until, "review_on": terms.review_on}
    said |= {name: day.isoformat() for name, day in dates.items() if day is not None}
    return said | {name: text for name in TEXTS if (text := getattr(terms, name))}


def _line(line: Line) -> dict[str, Any]:
    whom = {"request_type": line.request_type, "priority": line.priority}
    said: dict[str, Any] = {key: value for key, value in whom.items() if value is not None}
    said |= {metric: line.targets[metric] for metric in METRICS if metric in line.targets}
    return said | _told(line.warn_at or (), line.escalate or ())


def _told(warn_at: Sequence[int], escalate: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Warnings and steps after a breach where they are not the usual ones."""
    said: dict[str, Any] = {"warn_at": sorted(warn_at)} if tuple(sorted(warn_at)) != WARN_AT else {}
    return said | ({"escalate": [dict(step) for step in escalate]} if list(escalate) != list(ESCALATE) else {})


def _promise(row: PolicyRow, whom: dict[str, str | None], calendars: dict[int, str]) -> dict[str, Any]:
    said: dict[str, Any] = {key: value for key, value in whom.items() if value is not None}
    said |= {metric: row.targets[metric] for metric in METRICS if metric in row.targets}
    said |= {"calendar": calendars[row.calendar_id]} if row.calendar_id is not None else {}
    said |= _told(row.warn_at, row.escalate)
    dates = {"from": row.valid_from, "until": row.valid_until}
    return said | {name: day.isoformat() for name, day in dates.items() if day is not None}


def _person(row: Person, keys: dict[int, str]) -> dict[str, Any]:
    """Roles in departments stand in the lists of these; here are those of the whole company, if any."""
    said: dict[str, Any] = {"email": row.email, "name": row.name}
    said |= {"department": keys[row.department_id]} if row.department_id is not None else {}
    roles = [role for role in ROLES if row.has(role) and role not in ROLES_OF_A_DEPARTMENT]
    said |= {"roles": roles} if roles else {}
    said |= {"language": row.language}
    said |= {"timezone": row.timezone} if row.timezone else {}
    said |= {"topics": list(row.topics)} if row.topics else {}
    return said | ({} if row.active else {"active": False})


class _Dumper(yaml.SafeDumper):
    """What fits on a line stands on one; sections and their entries never share one. No anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent(self, data: Any) -> None:
        root: Any = self.represent_data(data)
        _lay_out(root)
        root.flow_style = False
        for name, section in root.value:
            section.flow_style = name.value == "company"
            for item in section.value if isinstance(section, yaml.SequenceNode) else ():
                item.flow_style = True
        self.serialize(root)


def _lay_out(node: Any) -> int:
    """The width the node has on one line; wide ones are spread over several."""
    if isinstance(node, yaml.MappingNode):
        width = sum(_lay_out(key) + _lay_out(value) + 4 for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        width = sum(_lay_out(item) + 2 for item in node.value)
    else:
        return len(node.value) + 2
    node.flow_style = width <= _WIDTH
    # Inside one line everything is on one line, so a spread node spreads those around it.
    return width if node.flow_style else _WIDTH + 1


def _dumped(name: str, section: Any) -> str:
    return "\n" + yaml.dump({name: section}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10 * _WIDTH)
