"""Pages of a change of many requests: what it needs, what came of it; and what the bar of a list shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.now import now
from servicedesk.kernel.text import in_language
from servicedesk.people import queries as people
from servicedesk.tickets import access, rules
from servicedesk.tickets import queries as tickets
from servicedesk.web import errors
from servicedesk.web.forms.bulk import FIELDS_OF, BulkForm, new_key
from servicedesk.web.forms.choices import listed
from servicedesk.web.session import language, me
from servicedesk.workbench import queries
from servicedesk.workbench import rules as workbench
from servicedesk.workbench.rules import OPERATIONS, Picked

TEXT_NAMES = {
    "reply": _l("Your message"), "note": _l("Your note"), "resolve": _l("What was done"), "reopen": _l("Why it is open again"),
    "hold": _l("Words to the requesters"), "hand_over": _l("Note for them"),
}  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """One of the requests; `ticket` is None where the reader does not see it any more, `can` whether it is possible now."""

    value: str
    number: int
    ticket: Any
    can: bool


@dataclass(frozen=True)
class Told:
    """What came of one request: its `ticket` if it is still seen, and the sentence that says why where it was not done."""

    line: Any
    ticket: Any
    sentence: str


class Bar:
    """What the bar of a list shows, asked for once it is rendered."""

    operations = OPERATIONS
    most = workbench.MOST_AT_ONCE

    def __init__(self, colleagues: Mapping[str, str]) -> None:
        """`colleagues` are names by number, as the list knows them."""
        self.colleagues, self.key, self.at = colleagues, new_key(), now()

    @cached_property
    def last(self) -> Any:
        """The reader's newest change, as long as it can be undone."""
        return queries.newest_change(me().id, self.at)

    @cached_property
    def last_counts(self) -> Mapping[str, int]:
        return queries.outcomes(self.last.id)

    def can_undo(self) -> bool:
        return workbench.can_be_undone(self.last, self.last.lines, self.at)


def install(app: Any) -> None:
    app.jinja_env.globals["bulk_bar"] = Bar
    app.jinja_env.globals["undone_within"] = workbench.UNDONE_WITHIN


def prepare(form: BulkForm, chosen: Sequence[Picked]) -> str:
    """The requests that were chosen, and the fields that the operation needs."""
    _offer(form)
    form.text.label.text = TEXT_NAMES.get(form.what, form.text.label.text)
    seen = _seen(one.ticket_id for one in chosen)
    operation = OPERATIONS.get(form.what)
    rows = [
        Chosen(
            f"{one.ticket_id}:{one.seen}" if one.seen else str(one.ticket_id),
            one.ticket_id,
            seen.get(one.ticket_id),
            bool(operation and one.ticket_id in seen and rules.can(me(), seen[one.ticket_id], operation.to)),
        )
        for one in chosen
    ]
    return render_template(
        "bulk/prepare.html", form=form, what=form.what, chosen=rows, fields=FIELDS_OF.get(form.what, ()),
        ticked=set(request.form.getlist("ticket")), operation=operation,
    )  # fmt: skip


def outcome(change: Any, counts: Mapping[str, int], mark: str) -> str:
    seen, at = _seen(line.ticket_id for line in change.lines), now()
    told = [Told(line, seen.get(line.ticket_id), _sentence(line.reason)) for line in change.lines]
    groups = {
        name: [one for one in told if one.line.outcome in outcomes]
        for name, outcomes in {
            "waiting": ("waiting",), "conflict": ("conflict",), "refused": ("refused",), "done": ("done",), "same": ("same",),
        }.items()
    }  # fmt: skip
    return render_template(
        "bulk/outcome.html", change=change, counts=counts, groups=groups, mark=mark, at=at, key=new_key(),
        running=change.finished_at is None, retried=[*groups["conflict"], *groups["refused"]],
        can_undo=workbench.can_be_undone(change, change.lines, at), operation=OPERATIONS[change.what],
        until=change.made_at + workbench.UNDONE_WITHIN,
    )  # fmt: skip


def _seen(numbers: Any) -> dict[int, Any]:
    """Those requests that the reader sees: a change may have moved one out of their sight."""
    return tickets.tickets_by_id(access.visible_ids(me(), set(numbers)))


def _sentence(reason: Mapping[str, Any]) -> str:
    return errors.sentence_of(DeskError(reason["sentence"], **reason["params"])) if reason else ""


def _offer(form: BulkForm) -> None:
    """What the lists of choice have, asked for only where the page shows them."""
    speech, names = language(), FIELDS_OF.get(form.what, ())
    if "assignee" in names:
        team = people.colleagues(me().serves)
        form.assignee.choices = listed([("", "—"), *((str(row.id), row.name) for row in team)])
    if "department" in names:
        rows = sorted((in_language(row.name, speech), str(row.id)) for row in people.departments())
        form.department.choices = listed([("", "—"), *((key, name) for name, key in rows)])
    if "request_type" in names:
        kinds = [row for place in sorted(me().serves) for row in catalog.request_types(department_id=place)]
        form.request_type.choices = listed(
            [("", "—"), *((str(row.id), in_language(row.name, speech)) for row in kinds)]
        )
