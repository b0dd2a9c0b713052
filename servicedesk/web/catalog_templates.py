"""Pages on which leads edit the templates of their department: several requests that are asked in one go, step by step."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.catalog import access, actions, queries
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.web import catalog_differences, errors
from servicedesk.web.catalog_editing import catalog_editing
from servicedesk.web.forms.catalog_templates import TemplateForm, filled
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import language, me, signed_in, stamp


@catalog_editing.get("/templates/new")
@signed_in
def new_template(key: str) -> Any:
    return _page(access.catalog_for(me(), key), None, filled(None))


@catalog_editing.post("/templates/new")
@signed_in_or_kept
def add_template(key: str) -> Any:
    department, form = access.catalog_for(me(), key), TemplateForm()
    return _shown_only(department, None, form) or _saved(department, None, form)


@catalog_editing.get("/templates/<template_key>")
@signed_in
def edit_template(key: str, template_key: str) -> Any:
    row = access.template_for(me(), key, template_key)
    return _page(row.department, row, filled(row))


@catalog_editing.post("/templates/<template_key>")
@signed_in_or_kept
def save_template(key: str, template_key: str) -> Any:
    row, form = access.template_for(me(), key, template_key), TemplateForm()
    return _shown_only(row.department, row, form) or _saved(row.department, row, form)


def _shown_only(department: Any, row: Any, form: TemplateForm) -> Any:
    """The page again with a row more, less or moved, or with the order as it would be; None where it is to be saved."""
    changed = form.change_rows(request.form.get("row", ""))
    return _page(department, row, form) if changed or "preview" in request.form else None


def _saved(department: Any, row: Any, form: TemplateForm) -> Any:
    code, overtaken = 422, False
    if form.validate():
        seen = form.seen.data or ""
        name = row.key if row else f"{department.key}.{(form.key.data or '').strip()}"
        try:
            with transaction():
                home = access.catalog_for(me(), department.key)
                number = int(seen) if seen.isascii() and seen.isdecimal() else -1
                actions.set_template(stamp(), home, key=name, seen=number if row else 0, **form.values())
            flash(_("Saved."), "success")
            return redirect(url_for("catalog_editing.edit_template", key=department.key, template_key=name), 303)
        except Invalid as refusal:
            form.show(refusal)
        except Conflict as refusal:
            flash(errors.sentence_of(refusal), "error")
            code, overtaken = errors.status_of(refusal), True
            row = access.template_for(me(), department.key, name)
    return _page(department, row, form, overtaken), code


def _page(department: Any, row: Any, form: TemplateForm, overtaken: bool = False) -> str:
    types = queries.request_types_by_id()
    chosen = {line["request_type_id"] for entry in form.filled_rows() for line in [entry.form.line()]}
    offered = [kind for kind in types.values() if (kind.active and kind.department.active) or kind.id in chosen]
    form.offer(offered, language())
    differences = []
    if overtaken:
        differences = catalog_differences.of_template(form.values(), filled(row).values(), types, language())
        form.seen.data = str(row.version)
    return render_template(
        "catalog_editing/template.html", department=department, template=row, form=form, faults=form.faults(),
        order=form.order(), types=types, differences=differences, overtaken=overtaken,
    )  # fmt: skip
