"""Requests asked from others as JSON, as far as their reader may know of them. Pure."""

from __future__ import annotations

from typing import Any

from servicedesk.api.shapes import Json, Names, moment


def child(row: Any, *, visible: bool, staff: bool, names: Names) -> Json:
    """A request asked from another one. Without its ticket for who may not see that; `staff` works on the parent."""
    ticket_row, kind = row.ticket, row.request_type
    told = visible or (ticket_row is None and staff)
    department_id = ticket_row.department_id if ticket_row is not None else kind and kind.department_id
    return {
        "id": row.id,
        "ticket": row.ticket_id if visible else None,
        "department": names.department(department_id),
        "request_type": names.request_type(row.request_type_id) if told else None,
        "subject": (ticket_row.subject if ticket_row is not None else row.subject) if told else None,
        "status": ticket_row.status if ticket_row is not None else "dropped" if row.dropped_at else "planned",
        "waits": row.waits,
        "batch": row.batch,
        "step": row.step,
        "opened_at": moment(row.opened_at),
    }
