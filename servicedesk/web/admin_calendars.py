"""Pages of calendars: a year of one, whether it is open at a moment, its versions, who works by it.

For administrators, and for leads of the only departments that work by it. Editing: calendar_editing.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.audit import queries as audit
from servicedesk.kernel.errors import Invalid, NotAllowed, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.people.rules import is_admin
from servicedesk.sla import access, actions
from servicedesk.sla import queries as sla
from servicedesk.sla.facts import facts_of
from servicedesk.sla.holidays import standing
from servicedesk.web.admin import admin
from servicedesk.web.calendar_changes import changes
from servicedesk.web.calendar_year import WEEKDAYS, year_of
from servicedesk.web.opening import Opening, moment_in, opening, target_of
from servicedesk.web.session import me, signed_in, stamp

VERSIONS_SHOWN = 20


@admin.get("/calendars")
@signed_in
def calendars() -> Any:
    """The year of one calendar, and the way to the others."""
    rows = access.calendars_for(me())
    if not rows and not is_admin(me()):
        raise NotFound()
    wanted = request.args.get("calendar") or next(
        (row.key for row in rows if row.of_company), rows[0].key if rows else ""
    )
    chosen = next((row for row in rows if row.key == wanted), None)
    if wanted and chosen is None:
        raise NotFound()
    version = sla.newest_version(chosen.id) if chosen else None
    year = year_asked(request.args.get("year", ""))
    return render_template(
        "admin/calendars.html", calendars=rows, chosen=chosen, version=version, year=year, weekdays=WEEKDAYS,
        months=year_of(version.week, version.exceptions, version.names, year) if version else [], used_by=_users(chosen),
        may_set_up=is_admin(me()), departments=people.departments(), own=sla.calendar_names(),
        opening=_opening(version) if version else None, asked={name: request.args.get(name, "") for name in ("at", "amount")},
        outdated=sla.outdated_days(version, now()) if version else 0, **sureness(version, year),
        rollout_url=rollout_url(version), saved=version is not None and request.args.get("saved") == str(version.number),
    )  # fmt: skip


@admin.get("/calendars/<key>/versions")
@signed_in
def calendar_versions(key: str) -> Any:
    """Every version, newest first, with what it changed."""
    calendar = access.calendar_for(me(), key)
    cursor = request.args.get("cursor")
    page = sla.calendar_versions(calendar.id, cursor=cursor, limit=VERSIONS_SHOWN)
    before = [*page.items[1:], sla.version_before(page.items[-1])] if page.items else []
    made_by = _makers(calendar.id, {row.number for row in page.items})
    return render_template(
        "admin/calendar_versions.html", calendar=calendar,
        versions=[(row, made_by.get(row.number), changes(old, row, row.made_at.year) if old else None) for row, old in zip(page.items, before, strict=True)],
        next_url=url_for("admin.calendar_versions", key=key, cursor=page.next) if page.next else None,
        first_url=url_for("admin.calendar_versions", key=key) if cursor else None,
    )  # fmt: skip


@admin.post("/calendars/<key>/refresh")
@signed_in
def refresh_calendar(key: str) -> Any:
    """Write the holidays anew, as they are known today."""
    try:
        with transaction():
            made = actions.refresh_calendar(stamp(), access.calendar_for(me(), key))
    except Invalid:
        # Hours that were taken when they were saved, and are not any more.
        flash(_("Its hours have to be corrected first: save it here, and see what is marked."), "warning")
        return redirect(url_for("admin.edit_calendar", key=key), 303)
    if made:
        flash(_("The holidays are refreshed: there is a new version. Running promises keep theirs."), "success")
    else:
        flash(_("The holidays are up to date; nothing has changed."), "info")
    return redirect(url_for("admin.calendars", calendar=key, year=request.form.get("year") or None), 303)


@admin.post("/calendars/<key>/users")
@signed_in
def assign_calendar(key: str) -> Any:
    """Who works by it: the departments that are marked, and the whole company. For administrators."""
    with transaction():
        calendar = access.calendar_for(me(), key)
        if not is_admin(me()):
            raise NotAllowed(N_("Which department works by which calendar is decided by an administrator."))
        own, marked = sla.calendar_names(), set(request.form.getlist("department"))
        for department in people.departments():
            has = own.get(department.id) == key
            if has != (department.key in marked):
                actions.set_department_calendar(stamp(), department, None if has else calendar)
        if request.form.get("company"):
            actions.make_company_calendar(calendar)
    flash(_("Saved. New promises are counted by it; running ones keep theirs."), "success")
    return redirect(url_for("admin.calendars", calendar=key), 303)


def year_asked(text: str) -> int:
    if not text:
        return now().year
    if not (text.isascii() and text.isdecimal() and len(text) == 4 and 2000 <= int(text) <= 2100):
        raise NotFound()
    return int(text)


def sureness(version: Any, year: int) -> dict[str, Any]:
    """How sure a year's holidays are, and where the facts come from."""
    country = version.holidays if version else None
    facts = facts_of(country, year) if country else None
    return {"sure": standing(country, year) if country else None, "source": facts.source if facts else None}


def rollout_url(version: Any) -> str | None:
    """Where this version is applied to running promises; None for a first one, under which they all began."""
    if version is None or version.number < 2:
        return None
    return url_for("rollouts.prepare", what="calendar", version_id=version.id)


def _users(calendar: Any) -> list[Any]:
    """The departments that work by this calendar."""
    ids = set(sla.departments_working_by(calendar)) if calendar else set()
    return [row for row in people.departments() if row.id in ids]


def _opening(version: Any) -> tuple[Opening | None, dict[str, str]]:
    """The answer to "is it open?", and what is wrong with the question by field."""
    wrong: dict[str, str] = {}
    written, amount = request.args.get("at", "").strip(), request.args.get("amount", "").strip()
    at: datetime | None = now()
    if written:
        at = moment_in(written, version.timezone)
        if at is None:
            wrong["at"] = _("Write a date and a time, like 2026-04-30T16:30.")
    target = target_of(amount) if amount else None
    if amount and target is None:
        wrong["amount"] = _("Write an amount like 8h, 90m, 3bd (working days) or 24h wall (round the clock).")
    if wrong or at is None:
        return None, wrong
    return opening(version, sla.engine_calendar(version.id), at, target), wrong


def _makers(calendar_id: int, numbers: set[int]) -> dict[int, Any]:
    """Who made which of these versions, as the audit has it; None is the desk itself."""
    makers: dict[int, int | None] = {}
    cursor: str | None = None
    while not numbers <= makers.keys():
        page = audit.history(
            "calendar", calendar_id, only=["CalendarChanged"], newest_first=True, limit=200, cursor=cursor
        )
        makers |= {entry.data["version"]: entry.actor_id for entry in page.items}
        cursor = page.next
        if cursor is None:
            break
    persons = people.people_by_id({actor for number, actor in makers.items() if number in numbers})
    return {number: persons.get(actor or 0) for number, actor in makers.items() if number in numbers}
