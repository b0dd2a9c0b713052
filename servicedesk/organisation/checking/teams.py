"""Checks departments and people, and who has which role: lists of departments and roles of people add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from servicedesk.kernel.text import LANGUAGES
from servicedesk.organisation.checking.notebook import Notebook
from servicedesk.organisation.plan import DepartmentPlan, PersonPlan, RolePair
from servicedesk.organisation.reading import Entries, Node, Word
from servicedesk.organisation.standing import Standing
from servicedesk.people.rules import ROLES, ROLES_OF_A_DEPARTMENT, TOPICS

DEPARTMENT = (
    "name",
    "mission",
    "customers",
    "calendar",
    "parent",
    "lead",
    "agents",
    "email",
    "external_name",
    "active",
)
PERSON = ("email", "name", "department", "roles", "language", "timezone", "topics", "active")
_LISTS = {"lead": "lead", "agents": "agent"}


@dataclass(frozen=True)
class Departments:
    """`named` has faulty ones too. `members` has the pairs of each address, in the order of the file."""

    found: tuple[DepartmentPlan, ...]
    named: frozenset[str]
    members: Mapping[str, list[RolePair]]
    closed: frozenset[RolePair]


@dataclass(frozen=True)
class People:
    found: tuple[PersonPlan, ...]
    roles: Mapping[str, frozenset[RolePair]]
    own_roles: frozenset[str]


def check_departments(notes: Notebook, node: Node | None, desk: Standing, calendars: Collection[str]) -> Departments:
    said = notes.entries(node, "departments")
    found: list[DepartmentPlan] = []
    members: dict[str, list[RolePair]] = defaultdict(list)
    closed: set[RolePair] = set()
    for key, value in said.entries.items():
        line = said.lines[key]
        notes.key(line, key, "The key of a department")
        about = notes.entries(value, f"department {key}", DEPARTMENT)
        if key not in desk.departments and "name" not in about.entries:
            notes.fault(line, f"The department {key} is new and needs a name.")
        calendar = about.entries.get("calendar")
        own = calendar is not None and not (isinstance(calendar, Word) and calendar.is_nothing)
        chosen = notes.reference(calendar, "calendar", calendars) if own and calendar is not None else None
        parent = _parent(notes, about, frozenset(desk.departments) | said.entries.keys())
        found.append(DepartmentPlan(key, _department_values(notes, key, about), chosen, parent))
        for name, role in _LISTS.items():
            if name in about.entries:
                closed.add((role, key))
                for address in _addresses(notes, about.entries[name], f"{name} of {key}"):
                    members[address].append((role, key))
    _refuse_circles(notes, said, found, desk)
    _refuse_shared(notes, said, desk, "email", "address", 0)
    _refuse_shared(notes, said, desk, "external_name", "external name", 1)
    return Departments(tuple(found), frozenset(said.entries), members, frozenset(closed))


def check_people(
    notes: Notebook, node: Node | None, desk: Standing, departments: Collection[str], teams: Departments
) -> People:
    roles: dict[str, set[RolePair]] = defaultdict(set)
    for address, pairs in teams.members.items():
        roles[address].update(pairs)
    found: dict[str, PersonPlan] = {}
    lines: dict[str, int] = {}
    own_roles: set[str] = set()
    for item in notes.items(node, "people"):
        about = notes.entries(item, "a person", PERSON)
        email = notes.address(about.entries["email"], "email") if "email" in about.entries else None
        if "email" not in about.entries:
            notes.fault(item, "A person needs an email.")
        department = _home(notes, about, departments)
        values = _person_values(notes, about)
        given = _roles(notes, about, department)
        if email is None:
            continue
        if email in found:
            notes.fault(item, f"{email} stands twice; first in line {lines[email]}.")
        found[email], lines[email] = PersonPlan(email, values, department), item.line
        roles[email].update(given or ())
        if given is not None:
            own_roles.add(email)
    _refuse_without_admin(notes, desk, found, lines, roles, own_roles)
    for address, pairs in teams.members.items():
        found.setdefault(address, PersonPlan(address, department=pairs[0][1], implied=True))
    return People(tuple(found.values()), {key: frozenset(pairs) for key, pairs in roles.items()}, frozenset(own_roles))


def _parent(notes: Notebook, about: Entries, departments: Collection[str]) -> str | None:
    """The department above; "" where the file does not say."""
    node = about.entries.get("parent")
    if node is None:
        return ""
    if isinstance(node, Word) and node.is_nothing:
        return None
    return notes.reference(node, "department", departments)


def _refuse_circles(notes: Notebook, said: Entries, found: list[DepartmentPlan], desk: Standing) -> None:
    """No department may stand above itself, through others in the file or on the desk either."""
    parents = {**desk.parents, **{plan.key: plan.parent for plan in found if plan.parent != ""}}
    for plan in found:
        seen, key = {plan.key}, parents.get(plan.key)
        while key is not None and key not in seen:
            seen.add(key)
            key = parents.get(key)
        if key == plan.key and plan.parent:
            notes.fault(said.lines[plan.key], f"The department {plan.key} would stand above itself.")


def _department_values(notes: Notebook, key: str, about: Entries) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in about.entries.items():
        nothing = isinstance(value, Word) and value.is_nothing
        if name == "name":
            values[name] = notes.names(value, f"the name of {key}")
        elif name == "mission":
            values[name] = notes.optional_names(value, f"the mission of {key}", 2000)
        elif name == "customers":
            values[name] = notes.optional_names(value, f"the customers of {key}", 2000)
        elif name == "email":
            values[name] = None if nothing else notes.address(value, f"email of {key}")
        elif name == "external_name":
            values[name] = None if nothing else notes.text(value, f"the external name of {key}")
        elif name == "active":
            values[name] = notes.truth(value, f"active of {key}")
    return values


def _addresses(notes: Notebook, node: Node, what: str) -> list[str]:
    """One address or a list of them."""
    one = isinstance(node, Word) and not node.is_nothing
    found = [notes.address(item, what) for item in ((node,) if one else notes.items(node, what))]
    return list(dict.fromkeys(address for address in found if address is not None))


def _refuse_shared(notes: Notebook, said: Entries, desk: Standing, name: str, what: str, place: int) -> None:
    """No two departments have the same address or the same name in an imported history."""
    owner = {pair[place]: key for key, pair in desk.departments.items() if pair[place]}
    for key, value in said.entries.items():
        if isinstance(value, Entries) and name in value.entries:
            owner = {text: other for text, other in owner.items() if other != key}
    for key, value in said.entries.items():
        node = value.entries.get(name) if isinstance(value, Entries) else None
        if isinstance(node, Word) and not node.is_nothing:
            text = node.text.strip().lower() if name == "email" else node.text.strip()
            if owner.setdefault(text, key) != key:
                notes.fault(node, f"The {what} {text!r} is that of the department {owner[text]} already.")


def _home(notes: Notebook, about: Entries, departments: Collection[str]) -> str | None:
    """The person's department; "" where the file does not say."""
    node = about.entries.get("department")
    if node is None:
        return ""
    if isinstance(node, Word) and node.is_nothing:
        return None
    return notes.reference(node, "department", departments) or ""


