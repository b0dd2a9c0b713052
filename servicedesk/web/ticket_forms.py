"""The forms of a ticket's page: a fresh one for every change its reader may make, the refused one in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.text import in_language
from servicedesk.web.absences import until_words
from servicedesk.web.drafts import Kept
from servicedesk.web.filed import Filed, missing_form
from servicedesk.web.forms import tickets as forms
from servicedesk.web.forms.children import AdoptForm
from servicedesk.web.forms.choices import listed
from servicedesk.web.forms.merging import ContestForm, LinkForm
from servicedesk.web.session import language
from servicedesk.web.uploads import show_all

# What is done with other requests: the use case, its slot and its form.
BESIDE: tuple[tuple[str, str, type[forms.TicketForm]], ...] = (
    ("contest_merge", "contest", ContestForm), ("link", "link", LinkForm),
)  # fmt: skip


def forms_of(
    ticket: Any, can: dict[str, bool], departments: dict[int, Any], gone: Mapping[int, Any], refused: forms.TicketForm | None,
    about: Filed, team: Sequence[Any], kept: Kept, reopening: Kept,
) -> dict[str, Any]:  # fmt: skip
    """A fresh form for every change this reader may make; the refused one in its place."""
    fresh: dict[str, forms.TicketForm] = {"composer": forms.ComposerForm(formdata=kept.typed)}
    fresh["follower"] = forms.FollowerForm(formdata=None)
    fresh["composer"].missing.choices = listed(about.choices)
    show_all(fresh["composer"].files, kept.files)
    if can["answer"] and about.missing:
        fresh["missing"] = missing_form(ticket, about, formdata=None)
    if can["reopen"]:
        fresh["reopen"] = forms.ReasonForm(formdata=reopening.typed)
        show_all(fresh["reopen"].files, reopening.files)
    if can["decide"]:
        fresh["approval"] = forms.DecisionForm(formdata=None)
    if can["agree"]:
        fresh["term"] = forms.TermForm(formdata=None)
    if can["hand_over"]:
        fresh["handover"] = forms.HandOverForm(formdata=None)
    if can["assign"]:
        fresh["assign"] = forms.AssignForm(formdata=None, assignee=str(ticket.assignee_id or ""))
    fresh |= {slot: kind(formdata=None) for what, slot, kind in BESIDE if can[what]}
    if can["ask_others"]:
        fresh["adopt"] = AdoptForm(formdata=None)
    if can["edit"]:
        fresh["priority"] = forms.PriorityForm(formdata=None, priority=ticket.priority)
        fresh["type"] = forms.TypeForm(formdata=None, request_type=str(ticket.request_type_id or ""))
        fresh["subject"] = forms.SubjectForm(formdata=None, subject=ticket.subject)
    if slot_of(refused) in fresh:
        fresh[slot_of(refused)] = refused  # type: ignore[assignment]
        fresh["composer"].missing.choices = listed(about.choices)
    _offer(fresh, ticket, can, departments, gone, team)
    return fresh


def _offer(
    fresh: dict[str, Any], ticket: Any, can: dict[str, bool], departments: dict[int, Any], gone: Mapping[int, Any],
    team: Sequence[Any],
) -> None:  # fmt: skip
    """What the lists of choice have, asked only where the reader sees the list."""
    speech = language()
    if can["assign"]:
        named = ((person, f" ({until_words(gone[person.id])})" if person.id in gone else "") for person in team)
        fresh["assign"].assignee.choices = listed(
            [("", "—"), *((str(person.id), f"{person.name}{note}") for person, note in named)]
        )
    if can["hand_over"]:
        others = [d for d in departments.values() if d.active and d.id != ticket.department_id]
        by_name = sorted((in_language(d.name, speech), str(d.id)) for d in others)
        fresh["handover"].department.choices = listed((key, name) for name, key in by_name)
    if can["edit"]:
        types = catalog.request_types(department_id=ticket.department_id)
        fresh["type"].request_type.choices = listed((str(row.id), in_language(row.name, speech)) for row in types)


def slot_of(form: forms.TicketForm | None) -> str:
    if isinstance(form, forms.MissingForm):
        return "missing"
    return {
        forms.ComposerForm: "composer", forms.ReasonForm: "reopen", forms.HandOverForm: "handover", forms.AssignForm: "assign",
        forms.PriorityForm: "priority", forms.TypeForm: "type", forms.SubjectForm: "subject", forms.FollowerForm: "follower",
        forms.TermForm: "term", AdoptForm: "adopt", forms.DecisionForm: "approval", ContestForm: "contest", LinkForm: "link",
    }.get(type(form), "")  # type: ignore[arg-type]  # fmt: skip
