"""Reads of the catalog."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.people.models import Department


def request_types(active_only: bool = True, department_id: int | None = None) -> list[RequestType]:
    query = select(RequestType).join(Department).options(joinedload(RequestType.department))
    if active_only:
        query = query.where(RequestType.active, Department.active)
    if department_id is not None:
        query = query.where(RequestType.department_id == department_id)
    return list(db.session.scalars(query.order_by(RequestType.key)))


def request_type(request_type_id: int) -> RequestType | None:
    return db.session.get(RequestType, request_type_id)


def request_types_by_id() -> dict[int, RequestType]:
    return {row.id: row for row in request_types(active_only=False)}


def request_type_by_key(key: str) -> RequestType | None:
    query = select(RequestType).where(RequestType.key == key).options(joinedload(RequestType.department))
    return db.session.scalars(query).one_or_none()
