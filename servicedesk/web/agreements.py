"""Pages of agreements between departments: the list, one with its history, proposing and answering, what changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_, in_language
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.sla import access, actions, agreement_rules, queries
from servicedesk.web import agreement_diff, errors
from servicedesk.web.forms.agreements import AgreementForm, DeclineForm, PairForm, filled
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import language, me, signed_in, stamp

agreements = Blueprint("agreements", __name__, url_prefix="/agreements")


@agreements.record_once
def install(setup: BlueprintSetupState) -> None:
    """For templates: whether a first or last day stands for no beginning or no end."""
    setup.app.jinja_env.tests["for_ever"] = lambda day: day is None or not agreement_rules.FIRST_DAY < day < date.max


@agreements.get("")
@signed_in
def listed() -> Any:
    """Everybody gets those they may know; what waits for the reader's answer stands first."""
    who, at = me(), now()
    key, state = request.args.get("department", ""), request.args.get("state", "")
    department = people.department_by_key(key) if key else None
    if (key and department is None) or (state and state not in agreement_rules.STATES):
        raise NotFound()
    today = queries.day_of(at, who.department_id or 0)
    page = queries.agreements(
        who, today, department_id=department.id if department else None, state=state or None,
        cursor=request.args.get("cursor"), limit=30,
    )  # fmt: skip
    narrowed: dict[str, Any] = {"department": key or None, "state": state or None}
    return render_template(
        "agreements/list.html", rows=[summary_of(row, today) for row in page.items], states=agreement_rules.STATES, state=state,
        department=key, departments=people.departments(), may_propose=bool(who.leads), waiting=queries.waiting_for(who),
        next_url=url_for("agreements.listed", **narrowed, cursor=page.next) if page.next else None,
        first_url=url_for("agreements.listed", **narrowed) if request.args.get("cursor") else None,
    )  # fmt: skip


@agreements.get("/new")
@signed_in
def new() -> Any:
    """First which two departments, then the terms: what can be promised depends on the supplier."""
    _refuse_others()
    form, pair = _pair(request.args)
    if pair is None:
        return render_template("agreements/pair.html", form=form)
    return _form_page(filled(None, queries.day_of(now(), pair[0].id), 0), *pair)


@agreements.post("")
@signed_in_or_kept
def propose_first() -> Any:
    _refuse_others()
    form, pair = _pair(request.form)
    if pair is None:
        return render_template("agreements/pair.html", form=form), 422
    return _propose(*pair)


@agreements.get("/<int:agreement_id>")
@signed_in
def agreement(agreement_id: int) -> Any:
    return _agreement_page(access.agreement_for(me(), agreement_id))


@agreements.get("/<int:agreement_id>/propose")
@signed_in
def propose(agreement_id: int) -> Any:
    """Counter or replace the open proposal, else change what is in force or was said last."""
    row = access.agreement_for(me(), agreement_id, to="propose")
    versions = queries.versions(row.id)
    today = queries.day_of(now(), row.supplier_id)
    newest = agreement_rules.newest(versions)
    basis = agreement_rules.open_proposal(versions) or agreement_rules.in_force(versions, today) or newest
    terms = queries.terms_of(basis) if basis else None
    return _form_page(filled(terms, today, newest.number if newest else 0), row.supplier, row.customer, row)


@agreements.post("/<int:agreement_id>/versions")
@signed_in_or_kept
def propose_version(agreement_id: int) -> Any:
    row = access.agreement_for(me(), agreement_id, to="propose")
    return _propose(row.supplier, row.customer, agreement_id)


@agreements.get("/<int:agreement_id>/versions/<int:number>")
@signed_in
def version(agreement_id: int, number: int) -> Any:
    row = access.wording_for(me(), agreement_id, number)
    return render_template("agreements/version.html", version=row, agreement=row.agreement, **_document(row))


