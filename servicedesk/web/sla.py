"""Pages of broken promises: the list for those who answer for them, and the reason a lead gives."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.reports import queries as reports
from servicedesk.reports import rules as months
from servicedesk.sla import access, actions, queries, rules
from servicedesk.web import errors
from servicedesk.web.forms.sla import BreachFilter, ReasonForm, asked
from servicedesk.web.return_path import back_to, is_local_path
from servicedesk.web.session import me, signed_in, stamp, timezone

sla = Blueprint("sla", __name__)

MONTHS_OFFERED = 13


@sla.get("/reports/breaches")
@signed_in
def breaches() -> Any:
    """For leads the departments they lead, and one by one those in which somebody serves."""
    who, wanted, at = me(), asked(request.args), now()
    theirs = [row for row in people.departments(active_only=False) if row.id in who.serves]
    chosen = _department(wanted, theirs, leads=bool(who.leads))
    since, until = wanted.instants(reports.company_zone(), timezone())
    page = queries.breaches(
        who, department_id=chosen.id if chosen else None, since=since, until=until, unexplained=wanted.unexplained,
        cursor=request.args.get("cursor"), limit=30,
    )  # fmt: skip
    here = months.month_of(at, reports.company_zone())
    return render_template(
        "sla/breaches.html", breaches=[(row, queries.current(row.clock, at)) for row in page.items], wanted=wanted, chosen=chosen,
        departments={row.id: row for row in theirs}, may_choose_all=bool(who.leads), leads=who.leads,
        months=[months.shifted(here, -back) for back in range(MONTHS_OFFERED)], reasons=rules.BREACH_REASONS,
        next_url=url_for("sla.breaches", **wanted.as_query(), cursor=page.next) if page.next else None,
        first_url=url_for("sla.breaches", **wanted.as_query()) if request.args.get("cursor") else None,
    )  # fmt: skip


@sla.get("/reports/breaches/<int:clock_id>")
@signed_in
def breach(clock_id: int) -> Any:
    clock = access.breach_for(me(), clock_id)
    reason = queries.reasons_of([clock.id]).get(clock.id)
    given = {"code": reason.code, "text": reason.text, "excused": reason.excused} if reason else {}
    return _breach_page(clock, ReasonForm(formdata=None, data=given), request.args.get("next", ""))


@sla.post("/reports/breaches/<int:clock_id>/reason")
@signed_in
def give_reason(clock_id: int) -> Any:
    form = ReasonForm()
    try:
        with transaction():
            clock = access.breach_for(me(), clock_id)
            actions.explain_breach(
                stamp(), clock, me(), code=form.code.data or "", text=form.text.data or "", excused=form.excused.data
            )
    except Invalid as refusal:
        errors.put_into(form, refusal)
        return _breach_page(access.breach_for(me(), clock_id), form, request.form.get("next", "")), 422
    flash(_("The reason is saved."), "success")
    wanted = request.form.get("next", "")
    return back_to(wanted) if is_local_path(wanted) else redirect(url_for("sla.breaches"), 303)


def _department(wanted: BreachFilter, theirs: list[Any], leads: bool) -> Any:
    """The department asked for, None for all that somebody leads, the first one for who only serves."""
    if not theirs:
        raise NotFound()
    if not wanted.department:
        return None if leads else theirs[0]
    found = next((row for row in theirs if row.key == wanted.department), None)
    if found is None:
        raise NotFound()
    return found


def _breach_page(clock: Any, form: ReasonForm, wanted: str) -> str:
    return render_template(
        "sla/breach.html", clock=clock, ticket=clock.ticket, reading=queries.current(clock, now()), form=form,
        reasons=rules.BREACH_REASONS, department=people.department(clock.department_id), wanted=wanted,
    )  # fmt: skip
