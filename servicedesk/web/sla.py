"""Pages of broken promises: the list for those who answer for them, and the reasons a lead gives. Tables: breach_tables.py."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from servicedesk.audit import queries as audit
from servicedesk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.reports import queries as reports
from servicedesk.reports import rules as months
from servicedesk.sla import access, actions, queries, rules
from servicedesk.web import errors
from servicedesk.web.forms.sla import BreachQuery, ReasonForm, ReasonsForm, asked
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.return_path import back_to, is_local_path
from servicedesk.web.session import me, signed_in, stamp, timezone

sla = Blueprint("sla", __name__)

MONTHS_OFFERED = 13
ROWS = 30


@dataclass(frozen=True)
class View:
    """What the reader asked for: `query` as the address says it, `wanted` as the slice does; None for all that they lead."""

    query: BreachQuery
    wanted: queries.BreachFilter
    department: Any
    theirs: list[Any]


def view_asked_for() -> View:
    """For leads the departments they lead, and one by one those in which somebody serves; `NotFound` for others."""
    who, query = me(), asked(request.args)
    theirs = [row for row in people.departments(active_only=False) if row.id in who.serves]
    department = _department(query, theirs, leads=bool(who.leads))
    wanted = query.narrowed(department.id if department else None, reports.company_zone(), timezone())
    return View(query, wanted, department, theirs)


@sla.get("/reports/breaches")
@signed_in
def breaches() -> Any:
    return _list_page(view_asked_for(), ReasonsForm(formdata=None), every=request.args.get("chosen") == "all")


@sla.post("/reports/breaches/reasons")
@signed_in_or_kept
def give_reasons() -> Any:
    """One reason for the rows that are ticked. Those that may not have it are told of; the others are saved together."""
    view, form = view_asked_for(), ReasonsForm()
    if not me().leads:
        raise NotAllowed(access.NOT_THEIRS)
    ids = form.chosen()
    try:
        faults = rules.choice_faults(len(ids)) if ids else {"ids": N_("Choose at least one broken promise.")}
        if faults:
            raise Invalid(fields=faults)
        with transaction():
            found = access.breaches_for(me(), ids)
            clocks = [row for row in found.values() if not isinstance(row, DeskError)]
            actions.explain_breaches(stamp(), clocks, me(), **_typed(form))
    except (Invalid, Conflict) as refusal:
        status = _refused(form, refusal)
        return _list_page(view, form, ids), status
    refused = {number: row for number, row in found.items() if isinstance(row, DeskError)}
    _tell_of(refused)
    if not clocks:
        return _list_page(view, form, ids), 422
    count = len(clocks)
    flash(
        ngettext(
            "The reason is saved for %(num)d broken promise.", "The reason is saved for %(num)d broken promises.", count
        ),
        "success",
    )
    return redirect(url_for("sla.breaches", **view.query.as_query(), cursor=request.args.get("cursor")), 303)


@sla.get("/reports/breaches/<int:clock_id>")
@signed_in
def breach(clock_id: int) -> Any:
    clock = access.breach_for(me(), clock_id)
    reason = queries.reasons_of([clock.id]).get(clock.id)
    given = {"code": reason.code, "text": reason.text, "excused": reason.excused} if reason else {}
    given["seen"] = rules.mark_of_reason(reason)
    return _breach_page(clock, ReasonForm(formdata=None, data=given), request.args.get("next", ""))


@sla.post("/reports/breaches/<int:clock_id>/reason")
@signed_in_or_kept
def give_reason(clock_id: int) -> Any:
    form = ReasonForm()
    try:
        with transaction():
            clock = access.breach_for(me(), clock_id)
            actions.explain_breach(stamp(), clock, me(), **_typed(form), seen=form.seen.data)
    except (Invalid, Conflict) as refusal:
        status = _refused(form, refusal)
        if isinstance(refusal, Conflict):
            # The other reason is on the page now: who sends again has read it.
            form.seen.data = rules.mark_of_reason(queries.reasons_of([clock_id]).get(clock_id))
        return _breach_page(access.breach_for(me(), clock_id), form, request.form.get("next", "")), status
    flash(_("The reason is saved."), "success")
    wanted = request.form.get("next", "")
    return back_to(wanted) if is_local_path(wanted) else redirect(url_for("sla.breaches"), 303)


def _department(query: BreachQuery, theirs: list[Any], leads: bool) -> Any:
    """The department asked for, None for all that somebody leads, the first one for who only serves."""
    if not theirs:
        raise NotFound()
    if not query.department:
        return None if leads else theirs[0]
    found = next((row for row in theirs if row.key == query.department), None)
    if found is None:
        raise NotFound()
    return found


def _list_page(view: View, form: ReasonsForm, chosen: Collection[int] = (), *, every: bool = False) -> str:
    who, at, query = me(), now(), view.query
    cursor = request.args.get("cursor")
    page = queries.breaches(who, view.wanted, cursor=cursor, limit=ROWS)
    explained = [row.clock.id for row in page.items if row.clock.department_id in who.leads]
    here = months.month_of(at, reports.company_zone())
    return render_template(
        "sla/breaches.html", breaches=[(row, queries.current(row.clock, at), row.late_seconds(at)) for row in page.items],
        wanted=query, chosen=view.department, departments={row.id: row for row in view.theirs}, leads=who.leads, form=form,
        ticked=set(explained) if every else set(chosen), several=len(explained) > 1 or request.method == "POST", rules=rules, reasons=rules.BREACH_REASONS,
        counts=queries.breach_counts(who, replace(view.wanted, standing=None, reason=None)),
        months=[months.shifted(here, -back) for back in range(MONTHS_OFFERED)], colleagues=_assignees(view),
        address=lambda **changes: url_for("sla.breaches", **query.as_query(**changes)), cursor=cursor,
        every_url=url_for("sla.breaches", **query.as_query(), cursor=cursor, chosen="all"),
        next_url=url_for("sla.breaches", **query.as_query(), cursor=page.next) if page.next else None,
        first_url=url_for("sla.breaches", **query.as_query()) if cursor else None,
    )  # fmt: skip


def _assignees(view: View) -> dict[str, str]:
    """Whose requests one may look for: number and name, also of the one asked for who has left."""
    departments = {view.department.id} if view.department else me().leads
    found = {str(row.id): row.name for row in people.colleagues(departments)}
    asked_for = view.wanted.assignee_id
    if asked_for is not None and str(asked_for) not in found:
        gone = people.person(asked_for)
        found[str(asked_for)] = gone.name if gone else view.query.assignee
    return found


def _breach_page(clock: Any, form: ReasonForm, wanted: str) -> str:
    said = audit.history("ticket", clock.ticket_id, only={"BreachExplained"}, newest_first=True, limit=100).items
    history = [entry for entry in said if entry.data["clock_id"] == clock.id]
    return render_template(
        "sla/breach.html", clock=clock, ticket=clock.ticket, reading=queries.current(clock, now()), form=form,
        reasons=rules.BREACH_REASONS, department=people.department(clock.department_id), wanted=wanted, history=history,
        people=people.people_by_id((entry.actor_id for entry in history), with_roles=False),
    )  # fmt: skip


def _typed(form: ReasonForm) -> dict[str, Any]:
    return {"code": form.code.data or "", "text": form.text.data or "", "excused": form.excused.data}


def _refused(form: ReasonForm, refusal: DeskError) -> int:
    """Show why nothing was saved; gives the status of the answer."""
    if isinstance(refusal, Invalid):
        errors.put_into(form, refusal)
    else:
        flash(errors.sentence_of(refusal), "error")
    return errors.status_of(refusal)


def _tell_of(refused: dict[int, DeskError]) -> None:
    """Which of the chosen got no reason, and why: those with the same reason together."""
    seen = queries.promises_seen_by(me(), refused) if refused else {}
    by_sentence: dict[str, list[int]] = {}
    for number, error in refused.items():
        by_sentence.setdefault(errors.sentence_of(error), []).append(number)
    for sentence, numbers in by_sentence.items():
        tickets = ", ".join(f"#{seen[number].ticket_id}" for number in numbers if number in seen)
        words = ngettext("%(num)d was left out: %(why)s", "%(num)d were left out: %(why)s", len(numbers), why=sentence)
        flash(f"{words} ({tickets})" if tickets else words, "warning")
