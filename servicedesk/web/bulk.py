"""One change of many requests: asked for in the list, done one by one, told request by request, undone for a while."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import ngettext

from servicedesk.kernel.errors import DeskError, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import access as tickets
from servicedesk.web import bulk_page, errors, live, next_ticket, sent_once
from servicedesk.web.forms.bulk import BulkForm, new_key
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.return_path import back_to, is_local_path
from servicedesk.web.session import me, signed_in, stamp
from servicedesk.workbench import access, actions, queries, rules
from servicedesk.workbench.rules import OPERATIONS

bulk = Blueprint("bulk", __name__, url_prefix="/queue/bulk")
bulk.record_once(lambda state: bulk_page.install(state.app))
bulk.record_once(lambda state: next_ticket.install(state.app))
log = structlog.get_logger()

FAULT = N_("Something went wrong at this request and was written down; nothing of it was changed.")


@bulk.post("")
@signed_in_or_kept
def change() -> Any:
    """What a button of the bar asks for. A button whose operation needs words leads to the page where they are written."""
    _serving()
    form = BulkForm()
    chosen = rules.picked(request.form.getlist("ticket"))
    if form.what in OPERATIONS and chosen and not form.is_complete(request.form):
        return bulk_page.prepare(_fresh(form), chosen)
    once = form.once_key(chosen)
    try:
        if not form.validate():
            raise Invalid(fields=dict.fromkeys(form.errors, ""))
        with transaction():
            if form.key.data and not sent_once.claim(once):
                return redirect(sent_once.where(once), 303)
            back = form.back.data or ""
            made = actions.begin_change(
                stamp(), me(), form.what, form.said(), chosen, back if is_local_path(back) else ""
            )
            change_id, here = made.id, url_for(".outcome", change_id=made.id)
            if form.key.data:
                sent_once.keep(once, here)
    except Invalid as refusal:
        if not form.errors:
            errors.put_into(form, refusal)
        return bulk_page.prepare(form, chosen), errors.status_of(refusal)
    _carry_out(change_id)
    return _told(change_id)


@bulk.get("/<int:change_id>")
@signed_in
def outcome(change_id: int) -> Any:
    """What came of it for each request; while it runs the page asks again."""
    _serving()
    change = access.change_for(me(), change_id)
    counts = queries.outcomes(change_id)
    parts = (change_id, sorted(counts.items()), change.finished_at, change.undone_at, live.minute(now()))
    return live.conditional(*parts) or bulk_page.outcome(change, counts, live.mark_of(*parts))


@bulk.post("/<int:change_id>/rest")
@signed_in
def go_on(change_id: int) -> Any:
    """The requests that had no turn, because the desk was stopped in between."""
    _serving()
    access.change_for(me(), change_id)
    _carry_out(change_id)
    return redirect(url_for(".outcome", change_id=change_id), 303)


@bulk.post("/<int:change_id>/undo")
@signed_in
def undo(change_id: int) -> Any:
    """Each request as it was, where nobody changed it meanwhile. Pressing twice undoes once."""
    _serving()
    with transaction():
        change = access.change_for(me(), change_id, to_go_on=True)
        back = change.back
        if change.undone_at is None:
            actions.begin_undo(stamp(), change)
    numbers = queries.lines_to_undo(change_id)
    _one_by_one(change_id, numbers, "undone", actions.undo_one, actions.keep_undo_refusal)
    kept = sum(line.undone == "kept" for line in access.change_for(me(), change_id).lines)
    if kept:
        return redirect(url_for(".outcome", change_id=change_id), 303)
    flash(ngettext("%(num)d request is as it was.", "%(num)d requests are as they were.", len(numbers)), "success")
    return back_to(back or url_for("queue.queue"))


def _serving() -> None:
    """Only for people who have a queue; to others there is nothing here."""
    if not me().serves:
        raise NotFound()


def _carry_out(change_id: int) -> None:
    numbers = queries.waiting_lines(change_id)
    _one_by_one(change_id, numbers, "outcome", actions.change_one, actions.keep_refusal)
    with transaction():
        actions.finish_change(stamp(), access.change_for(me(), change_id, to_go_on=True))


def _one_by_one(
    change_id: int, numbers: Sequence[int], turn: str, act: Callable[..., None], keep: Callable[[Any, DeskError], None]
) -> None:
    """Each request in a transaction of its own, so that one that fails never stops the rest. `turn` is the column that
    says whether its turn is over: who goes on twice at the same moment does nothing twice."""
    for number in numbers:
        try:
            with transaction():
                change, line = access.line_for(me(), change_id, number)
                if getattr(line, turn) not in (None, "waiting"):
                    continue
                ticket = tickets.ticket_for(me(), number, to=OPERATIONS[change.what].to)
                act(stamp(), change, line, ticket, me())
            continue
        except DeskError as error:
            refusal = error
        except Exception as fault:  # the others must have their turn
            log.exception("unexpected fault", request_id=g.get("request_id"), path=request.path, error=repr(fault))
            refusal = DeskError(FAULT)
        with transaction():
            keep(access.line_for(me(), change_id, number)[1], refusal)


def _told(change_id: int) -> Any:
    """Back to the list where all went well, which tells it with the way to undo it; else to what came of each."""
    change, counts = access.change_for(me(), change_id), queries.outcomes(change_id)
    if set(counts) - {"done", "same"} or not change.back:
        return redirect(url_for(".outcome", change_id=change_id), 303)
    return back_to(change.back)


def _fresh(form: BulkForm) -> BulkForm:
    """The page with the fields gets a key of its own: the list's may be needed for another choice."""
    form.key.data = new_key()
    return form
