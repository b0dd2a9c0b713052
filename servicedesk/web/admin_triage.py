"""The administrator says which department finds out whose a request is. Part of the admin blueprint."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries
from servicedesk.web.admin import admin
from servicedesk.web.session import admin_only, stamp


@admin.post("/triage")
@admin_only
def choose_triage() -> Any:
    """`department` is a key, or nothing for no such department."""
    key = request.form.get("department", "")
    with transaction():
        department = queries.department_by_key(key) if key else None
        if key and (department is None or not department.active):
            raise Invalid(N_("Choose one of the list."))
        company = queries.company()
        if company is None:
            raise NotFound()
        actions.describe_company(
            stamp(), name=company.name, language=company.language, timezone=company.timezone,
            triage_department_id=department.id if department else None,
        )  # fmt: skip
    flash(_("Saved."), "success")
    return redirect(url_for("admin.departments"), 303)