@agreements.post("/<int:agreement_id>/versions/<int:number>/accept")
@signed_in
def accept(agreement_id: int, number: int) -> Any:
    with transaction():
        actions.accept_agreement(stamp(), access.wording_for(me(), agreement_id, number), me())
    return _done(agreement_id, _("The agreement is accepted. Its promises hold from its first day on."))


@agreements.post("/<int:agreement_id>/versions/<int:number>/decline")
@signed_in_or_kept
def decline(agreement_id: int, number: int) -> Any:
    form = DeclineForm()
    code = 422
    try:
        with transaction():
            row = access.wording_for(me(), agreement_id, number)
            actions.decline_agreement(stamp(), row, me(), form.note.data or "")
        return _done(agreement_id, _("The proposal is declined. The other side reads why."))
    except Invalid as refusal:
        errors.put_into(form, refusal)
    except Conflict as refusal:
        flash(errors.sentence_of(refusal), "error")
        code = errors.status_of(refusal)
    return _agreement_page(access.agreement_for(me(), agreement_id), form), code


@agreements.post("/<int:agreement_id>/versions/<int:number>/withdraw")
@signed_in
def withdraw(agreement_id: int, number: int) -> Any:
    with transaction():
        actions.withdraw_agreement(stamp(), access.wording_for(me(), agreement_id, number), me())
    return _done(agreement_id, _("The proposal is taken back."))


@agreements.get("/<int:agreement_id>/diff")
@signed_in
def diff(agreement_id: int) -> Any:
    numbers = [request.args.get(name, "") for name in ("from", "to")]
    if not all(text.isascii() and text.isdecimal() and len(text) < 10 for text in numbers):
        raise Invalid(N_("Say which two versions: ?from=1&to=2."))
    before, after = (access.wording_for(me(), agreement_id, int(text)) for text in numbers)
    terms = queries.terms_of(before), queries.terms_of(after)
    return render_template(
        "agreements/diff.html", agreement=before.agreement, before=before, after=after, versions=_readable(before.agreement),
        values=agreement_diff.of_values(*terms), texts=agreement_diff.of_texts(*terms),
        promises=agreement_diff.of_promises(*terms), types=_types_by_key(before.agreement),
    )  # fmt: skip


def summary_of(row: Any, today: Any) -> dict[str, Any]:
    """One line of the list; whoever may not read proposals learns of none."""
    versions = [one for one in row.versions if agreement_rules.reads_version(me(), one)]
    current = agreement_rules.in_force(versions, today) or agreement_rules.coming(versions, today)
    proposal = agreement_rules.open_proposal(versions)
    shown = current or proposal or agreement_rules.newest(versions)
    return {
        "agreement": row, "state": agreement_rules.state_of(versions, today), "current": current, "proposal": proposal,
        "shown": shown, "last_day": agreement_rules.last_day(current, versions) if current else None,
        "waits_for_me": proposal is not None and agreement_rules.answers(me(), proposal),
    }  # fmt: skip


def _refuse_others() -> None:
    if not me().leads:
        raise NotAllowed(N_("Agreements are proposed by a lead of one of the two departments."))


def _propose(supplier: Any, customer: Any, agreement_id: int | None = None) -> Any:
    form, code = AgreementForm(), 422
    row = access.agreement_for(me(), agreement_id, to="propose") if agreement_id else None
    changed = _change_lines(form)
    if changed:
        return _form_page(form, supplier, customer, row)
    if form.validate():
        try:
            with transaction():
                known = access.agreement_for(me(), agreement_id, to="propose") if agreement_id else None
                seen = form.seen.data or ""
                proposed = actions.propose_agreement(
                    stamp(), me(), supplier, customer, form.terms(), known, seen=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
                )  # fmt: skip
                number = proposed.agreement_id
            return _done(number, _("The proposal is sent to the other department."))
        except Invalid as refusal:
            form.show(refusal)
        except Conflict as refusal:
            flash(errors.sentence_of(refusal), "error")
            newest = agreement_rules.newest(queries.versions(agreement_id or 0))
            form.seen.data = form.seen.raw_data = str(newest.number) if newest else "0"
            code = errors.status_of(refusal)
    return _form_page(form, supplier, customer, row), code


