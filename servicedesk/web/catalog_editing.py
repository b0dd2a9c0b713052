"""Pages on which leads edit their department's catalog: the list, and one page for all that a request type says.

Templates: catalog_templates.py. What may be is said by catalog and sla.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.catalog import access, actions, queries, rules
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.web import catalog_differences, errors
from servicedesk.web.catalog_promises import OwnPromise, applying, own_promise, promise
from servicedesk.web.forms.catalog import form_of
from servicedesk.web.forms.catalog_types import TypeForm, filled, names
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import language, me, signed_in, stamp

catalog_editing = Blueprint("catalog_editing", __name__, url_prefix="/departments/<key>")


@catalog_editing.get("/catalog")
@signed_in
def listed(key: str) -> Any:
    """Everything of the catalog, each of its two lists with pages of its own."""
    department = access.catalog_for(me(), key)
    cursors = {name: request.args.get(name) or None for name in ("types", "templates")}
    types = queries.request_types_page(department.id, cursor=cursors["types"])
    templates = queries.templates_page(department.id, cursor=cursors["templates"])

    def address(name: str, cursor: str | None) -> str:
        asked: dict[str, Any] = cursors | {name: cursor}
        return url_for("catalog_editing.listed", key=key, **asked)

    return render_template(
        "catalog_editing/list.html", department=department, types=types.items, templates=templates.items,
        types_next=address("types", types.next) if types.next else None,
        types_first=address("types", None) if cursors["types"] else None,
        templates_next=address("templates", templates.next) if templates.next else None,
        templates_first=address("templates", None) if cursors["templates"] else None,
    )  # fmt: skip


@catalog_editing.get("/catalog/new")
@signed_in
def new_type(key: str) -> Any:
    return _page(access.catalog_for(me(), key), None, filled(None, {}, {}, 0))


@catalog_editing.post("/catalog/new")
@signed_in_or_kept
def add_type(key: str) -> Any:
    department, form = access.catalog_for(me(), key), TypeForm()
    return _shown_only(department, None, form) or _saved(department, None, form)


@catalog_editing.get("/catalog/<type_key>")
@signed_in
def edit_type(key: str, type_key: str) -> Any:
    row = access.request_type_for(me(), key, type_key)
    return _page(row.department, row, _stored(row, own_promise(row.id)))


@catalog_editing.post("/catalog/<type_key>")
@signed_in_or_kept
def save_type(key: str, type_key: str) -> Any:
    row, form = access.request_type_for(me(), key, type_key), TypeForm()
    return _shown_only(row.department, row, form) or _saved(row.department, row, form)


def _shown_only(department: Any, row: Any, form: TypeForm) -> Any:
    """The page again with a row more, less or moved, or with a preview; None where it is to be saved."""
    if form.change_rows(request.form.get("row", "")):
        return _page(department, row, form)
    if "preview" not in request.form:
        return None
    fields = form.described(language())
    faults = rules.by_place(rules.form_faults(fields), "fields")
    form.show(Invalid(fields=faults))
    return _page(department, row, form, preview=None if faults else fields), 422 if faults else 200


def _saved(department: Any, row: Any, form: TypeForm) -> Any:
    """Save what was typed and lead to the page of the type, or say at the fields why not."""
    code, overtaken = 422, False
    if form.validate():
        try:
            with transaction():
                kind = access.request_type_for(me(), department.key, row.key) if row else None
                type_key = _save(department, kind, form).key
            flash(_("Saved."), "success")
            return redirect(url_for("catalog_editing.edit_type", key=department.key, type_key=type_key), 303)
        except Invalid as refusal:
            form.show(refusal)
        except Conflict as refusal:
            flash(errors.sentence_of(refusal), "error")
            code, overtaken = errors.status_of(refusal), True
            row = access.request_type_for(me(), department.key, row.key)
    return _page(department, row, form, overtaken=overtaken), code


def _save(department: Any, row: Any, form: TypeForm) -> Any:
    """The type and its promise. Everything that is wrong with either is told at once."""
    faults: dict[str, DeskError | str] = {}
    try:
        saved = _save_type(department, row, form)
    except Invalid as refusal:
        faults, saved = dict(refusal.fields), row
    try:
        if saved is not None:
            promise(department, saved, form.targets(), form.promise_seen.data or "")
    except Invalid as refusal:
        faults |= refusal.fields
    if faults:
        raise Invalid(fields=faults)
    return saved


def _save_type(department: Any, row: Any, form: TypeForm) -> Any:
    typed = form.values(language())
    if row is None:
        values = _with_ids(typed, typed)
        active = values.pop("active")
        made = actions.add_request_type(
            stamp(), department, key=f"{department.key}.{(form.key.data or '').strip()}", **values
        )
        if not active:
            actions.change_request_type(stamp(), made, {"active": False})
        return made
    # What was not touched stays as it is written, also where the form would write it otherwise.
    before = _stored(row, OwnPromise(0, {})).values(language())
    values = _with_ids(typed, {name: value for name, value in typed.items() if before[name] != value})
    seen = form.seen.data or ""
    actions.change_request_type(stamp(), row, values, seen=int(seen) if seen.isascii() and seen.isdecimal() else 0)
    return row


def _with_ids(typed: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with people of approvals by id. Raises `Invalid` at each step that names somebody who is not there."""
    steps, faults = [], {}
    for number, step in enumerate(values.get("approvals", ())):
        rows = {email: people.person_by_email(email) for email in step.get("people", ())}
        unknown = [email for email, person in rows.items() if person is None or not person.active]
        if unknown:
            sentence = N_("Nobody here has the address %(address)s.")
            faults[f"approvals-{number}-people"] = DeskError(sentence, address=unknown[0])
        ids = [person.id for person in rows.values() if person is not None]
        steps.append({**step, "people": ids} if "people" in step else step)
    if faults:
        raise Invalid(fields=rules.by_place(rules.form_faults(typed["fields"]), "fields") | faults)
    return {**values, "approvals": steps} if "approvals" in values else dict(values)


