"""What somebody typed into the catalog beside what is there now, as lines of words, for who was overtaken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from servicedesk.kernel.text import in_language
from servicedesk.web.forms.catalog_types import FIELD_TYPE_NAMES, NEED, WHO
from servicedesk.web.forms.choice_lines import lines_of


def of_type(typed: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, list[str], list[str]]]:
    """(what, lines as typed, lines as they are now) of everything that differs."""
    titles = {
        "name": _("Name"), "description": _("Description"), "provides": _("What the customer must provide"),
        "keywords": _("Other words for it"), "active": _("Offered in the catalog"), "confidential": _("Confidential"), "mail": _("What letters ask for"),
        "fields": _("Questions"), "approvals": _("Approval"),
    }  # fmt: skip
    return [
        (title, _lines(name, typed[name]), _lines(name, now[name]))
        for name, title in titles.items()
        if typed[name] != now[name]
    ]


def of_template(
    typed: Mapping[str, Any], now: Mapping[str, Any], types: Mapping[int, Any], language: str
) -> list[tuple[str, list[str], list[str]]]:
    titles = {"name": _("Name"), "description": _("Description"), "active": _("Offered to the team")}
    found = [
        (title, _lines(name, typed[name]), _lines(name, now[name]))
        for name, title in titles.items()
        if typed[name] != now[name]
    ]
    rows = [[_request(line, types, language) for line in side["lines"]] for side in (typed, now)]
    return found + ([(_("Requests"), *rows)] if rows[0] != rows[1] else [])


def _lines(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [_("Yes") if value else _("No")]
    if name == "fields":
        return [_question(field) for field in value]
    if name == "approvals":
        return [_step(step) for step in value]
    return list(value.values()) if isinstance(value, Mapping) else list(value)


def _question(field: Mapping[str, Any]) -> str:
    """Everything that a question says, in one line."""
    parts = [field["key"], str(FIELD_TYPE_NAMES.get(field["type"], field["type"]))]
    parts += [
        " / ".join(field[name].values()) for name in ("label", "help", "unit", "pattern_message") if field.get(name)
    ]
    parts += [_("An answer is needed")] if field.get("required") else []
    parts += [f"{name} {field[name]}" for name in ("currency", "least", "most", "pattern") if field.get(name)]
    parts += [lines_of(field["options"]).replace("\n", "; ")] if field.get("options") else []
    if when := field.get("when"):
        values = [when["is"]] if "is" in when else when["in"]
        parts.append(f"{when['field']} = {', '.join(str(one) for one in values)}")
    return " · ".join(parts)


def _step(step: Mapping[str, Any]) -> str:
    parts = [str(WHO[step["who"]])] if step["who"] in WHO else []
    if step["who"] == "people":
        parts = [", ".join(step["people"]), str(NEED.get(step["need"], step["need"]))]
    if over := step.get("over"):
        parts.append(f"{over['field']} > {over['amount']}")
    return " · ".join(parts)


def _request(line: Mapping[str, Any], types: Mapping[int, Any], language: str) -> str:
    kind = types.get(line["request_type_id"])
    parts = [str(line["step"]), in_language(kind.name, language) if kind else "", line["subject"], line["description"]]
    parts += [] if line["waits"] else [_("Nothing waits for it")]
    return " · ".join(part for part in parts if part)