def _change_lines(form: AgreementForm) -> bool:
    """Whether a line is to be added or taken, which writes nothing."""
    if "add" in request.form:
        form.add_line()
        return True
    number = request.form.get("take", "")
    if number.isascii() and number.isdecimal() and len(number) < 4:
        form.take_line(int(number))
        return True
    return False


def _pair(values: Any) -> tuple[PairForm, tuple[Any, Any] | None]:
    """The two departments asked for, or None and a form that says what is missing."""
    form = PairForm(values if {"supplier", "customer"} & values.keys() else None)
    rows = {row.key: row for row in people.departments()}
    form.offer((key, in_language(row.name, language())) for key, row in rows.items())
    supplier, customer = rows.get(form.supplier.data or ""), rows.get(form.customer.data or "")
    if not {"supplier", "customer"} <= values.keys():
        return form, None
    for field, row in ((form.supplier, supplier), (form.customer, customer)):
        if row is None:
            field.errors = [_("Choose a department.")]
    if supplier is None or customer is None:
        return form, None
    if supplier.id == customer.id:
        form.customer.errors = [_("A department makes no agreement with itself.")]
        return form, None
    if not {supplier.id, customer.id} & me().leads:
        form.supplier.errors = [_("Choose a department that you lead as one of the two.")]
        return form, None
    return form, (supplier, customer)


def _form_page(form: AgreementForm, supplier: Any, customer: Any, row: Any = None) -> str:
    chosen = {entry.form.request_type.data for entry in form.promises}
    offered = catalog.request_types(active_only=False, department_id=supplier.id)
    form.offer(
        [kind for kind in offered if kind.active or kind.key in chosen],
        [calendar.key for calendar in queries.calendars()],
        language(),
    )
    before = agreement_rules.open_proposal(queries.versions(row.id)) if row is not None else None
    side = agreement_rules.side_of(me(), supplier.id, customer.id, before)
    return render_template(
        "agreements/form.html", form=form, supplier=supplier, customer=customer, agreement=row, before=before,
        countered=before is not None and before.proposed_for_id != side, faults=form.faults(),
    )  # fmt: skip


def _agreement_page(row: Any, declined: DeclineForm | None = None) -> str:
    versions = _readable(row)
    today = queries.day_of(now(), row.supplier_id)
    current = agreement_rules.in_force(versions, today)
    proposal = agreement_rules.open_proposal(versions)
    shown = current or agreement_rules.coming(versions, today) or proposal or agreement_rules.newest(versions)
    return render_template(
        "agreements/agreement.html", agreement=row, versions=versions, current=current, proposal=proposal, shown=shown,
        state=agreement_rules.state_of(versions, today), last_day=agreement_rules.last_day, today=today,
        decline_form=declined or DeclineForm(formdata=None), may_propose=agreement_rules.proposes(me(), row),
        may_answer=proposal is not None and agreement_rules.answers(me(), proposal),
        may_withdraw=proposal is not None and agreement_rules.withdraws(me(), proposal),
        reads_all=agreement_rules.reads_all(me(), row), departments=people.departments_by_id(),
        words=_document(shown), proposed=_document(proposal) if proposal is not None and proposal is not shown else None,
    )  # fmt: skip


def _document(row: Any) -> dict[str, Any]:
    return {"terms": queries.terms_of(row), "types": _types_by_key(row.agreement)}


def _types_by_key(row: Any) -> dict[str, Any]:
    return {kind.key: kind for kind in catalog.request_types(active_only=False, department_id=row.supplier_id)}


def _readable(row: Any) -> list[Any]:
    return [one for one in queries.versions(row.id) if agreement_rules.reads_version(me(), one)]


def _done(agreement_id: int, text: str) -> Any:
    flash(text, "success")
    return redirect(url_for("agreements.agreement", agreement_id=agreement_id), 303)
