"""Writes an entry for every event that wiring sends here."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import write_later
from servicedesk.kernel.events import Event


def record(event: Event) -> None:
    kind, id_field = event.subject
    entry = {
        "at": event.stamp.at,
        "actor_id": event.stamp.actor_id,
        "door": event.stamp.door,
        "what": type(event).__name__,
        "subject_kind": kind,
        "subject_id": getattr(event, id_field) if id_field else None,
        "data": {f.name: _plain(getattr(event, f.name)) for f in fields(event) if f.name not in ("stamp", id_field)},
    }
    write_later(Entry, entry)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | frozenset | set):
        return [_plain(item) for item in value]
    return value
