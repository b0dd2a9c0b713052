"""The administrator sees survey waves, starts or closes one early, sets the rhythm. Part of the admin blueprint."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.transaction import transaction
from servicedesk.ratings.access import company_timezone
from servicedesk.ratings.rules import day_of
from servicedesk.reports.figures import LEAST_RATERS
from servicedesk.surveys import actions, queries, rules
from servicedesk.web.admin import admin
from servicedesk.web.session import admin_only, settings, stamp


@admin.get("/surveys")
@admin_only
def surveys() -> Any:
    running, today = queries.running(), day_of(stamp().at, company_timezone())
    return render_template(
        "admin/surveys.html", running=running, counts=_counts(running), waves=queries.waves(), rhythm=queries.rhythm(),
        ended=running is not None and running.closes_on < today,
        rhythms=list(rules.RHYTHMS),
    )  # fmt: skip


@admin.post("/surveys")
@admin_only
def start_survey() -> Any:
    with transaction():
        actions.start_wave(stamp(), settings().keys[0])
    flash(
        _(
            "The survey has begun. The worker sends the invitations in a few minutes, as far as everybody's week has room."
        ),
        "success",
    )
    return redirect(url_for("admin.surveys"), 303)


@admin.post("/surveys/<wave>/close")
@admin_only
def close_survey(wave: str) -> Any:
    with transaction():
        actions.end_wave(stamp(), wave)
    flash(_("The survey takes no more answers. The worker sums it up in a few minutes."), "success")
    return redirect(url_for("admin.surveys"), 303)


@admin.post("/surveys/rhythm")
@admin_only
def set_survey_rhythm() -> Any:
    with transaction():
        actions.set_rhythm(stamp(), request.form.get("rhythm", ""))
    flash(_("Saved."), "success")
    return redirect(url_for("admin.surveys"), 303)


def _counts(running: Any) -> dict[str, int | None]:
    """How many have begun is a number alone, and none while it is so small that it could be watched who did."""
    if running is None:
        return {}
    begun = queries.count_sheets(running.id)
    return {**queries.invited(running.id), "begun": begun if begun >= LEAST_RATERS else None}