def _stored(row: Any, own: OwnPromise) -> TypeForm:
    named = [number for step in row.approvals for number in step.get("people") or ()]
    emails = {number: person.email for number, person in people.people_by_id(named, with_roles=False).items()}
    return filled(row, emails, own.targets, own.number)


def _page(department: Any, row: Any, form: TypeForm, *, preview: Any = None, overtaken: bool = False) -> str:
    form.offer()
    differences, own = [], own_promise(row.id if row else None)
    if overtaken:
        typed, now = form.values(language()), _stored(row, own).values(language())
        differences = catalog_differences.of_type(typed, now)
        form.seen.data, form.promise_seen.data = str(row.version), str(own.number)
    versions = queries.form_versions(row.id, cursor=request.args.get("cursor")) if row else None
    authors = people.people_by_id((one.made_by_id for one in versions.items) if versions else (), with_roles=False)
    made = (
        None
        if preview is None
        else form_of(SimpleNamespace(fields=preview), language(), for_others=False, formdata=None)
    )
    here = url_for("catalog_editing.edit_type", key=department.key, type_key=row.key) if row else None
    return render_template(
        "catalog_editing/type.html", department=department, type=row, form=form, faults=form.faults(), preview=made, provides=names(form, "provides"),
        differences=differences, own=own, overtaken=overtaken, applying=applying(department.id, row.id) if row else [],
        departments={department.id: department}, types_by_id={row.id: row} if row else {}, versions=versions.items if versions else [],
        authors=authors, next_url=f"{here}?cursor={versions.next}" if versions and versions.next else None,
        first_url=here if request.args.get("cursor") else None, keys=[field["key"] for field in form.described(language())],
    )  # fmt: skip
