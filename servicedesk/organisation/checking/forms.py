"""Checks request types; what a form may look like is decided by the catalog."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from servicedesk.catalog.rules import form_faults, is_type_key
from servicedesk.organisation.checking.notebook import Notebook, plain
from servicedesk.organisation.plan import RequestTypePlan
from servicedesk.organisation.reading import Entries, Items, Node, Word
from servicedesk.organisation.standing import Standing

TYPE = ("department", "name", "description", "confidential", "approval", "fields", "active")


def check_request_types(
    notes: Notebook, node: Node | None, desk: Standing, departments: Collection[str]
) -> tuple[tuple[RequestTypePlan, ...], frozenset[str]]:
    """The plans, and the keys of all types in the file, faulty ones too."""
    said = notes.entries(node, "request_types")
    found = []
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
        found.append(RequestTypePlan(key, department, _values(notes, key, about)))
    return tuple(found), frozenset(said.entries)


def _values(notes: Notebook, key: str, about: Entries) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in about.entries.items():
        if name == "name":
            values[name] = notes.names(value, f"the name of {key}")
        elif name == "description":
            values[name] = notes.optional_names(value, f"the description of {key}", 2000)
        elif name in ("confidential", "active"):
            values[name] = notes.truth(value, f"{name} of {key}")
        elif name == "fields":
            values[name] = _form(notes, key, value)
        elif name == "approval" and not (isinstance(value, Word) and value.text == "none"):
            notes.fault(
                value, f"Approvals are not part of the desk yet: write `approval: none` for {key}, or leave it out."
            )
    return values


def _form(notes: Notebook, key: str, node: Node) -> list[Any]:
    """The form as the catalog keeps it; each field is checked after those before it, so that a fault has its line."""
    form: list[Any] = []
    known = 0
    for item in notes.items(node, f"the fields of {key}"):
        form.append(_field(item, notes.language))
        faults = form_faults(form)
        for fault in faults[known:]:
            notes.fault(item, f"Form of {key}: {fault}.")
        known = len(faults)
    return form


def _field(node: Node, language: str) -> Any:
    """The field in plain values, with its plain texts in the company's language."""
    if not isinstance(node, Entries):
        return plain(node)
    field = {name: plain(value) for name, value in node.entries.items()}
    for name in ("label", "help"):
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
