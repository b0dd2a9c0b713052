"""What a ticket says of its form, put in order for its page: answers, files, what is missing, and the form to fill that in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from servicedesk.kernel.text import in_language
from servicedesk.tickets import queries, rules
from servicedesk.web.forms.asked import PREFIX, entered_as
from servicedesk.web.forms.catalog import asked_form
from servicedesk.web.forms.tickets import MissingForm
from servicedesk.web.session import language


@dataclass(frozen=True)
class Filed:
    """`files` are the ticket's attachments by the key of their file; `attached` those that answer no field, by the id of their
    message, None for the description's, `held` by the id of their hold; `labels` the names of the form's fields by key; `missing` the keys that the hold in
    force asks for."""

    form: Sequence[Mapping[str, Any]]
    lines: Sequence[Mapping[str, Any]]
    files: Mapping[str, Any]
    attached: Mapping[int | None, Sequence[Any]]
    held: Mapping[int, Sequence[Any]]
    labels: Mapping[str, Mapping[str, str]]
    missing: Sequence[str]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(field["key"], in_language(field["label"], language())) for field in self.form]


def filed(ticket: Any, hold: Any, *, with_notes: bool, has_files: bool = True) -> Filed:
    form = queries.form_of(ticket)
    attached = queries.attachments(ticket.id, with_notes=with_notes) if has_files else []
    loose: dict[int | None, list[Any]] = {}
    held: dict[int, list[Any]] = {}
    for row in attached:
        if row.hold_id is not None:
            held.setdefault(row.hold_id, []).append(row)
        elif row.field is None:
            loose.setdefault(row.message_id, []).append(row)
    return Filed(
        form, rules.lines(form, ticket.answers), {row.file.key: row for row in attached}, loose, held,
        {field["key"]: field["label"] for field in form}, hold.missing if hold is not None else (),
    )  # fmt: skip


def missing_form(ticket: Any, about: Filed, **given: Any) -> Any:
    """A form of what is missing, filled with what was answered before; None where nothing is."""
    asked = rules.asked_again(about.form, about.missing)
    if not asked:
        return None
    values = rules.values_of(ticket.answers)
    before = {PREFIX + field["key"]: entered_as(values[field["key"]]) for field in asked if field["key"] in values}
    form = asked_form(MissingForm, asked, language(), ticket.id, **(before | given))
    for key in about.missing:
        if PREFIX + key in form:
            form[PREFIX + key].flags.required = True
    return form
