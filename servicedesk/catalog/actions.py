"""Use cases of the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.catalog import queries, rules
from servicedesk.catalog.events import RequestTypeAdded, RequestTypeChanged
from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department


def add_request_type(
    stamp: Stamp, department: Department, *, key: str, name: Mapping[str, str],
    description: Mapping[str, str] | None = None, confidential: bool = False, approval: str = "none",
    fields: Sequence[Mapping[str, Any]] = (),
) -> RequestType:  # fmt: skip
    if not rules.is_type_key(key):
        raise Invalid(fields={"key": N_("A request type is called department.type, in lower-case Latin letters.")})
    if queries.request_type_by_key(key):
        raise Invalid(fields={"key": N_("This key is taken.")})
    _check_form(fields)
    row = RequestType(
        key=key, department_id=department.id, name=dict(name), description=dict(description or {}),
        confidential=confidential, approval=approval, fields=[dict(f) for f in fields], changed_at=stamp.at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    publish(RequestTypeAdded(stamp=stamp, request_type_id=row.id, key=key))
    return row


def change_request_type(stamp: Stamp, row: RequestType, values: Mapping[str, Any]) -> None:
    """Set those of name, description, confidential, approval, fields, active, department_id that `values` has.

    A changed form is a new version; tickets keep the answers they were filed with.
    """
    if "fields" in values:
        _check_form(values["fields"])
    changed = tuple(sorted(key for key, value in values.items() if getattr(row, key) != value))
    if not changed:
        return
    for key in changed:
        setattr(row, key, values[key])
    if "department_id" in changed:
        db.session.flush()
        db.session.expire(row, ["department"])
    row.version += 1
    row.changed_at = stamp.at
    publish(RequestTypeChanged(stamp=stamp, request_type_id=row.id, fields=changed, version=row.version))


def _check_form(fields: Sequence[Mapping[str, Any]]) -> None:
    faults = rules.form_faults(fields)
    if faults:
        raise Invalid(fields={"fields": "; ".join(faults)})
