"""Changing a calendar on a page: new, edit, preview, import of an iCalendar file, save. Part of the admin blueprint.

Everything typed comes back with the page until it is saved; each button sends the whole form.
"""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from servicedesk.kernel.errors import Conflict, DeskError, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.people.rules import is_admin
from servicedesk.sla import access, actions
from servicedesk.sla import queries as sla
from servicedesk.sla.drafts import Draft, draft, zones
from servicedesk.sla.holidays import countries
from servicedesk.web import ical
from servicedesk.web.admin import admin
from servicedesk.web.admin_calendars import sureness, year_asked
from servicedesk.web.calendar_changes import changes
from servicedesk.web.calendar_year import WEEKDAYS, year_of
from servicedesk.web.errors import sentence_of
from servicedesk.web.forms.calendars import CalendarForm, filled
from servicedesk.web.session import admin_only, me, signed_in, stamp

OFFICE = {day: [["09:00", "18:00"]] for day in WEEKDAYS[:5]}


@admin.get("/calendars/new")
@admin_only
def new_calendar() -> Any:
    """An empty calendar, or with `copy` one like another."""
    copied = request.args.get("copy")
    version = None
    if copied:
        version = sla.newest_version(access.calendar_for(me(), copied).id)
    company = people.company()
    start = version or Draft(company.timezone if company else "UTC", OFFICE, None, {}, {}, {}, {})
    return _page(None, filled(start, country_list()), copied=copied)


@admin.post("/calendars")
@admin_only
def add_calendar() -> Any:
    form = _sent()
    return _handled(None, (form.key.data or "").strip(), form)


@admin.get("/calendars/<key>/edit")
@signed_in
def edit_calendar(key: str) -> Any:
    calendar = access.calendar_for(me(), key)
    version = sla.newest_version(calendar.id)
    if version is None:
        raise NotFound()
    return _page(calendar, filled(version, country_list(), key, version.number))


@admin.post("/calendars/<key>")
@signed_in
def save_calendar(key: str) -> Any:
    return _handled(access.calendar_for(me(), key), key, _sent())


def country_list() -> list[tuple[str, str]]:
    """Countries whose holidays are known, by name in the reader's language."""
    names = Locale.parse(str(get_locale())).territories
    return sorted(((code, f"{names.get(code, code)} ({code})") for code in countries()), key=lambda pair: pair[1])


def _sent() -> CalendarForm:
    form = CalendarForm()
    form.offer_countries(country_list())
    return form


def _handled(calendar: Any, key: str, form: CalendarForm) -> Any:
    """Do what the pressed button says."""
    wanted = request.form.get("do", "save")
    if wanted == "rows":
        form.append_rows()
        return _page(calendar, form)
    if wanted == "import":
        return _imported(calendar, form)
    made = _drafted(form)
    if made is None:
        return _page(calendar, form), 422
    if wanted == "preview":
        return _page(calendar, form, made)
    return _saved(calendar, key, form, made)


def _drafted(form: CalendarForm) -> Draft | None:
    """What was typed as a calendar; None where something is wrong with it, which then stands at its field."""
    values = form.values()
    try:
        found = draft(**values, at=now())
    except Invalid as refusal:
        form.put(refusal)
        return None
    return None if form.faults else found


def _saved(calendar: Any, key: str, form: CalendarForm, made: Draft) -> Any:
    try:
        with transaction():
            if calendar is not None:
                calendar = access.calendar_for(me(), key)
            before = sla.newest_version(calendar.id) if calendar else None
            row = actions.set_calendar(
                stamp(), key=key, timezone=made.timezone, week=made.week, holidays=made.holidays,
                exceptions=made.own_exceptions, names=made.own_names, expected=form.expected if calendar else 0,
            )  # fmt: skip
            after = sla.newest_version(row.id)
    except Invalid as refusal:
        form.put(refusal)
        return _page(calendar, form), 422
    except Conflict as refusal:
        if calendar is None:
            form.note(form.key, sentence_of(refusal))
            return _page(None, form), 409
        return _overtaken(calendar, form, made, sentence_of(refusal))
    if before is not None and after is not None and before.number == after.number:
        flash(_("Nothing has changed, so there is no new version."), "info")
        return redirect(url_for("admin.calendars", calendar=key), 303)
    return redirect(url_for("admin.calendars", calendar=key, saved=after.number if after else None), 303)


def _overtaken(calendar: Any, form: CalendarForm, made: Draft, sentence: str) -> Any:
    """Somebody was faster: what was typed stays, with how it differs from theirs; saving again replaces it knowingly."""
    newest = sla.newest_version(calendar.id)
    form.version.data = str(newest.number if newest else 0)
    return _page(calendar, form, made, overtaken=sentence), 409


def _imported(calendar: Any, form: CalendarForm) -> Any:
    """The days of an iCalendar file become rows of the form. Nothing is saved by it."""
    field = form.file if form.file.data else form.pasted
    raw = (
        form.file.data.read(ical.LARGEST + 1) if form.file.data else (form.pasted.data or "").encode("utf-8", "replace")
    )
    if not raw.strip():
        form.note(form.file, _("Choose a file, or paste its text below."))
        return _page(calendar, form), 422
    try:
        found = ical.read(raw, now().date())
    except DeskError as refusal:
        form.note(field, sentence_of(refusal))
        return _page(calendar, form), 422
    form.drop_blank_rows()
    counts = form.take_days(found.days)
    form.pasted.data = ""
    form.append_rows(1)
    made = _drafted(form)
    return _page(calendar, form, made, found=found, counts=counts)


def _page(calendar: Any, form: CalendarForm, made: Draft | None = None, **more: Any) -> str:
    """The form, and the year as it would be of what could be read."""
    try:
        year = year_asked(request.form.get("year", "").strip() or request.args.get("year", ""))
    except NotFound:
        year = now().year  # a slip in the field of the preview must not cost what was typed
    before = sla.newest_version(calendar.id) if calendar else None
    return render_template(
        "admin/calendar_edit.html", calendar=calendar, form=form, weekdays=WEEKDAYS, zones=sorted(zones()), year=year,
        made=made, months=year_of(made.week, made.exceptions, made.names, year) if made else [], may_copy=is_admin(me()),
        others=access.calendars_for(me()), differences=changes(before, made, now().year) if made and before else None,
        before=before, **sureness(made, year), **{"overtaken": None, "found": None, "counts": None, "copied": None} | more,
    )  # fmt: skip
