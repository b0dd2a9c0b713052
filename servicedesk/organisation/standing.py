"""The desk as it is now, as far as a file must fit it: names and keys, no rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from servicedesk.catalog import queries as catalog
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla

if TYPE_CHECKING:
    from servicedesk.people.models import Person

_PAGE = 200


@dataclass(frozen=True)
class Standing:
    """`admins` are the addresses of active administrators; `at` is the present."""

    at: datetime
    has_company: bool = False
    language: str = "en"
    calendars: frozenset[str] = frozenset()
    # Request type key to the key of its department.
    request_types: Mapping[str, str] = field(default_factory=dict)
    # Department key to its address and to its name in an imported history.
    departments: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    # Department key to the key of the department above it.
    parents: Mapping[str, str | None] = field(default_factory=dict)
    admins: frozenset[str] = frozenset()
    # Request type key to its form and its steps of approval.
    forms: Mapping[str, tuple[list[Any], list[Any]]] = field(default_factory=dict)
    # The addresses of everybody, also of who is switched off.
    people: frozenset[str] = frozenset()
    # Template key to the key of its department.
    templates: Mapping[str, str] = field(default_factory=dict)


def standing(at: datetime) -> Standing:
    company, departments = people.company(), people.departments(active_only=False)
    keys = {row.id: row.key for row in departments}
    types = catalog.request_types(active_only=False)
    return Standing(
        at=at,
        has_company=company is not None,
        language=company.language if company else "en",
        calendars=frozenset(row.key for row in sla.calendars()),
        request_types={row.key: keys[row.department_id] for row in types},
        departments={row.key: (row.email, row.external_name) for row in departments},
        parents={row.key: keys[row.parent_id] for row in departments if row.parent_id is not None},
        admins=frozenset(row.email for row in people.administrators()),
        forms={row.key: (list(row.fields), list(row.approvals)) for row in types},
        people=frozenset(row.email for row in everybody()),
        templates={row.key: keys[row.department_id] for row in catalog.templates(active_only=False)},
    )


def everybody() -> Iterator[Person]:
    """All people, by address."""
    cursor: str | None = None
    while True:
        page = people.people_page(cursor, _PAGE)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return
