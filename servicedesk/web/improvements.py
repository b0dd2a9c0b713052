"""A department's actions: the list that everybody reads, the page of each, and the forms of those who see to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries
from servicedesk.reports import access, actions, rules
from servicedesk.reports import queries as reports
from servicedesk.reports.figures import DEFINITIONS
from servicedesk.web import errors
from servicedesk.web.departments import active_department, own_department
from servicedesk.web.forms.improvements import AIM_NAMES, DoneForm, DropForm, ImprovementForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.people import people
from servicedesk.web.session import me, signed_in, stamp

_ONE = "/departments/<key>/improvements/<int:improvement_id>"


@people.get("/improvements")
@signed_in
def my_improvements() -> Any:
    """What the reader sees to, and for leads what is open in their departments."""
    return render_template(
        "improvements/mine.html", page=reports.improvements_owned(me().id, cursor=request.args.get("cursor")),
        led=[row for row in queries.departments() if row.id in me().leads], today=_today(), aims=AIM_NAMES,
    )  # fmt: skip


@people.get("/departments/<key>/improvements")
@signed_in
def improvements(key: str) -> Any:
    row, state = active_department(key), request.args.get("state")
    state = state if state in reports.STATES else None
    page = access.improvements_for(me(), row.id, state=state, cursor=request.args.get("cursor"))
    return render_template(
        "improvements/list.html", department=row, page=page, state=state, states=reports.STATES, today=_today(),
        may_tell=rules.tells_improvements(me(), row.id), works_here=rules.reads_improvements(me(), row.id), aims=AIM_NAMES,
    )  # fmt: skip


@people.get("/departments/<key>/improvements/new")
@signed_in
def new_improvement(key: str) -> Any:
    row = own_department(key)
    form = ImprovementForm(formdata=None, data={"metric": request.args.get("metric")})
    form.offer(queries.owners(row.id))
    return _form_page(row, form, None)


@people.post("/departments/<key>/improvements")
@signed_in_or_kept
def add_improvement(key: str) -> Any:
    return _save(own_department(key), None)


@people.get(_ONE)
@signed_in
def improvement(key: str, improvement_id: int) -> Any:
    row = active_department(key)
    return _page(row, access.improvement_for(me(), row.id, improvement_id))


@people.get(f"{_ONE}/edit")
@signed_in
def edit_improvement(key: str, improvement_id: int) -> Any:
    row = active_department(key)
    found = access.improvement_for(me(), row.id, improvement_id, to="change")
    form = ImprovementForm(formdata=None, obj=found, seen=str(found.version))
    form.offer(_owners(row, found))
    form.owner.data, form.metric.data = str(found.owner_id or ""), found.metric or ""
    return _form_page(row, form, found)


@people.post(_ONE)
@signed_in_or_kept
def change_improvement(key: str, improvement_id: int) -> Any:
    row = active_department(key)
    return _save(row, access.improvement_for(me(), row.id, improvement_id, to="change"))


@people.post(f"{_ONE}/done")
@signed_in_or_kept
def finish_improvement(key: str, improvement_id: int) -> Any:
    form = DoneForm()

    def act(found: Any) -> None:
        actions.finish_improvement(
            stamp(), found, me(), did=form.did.data or "", done_on=form.done_on.data or _today(), seen=form.version()
        )

    return _change(
        key,
        improvement_id,
        "finish",
        form,
        act,
        _("Well done. Its figure is measured when the next whole month is closed."),
    )


@people.post(f"{_ONE}/drop")
@signed_in_or_kept
def drop_improvement(key: str, improvement_id: int) -> Any:
    form = DropForm()

    def act(found: Any) -> None:
        actions.drop_improvement(stamp(), found, me(), why=form.why.data or "", seen=form.version())

    return _change(key, improvement_id, "change", form, act, _("Saved."))


@people.post(f"{_ONE}/reopen")
@signed_in_or_kept
def reopen_improvement(key: str, improvement_id: int) -> Any:
    form = DropForm()
    return _change(
        key, improvement_id, "change", form,
        lambda found: actions.reopen_improvement(stamp(), found, seen=form.version()), _("It is open again."),
    )  # fmt: skip


def _change(key: str, improvement_id: int, to: str, form: Any, act: Callable[[Any], None], said: str) -> Any:
    row = active_department(key)
    try:
        access.improvement_for(me(), row.id, improvement_id, to=to)
        if not form.validate():
            raise Invalid(fields=dict.fromkeys(form.errors, ""))
        with transaction():
            act(access.improvement_for(me(), row.id, improvement_id, to=to))
    except (Invalid, Conflict) as refusal:
        found = access.improvement_for(me(), row.id, improvement_id)
        conflict = _told_to(form, refusal, found)
        return _page(row, found, form=form, conflict=conflict), errors.status_of(refusal)
    flash(said, "success")
    return redirect(url_for("people.improvement", key=key, improvement_id=improvement_id), 303)


def _save(row: Any, found: Any) -> Any:
    form, offered = ImprovementForm(), _owners(row, found)
    form.offer(offered)
    try:
        if not form.validate():
            raise Invalid(fields=dict.fromkeys(form.errors, ""))
        with transaction():
            saved = actions.set_improvement(
                stamp(), row, me(), **form.values({person.id: person for person in offered}),
                improvement=found and access.improvement_for(me(), row.id, found.id, to="change"), seen=form.version(),
            )  # fmt: skip
    except (Invalid, Conflict) as refusal:
        current = found and access.improvement_for(me(), row.id, found.id)
        conflict = _told_to(form, refusal, current)
        return _form_page(row, form, current, conflict), errors.status_of(refusal)
    flash(_("Saved."), "success")
    return redirect(url_for("people.improvement", key=row.key, improvement_id=saved.id), 303)


def _told_to(form: Any, refusal: Invalid | Conflict, current: Any) -> str | None:
    if isinstance(refusal, Conflict):
        # The other text is on the page now: who sends again has read it.
        form.seen.data = str(current.version)
        return errors.sentence_of(refusal)
    if not form.errors:
        errors.put_into(form, refusal)
    return None


def _page(row: Any, found: Any, *, form: Any = None, conflict: str | None = None) -> str:
    seen = str(found.version)
    done = form if isinstance(form, DoneForm) else DoneForm(formdata=None, data={"done_on": _today(), "seen": seen})
    drop = form if isinstance(form, DropForm) else DropForm(formdata=None, data={"seen": seen})
    return render_template(
        "improvements/improvement.html", department=row, row=found, form=form, done_form=done, drop_form=drop,
        conflict=conflict, today=_today(), aims=AIM_NAMES, definitions=DEFINITIONS,
        may_finish=rules.finishes_improvement(me(), found), may_tell=rules.tells_improvements(me(), row.id),
        inside=rules.reads_improvements(me(), row.id) or found.owner_id == me().id,
    )  # fmt: skip


def _form_page(row: Any, form: ImprovementForm, found: Any, conflict: str | None = None) -> str:
    return render_template(
        "improvements/form.html", department=row, form=form, improvement=found, conflict=conflict, aims=AIM_NAMES,
        today=_today(),
    )  # fmt: skip


def _owners(row: Any, found: Any) -> list[Any]:
    """Who can be given it; who has it stays among them, wherever they work now."""
    offered = queries.owners(row.id)
    if found is not None and found.owner is not None and found.owner not in offered:
        return [found.owner, *offered]
    return offered


def _today() -> Any:
    """The day on which actions are due or late: the company's."""
    return now().astimezone(ZoneInfo(reports.company_zone())).date()
