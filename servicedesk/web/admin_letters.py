"""Letters that came in: the log of what became of them, one letter, and deciding about what waits. Part of the admin blueprint.

Administrators see it, and leads what waits for a department whose letters are confidential: letters/access.py says which.
"""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import access, actions, queries, rules
from servicedesk.mailin.receiving import release
from servicedesk.mailout.addresses import without_tag
from servicedesk.people import queries as people
from servicedesk.people.rules import is_admin
from servicedesk.tickets.access import visible_ids
from servicedesk.web import errors, letter_view
from servicedesk.web.admin import admin
from servicedesk.web.forms.letters import BY_COMMAND, WAITING, asked
from servicedesk.web.letter_words import OUTCOME_NAMES, letter_why, outcome_name
from servicedesk.web.session import me, settings, signed_in, stamp, timezone

admin.add_app_template_filter(outcome_name)
admin.add_app_template_filter(letter_why)
admin.add_app_template_filter(without_tag)

ROWS = 50


@admin.get("/mail/incoming")
@signed_in
def incoming() -> Any:
    seen, wanted = access.log_of(me(), settings().mailboxes), asked(request.args)
    cursor = request.args.get("cursor")
    page = queries.page(seen, wanted.narrowed(timezone()), cursor=cursor, limit=ROWS)
    return render_template(
        "admin/incoming.html", letters=page.items, wanted=wanted, waiting=queries.count_waiting(seen), names=OUTCOME_NAMES,
        boxes=sorted({*queries.mailbox_states(), *(box.name for box in settings().mailboxes)}), by_command=BY_COMMAND, all_waiting=WAITING,
        whole_log=is_admin(me()),
        reads_mail=bool(settings().mailboxes),
        next_url=url_for("admin.incoming", **wanted.as_query(), cursor=page.next) if page.next else None,
        first_url=url_for("admin.incoming", **wanted.as_query()) if cursor else None,
    )  # fmt: skip


@admin.get("/mail/incoming/<int:letter_id>")
@signed_in
def letter(letter_id: int) -> Any:
    return _page(letter_id)


@admin.get("/mail/incoming/<int:letter_id>/raw")
@signed_in
def letter_raw(letter_id: int) -> Response:
    """As it came, to be looked at elsewhere."""
    return letter_view.download(access.letter_for(me(), letter_id, settings().mailboxes))


@admin.post("/mail/incoming/<int:letter_id>/release")
@signed_in
def release_letter(letter_id: int) -> Any:
    """`department` is the key of who gets it where the letter itself leads to nobody."""
    wanted = request.form.get("department", "")
    try:
        done = release(me(), letter_id, stamp().at, people.department_by_key(wanted) if wanted else None)
    except (Conflict, Invalid) as refusal:
        return _page(letter_id, refusal=errors.sentence_of(refusal)), errors.status_of(refusal)
    flash(_("The letter is delivered."), "success")
    seen = done.ticket_id is not None and visible_ids(me(), [done.ticket_id])
    where = url_for("tickets.ticket", ticket_id=done.ticket_id) if seen else url_for("admin.incoming", show=WAITING)
    return redirect(where, 303)


@admin.post("/mail/incoming/<int:letter_id>/leave")
@signed_in
def leave_letter(letter_id: int) -> Any:
    with transaction():
        row = access.letter_for(me(), letter_id, settings().mailboxes, lock=True)
        actions.leave_undelivered(stamp(), row)
    flash(_("The letter is left as it is. It stays in the log."), "success")
    return redirect(url_for("admin.incoming", show=WAITING), 303)


def _page(letter_id: int, refusal: str | None = None) -> Any:
    row = access.letter_for(me(), letter_id, settings().mailboxes)
    content = letter_view.content_of(row)
    known = people.people_by_id({row.person_id, row.released_by_id, row.left_by_id}, with_roles=False)
    return render_template(
        "admin/letter.html", letter=row, content=content, people=known, waits=rules.waits(row),
        can_release=rules.can_release(row) and content.mail is not None and content.mail.sender is not None, departments=people.departments() if row.why == "no_department" else (), refusal=refusal, vouches=settings().mail_authserv_id is not None,
    )  # fmt: skip
