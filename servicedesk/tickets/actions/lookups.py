"""What the desk knows of those that answers name: colleagues, departments, files. One statement for each kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from servicedesk.kernel.db import db
from servicedesk.people import queries as people
from servicedesk.tickets import queries
from servicedesk.tickets.models import Attachment, Ticket


class Known:
    """The `Lookups` of the catalog's rules. Remembers what it was asked, so that names need not be read again.

    `owners` are the people whose files may be used; `ticket_id` is the request that may keep its own.
    """

    def __init__(self, owners: Collection[int | None], ticket_id: int | None = None) -> None:
        self._owners = {owner for owner in owners if owner is not None}
        self._ticket_id = ticket_id
        self._names: dict[tuple[str, Any], Any] = {}
        self._file_ids: dict[str, int] = {}

    def employees(self, given: Collection[str]) -> Mapping[str, Collection[str]]:
        meant = people.people_meant(given)
        self._names |= {("employee", row.email): row.name for rows in meant.values() for row in rows}
        return {text: [row.email for row in rows] for text, rows in meant.items()}

    def departments(self, given: Collection[str]) -> Collection[str]:
        found = people.departments_by_key(given)
        self._names |= {("department", key): dict(row.name) for key, row in found.items()}
        return found.keys()

    def files(self, given: Collection[str]) -> Collection[str]:
        found = queries.files_for(given, self._owners, self._ticket_id)
        for row in found:
            self._names["file", row.key] = {"name": row.name, "size": row.size, "kind": row.kind}
            self._file_ids[row.key] = row.id
        return self._file_ids.keys()

    def named(self, kind: str, value: Any) -> Any:
        """What is shown in place of an e-mail address or a key."""
        return self._names.get((kind, value))

    def attach(self, ticket: Ticket, form: Collection[Mapping[str, Any]], good: Mapping[str, Any]) -> None:
        """Make the files that answer fields of `form` the ticket's, in place of those that answered them before."""
        wanted = {
            field["key"]: self._file_ids[good[field["key"]]]
            for field in form
            if field["type"] == "file" and field["key"] in good
        }
        fields = {field["key"] for field in form}
        for row in queries.attachments(ticket.id, with_notes=True) if self._ticket_id is not None else ():
            if row.field not in fields:
                continue
            if wanted.get(row.field or "") == row.file_id:
                del wanted[row.field or ""]
            else:
                db.session.delete(row)
        db.session.add_all(
            Attachment(ticket_id=ticket.id, file_id=file_id, field=key) for key, file_id in wanted.items()
        )
        db.session.flush()
