"""Which views everybody has, who sees and who may change one that was saved, and what may be saved."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_, is_blank
from servicedesk.people.models import Person
from servicedesk.workbench.rules.asking import Asked, read

# What each of them asks for, in the order in which they stand.
BUILT_IN = {
    "mine": Asked(assignee="me"),
    "at_risk": Asked(standings=("at_risk",)),
    "broken": Asked(standings=("broken",)),
    "unassigned": Asked(assignee="none"),
    "all": Asked(),
}
VIEW_NAME_LENGTH = 60
# So many views one person makes, and so many are shared with one department.
MOST_VIEWS = 40
# A view that was removed can be brought back for so many days.
VIEW_RETURNS_FOR_DAYS = 7


def asked_by(query: str) -> Asked:
    """What a stored query asks for; what this desk does not know any more is passed over."""
    return read(parse_qsl(query, keep_blank_values=True))


def sees_view(person: Person, view: Any) -> bool:
    """Its owner, as long as they serve somebody, and those who serve the department it is shared with."""
    return view.shared_with_id in person.serves or (view.shared_with_id is None and view.owner_id == person.id)


def may_share(person: Person, department_id: int | None) -> bool:
    """Agents and leads share with the departments in which they work; with nobody (None) everybody may."""
    return department_id is None or department_id in person.serves


def may_change_view(person: Person, view: Any) -> bool:
    """Its owner; one that is shared also the leads of the department."""
    return sees_view(person, view) and (view.owner_id == person.id or view.shared_with_id in person.leads)


def view_name_fault(name: str) -> DeskError | None:
    if is_blank(name):
        return DeskError(N_("Give the view a name."))
    if len(name) > VIEW_NAME_LENGTH:
        return DeskError(N_("At most %(most)d characters fit here."), most=VIEW_NAME_LENGTH)
    return None
