"""Things named in a call by key or address; what is not there is a fault of that field."""

from __future__ import annotations

from typing import Any

from servicedesk.api.auth import me
from servicedesk.catalog import queries as catalog
from servicedesk.catalog.rules import is_type_key
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.text import N_
from servicedesk.people import queries as people
from servicedesk.people.rules import is_key


def department(key: str, field: str) -> Any:
    row = people.department_by_key(key) if is_key(key) else None
    if row is None:
        raise Invalid(fields={field: N_("There is no such department.")})
    return row


def request_type(key: str, field: str) -> Any:
    row = catalog.request_type_by_key(key) if is_type_key(key) else None
    if row is None:
        raise Invalid(fields={field: N_("There is no such request type.")})
    return row


def person(email: str, field: str) -> Any:
    row = people.person_by_email(email)
    if row is None or not row.active:
        raise Invalid(fields={field: N_("Nobody here has this address.")})
    return row


def person_id_for_filter(email: str) -> int:
    """Id of the person a list is narrowed to; 0, which nobody has, for an unknown address."""
    if email == "me":
        return int(me().id)
    row = people.person_by_email(email)
    return row.id if row is not None else 0


def template(key: str, field: str) -> Any:
    row = catalog.template_by_key(key) if is_type_key(key) else None
    if row is None:
        raise Invalid(fields={field: N_("There is no such template.")})
    return row
