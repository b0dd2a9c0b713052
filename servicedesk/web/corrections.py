"""Page on which administrators issue a closed month anew, with the reason that its readers will see."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.reports import access, actions
from servicedesk.web import errors
from servicedesk.web.forms.reports import CorrectionForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.report_files import reports
from servicedesk.web.session import me, signed_in, stamp


@reports.get("/reports/<month>/issues/new")
@signed_in
def new_issue(month: str) -> Any:
    return _page(month, CorrectionForm())


@reports.post("/reports/<month>/issues")
@signed_in_or_kept
def correct(month: str) -> Any:
    access.issue_to_correct(me(), month)
    form = CorrectionForm()
    try:
        if not form.validate():
            raise Invalid(fields=dict.fromkeys(form.errors, ""))
        with transaction():
            made = actions.correct_month(stamp(), month, reason=form.reason.data or "")
    except Invalid as refusal:
        if not form.errors:
            errors.put_into(form, refusal)
        return _page(month, form), errors.status_of(refusal)
    flash(_("Issue %(number)d of the report is published.", number=made.number), "success")
    return redirect(url_for("reports.company", month=month), 303)


def _page(month: str, form: CorrectionForm) -> Any:
    issue = access.issue_to_correct(me(), month)
    return render_template("reports/correction.html", month=month, newest=issue, form=form)
