"""Use cases of the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.catalog import queries, rules
from servicedesk.catalog.events import RequestTypeAdded, RequestTypeChanged, TemplateSet
from servicedesk.catalog.models import FormVersion, RequestType, Template
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department

CHANGED = N_(
    "Somebody changed this meanwhile. What you typed is kept: compare it with what is there now, and send it again."
)


def add_request_type(
    stamp: Stamp, department: Department, *, key: str, name: Mapping[str, str],
    description: Mapping[str, str] | None = None, confidential: bool = False, mail: bool = False, approvals: Sequence[Mapping[str, Any]] = (),
    fields: Sequence[Mapping[str, Any]] = (), keywords: Sequence[str] = (), provides: Mapping[str, str] | None = None,
) -> RequestType:  # fmt: skip
    """A new entry of a department's catalog; with `mail` letters ask for it and no longer for another one of the
    department's. Raises `Invalid` with every field at fault."""
    if not rules.is_type_key(key):
        raise Invalid(fields={"key": N_("A request type is called department.type, in lower-case Latin letters.")})
    if queries.request_type_by_key(key):
        raise Invalid(fields={"key": N_("This key is taken.")})
    _check(fields, approvals, keywords)
    if mail:
        _take_letters_from(stamp, department.id)
    row = RequestType(
        key=key, department_id=department.id, name=dict(name), description=dict(description or {}),
        confidential=confidential, mail=mail, approvals=[dict(step) for step in approvals], fields=[dict(f) for f in fields],
        keywords=list(keywords), provides=dict(provides or {}), form_number=1, changed_at=stamp.at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _keep_form(stamp, row)
    publish(RequestTypeAdded(stamp=stamp, request_type_id=row.id, key=key))
    return row


def change_request_type(stamp: Stamp, row: RequestType, values: Mapping[str, Any], seen: int | None = None) -> None:
    """Set those of name, description, confidential, mail, approvals, fields, keywords, provides, active, department_id
    that `values` has. One that letters ask for takes this from the other of its department.

    A changed form is a new version; requests show the one they were filed with. `seen` is the version of the type when
    somebody began to edit it. Raises `Invalid` at the fields, `Conflict` when there is a newer version by now.
    """
    if {"fields", "approvals", "keywords"} & set(values):
        given = (values.get(name, getattr(row, name)) for name in ("fields", "approvals", "keywords"))
        _check(*given)
    if seen is not None and seen != row.version:
        raise Conflict(CHANGED)
    changed = tuple(sorted(key for key, value in values.items() if getattr(row, key) != value))
    if not changed:
        return
    if values.get("mail", row.mail):
        _take_letters_from(stamp, values.get("department_id", row.department_id), but=row)
    for key in changed:
        setattr(row, key, values[key])
    if "department_id" in changed:
        db.session.flush()
        db.session.expire(row, ["department"])
    row.version += 1
    row.changed_at = stamp.at
    if "fields" in changed:
        row.form_number += 1
        _keep_form(stamp, row)
    publish(RequestTypeChanged(stamp=stamp, request_type_id=row.id, fields=changed, version=row.version))


def set_template(
    stamp: Stamp, department: Department, *, key: str, name: Mapping[str, str], lines: Sequence[Mapping[str, Any]],
    description: Mapping[str, str] | None = None, active: bool = True, seen: int | None = None,
) -> Template:  # fmt: skip
    """Make the template with this key, or change it. Publishes `TemplateSet` if that is a change.

    `seen` is the version of the template when somebody began to edit it, 0 for a new one. Raises `Invalid` at key, or
    at lines for what can never be asked, `Conflict` when there is a newer version by now.
    """
    if not rules.is_type_key(key):
        raise Invalid(fields={"key": N_("A template is called department.name, in lower-case Latin letters.")})
    faults = rules.template_faults(lines, {row.id for row in queries.request_types(active_only=False)})
    if faults:
        raise Invalid(fields=rules.by_place(faults, "lines"))
    values = {
        "department_id": department.id, "name": dict(name), "description": dict(description or {}),
        "lines": [dict(line) for line in lines], "active": active,
    }  # fmt: skip
    row = queries.template_by_key(key)
    if row is not None and seen == 0:
        raise Invalid(fields={"key": N_("This key is taken.")})
    if seen is not None and seen != (row.version if row else 0):
        raise Conflict(CHANGED)
    if row is None:
        row = Template(key=key, **values, changed_at=stamp.at)
        db.session.add(row)
        changed = tuple(sorted(values))
    else:
        changed = tuple(sorted(name for name, value in values.items() if getattr(row, name) != value))
        for name_ in changed:
            setattr(row, name_, values[name_])
        row.version += bool(changed)
    if changed:
        row.changed_at = stamp.at
        db.session.flush()
        publish(TemplateSet(stamp=stamp, template_id=row.id, key=key, fields=changed))
    return row


def _take_letters_from(stamp: Stamp, department_id: int, but: RequestType | None = None) -> None:
    """Letters to the department ask for none of its types but this one any more."""
    former = queries.type_of_letters(department_id, active_only=False)
    if former is not None and former is not but:
        change_request_type(stamp, former, {"mail": False})
        db.session.flush()


def _keep_form(stamp: Stamp, row: RequestType) -> None:
    db.session.add(
        FormVersion(
            request_type_id=row.id, number=row.form_number, fields=list(row.fields), made_at=stamp.at,
            made_by_id=stamp.actor_id,
        )
    )  # fmt: skip


def _check(
    fields: Sequence[Mapping[str, Any]], approvals: Sequence[Mapping[str, Any]], keywords: Sequence[str]
) -> None:
    wrong = rules.form_faults(fields)
    found = rules.by_place(wrong, "fields")
    if not wrong:
        found |= rules.by_place(rules.approval_faults(approvals, fields), "approvals")
    if not rules.are_keywords(keywords):
        most, longest = rules.KEYWORDS
        sentence = N_("At most %(most)d other words fit here, each of at most %(longest)d characters.")
        found["keywords"] = DeskError(sentence, most=most, longest=longest)
    if found:
        raise Invalid(fields=found)
