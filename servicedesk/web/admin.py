"""The administrator's pages: how the desk runs, its mail, its audit, and the organisation to look at.

People are in admin_people.py, calendars in admin_calendars.py and calendar_editing.py; the rest of the organisation
comes by its file.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.audit import queries as audit
from servicedesk.catalog import queries as catalog
from servicedesk.kernel import once, schema
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import access as letter_access
from servicedesk.letters import queries as letters
from servicedesk.mailout import actions as mail_actions
from servicedesk.mailout import queries as mailout
from servicedesk.mailout.rules import STATES
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla
from servicedesk.tickets import access
from servicedesk.tickets import queries as tickets
from servicedesk.web import mail_view
from servicedesk.web.event_names import EVENT_NAMES
from servicedesk.web.health import migrations
from servicedesk.web.session import admin_only, me, settings, stamp

# What entries about one request call another one.
NAMED_BESIDE = ("child_id", "target_id", "merged_id", "new_id", "other_id", "split_from_id")

admin = Blueprint("admin", __name__, url_prefix="/admin")


@admin.get("")
@admin_only
def overview() -> Any:
    at, unseen, boxes = now(), tickets.confidential_ids(), settings().mailboxes
    return render_template(
        "admin/overview.html", counts=people.counts(), runs=once.last_runs(), at=at, behind_since=_behind(at),
        database=schema.product(), current=schema.is_current(migrations()), mail=mailout.counts_for(unseen, me().email),
        oldest_mail=mailout.oldest_queued_age(at, unseen=unseen, reader=me().email), sends_mail=settings().smtp_url is not None, public_url=settings().public_url,
        doubts=[(row.key, doubt) for row in sla.calendars() if (doubt := sla.doubt_of_next_year(row.id, at))],
        calendars=len(sla.calendars()), policies=len(sla.policies()), types=len(catalog.request_types()),
        letters_waiting=letters.count_waiting(letter_access.log_of(me(), boxes)), failing=letters.failing_mailboxes([box.name for box in boxes]),
        a_week=company.questions_a_week if (company := people.company()) else None,
    )  # fmt: skip


@admin.get("/mail")
@admin_only
def mails() -> Any:
    state = request.args.get("state") or None
    if state is not None and state not in STATES:
        raise NotFound()
    unseen = tickets.confidential_ids()
    page = mailout.page(request.args.get("cursor"), 50, state, unseen=unseen, reader=me().email)
    return render_template(
        "admin/mails.html", mails=page.items, state=state, counts=mailout.counts_for(unseen, me().email), states=STATES,
        next_url=url_for("admin.mails", state=state, cursor=page.next) if page.next else None,
        first_url=url_for("admin.mails", state=state) if request.args.get("cursor") else None,
        sends_mail=settings().smtp_url is not None,
    )  # fmt: skip


@admin.get("/mail/<int:mail_id>")
@admin_only
def mail(mail_id: int) -> Any:
    row = mailout.mail(mail_id)
    return render_template("admin/mail.html", mail=row, view=mail_view.of(row, me(), settings()), at=now())


@admin.get("/mail/<int:mail_id>/html")
@admin_only
def mail_html(mail_id: int) -> Any:
    """The mail's own page, for a frame that may neither run scripts nor load anything."""
    view = mail_view.of(mailout.mail(mail_id), me(), settings())
    if view.rendered is None:
        raise NotFound()
    return Response(view.rendered.html, mimetype="text/html", headers=mail_view.FRAME_HEADERS)


@admin.post("/mail/<int:mail_id>/again")
@admin_only
def send_again(mail_id: int) -> Any:
    with transaction():
        mail_actions.send_again(stamp(), mail_id)
    flash(_("The mail is queued again."), "success")
    return redirect(url_for("admin.mail", mail_id=mail_id), 303)


@admin.get("/audit")
@admin_only
def audit_entries() -> Any:
    what = request.args.get("what") or None
    page = audit.newest(
        cursor=request.args.get("cursor"),
        limit=100,
        what=what,
        unseen=("ticket", tickets.confidential_ids()),
        named_by=NAMED_BESIDE,
        but=("SealBroken", "SealClosed"),
    )
    entries = _open_to_me(page.items)
    named = {entry.actor_id for entry in page.items} | {e.subject_id for e in page.items if e.subject_kind == "person"}
    return render_template(
        "admin/audit.html", entries=entries, what=what, names=EVENT_NAMES, people=people.people_by_id(named),
        departments=people.departments_by_id(), next_url=url_for("admin.audit_entries", what=what, cursor=page.next) if page.next else None,
        first_url=url_for("admin.audit_entries", what=what) if request.args.get("cursor") else None,
    )  # fmt: skip


@admin.get("/departments")
@admin_only
def departments() -> Any:
    kinds: dict[int, int] = {}
    for kind in catalog.request_types():
        kinds[kind.department_id] = kinds.get(kind.department_id, 0) + 1
    return render_template(
        "admin/departments.html", triage_id=company.triage_department_id if (company := people.company()) else None,
        departments=people.departments(active_only=False), teams=people.teams(), kinds=kinds,
        calendar_names=sla.calendar_names(), company_calendar=next((row.key for row in sla.calendars() if row.of_company), None),
    )  # fmt: skip


@admin.get("/policies")
@admin_only
def policies() -> Any:
    departments = people.departments_by_id()
    types = catalog.request_types_by_id()
    groups: dict[int | None, list[Any]] = {}
    for policy in sorted(sla.policies(), key=lambda row: row.name):
        kind = types.get(policy.request_type_id or 0)
        groups.setdefault(policy.department_id or (kind.department_id if kind else None), []).append(policy)
    ordered = sorted(groups, key=lambda key: departments[key].key if key else "")
    return render_template(
        "admin/policies.html", groups=[(departments[key] if key else None, groups[key]) for key in ordered],
        departments=departments, types_by_id=types,
        without=[row for row in departments.values() if row.active and row.id not in groups],
    )  # fmt: skip


def _behind(at: Any) -> Any:
    """Since when a promise waits to be looked at, None when the worker keeps up."""
    due = sla.waiting_clocks()
    return due if due is not None and due < at else None


def _open_to_me(entries: Sequence[Any]) -> list[Any]:
    """Without the numbers of tickets that are not theirs to see, and without entries about such tickets alone."""
    many = [entry for entry in entries if entry.data.get("ticket_ids")]
    seen = (
        access.visible_ids(me(), {number for entry in many for number in entry.data["ticket_ids"]}) if many else set()
    )
    shown = {entry.id: [number for number in entry.data["ticket_ids"] if number in seen] for entry in many}
    return [
        SimpleNamespace(
            id=entry.id, at=entry.at, actor_id=entry.actor_id, what=entry.what, door=entry.door, subject_kind=entry.subject_kind,
            subject_id=entry.subject_id, data=entry.data | ({"ticket_ids": shown[entry.id]} if entry.id in shown else {}),
        )
        for entry in entries
        if shown.get(entry.id) != []
    ]  # fmt: skip
