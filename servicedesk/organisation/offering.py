"""Request types and templates: of a plan → the catalog, and of the catalog → as the file says them.

A step of approval names people by address here and by id in the catalog; `known_step` is the one way to write it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from servicedesk.catalog import actions, queries
from servicedesk.kernel.stamp import Stamp
from servicedesk.organisation.plan import RequestTypePlan, TemplatePlan
from servicedesk.people import queries as people

if TYPE_CHECKING:
    from servicedesk.catalog.models import RequestType, Template
    from servicedesk.people.models import Department

Tell = Callable[[str, str], None]


def apply_request_type(stamp: Stamp, plan: RequestTypePlan, tell: Tell) -> None:
    row = queries.request_type_by_key(plan.key)
    home = people.department_by_key(plan.department) if plan.department else None
    values = dict(plan.values)
    if "approvals" in values:
        values["approvals"] = [_by_id(step) for step in values["approvals"]]
    if row is None:
        active = values.pop("active", True)
        row = actions.add_request_type(stamp, _there(home), key=plan.key, **values)
        tell("added", f"request type {plan.key}")
        if active is False:
            actions.change_request_type(stamp, row, {"active": False})
        return
    changed = {name: value for name, value in values.items() if _said(row, name) != value}
    told = [_told(name, getattr(row, name), value) for name, value in changed.items()]
    if home is not None and row.department_id != home.id:
        changed["department_id"] = home.id
        told.append(f"department {home.key}")
    if changed:
        tell("changed", f"request type {plan.key}: {', '.join(told)}")
        actions.change_request_type(stamp, row, changed)


def apply_template(stamp: Stamp, plan: TemplatePlan, tell: Tell) -> None:
    """What the file does not say of a template stays as it is."""
    row = queries.template_by_key(plan.key)
    types = {kind.key: kind.id for kind in queries.request_types(active_only=False)}
    values = dict(plan.values)
    if "lines" in values:
        values["lines"] = [_with_id(line, types) for line in values["lines"]]
    home = people.department_by_key(plan.department) if plan.department else None
    if row is None:
        actions.set_template(stamp, _there(home), key=plan.key, **values)
        tell("added", f"template {plan.key}")
        return
    now = {name: getattr(row, name) for name in ("name", "description", "active")} | {"lines": _lines(row)}
    told = [_told(name, now[name], value) for name, value in values.items() if now[name] != value]
    told += [f"department {home.key}"] if home is not None and home.id != row.department_id else []
    if told:
        tell("changed", f"template {plan.key}: {', '.join(told)}")
        actions.set_template(stamp, home or row.department, key=plan.key, **(now | values))


def request_types_said(keys: Mapping[int, str]) -> dict[str, Any]:
    """The catalog as the file has it; `keys` are those of the departments."""
    rows, found = queries.request_types(active_only=False), {}
    named = (number for row in rows for step in row.approvals for number in step.get("people") or ())
    emails = {number: person.email for number, person in people.people_by_id(named, with_roles=False).items()}
    for row in rows:
        said: dict[str, Any] = {"department": keys[row.department_id], "name": dict(row.name)}
        said |= {"description": dict(row.description)} if row.description else {}
        said |= {"keywords": list(row.keywords)} if row.keywords else {}
        said |= {"provides": dict(row.provides)} if row.provides else {}
        said |= {"confidential": row.confidential, "approval": approval_said(row.approvals, emails)}
        said |= {"mail": True} if row.mail else {}
        said |= {"fields": list(row.fields)}
        found[row.key] = said | ({} if row.active else {"active": False})
    return found


def templates_said(keys: Mapping[int, str]) -> dict[str, Any]:
    types, found = queries.request_types_by_id(), {}
    for row in queries.templates(active_only=False):
        said: dict[str, Any] = {"department": keys[row.department_id], "name": dict(row.name)}
        said |= {"description": dict(row.description)} if row.description else {}
        said["lines"] = [_line_said(line, types) for line in _lines(row)]
        found[row.key] = said | ({} if row.active else {"active": False})
    return found


def approval_said(steps: Iterable[Mapping[str, Any]], emails: Mapping[int, str]) -> Any:
    """ "none", one word where that says all, else the steps."""
    said = [_step_said(known_step(step), emails) for step in steps]
    if not said:
        return "none"
    return said[0] if len(said) == 1 and isinstance(said[0], str) else said


def known_step(step: Mapping[str, Any]) -> dict[str, Any]:
    """The step with all that it says, and nothing that says nothing."""
    found: dict[str, Any] = {"who": step["who"]}
    if step["who"] == "people":
        found |= {"people": list(step["people"]), "need": step.get("need", "any")}
    return found | ({"over": dict(step["over"])} if step.get("over") else {})


def _step_said(step: Mapping[str, Any], emails: Mapping[int, str]) -> Any:
    over = {"over": dict(step["over"])} if "over" in step else {}
    if step["who"] == "lead":
        return {"who": "lead", **over} if over else "lead"
    named = [emails[number] for number in step["people"]]
    if len(named) == 1 and not over and step["need"] == "any":
        return named[0]
    return {"people": named} | ({"need": "all"} if step["need"] == "all" else {}) | over


def _line_said(line: Mapping[str, Any], types: Mapping[int, RequestType]) -> dict[str, Any]:
    said = {"request_type": types[line["request_type_id"]].key, "step": line["step"], "subject": line["subject"]}
    said |= {"description": line["description"]} if line["description"] else {}
    return said | ({} if line["waits"] else {"waits": False})


def _lines(row: Template) -> list[dict[str, Any]]:
    return [{"step": 1, "description": "", "waits": True, **line} for line in row.lines]


def _with_id(line: Mapping[str, Any], types: Mapping[str, int]) -> dict[str, Any]:
    said = {name: value for name, value in line.items() if name != "request_type"}
    return {"request_type_id": types[line["request_type"]], **said}


def _by_id(step: Mapping[str, Any]) -> dict[str, Any]:
    """The step with the ids of the people whose addresses it has."""
    if step["who"] != "people":
        return dict(step)
    rows = [people.person_by_email(email) for email in step["people"]]
    return {**step, "people": [person.id for person in rows if person is not None]}


def _said(row: RequestType, name: str) -> Any:
    return [known_step(step) for step in row.approvals] if name == "approvals" else getattr(row, name)


def _told(name: str, before: Any, after: Any) -> str:
    """What changed, truths with both."""
    name = {"approvals": "approval"}.get(name, name)
    return f"{name} {before} → {after}" if isinstance(before, bool) else name


def _there(row: Department | None) -> Department:
    if row is None:
        raise LookupError("the checked file names a department that is not there")
    return row
