"""The administrator's pages about people: find, add, roles, a temporary password. Part of the admin blueprint."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from servicedesk.kernel.errors import DeskError, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_, in_language
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions as mail_actions
from servicedesk.mailout import queries as mailout
from servicedesk.people import actions, queries
from servicedesk.web import errors
from servicedesk.web.admin import admin
from servicedesk.web.forms.account import in_lines
from servicedesk.web.forms.admin import NewPersonForm, PersonForm, RolesForm, roles_of
from servicedesk.web.session import admin_only, me, stamp

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


@admin.get("/people")
@admin_only
def people() -> Any:
    text = request.args.get("q", "").strip()
    page = queries.people_page(request.args.get("cursor"), 50, text)
    return render_template(
        "admin/people.html", people=page.items, text=text, departments=queries.departments_by_id(),
        next_url=url_for("admin.people", q=text or None, cursor=page.next) if page.next else None,
        first_url=url_for("admin.people", q=text or None) if request.args.get("cursor") else None,
    )  # fmt: skip


@admin.get("/people/new")
@admin_only
def new_person() -> Any:
    company = queries.company()
    form = NewPersonForm(formdata=None, data={"language": company.language if company else "en"})
    form.offer_departments(_departments())
    return render_template("admin/new_person.html", form=form)


@admin.post("/people")
@admin_only
def add_person() -> Any:
    form = NewPersonForm()
    form.offer_departments(_departments())
    try:
        if not form.validate():
            return render_template("admin/new_person.html", form=form), 422
        department_id = form.department_id()
        with transaction():
            person = actions.add_person(
                stamp(), email=form.email.data or "", name=(form.name.data or "").strip(), language=form.language.data,
                department=queries.department(department_id) if department_id else None,
            )  # fmt: skip
    except Invalid as refusal:
        errors.put_into(form, refusal)
        return render_template("admin/new_person.html", form=form), 422
    flash(
        _("%(name)s is added. Without a password nobody can sign in: make a temporary one.", name=person.name),
        "success",
    )
    return redirect(url_for("admin.person", person_id=person.id), 303)


@admin.get("/people/<int:person_id>")
@admin_only
def person(person_id: int) -> Any:
    return _page(_person(person_id))


@admin.post("/people/<int:person_id>")
@admin_only
def change_person(person_id: int) -> Any:
    row, form = _person(person_id), PersonForm()
    form.offer_departments(_departments())
    if form.validate() and row.id == me().id and not form.active.data:
        form.active.errors = [_("You cannot switch yourself off. Ask another administrator.")]
    if form.errors:
        return _page(row, form=form), 422
    values = {
        "name": (form.name.data or "").strip(),
        "department_id": form.department_id(),
        "active": bool(form.active.data),
    }
    topics = form.topics.topics()
    if topics is not None:
        values["topics"] = topics
    try:
        with transaction():
            actions.change_person(stamp(), _person(person_id), values)
    except Invalid as refusal:
        errors.put_into(form, refusal)
        return _page(_person(person_id), form=form), 422
    return _saved(person_id)


@admin.post("/people/<int:person_id>/roles")
@admin_only
def set_roles(person_id: int) -> Any:
    row, form = _person(person_id), RolesForm()
    form.offer_departments(_departments())
    try:
        if not form.validate():
            return _page(row, roles_form=form), 422
        if row.id == me().id and ("admin", None) not in form.pairs():
            raise Invalid(
                fields={"admin": DeskError(N_("You cannot give up this role yourself. Ask another administrator."))}
            )
        with transaction():
            actions.set_roles(stamp(), _person(person_id), form.pairs())
    except Invalid as refusal:
        errors.put_into(form, refusal)
        return _page(_person(person_id), roles_form=form), 422
    return _saved(person_id)


@admin.post("/people/<int:person_id>/password")
@admin_only
def temporary_password(person_id: int) -> Any:
    """Shown once, on the answer itself; the person is signed out everywhere."""
    if person_id == me().id:
        raise Invalid(N_("Your own password is changed on your account page."))
    # Groups of letters that can be read out on the telephone.
    password = "-".join("".join(secrets.choice(LETTERS) for _i in range(4)) for _group in range(4))
    with transaction():
        actions.set_password(stamp(), _person(person_id), password)
    return _page(_person(person_id), password=password)


@admin.post("/people/<int:person_id>/mail")
@admin_only
def trust_address(person_id: int) -> Any:
    """Mail to the person's address came back; somebody says that it works now."""
    with transaction():
        mail_actions.trust_again(_person(person_id).email)
    flash(_("From now on mail is sent to this address again."), "success")
    return redirect(url_for("admin.person", person_id=person_id), 303)


def _person(person_id: int) -> Any:
    row = queries.person(person_id) if 0 < person_id < 2**31 else None
    if row is None:
        raise NotFound()
    return row


def _departments() -> list[tuple[str, str]]:
    language = "ru" if str(get_locale()).startswith("ru") else "en"
    return [(str(row.id), in_language(row.name, language)) for row in queries.departments(active_only=False)]


def _page(
    row: Any, form: PersonForm | None = None, roles_form: RolesForm | None = None, password: str | None = None
) -> str:
    if form is None:
        data = {
            "name": row.name, "department": str(row.department_id or ""), "active": row.active, "topics": in_lines(row.topics),
        }  # fmt: skip
        form = PersonForm(formdata=None, data=data)
        form.offer_departments(_departments())
    if roles_form is None:
        roles_form = RolesForm(formdata=None, data=roles_of(row))
        roles_form.offer_departments(_departments())
    bounced = mailout.bounced(row.email)
    return render_template(
        "admin/person.html", subject=row, form=form, roles_form=roles_form, password=password, is_me=row.id == me().id,
        sessions=len(queries.sessions_of(row.id)), bounced=bounced if bounced and mailout.is_recent(bounced, now()) else None,
        undeliverable=mailout.is_undeliverable(row.email, now()),
    )  # fmt: skip


def _saved(person_id: int) -> Any:
    flash(_("Saved."), "success")
    return redirect(url_for("admin.person", person_id=person_id), 303)
