"""Reads of the catalog."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import joinedload

from servicedesk.catalog.models import FormVersion, RequestType, Template
from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Department


def request_types(active_only: bool = True, department_id: int | None = None) -> list[RequestType]:
    query = select(RequestType).join(Department).options(joinedload(RequestType.department))
    if active_only:
        query = query.where(RequestType.active, Department.active)
    if department_id is not None:
        query = query.where(RequestType.department_id == department_id)
    return list(db.session.scalars(query.order_by(RequestType.key)))


def request_types_page(department_id: int, *, cursor: str | None = None, limit: int = 50) -> Page[RequestType]:
    """Everything in a department's catalog, also what is switched off; by key."""
    query = select(RequestType).where(RequestType.department_id == department_id)
    return page_of(query, [RequestType.key], cursor=cursor, limit=limit)


def request_type(request_type_id: int) -> RequestType | None:
    return db.session.get(RequestType, request_type_id)


def request_types_by_id() -> dict[int, RequestType]:
    return {row.id: row for row in request_types(active_only=False)}


def request_type_by_key(key: str) -> RequestType | None:
    query = select(RequestType).where(RequestType.key == key).options(joinedload(RequestType.department))
    return db.session.scalars(query).one_or_none()


def type_of_letters(department_id: int, *, active_only: bool = True) -> RequestType | None:
    """What a letter to the department asks for; None where it is any request."""
    query = select(RequestType).where(RequestType.department_id == department_id, RequestType.mail)
    query = query.where(RequestType.active) if active_only else query
    return db.session.scalars(query.options(joinedload(RequestType.department))).one_or_none()


def form_version(request_type_id: int, number: int) -> FormVersion | None:
    """The form of a type as it was."""
    return db.session.get(FormVersion, (request_type_id, number))


def form_versions(request_type_id: int, *, cursor: str | None = None, limit: int = 20) -> Page[FormVersion]:
    """The forms a type had, newest first."""
    query = select(FormVersion).where(FormVersion.request_type_id == request_type_id)
    return page_of(query, [FormVersion.number], cursor=cursor, limit=limit, descending=True)


def templates_page(department_id: int, *, cursor: str | None = None, limit: int = 50) -> Page[Template]:
    """All templates of a department, by key."""
    query = select(Template).where(Template.department_id == department_id)
    return page_of(query, [Template.key], cursor=cursor, limit=limit)


def form_fields(wanted: Iterable[tuple[int | None, int | None]]) -> dict[tuple[int | None, int | None], list[Any]]:
    """The fields of forms by type and number, in one statement; pairs without either are passed over."""
    pairs = {pair for pair in wanted if None not in pair}
    if not pairs:
        return {}
    query = select(FormVersion).where(tuple_(FormVersion.request_type_id, FormVersion.number).in_(pairs))
    return {(row.request_type_id, row.number): list(row.fields) for row in db.session.scalars(query)}


def templates(active_only: bool = True, department_ids: Iterable[int] | None = None) -> list[Template]:
    query = select(Template).join(Department).options(joinedload(Template.department))
    if active_only:
        query = query.where(Template.active, Department.active)
    if department_ids is not None:
        query = query.where(Template.department_id.in_(list(department_ids)))
    return list(db.session.scalars(query.order_by(Template.key)))


def template(template_id: int) -> Template | None:
    return db.session.get(Template, template_id)


def template_by_key(key: str) -> Template | None:
    return db.session.scalars(select(Template).where(Template.key == key)).one_or_none()