def _person_values(notes: Notebook, about: Entries) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in about.entries.items():
        if name == "name":
            values[name] = notes.text(value, "the name")
        elif name == "language":
            values[name] = notes.one_of(value, "language", LANGUAGES)
        elif name == "active":
            values[name] = notes.truth(value, "active")
        elif name == "timezone":
            nothing = isinstance(value, Word) and value.is_nothing
            values[name] = None if nothing else notes.zone(value)
        elif name == "topics":
            values[name] = notes.texts(value, "topics", *TOPICS)
    return values


def _roles(notes: Notebook, about: Entries, department: str | None) -> set[RolePair] | None:
    """The roles the entry gives, those of a department in the person's own; None where it does not speak of roles."""
    node = about.entries.get("roles")
    if node is None:
        return None
    given: set[RolePair] = set()
    for item in notes.items(node, "the roles"):
        role = notes.one_of(item, "role", ROLES)
        if role in ROLES_OF_A_DEPARTMENT and not department:
            if "department" not in about.entries or department is None:
                notes.fault(item, f"The role {role} is one of a department; say which with `department`.")
        elif role is not None:
            given.add((role, department if role in ROLES_OF_A_DEPARTMENT else None))
    return given


def _refuse_without_admin(
    notes: Notebook, desk: Standing, found: Mapping[str, PersonPlan], lines: Mapping[str, int],
    roles: Mapping[str, set[RolePair]], own_roles: Collection[str],
) -> None:  # fmt: skip
    """A file may not take the last administrator away."""
    lost = [
        email for email in desk.admins & found.keys()
        if (email in own_roles and ("admin", None) not in roles[email]) or found[email].values.get("active") is False
    ]  # fmt: skip
    fresh = [
        email for email, plan in found.items()
        if ("admin", None) in roles[email] and plan.values.get("active") is not False and email not in lost
    ]  # fmt: skip
    if lost and not fresh and len(lost) == len(desk.admins):
        notes.fault(min(lines[email] for email in lost), "This would leave the desk without an administrator.")
