"""Pages of absences: one's own and those of the team one leads; entering, changing and calling them off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Invalid, NotAllowed
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import absence_rules, access, actions, away
from servicedesk.people.rules import is_admin
from servicedesk.web.errors import sentence_of, status_of
from servicedesk.web.forms.absences import AbsenceForm, filled
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.present import day, here, when, zone
from servicedesk.web.session import me, signed_in, stamp

absences = Blueprint("absences", __name__)
MOST = 200


@absences.get("/absences")
@signed_in
def mine() -> Any:
    return _page(AbsenceForm(formdata=None, data={"person": me().name}))


@absences.post("/absences")
@signed_in_or_kept
def add() -> Any:
    form = AbsenceForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            person = access.person_to_enter(me(), _whose(form))
            actions.plan_absence(stamp(), person, me(), **_values(form, away.zone_of(person)))
    except (Invalid, NotAllowed) as refusal:
        return _page(form, refusal), status_of(refusal)
    flash(_("The absence of %(name)s is entered.", name=person.name), "success")
    return redirect(url_for("absences.mine"), 303)


@absences.get("/absences/<int:absence_id>")
@signed_in
def edit(absence_id: int) -> Any:
    row = access.absence_for(me(), absence_id, to="change")
    return _edit_page(row, filled(row, away.zone_of(row.person)))


@absences.post("/absences/<int:absence_id>")
@signed_in_or_kept
def change(absence_id: int) -> Any:
    form = AbsenceForm()
    if not form.validate():
        return _edit_page(access.absence_for(me(), absence_id, to="change"), form), 422
    try:
        with transaction():
            row = access.absence_for(me(), absence_id, to="change")
            values = _values(form, away.zone_of(row.person))
            if row.began_at is not None:  # the page shows its beginning, which stays
                del values["begins_at"]
            actions.change_absence(stamp(), row, values)
    except Invalid as refusal:
        return _edit_page(access.absence_for(me(), absence_id, to="change"), form, refusal), 422
    flash(_("Saved. Who stands in changes within a minute."), "success")
    return redirect(url_for("absences.mine"), 303)


@absences.post("/absences/<int:absence_id>/cancel")
@signed_in
def cancel(absence_id: int) -> Any:
    with transaction():
        actions.cancel_absence(stamp(), access.absence_for(me(), absence_id, to="change"))
    flash(_("The absence is called off."), "success")
    return redirect(url_for("absences.mine"), 303)


def absent_words(wanted: Any, has_it: Any, at: datetime) -> str:
    """What is said of giving a request to somebody who is away: until when, and who has it instead. Empty for others."""
    gone = away.away_until([wanted.id], at).get(wanted.id) if wanted is not None else None
    if gone is None or wanted.id == me().id:
        return ""
    if has_it is not None and has_it.id != wanted.id:
        return _("%(name)s is %(away)s; %(other)s has it.", name=wanted.name, away=until_words(gone), other=has_it.name)
    return _("%(name)s is %(away)s, and nobody of the department stands in.", name=wanted.name, away=until_words(gone))


def until_words(gone: Any) -> str:
    """away until 12 May 2026"""
    shown = day(gone.last_day, here(), zone()) if gone.whole_days else when(gone.ends_at, here(), zone())
    return _("away until %(day)s", day=shown)


def enters_for_others() -> bool:
    return is_admin(me()) or bool(me().leads)


def colleagues() -> list[Any]:
    """Names that are offered: whose absences the reader enters, and the people of their teams."""
    found = {person.id: person for person in access.people_to_enter(me())}
    for department_id in absence_rules.teams_of(me()):
        found |= {person.id: person for person in away.members(department_id)}
    return sorted(found.values(), key=lambda person: (person.name, person.id))


def _whose(form: AbsenceForm) -> Any:
    named = (form.person.data or "").strip()
    return me() if not named or named in (me().name, me().email) else actions.person_meant(named, "person")


def _values(form: AbsenceForm, zone: str) -> dict[str, Any]:
    named = (form.substitute.data or "").strip()
    begins_at, ends_at = absence_rules.period(form.begin(zone), form.end(zone), zone)
    return {
        "begins_at": begins_at, "ends_at": ends_at, "note": form.note.data or "",
        "substitute": actions.person_meant(named, "substitute") if named else None,
    }  # fmt: skip


def _page(form: AbsenceForm, refusal: Invalid | NotAllowed | None = None) -> str:
    _show(form, refusal)
    at = now()
    own = away.page(away.Wanted(person_id=me().id, begin=at), limit=MOST).items
    team = []
    for department_id in sorted(me().leads):
        team += away.page(away.Wanted(department_id=department_id, begin=at), limit=MOST).items
    others = {row.id: row for row in team if row.person_id != me().id}
    return render_template(
        "absences/mine.html", form=form, own=own, team=sorted(others.values(), key=lambda row: (row.begins_at, row.id)), at=at,
        zone_of=away.zone_of, colleagues=colleagues(), enters_for_others=enters_for_others(), days=days_of,
    )  # fmt: skip


def _edit_page(row: Any, form: AbsenceForm, refusal: Invalid | None = None) -> str:
    _show(form, refusal)
    form.person.data = row.person.name
    return render_template(
        "absences/edit.html", absence=row, form=form, colleagues=colleagues(), over=absence_rules.is_over(row),
        zone=away.zone_of(row.person),
    )  # fmt: skip


def _show(form: AbsenceForm, refusal: Invalid | NotAllowed | None) -> None:
    if isinstance(refusal, NotAllowed):
        form.put("person", sentence_of(refusal))
    elif refusal is not None:
        for name, fault in refusal.fields.items():
            if not form.put(name, sentence_of(fault)):
                flash(sentence_of(fault), "error")


def days_of(row: Any) -> dict[str, Any]:
    """First and last day of an entry where its person lives, and the moments where they are not whole days."""
    zone = away.zone_of(row.person)
    return {
        "first": absence_rules.first_day(row.begins_at, zone), "last": absence_rules.last_day(row.ends_at, zone),
        "begins": None if absence_rules.is_midnight(row.begins_at, zone) else row.begins_at,
        "ends": None if absence_rules.is_midnight(row.ends_at, zone) else row.ends_at,
    }  # fmt: skip
