"""What can be found, as plain values: kept between requests, so never a row of a session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from servicedesk.catalog.finding.index import Entry, Field
from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.people.models import Department, Person


@dataclass(frozen=True, slots=True)
class KnownDepartment:
    id: int
    key: str
    name: Mapping[str, str]
    mission: Mapping[str, str]
    customers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KnownType:
    id: int
    key: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    confidential: bool
    needs_approval: bool
    department: KnownDepartment


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """`topics` is what this person answers."""

    id: int
    name: str
    topics: tuple[str, ...]
    department: KnownDepartment | None


def departments() -> dict[int, KnownDepartment]:
    """The active ones by id."""
    query = select(Department.id, Department.key, Department.name, Department.mission, Department.customers)
    rows = db.session.execute(query.where(Department.active).order_by(Department.key))
    return {row.id: KnownDepartment(*row) for row in rows}


def entries_of_departments(known: Mapping[int, KnownDepartment]) -> Iterator[Entry[KnownDepartment]]:
    for row in known.values():
        texts = [*_each(Field.NAME, row.name), (Field.KEYWORD, row.key)]
        yield Entry(row, [*texts, *_each(Field.TEXT, row.mission), *_each(Field.TEXT, row.customers)])


def entries_of_types(known: Mapping[int, KnownDepartment]) -> Iterator[Entry[KnownType]]:
    """Active types of active departments: by name, keywords, key, department, labels of the form, description."""
    query = select(
        RequestType.id, RequestType.key, RequestType.name, RequestType.description, RequestType.confidential,
        RequestType.department_id, RequestType.keywords, RequestType.fields, RequestType.approvals,
    ).where(RequestType.active, RequestType.department_id.in_(known))  # fmt: skip
    for row in db.session.execute(query.order_by(RequestType.key)):
        department = known[row.department_id]
        item = KnownType(row.id, row.key, row.name, row.description, row.confidential, bool(row.approvals), department)
        texts = [*_each(Field.NAME, row.name), (Field.KEYWORD, row.key)]
        texts += [(Field.KEYWORD, str(word)) for word in row.keywords]
        texts += [*_each(Field.DEPARTMENT, department.name), *_each(Field.TEXT, row.description)]
        yield Entry(item, texts + [(Field.LABEL, label) for one in row.fields for label in _labels(one)])


def entries_of_people(known: Mapping[int, KnownDepartment]) -> Iterator[Entry[KnownPerson]]:
    """Active people: by name and by what they answer; their department tells those of one name apart."""
    query = select(Person.id, Person.name, Person.topics, Person.department_id).where(Person.active)
    for row in db.session.execute(query.order_by(Person.name, Person.id)):
        department = known.get(row.department_id or 0)
        item = KnownPerson(row.id, row.name, tuple(str(topic) for topic in row.topics), department)
        texts = [(Field.NAME, row.name), *((Field.KEYWORD, topic) for topic in item.topics)]
        yield Entry(item, [*texts, *(_each(Field.CONTEXT, department.name) if department else ())])


def _each(where: Field, names: Mapping[str, str]) -> list[tuple[Field, str]]:
    return [(where, name) for name in names.values()]


def _labels(field: Mapping[str, Any]) -> list[str]:
    return [str(text) for text in (field.get("label") or {}).values()]
