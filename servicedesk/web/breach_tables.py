"""The list of broken promises as a file: the same filter, the same rights, all of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from flask import Response
from flask_babel import gettext as _

from servicedesk.kernel.now import now
from servicedesk.kernel.text import in_language
from servicedesk.people import queries as people
from servicedesk.sla import queries
from servicedesk.sla.rules import BREACH_REASONS, is_agreed
from servicedesk.web.session import language, me, settings, signed_in, timezone
from servicedesk.web.sla import View, sla, view_asked_for
from servicedesk.web.tables_out import Column, Sheet, csv_answer, xlsx_answer
from servicedesk.web.wording import ball_name, metric_name, promise_source, target_words


@sla.get("/reports/breaches.csv")
@signed_in
def breaches_csv() -> Response:
    view = view_asked_for()
    return csv_answer(_name(view), _sheet(view, now()), zone=timezone(), language=language())


@sla.get("/reports/breaches.xlsx")
@signed_in
def breaches_xlsx() -> Response:
    view = view_asked_for()
    return xlsx_answer(_name(view), [_sheet(view, now())], zone=timezone())


def _name(view: View) -> str:
    parts = ("breaches", view.department.key if view.department else "", view.query.month)
    return "-".join(part for part in parts if part)


def _sheet(view: View, at: datetime) -> Sheet:
    columns = (
        Column(_("Request"), "whole", 9), Column(_("Subject"), width=40), Column(_("Department"), width=18),
        Column(_("Promise"), width=12), Column(_("Promised"), width=24), Column(_("Started"), "moment", 17),
        Column(_("Due"), "moment", 17), Column(_("Done"), "moment", 17), Column(_("Late by, h:min"), "duration", 10),
        Column(_("Time used, h:min"), "duration", 10), Column(_("Whose turn it was"), width=18), Column(_("Assignee"), width=20),
        Column(_("Set by"), width=26), Column(_("Reason"), width=24), Column(_("What happened"), width=48),
        Column(_("Excused"), width=9), Column(_("Confidential"), width=9), Column(_("Where the time went"), width=36),
    )  # fmt: skip
    return Sheet(_("Broken promises"), columns, _rows(view, at))


def _rows(view: View, at: datetime) -> Iterator[list[Any]]:
    """Durations are working time; those of a promise that is not kept yet count up to now."""
    own, address = language(), settings().public_url
    departments = {row.id: in_language(row.name, own) for row in people.departments(active_only=False)}
    reasons = {code: _(words) for code, words in BREACH_REASONS.items()}
    yes, no = _("yes"), _("no")
    # Said once each: finding a translation takes longer than reading a row.
    promise, target, turn = cache(metric_name), cache(target_words), cache(ball_name)
    sources: dict[Any, str] = {}
    for row in queries.every_breach(me(), view.wanted):
        clock, ticket, said = row.clock, row.ticket, row.reason
        set_by = (clock.policy_version_id, is_agreed(clock.target))
        source = sources[set_by] = sources.get(set_by) or promise_source(clock)
        yield [
            ticket.id, ticket.subject, departments[clock.department_id], promise(clock.metric), target(clock.target),
            clock.started_at, clock.breached_at, clock.stopped_at, row.late_seconds(at),
            queries.current(clock, at).elapsed_seconds, turn(clock.ball_at_breach),
            ticket.assignee.name if ticket.assignee else None, source, reasons[said.code] if said else None,
            said.text if said else None, (yes if said.excused else no) if said else None,
            yes if ticket.confidential else no, f"{address}/tickets/{ticket.id}/why?clock={clock.id}",
        ]  # fmt: skip
