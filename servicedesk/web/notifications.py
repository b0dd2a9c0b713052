"""The bell: what somebody was told, newest first, and marking it as read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext

from servicedesk.kernel.transaction import transaction
from servicedesk.notifications import actions, queries, rules
from servicedesk.web import present
from servicedesk.web.return_path import back_to
from servicedesk.web.session import me, signed_in, stamp

notifications = Blueprint("notifications", __name__)

ICONS = {
    "request_received": "success", "new_request": "new", "reply": "reply", "requester_wrote": "comment", "note": "note", "mentioned": "at", "follower_added": "watch", "thanked": "rate", "answer_held": "warning", "mail_missed": "warning", "assigned": "assign",
    "handed_over": "handover", "cancelled": "close", "on_hold": "hold", "resolved": "resolve", "closed": "archive",
    "merged": "merge", "merged_done": "resolve", "unmerged": "split", "merge_received": "merge", "split_off": "split",
    "survey_asked": "rate", "survey_closed": "report", "rating_asked": "rate", "rating_reminder": "rate", "clock_warned": "promise-at-risk", "clock_breached": "promise-broken",
    "clock_escalated": "promise-broken", "promises_digest": "promise-at-risk", "month_closed": "report", "breaches_unexplained": "warning", "calendar_runs_out": "calendar",
    "agreement_proposed": "agreement", "agreement_accepted": "agreement", "agreement_declined": "agreement",
    "term_proposed": "calendar", "term_accepted": "calendar", "term_refused": "calendar",
    "approval_asked": "approve", "approval_reminder": "approve", "approval_granted": "approve", "approval_refused": "close",
    "agreement_withdrawn": "agreement", "agreement_ends": "agreement", "seal_broken": "confidential",
    "action_given": "check", "cases_opened": "comment", "thanks_kept": "rate", "cover_began": "calendar", "cover_for_you": "calendar", "cover_missing": "warning", "absence_summary": "calendar",
}  # fmt: skip


@notifications.get("/notifications")
@signed_in
def bell() -> Any:
    page = queries.page(me(), cursor=request.args.get("cursor"), limit=50)
    return render_template(
        "notifications/bell.html", lines=[(line, _sentence(line), _icon(line.kind), _target(line)) for line in page.items],
        next_url=url_for("notifications.bell", cursor=page.next) if page.next else None,
        first_url=url_for("notifications.bell") if request.args.get("cursor") else None,
    )  # fmt: skip


@notifications.post("/notifications/read")
@signed_in
def read_all() -> Any:
    with transaction():
        actions.mark_read(stamp(), me().id)
    return redirect(url_for("notifications.bell"), 303)


@notifications.post("/notifications/<int:notice_id>/open")
@signed_in
def open_line(notice_id: int) -> Any:
    """Mark the line as read and go where it leads."""
    with transaction():
        actions.mark_read(stamp(), me().id, notice_id)
    return back_to(request.form.get("next") or "/notifications")


def _sentence(line: queries.Line) -> str:
    """What the line says in the reader's language; plain text, escaped by the template."""
    sentence = rules.SENTENCES.get(line.kind)
    if sentence is None:
        return f"#{line.ticket_id}" if line.ticket_id else line.kind
    return gettext(sentence) % rules.sentence_values(line.facts, present.language(present.here()))


def _icon(kind: str) -> str:
    return ICONS.get(kind.partition(".")[0], "bell")


def _target(line: queries.Line) -> str:
    if line.ticket_id is not None:
        return f"/tickets/{line.ticket_id}" + ("#approvals" if line.kind.startswith("approval_") else "")
    if line.kind == "breaches_unexplained.actions":
        return "/improvements"
    if line.kind.startswith("breaches_unexplained"):
        return f"/reports/breaches?month={line.facts['month']}&standing=unexplained"
    if line.kind.startswith("survey_"):
        return f"/surveys/{line.facts['wave']}" if "wave" in line.facts else "/"
    page = line.facts.get("page", "")
    if page in _PAGES:
        return _PAGES[page]
    if "month" in line.facts:
        return f"/reports/{line.facts['month']}"
    if "agreement" in line.facts:
        return f"/agreements/{line.facts['agreement']}"
    if "calendar" in line.facts:
        return f"/admin/calendars?calendar={line.facts['calendar']}&year={line.facts['year']}"
    if page.startswith("action:"):
        _, key, number = page.split(":")
        return f"/departments/{key}/improvements/{number}"
    return ""


_PAGES = {
    "queue": "/queue", "mine": "/queue?assignee=me", "breaches": "/reports/breaches",
    "cases": "/reports/cases?standing=open", "thanks": "/account/thanks",
}  # fmt: skip
