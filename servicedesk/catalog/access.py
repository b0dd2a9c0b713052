"""Gives departments, their request types and templates to those who may edit the catalog; to others they do not exist."""

from __future__ import annotations

from servicedesk.catalog import queries, rules
from servicedesk.catalog.models import RequestType, Template
from servicedesk.kernel.errors import NotFound
from servicedesk.people import queries as people
from servicedesk.people.models import Department, Person


def catalog_for(person: Person, key: str) -> Department:
    """The department with this key, if `person` may edit its catalog."""
    found = people.department_by_key(key)
    if found is None or not rules.edits_catalog(person, found.id):
        raise NotFound()
    return found


def request_type_for(person: Person, department_key: str, key: str) -> RequestType:
    """The request type of this department, if `person` may edit it."""
    department = catalog_for(person, department_key)
    found = queries.request_type_by_key(key) if rules.is_type_key(key) else None
    if found is None or found.department_id != department.id:
        raise NotFound()
    return found


def template_for(person: Person, department_key: str, key: str) -> Template:
    """The template of this department, if `person` may edit it."""
    department = catalog_for(person, department_key)
    found = queries.template_by_key(key) if rules.is_type_key(key) else None
    if found is None or found.department_id != department.id:
        raise NotFound()
    return found
