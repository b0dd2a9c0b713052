"""What the catalog does when people or departments change: what is found is found by what stands now."""

from __future__ import annotations

import secrets

from sqlalchemy import update

from servicedesk.catalog.events import RequestTypeAdded, RequestTypeChanged
from servicedesk.catalog.models import FindingRevision
from servicedesk.kernel.db import db
from servicedesk.people.events import DepartmentAdded, DepartmentChanged, PersonAdded, PersonChanged

Change = PersonAdded | PersonChanged | DepartmentAdded | DepartmentChanged | RequestTypeAdded | RequestTypeChanged
# Changes of a person that nobody is found by; a department's and a type's are few.
_NO_MATTER = {"language", "timezone", "theme", "report_as_pdf", "keys_on", "start_page"}


def renew_index(event: Change) -> None:
    """Whoever searches after this change is saved makes the index anew."""
    if isinstance(event, PersonChanged) and _NO_MATTER.issuperset(event.fields):
        return
    db.session.execute(update(FindingRevision).values(token=secrets.token_hex(16)))
