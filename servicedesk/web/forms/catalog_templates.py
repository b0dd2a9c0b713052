"""The form in which a template is edited: its name, and a row for each request that it asks for. Shape only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Form, FormField, HiddenField, SelectField, StringField

from servicedesk.catalog.rules import LONGEST, MOST_LINES
from servicedesk.kernel.text import in_language
from servicedesk.web.forms.catalog_types import area, in_both, names, text_field
from servicedesk.web.forms.choices import listed
from servicedesk.web.forms.rows import FormWithRows, RowList, Rows


class TemplateLineForm(Form):
    """One request that is asked for."""

    step = StringField(
        lazy_gettext("Step"), default="1", render_kw={"inputmode": "numeric", "maxlength": 3, "autocomplete": "off"}
    )
    request_type = SelectField(lazy_gettext("Kind of request"), validate_choice=False)
    subject = text_field(lazy_gettext("Subject"), 300)
    description = area(lazy_gettext("Description"), LONGEST["long_text"])
    waits = BooleanField(lazy_gettext("The request from which they are asked waits for it"), default=True)

    def is_blank(self) -> bool:
        return not self.request_type.data and not any(
            (self[name].data or "").strip() for name in ("subject", "description")
        )

    def line(self) -> dict[str, Any]:
        """As the catalog keeps it; what is no number is refused by it."""
        return {
            "request_type_id": _number(self.request_type.data), "step": _number(self.step.data),
            "subject": (self.subject.data or "").strip(), "description": (self.description.data or "").strip(),
            "waits": self.waits.data,
        }  # fmt: skip


class TemplateForm(FormWithRows):
    """`seen` is the version of the template when somebody began to type, 0 for a new one."""

    lists = (
        Rows("lines", "lines", "request_type", lazy_gettext("Requests"), lazy_gettext("Request %(number)d, %(field)s")),
    )

    seen = HiddenField()
    key = text_field(lazy_gettext("Key"), 64, description=lazy_gettext("Stands in addresses and never changes: lower-case Latin letters, digits, hyphens."))  # fmt: skip
    name_ru = text_field(lazy_gettext("Name in Russian"))
    name_en = text_field(lazy_gettext("Name in English"))
    description_ru = area(lazy_gettext("Description in Russian"))
    description_en = area(lazy_gettext("Description in English"))
    active = BooleanField(lazy_gettext("Offered to the team"))
    lines = RowList(FormField(TemplateLineForm), max_entries=MOST_LINES)

    def offer(self, request_types: Iterable[Any], language: str) -> None:
        """Kinds of requests, by department, for the lists."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in request_types:
            home = in_language(row.department.name, language)
            groups.setdefault(home, []).append((str(row.id), in_language(row.name, language)))
        choices = {"": listed([("", gettext("Choose a kind of request …"))])}
        choices |= {home: listed(groups[home]) for home in sorted(groups)}
        for entry in self.lines:
            entry.form.request_type.choices = choices

    def validate(self, extra_validators: Any = None) -> bool:
        right = super().validate(extra_validators)
        if names(self, "name"):
            return right
        self.name_ru.errors = [*self.name_ru.errors, gettext("Give it a name, in Russian or in English.")]
        return False

    def values(self) -> dict[str, Any]:
        return {
            "name": names(self, "name"), "description": names(self, "description"), "active": self.active.data,
            "lines": [entry.form.line() for entry in self.filled_rows()],
        }  # fmt: skip

    def order(self) -> list[list[dict[str, Any]]]:
        """The lines by step, as they would be asked."""
        lines = [line for entry in self.filled_rows() if isinstance((line := entry.form.line())["step"], int)]
        steps = sorted({line["step"] for line in lines})
        return [[line for line in lines if line["step"] == step] for step in steps]


def filled(row: Any | None) -> TemplateForm:
    """A form that says what a template says; an empty one for a new one."""
    if row is None:
        return TemplateForm(formdata=None, data={"seen": 0, "active": True, "lines": [{}, {}]})
    lines = [
        {"waits": True, **line, "request_type": str(line["request_type_id"]), "step": str(line.get("step", 1))}
        for line in row.lines
    ]
    data = {"seen": row.version, "active": row.active, "lines": lines}
    return TemplateForm(
        formdata=None, data=data | in_both(row.name, "name") | in_both(row.description, "description")
    )  # fmt: skip


def _number(text: str | None) -> Any:
    said = (text or "").strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else said
