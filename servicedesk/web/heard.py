"""What a closed month brought: low ratings that leads answer, notes of thanks. Who wrote them stands nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people_rows
from servicedesk.reports import access, actions, rules
from servicedesk.reports import queries as rows
from servicedesk.web import errors
from servicedesk.web.departments import active_department
from servicedesk.web.forms.heard import NoteForm, ReplyForm
from servicedesk.web.forms.improvements import AIM_NAMES
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.people import people
from servicedesk.web.reports import reports
from servicedesk.web.session import me, signed_in, stamp


@reports.get("/reports/cases")
@signed_in
def cases() -> Any:
    standing, key = request.args.get("standing"), request.args.get("department") or None
    standing = standing if standing in rows.STANDINGS else None
    page = access.cases_for(me(), key, standing=standing, cursor=request.args.get("cursor"))
    led = [row for row in people_rows.departments() if rules.answers_cases(me(), row.id)]
    return render_template("heard/cases.html", page=page, standing=standing, department=key, led=led, aims=AIM_NAMES)


@reports.get("/reports/cases/<case_id>")
@signed_in
def case(case_id: str) -> Any:
    return _case_page(access.case_for(me(), case_id))


@reports.post("/reports/cases/<case_id>/reply")
@signed_in_or_kept
def answer_case(case_id: str) -> Any:
    form = ReplyForm()
    return _answer(case_id, form, lambda found: actions.answer_case(
        stamp(), found, me(), title=form.title.data or "", said=form.said.data or "", did=form.did.data or "",
        quote=bool(form.quote.data),
    ), _("Published on the department's page."))  # fmt: skip


@reports.post("/reports/cases/<case_id>/close")
@signed_in_or_kept
def close_case(case_id: str) -> Any:
    form = NoteForm()
    return _answer(
        case_id, form, lambda found: actions.close_case(stamp(), found, me(), note=form.note.data or ""), _("Saved.")
    )


@people.get("/departments/<key>/thanks")
@signed_in
def department_thanks(key: str) -> Any:
    row = active_department(key)
    page = access.thanks_for(me(), row.id, cursor=request.args.get("cursor"))
    return render_template("heard/thanks.html", department=row, page=page)


@people.get("/account/thanks")
@signed_in
def my_thanks() -> Any:
    page = rows.thanks(person_id=me().id, cursor=request.args.get("cursor"))
    return render_template("heard/my_thanks.html", page=page)


def _answer(case_id: str, form: Any, act: Callable[[Any], object], said: str) -> Any:
    try:
        found = access.case_for(me(), case_id)
        if not form.validate():
            raise Invalid(fields=dict.fromkeys(form.errors, ""))
        with transaction():
            act(access.case_for(me(), case_id))
    except (Invalid, Conflict) as refusal:
        conflict = errors.sentence_of(refusal) if isinstance(refusal, Conflict) else None
        if isinstance(refusal, Invalid) and not form.errors:
            errors.put_into(form, refusal)
        return _case_page(found, form, conflict), errors.status_of(refusal)
    flash(said, "success")
    return redirect(url_for("reports.cases", standing="open"), 303)


def _case_page(found: Any, form: Any = None, conflict: str | None = None) -> str:
    return render_template(
        "heard/case.html", row=found, form=form, conflict=conflict, aims=AIM_NAMES,
        reply=form if isinstance(form, ReplyForm) else ReplyForm(formdata=None),
        note=form if isinstance(form, NoteForm) else NoteForm(formdata=None),
    )  # fmt: skip
