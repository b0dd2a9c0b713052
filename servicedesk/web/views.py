"""Saved views: saving a list under a name, sharing it, putting the views in order, removing and bringing back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.web import errors
from servicedesk.web.forms.views import ViewForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.queue import asked_for, served
from servicedesk.web.queue_facets import chips, facets, names_of
from servicedesk.web.session import me, signed_in, stamp
from servicedesk.workbench import access, actions, rules
from servicedesk.workbench import queries as workbench

saved_views = Blueprint("views", __name__)
_ONE = "/views/<int:view_id>"


@saved_views.get("/views")
@signed_in
def listed() -> str:
    """One's own views, and those that are shared with the departments in which one works."""
    wanted, opening = asked_for({"view": "all"}), workbench.opening_view(me().id)
    back = request.args.get("removed", "")
    return render_template(
        "queue/views.html", views=workbench.views_seen_by(me()), departments=wanted.reader.departments,
        changes={view.id for view in workbench.views_seen_by(me()) if rules.may_change_view(me(), view)},
        opening=(opening.built_in or str(opening.view_id)) if opening else "", built_in=list(rules.BUILT_IN),
        removed=_removed(int(back)) if back.isdecimal() and len(back) < 10 else None,
    )  # fmt: skip


@saved_views.get("/views/new")
@signed_in
def new() -> Any:
    """Asks for a name; what is saved stands in the address, as it does in that of the queue."""
    wanted = asked_for(request.args)
    key = wanted.department.key if wanted.department else ""
    form = ViewForm(formdata=None, data={"query": rules.written(wanted.asked), "department": key})
    return _form_page(form, wanted)


@saved_views.post("/views")
@signed_in_or_kept
def save() -> Any:
    form, asked = ViewForm(), rules.asked_by(request.form.get("query", ""))
    wanted = asked_for(rules.parts(asked) | {"view": "all"}, form.department.data or None)
    try:
        with transaction():
            view = actions.save_view(
                stamp(), me(), name=form.name.data or "", asked=asked, shared_with_id=_department(wanted, form),
                department_id=wanted.department.id if wanted.department else None,
            )  # fmt: skip
    except Invalid as refusal:
        _show(form, refusal)
        return _form_page(form, wanted), errors.status_of(refusal)
    flash(_("The view is saved."), "success")
    return redirect(_queue_with(view), 303)


@saved_views.get(_ONE)
@signed_in
def edit(view_id: int) -> Any:
    view = access.view_for(me(), view_id, to="change")
    wanted = asked_for({"view": str(view.id)})
    key = view.shared_with.key if view.shared_with else ""
    return _form_page(ViewForm(formdata=None, data={"name": view.name, "shared_with": key}), wanted, view)


@saved_views.post(_ONE)
@signed_in_or_kept
def change(view_id: int) -> Any:
    """Another name, another circle."""
    form = ViewForm()
    wanted = asked_for({"view": str(access.view_for(me(), view_id, to="change").id)})
    try:
        with transaction():
            view = access.view_for(me(), view_id, to="change")
            actions.rename_view(stamp(), view, form.name.data or "")
            if (department_id := _department(wanted, form)) != view.shared_with_id:
                actions.share_view(stamp(), view, me(), department_id)
    except Invalid as refusal:
        _show(form, refusal)
        return _form_page(form, wanted, access.view_for(me(), view_id)), errors.status_of(refusal)
    flash(_("The view is saved."), "success")
    return redirect(url_for("views.listed"), 303)


@saved_views.post(f"{_ONE}/query")
@signed_in_or_kept
def overwrite(view_id: int) -> Any:
    """From now on the view is the list as it is asked for."""
    with transaction():
        view = access.view_for(me(), view_id, to="change")
        actions.overwrite_view(stamp(), view, rules.asked_by(request.form.get("query", "")))
    flash(_("The view is saved."), "success")
    return redirect(_queue_with(view), 303)


@saved_views.post(f"{_ONE}/position")
@signed_in_or_kept
def move(view_id: int) -> Any:
    with transaction():
        actions.move_view(access.view_for(me(), view_id, to="change"), -1 if request.form.get("by") == "-1" else 1)
    return redirect(url_for("views.listed", _anchor=f"view-{view_id}"), 303)


@saved_views.post(f"{_ONE}/removal")
@signed_in_or_kept
def remove(view_id: int) -> Any:
    with transaction():
        actions.remove_view(stamp(), access.view_for(me(), view_id, to="change"))
    return redirect(url_for("views.listed", removed=view_id), 303)


@saved_views.post(f"{_ONE}/return")
@signed_in_or_kept
def bring_back(view_id: int) -> Any:
    with transaction():
        actions.bring_view_back(access.view_for(me(), view_id, to="change", removed=True))
    flash(_("The view is back."), "success")
    return redirect(url_for("views.listed"), 303)


@saved_views.post("/views/opening")
@signed_in_or_kept
def choose_opening() -> Any:
    """With what the queue opens for this person."""
    if not me().serves:
        raise NotFound()
    choice = request.form.get("view", "")
    with transaction():
        view = access.view_for(me(), int(choice)) if choice.isdecimal() and len(choice) < 10 else None
        actions.open_with(me(), view=view, built_in=choice)
    flash(_("The queue opens with it from now on."), "success")
    return redirect(url_for("views.listed"), 303)


def _form_page(form: ViewForm, wanted: Any, view: Any = None) -> str:
    form.offer(served(wanted.reader))
    return render_template(
        "queue/view.html", form=form, view=view, chips=chips(wanted), asked=wanted.asked, chosen=wanted.department,
        names=names_of(wanted.reader), facets=facets, back=wanted.address(),
    )  # fmt: skip


def _department(wanted: Any, form: ViewForm) -> int | None:
    """Raises `Invalid` for a department that is none of theirs: the form offers no other."""
    key = form.shared_with.data or ""
    found = next((row for row in served(wanted.reader) if row.key == key), None)
    if key and found is None:
        raise Invalid(fields={"shared_with": _("Choose one of the list.")})
    return found.id if found is not None else None


def _show(form: ViewForm, refusal: Invalid) -> None:
    for name, fault in refusal.fields.items():
        form[name].errors = [errors.sentence_of(fault)]
    if not refusal.fields:
        form.name.errors = [errors.sentence_of(refusal)]


def _queue_with(view: Any) -> str:
    department = view.department.key if view.department is not None else None
    return url_for("queue.queue", key=department, view=view.id)


def _removed(view_id: int) -> Any:
    try:
        return access.view_for(me(), view_id, to="change", removed=True)
    except NotFound:
        return None
