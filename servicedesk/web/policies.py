"""Pages on which leads set what their departments promise, and administrators what anybody does: list, form, history.

Lines of agreements are shown and not edited here. What a new version does to running promises is in rollouts.py.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.audit import queries as audit
from servicedesk.catalog import queries as catalog
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.sla import access, queries, rules
from servicedesk.sla import actions as sla
from servicedesk.sla.actions import policies as actions
from servicedesk.sla.queries import promising, rollouts
from servicedesk.web import errors
from servicedesk.web.forms.policies import STEP_NAMES, PolicyForm, filled
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import language, me, signed_in, stamp

policies = Blueprint("policies", __name__)


@policies.get("/promises")
@policies.get("/departments/<key>/promises")
@signed_in
def listed(key: str | None = None) -> Any:
    """What a department promises; without a key, what the company does."""
    department = _department(key)
    withdrawn = request.args.get("withdrawn") == "1"
    page = promising.policies_page(
        department.id if department else None, me(), active=not withdrawn, cursor=request.args.get("cursor"), limit=50
    )
    narrowed: dict[str, Any] = {"key": key, "withdrawn": "1" if withdrawn else None}
    return render_template(
        "policies/list.html", rows=page.items, department=department, withdrawn=withdrawn, **_words(),
        next_url=url_for("policies.listed", **narrowed, cursor=page.next) if page.next else None,
        first_url=url_for("policies.listed", **narrowed) if request.args.get("cursor") else None,
    )  # fmt: skip


@policies.get("/promises/new")
@policies.get("/departments/<key>/promises/new")
@signed_in
def new(key: str | None = None) -> Any:
    return _new_page(filled(None), _department(key))


@policies.post("/promises")
@policies.post("/departments/<key>/promises")
@signed_in_or_kept
def add(key: str | None = None) -> Any:
    department, form = _department(key), PolicyForm()
    if form.validate():
        try:
            with transaction():
                kind = catalog.request_type(form.request_type_id() or 0)
                if form.request_type_id() is not None and kind is None:
                    raise Invalid(fields={"request_type": _("Choose one of the list.")})
                row = actions.add_policy(
                    stamp(),
                    form.content(),
                    department=department,
                    request_type=kind,
                    priority=form.priority.data or None,
                )
            flash(_("The promise is made. It holds for what begins from now on."), "success")
            return redirect(url_for("policies.policy", policy_id=row.id), 303)
        except Invalid as refusal:
            form.show(refusal)
    return _new_page(form, department), 422


@policies.get("/promises/<int:policy_id>")
@signed_in
def policy(policy_id: int) -> Any:
    row = access.policy_for(me(), policy_id)
    return _policy_page(row, filled(promising.shown(row)))


@policies.post("/promises/<int:policy_id>")
@signed_in_or_kept
def change(policy_id: int) -> Any:
    form, code = PolicyForm(), 422
    row = access.policy_for(me(), policy_id)
    if form.validate():
        try:
            seen = form.seen.data or ""
            with transaction():
                row = access.policy_for(me(), policy_id)
                differs = actions.change_policy(
                    stamp(),
                    row,
                    int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0,
                    form.content(),
                )
            flash(_("Saved as a new version. It holds for what begins from now on.") if differs else _("Nothing was changed."), "success")  # fmt: skip
            return redirect(url_for("policies.policy", policy_id=policy_id), 303)
        except Invalid as refusal:
            form.show(refusal)
        except Conflict as refusal:
            flash(errors.sentence_of(refusal), "error")
            code = errors.status_of(refusal)
            row = access.policy_for(me(), policy_id)
            form.seen.data = str(promising.shown(row).number)
    return _policy_page(row, form), code


@policies.post("/promises/<int:policy_id>/withdraw")
@signed_in
def withdraw(policy_id: int) -> Any:
    with transaction():
        row = access.policy_for(me(), policy_id)
        sla.withdraw_policy(stamp(), row.name)
    flash(_("The promise is withdrawn. What runs keeps it."), "success")
    return redirect(url_for("policies.policy", policy_id=policy_id), 303)


def _department(key: str | None) -> Any:
    """The department of the address, for who may set its promises; None for the whole company."""
    found = people.department_by_key(key) if key is not None else None
    if (key is not None and found is None) or not rules.edits_policies(me(), found.id if found else None):
        raise NotFound()
    return found


def _words() -> dict[str, Any]:
    """What policies are told with."""
    return {
        "departments": people.departments_by_id(), "types_by_id": catalog.request_types_by_id(), "step_names": STEP_NAMES,
        "calendar_keys": {row.id: row.key for row in queries.calendars()},
    }  # fmt: skip


def _new_page(form: PolicyForm, department: Any) -> str:
    types = catalog.request_types(department_id=department.id) if department else []
    form.offer(types, queries.calendars(), language())
    return render_template("policies/new.html", form=form, department=department, faults=form.faults())


def _policy_page(row: Any, form: PolicyForm) -> str:
    shown, home = promising.shown(row), promising.home_of(row)
    form.offer([], queries.calendars(), language())
    version = rollouts.policy_version(shown.row.version_id)
    return render_template(
        "policies/policy.html", shown=shown, form=form, faults=form.faults(), department=people.department(home) if home else None,
        latest=rollouts.latest_rollouts(version) if version else [], at=now(), **_history(row.id), **_words(),
    )  # fmt: skip


def _history(policy_id: int) -> dict[str, Any]:
    """Who changed what and when, newest first."""
    page = audit.history(
        "policy", policy_id, cursor=request.args.get("cursor"), limit=20, only={"PolicyChanged"}, newest_first=True
    )
    versions = promising.numbered(policy_id, {entry.data["version"] for entry in page.items})
    lines = []
    for entry in page.items:
        version = versions[entry.data["version"]]
        changes = promising.changes(versions.get(version.number - 1), version) if entry.data["active"] else None
        lines.append((entry, version.number, changes))
    return {
        "history": lines, "authors": people.people_by_id((entry.actor_id for entry in page.items), with_roles=False),
        "next_url": url_for("policies.policy", policy_id=policy_id, cursor=page.next) if page.next else None,
        "first_url": url_for("policies.policy", policy_id=policy_id) if request.args.get("cursor") else None,
    }  # fmt: skip
