"""The administrator says how often one person is asked how it went. Part of the admin blueprint."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries
from servicedesk.web.admin import admin
from servicedesk.web.session import admin_only, stamp


@admin.post("/questions")
@admin_only
def choose_quota() -> Any:
    """`a_week`: a whole number; anything else is refused like a number that is too high."""
    text = request.form.get("a_week", "").strip()
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1
    with transaction():
        company = queries.company()
        if company is None:
            raise NotFound()
        actions.describe_company(
            stamp(), name=company.name, language=company.language, timezone=company.timezone, questions_a_week=wanted
        )
    flash(_("Saved."), "success")
    return redirect(url_for("admin.overview"), 303)
