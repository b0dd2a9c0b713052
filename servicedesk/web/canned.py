"""Prepared replies: the pages on which a department or a person keeps them, and what the composer inserts of them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.now import now
from servicedesk.kernel.shown import when
from servicedesk.kernel.text import in_language
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla
from servicedesk.tickets import access as tickets_access
from servicedesk.web import errors, ticket_page
from servicedesk.web.composer import filled_form
from servicedesk.web.forms.canned import CannedForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.readings import shown, worth_showing
from servicedesk.web.session import me, signed_in, stamp
from servicedesk.web.tickets import tickets
from servicedesk.web.uploads import takes_files
from servicedesk.workbench import access, actions, queries, rules

canned = Blueprint("canned", __name__)


@canned.get("/account/replies")
@canned.get("/departments/<key>/replies")
@signed_in
def replies(key: str | None = None) -> str:
    """A department's replies, for those who work there; without a key one's own."""
    owner = access.keeper_of(me(), key)
    theirs = [department for department in people.departments() if department.id in me().serves]
    return render_template(
        "composer/replies.html", key=key, owner=owner, rows=queries.replies_of(owner), departments=theirs
    )


@canned.get("/account/replies/new")
@canned.get("/departments/<key>/replies/new")
@signed_in
def new_reply(key: str | None = None) -> str:
    return _page(access.keeper_of(me(), key), key, CannedForm(formdata=None))


@canned.post("/account/replies/new")
@canned.post("/departments/<key>/replies/new")
@signed_in_or_kept
def add_reply(key: str | None = None) -> Any:
    owner, form = access.keeper_of(me(), key), CannedForm()
    try:
        with transaction():
            actions.add_reply(stamp(), access.keeper_of(me(), key), me(), form.said())
    except Invalid as refusal:
        errors.put_into(form, refusal)
        return _page(owner, key, form), 422
    flash(_("Saved. Type / in a request to insert it."), "success")
    return redirect(_list(key), 303)


@canned.get("/account/replies/<int:reply_id>")
@canned.get("/departments/<key>/replies/<int:reply_id>")
@signed_in
def reply(reply_id: int, key: str | None = None) -> str:
    owner = access.keeper_of(me(), key)
    row = access.reply_of(owner, reply_id)
    return _page(owner, key, CannedForm.of(row), row)


@canned.post("/account/replies/<int:reply_id>")
@canned.post("/departments/<key>/replies/<int:reply_id>")
@signed_in_or_kept
def change_reply(reply_id: int, key: str | None = None) -> Any:
    form = CannedForm()
    try:
        with transaction():
            owner = access.keeper_of(me(), key)
            row = access.reply_of(owner, reply_id)
            actions.change_reply(stamp(), owner, row, me(), form.said(), form.version_seen())
    except (Invalid, Conflict) as refusal:
        owner = access.keeper_of(me(), key)
        row = access.reply_of(owner, reply_id)
        if isinstance(refusal, Invalid):
            errors.put_into(form, refusal)
            return _page(owner, key, form, row), 422
        # The next press means it: both texts have been seen.
        form.version.data = str(row.version)
        return _page(owner, key, form, row, errors.sentence_of(refusal)), 409
    flash(_("Saved."), "success")
    return redirect(_list(key), 303)


@canned.post("/account/replies/<int:reply_id>/deletion")
@canned.post("/departments/<key>/replies/<int:reply_id>/deletion")
@signed_in
def drop_reply(reply_id: int, key: str | None = None) -> Any:
    with transaction():
        actions.drop_reply(access.reply_of(access.keeper_of(me(), key), reply_id))
    flash(_("The prepared reply is deleted. What was written with it stays."), "success")
    return redirect(_list(key), 303)


@tickets.get("/tickets/<int:ticket_id>/replies")
@signed_in
def replies_here(ticket_id: int) -> Any:
    """What may be inserted on this request, filled with what its requester may see, in the requester's language."""
    ticket = tickets_access.ticket_for(me(), ticket_id, to="note")
    said = _values(ticket)
    return jsonify(items=[_filled(row, ticket, said) for row in queries.replies_for(me(), ticket.department_id)])


@tickets.post("/tickets/<int:ticket_id>/replies")
@takes_files
@signed_in_or_kept
def insert_reply(ticket_id: int) -> Any:
    """The same without scripts: the page comes back with the reply below what was typed. Nothing is sent."""
    ticket = tickets_access.ticket_for(me(), ticket_id, to="note")
    form = filled_form()
    chosen = request.form.get("canned", "")
    if not chosen:
        return ticket_page.page(ticket_id, refused=ticket_page.Refused(form))
    row = access.reply_for(me(), ticket.department_id, int(chosen) if chosen.isdecimal() else 0)
    found = _filled(row, ticket, _values(ticket))
    form.text.data = "\n\n".join(part for part in ((form.text.data or "").rstrip(), found["text"]) if part)
    form.kind.data = found["kind"] or form.kind.data
    return ticket_page.page(ticket_id, refused=ticket_page.Refused(form))


def _values(ticket: Any) -> dict[str, dict[str, str]]:
    """What variables stand for, by language: only what the requester sees on the page of the request anyhow."""
    at, requester = now(), ticket.requester
    clocks = worth_showing([shown(reading, at) for reading in sla.rows([ticket], at)[0].clocks], staff=False)
    due = next((clock.due_at for clock in clocks if clock.metric == "resolution" and clock.due_at), None)
    department, zone = people.departments_by_id()[ticket.department_id], ZoneInfo(people.zone_of(requester))
    values = {}
    for language in {requester.language, me().language}:
        with force_locale(language):
            no_date = _("a date still to be named")
        values[language] = {
            "requester": requester.name, "first_name": rules.first_name_of(requester.name), "number": f"#{ticket.id}",
            "subject": ticket.subject, "due": when(due, language, zone) if due else no_date,
            "department": in_language(department.name, language), "me": me().name,
        }  # fmt: skip
    return values


def _filled(row: Any, ticket: Any, values: dict[str, dict[str, str]]) -> dict[str, Any]:
    """A note is read by colleagues, everything else by the requester."""
    language = me().language if row.kind == "note" else ticket.requester.language
    written_in = language if row.text.get(language) else next(key for key in row.text if row.text[key])
    return {
        "id": row.id, "shortcut": row.shortcut, "title": in_language(row.title, me().language), "kind": row.kind,
        "own": row.person_id is not None, "text": rules.filled_in(row.text[written_in], values[language]),
    }  # fmt: skip


def _page(owner: Any, key: str | None, form: CannedForm, row: Any = None, conflict: str | None = None) -> str:
    return render_template(
        "composer/reply.html", key=key, owner=owner, form=form, row=row, conflict=conflict, list_url=_list(key)
    )


def _list(key: str | None) -> str:
    return url_for("canned.replies", key=key)
