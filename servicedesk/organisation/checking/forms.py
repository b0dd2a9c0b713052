"""Checks request types; what a form and its approval may look like is decided by the catalog."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from servicedesk.catalog.rules import KEYWORDS, approval_faults, form_faults, is_type_key
from servicedesk.organisation.checking.approvals import check_approval
from servicedesk.organisation.checking.notebook import Notebook, plain
from servicedesk.organisation.plan import RequestTypePlan
from servicedesk.organisation.reading import Entries, Items, Node, Word
from servicedesk.organisation.standing import Standing

TYPE = (
    "department", "name", "description", "keywords", "provides", "confidential", "mail", "approval", "fields", "active",
)  # fmt: skip
# Settings of a field that are read by people.
_NAMES = ("label", "help", "unit", "pattern_message")


def check_request_types(
    notes: Notebook, node: Node | None, desk: Standing, departments: Collection[str], people: Collection[str]
) -> tuple[tuple[RequestTypePlan, ...], frozenset[str]]:
    """The plans, and the keys of all types in the file, faulty ones too. `people` are known addresses."""
    said = notes.entries(node, "request_types")
    found: list[RequestTypePlan] = []
    for key, value in said.entries.items():
        line = said.lines[key]
        if not is_type_key(key):
            notes.fault(line, f"A request type is called department.type in lower-case Latin letters, not {key!r}.")
        about = notes.entries(value, f"request type {key}", TYPE)
        for needed in ("department", "name"):
            if key not in desk.request_types and needed not in about.entries:
                notes.fault(line, f"The request type {key} is new and needs a {needed}.")
        home = about.entries.get("department")
        department = notes.reference(home, "department", departments) if home is not None else None
        values = _values(notes, key, about)
        _form_and_approval(notes, key, line, about, values, desk, people)
        plan = RequestTypePlan(key, department, values)
        other = next((one.key for one in found if _share_letters(one, plan)), None)
        if other is not None:
            notes.fault(
                about.lines.get("mail", line), f"Letters to a department ask for one type, and {other} has them."
            )
        found.append(plan)
    return tuple(found), frozenset(said.entries)


def _share_letters(one: RequestTypePlan, other: RequestTypePlan) -> bool:
    homes = {plan.department or plan.key.partition(".")[0] for plan in (one, other)}
    return len(homes) == 1 and all(plan.values.get("mail") is True for plan in (one, other))


def _values(notes: Notebook, key: str, about: Entries) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in about.entries.items():
        if name == "name":
            values[name] = notes.names(value, f"the name of {key}")
        elif name == "description":
            values[name] = notes.optional_names(value, f"the description of {key}", 2000)
        elif name == "provides":
            values[name] = notes.optional_names(value, f"what the customer of {key} provides", 2000)
        elif name == "keywords":
            values[name] = notes.texts(value, "keywords", *KEYWORDS)
        elif name in ("confidential", "mail", "active"):
            values[name] = notes.truth(value, f"{name} of {key}")
    return values


def _form_and_approval(
    notes: Notebook, key: str, line: int, about: Entries, values: dict[str, Any], desk: Standing, people: Collection[str]
) -> None:  # fmt: skip
    """Put both into `values`, each checked against the other one as the file or the desk has it."""
    form, approvals = desk.forms.get(key, ([], []))
    before = len(notes.faults)
    if "fields" in about.entries:
        form = values["fields"] = _form(notes, key, about.entries["fields"])
    places: list[Node | int] = [line] * len(approvals)
    if "approval" in about.entries:
        said = check_approval(notes, about.entries["approval"], key, people)
        places, approvals = [place for place, _ in said], [step for _, step in said]
        values["approvals"] = approvals
    if len(notes.faults) > before:
        return
    for fault in approval_faults(approvals, form):
        at = line if fault.number is None else places[fault.number]
        notes.fault(at, f"Approval of {key}: {fault}.")


def _form(notes: Notebook, key: str, node: Node) -> list[Any]:
    """The form as the catalog keeps it; a fault has the line of its field."""
    items = notes.items(node, f"the fields of {key}")
    form = [_field(item, notes.language) for item in items]
    for fault in form_faults(form):
        notes.fault(node if fault.number is None else items[fault.number], f"Form of {key}: {fault}.")
    return form


def _field(node: Node, language: str) -> Any:
    """The field in plain values, with its plain texts in the company's language."""
    if not isinstance(node, Entries):
        return plain(node)
    field = {name: plain(value) for name, value in node.entries.items()}
    for name in _NAMES:
        field |= {name: _in(language, node.entries[name])} if name in field else {}
    options = node.entries.get("options")
    if isinstance(options, Items):
        field["options"] = [_option(item, language) for item in options.items]
    return field


def _option(node: Node, language: str) -> Any:
    if not isinstance(node, Entries):
        return plain(node)
    option = {name: plain(value) for name, value in node.entries.items()}
    return option | ({"label": _in(language, node.entries["label"])} if "label" in option else {})


def _in(language: str, node: Node) -> Any:
    if isinstance(node, Word):
        return None if node.is_nothing else {language: node.text}
    if not isinstance(node, Entries):
        return plain(node)
    # A label is a text whatever it looks like, also one that says true.
    return {key: value.text if isinstance(value, Word) else plain(value) for key, value in node.entries.items()}
