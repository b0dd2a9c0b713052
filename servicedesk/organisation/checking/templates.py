"""Checks templates; what their lines may be is decided by the catalog."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from servicedesk.catalog.rules import is_type_key, template_faults
from servicedesk.organisation.checking.notebook import Notebook, plain
from servicedesk.organisation.plan import TemplatePlan
from servicedesk.organisation.reading import Entries, Node, Word
from servicedesk.organisation.standing import Standing

TEMPLATE = ("department", "name", "description", "lines", "active")
LINE = ("request_type", "step", "subject", "description", "waits")


def check_templates(
    notes: Notebook, node: Node | None, desk: Standing, departments: Collection[str],
    request_types: Mapping[str, str | None],
) -> tuple[TemplatePlan, ...]:  # fmt: skip
    said = notes.entries(node, "templates")
    found = []
    for key, value in said.entries.items():
        line = said.lines[key]
        if not is_type_key(key):
            notes.fault(line, f"A template is called department.name in lower-case Latin letters, not {key!r}.")
        about = notes.entries(value, f"template {key}", TEMPLATE)
        for needed in ("department", "name", "lines"):
            if key not in desk.templates and needed not in about.entries:
                notes.fault(
                    line, f"The template {key} is new and needs {'lines' if needed == 'lines' else 'a ' + needed}."
                )
        home = about.entries.get("department")
        department = notes.reference(home, "department", departments) if home is not None else None
        found.append(TemplatePlan(key, department, _values(notes, key, about, request_types)))
    return tuple(found)


def _values(notes: Notebook, key: str, about: Entries, request_types: Mapping[str, str | None]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in about.entries.items():
        if name == "name":
            values[name] = notes.names(value, f"the name of {key}")
        elif name == "description":
            values[name] = notes.optional_names(value, f"the description of {key}", 2000)
        elif name == "active":
            values[name] = notes.truth(value, f"active of {key}")
        elif name == "lines":
            values[name] = _lines(notes, key, value, request_types)
    return values


def _lines(notes: Notebook, key: str, node: Node, request_types: Mapping[str, str | None]) -> list[dict[str, Any]]:
    before = len(notes.faults)
    items = notes.items(node, f"the lines of {key}")
    lines = [_line(notes, item, request_types) for item in items]
    if len(notes.faults) > before:
        return lines
    # The catalog knows types by id; here their keys stand for them.
    with_ids = [{**line, "request_type_id": line["request_type"]} for line in lines]
    for line in with_ids:
        del line["request_type"]
    for fault in template_faults(with_ids, request_types.keys()):
        notes.fault(node if fault.number is None else items[fault.number], f"Template {key}: {fault}.")
    return lines


def _line(notes: Notebook, node: Node, request_types: Mapping[str, str | None]) -> dict[str, Any]:
    """A line with all that it can say."""
    said = notes.entries(node, "a line", LINE).entries
    if "request_type" not in said:
        notes.fault(node, "A line needs a request_type.")
    kind = notes.reference(said["request_type"], "request type", request_types) if "request_type" in said else None
    return {
        "request_type": kind, "step": _number(said["step"]) if "step" in said else 1,
        "subject": _text(said.get("subject")), "description": _text(said.get("description")),
        "waits": notes.truth(said["waits"], "waits") if "waits" in said else True,
    }  # fmt: skip


def _number(node: Node) -> Any:
    """The number, or what stands there instead, for the catalog to refuse."""
    found = plain(node)
    return int(found) if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) < 6 else found


def _text(node: Node | None) -> Any:
    if node is None:
        return ""
    return node.text.strip() if isinstance(node, Word) and not node.is_nothing else plain(node) or ""
