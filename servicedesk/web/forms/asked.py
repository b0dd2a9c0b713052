"""The fields of a request's type as WTForms fields, built from its description when the page is asked for. Shape only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import get_currency_symbol
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.widgets import FileInput

from servicedesk.catalog.rules import CURRENCY, LONGEST, wanted
from servicedesk.kernel.text import in_language
from servicedesk.web.forms.account import SelectMultipleCheckField
from servicedesk.web.forms.choices import listed

# Fields of the type stand apart from our own, whatever they are called; a box beside a file says that it is not wanted.
PREFIX = "fields."
DROP = "drop."


@dataclass(frozen=True)
class When:
    """After which answers to which other field this one is asked: for people, and as the page's controls name them."""

    name: str
    given: Sequence[str]
    label: str
    answers: str


@dataclass(frozen=True)
class About:
    """What a page needs of a field besides what WTForms knows. `unit` stands behind its name."""

    kind: str
    unit: str = ""
    when: When | None = None


class Needed:
    """Marks a field as needed for people and browsers; whether it was filled is judged by the catalog's rules."""

    field_flags = {"required": True}  # noqa: RUF012 — read by WTForms as a plain attribute

    def __call__(self, form: Any, field: Any) -> None:
        pass


class KeptFileField(Field):
    """A file that is chosen, or the key of one that was sent before; `kept` is that one's row, where it is the reader's."""

    widget = FileInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen: FileStorage | None = None
        self.kept: Any = None
        # How many bytes it may have.
        self.most = 0
        self.dropped = False

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        self.dropped = formdata is not None and bool(formdata.get(DROP + self.name))
        super().process(formdata, *args, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        files = [value for value in valuelist if isinstance(value, FileStorage) and value.filename]
        keys = [value for value in valuelist if isinstance(value, str) and value]
        self.chosen = files[0] if files else None
        self.data = keys[0] if keys and not self.dropped else None

    def _value(self) -> bool:
        return False


def asked_fields(fields: Iterable[Mapping[str, Any]], language: str) -> dict[str, Any]:
    """WTForms fields by name, labelled in `language`."""
    return {PREFIX + field["key"]: _field(field, language) for field in fields}


def about(field: Mapping[str, Any], fields: Iterable[Mapping[str, Any]], language: str) -> About:
    unit = in_language(field.get("unit"), language)
    if field["type"] == "money":
        unit = get_currency_symbol(field.get("currency") or CURRENCY, language)
    return About(field["type"], unit, _when(field, {one["key"]: one for one in fields}, language))


def entered(field: Field) -> Any:
    """What was entered, in the form the catalog's rules check."""
    if isinstance(field, RadioField):
        return {"yes": True, "no": False}.get(field.data)
    return field.data


def entered_as(value: Any) -> Any:
    """What a person would have entered to give this answer."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _when(field: Mapping[str, Any], by_key: Mapping[str, Any], language: str) -> When | None:
    if field.get("when") is None or field["when"]["field"] not in by_key:
        return None
    upper, values = by_key[field["when"]["field"]], wanted(field["when"])
    names = {option["key"]: in_language(option["label"], language) for option in upper.get("options") or []}
    names |= {True: gettext("Yes"), False: gettext("No")}
    told = gettext(" or ").join(f"“{names.get(value, value)}”" for value in values)
    return When(
        PREFIX + upper["key"], [entered_as(value) for value in values], in_language(upper["label"], language), told
    )


def _field(field: Mapping[str, Any], language: str) -> Any:
    about: dict[str, Any] = {
        "label": in_language(field["label"], language), "description": in_language(field.get("help"), language),
        "id": f"field-{field['key']}",
    }  # fmt: skip
    if field.get("required"):
        about["validators"] = [Needed()]
    kind = field["type"]
    options = listed((option["key"], in_language(option["label"], language)) for option in field.get("options") or [])
    if kind in ("choice", "department"):
        return SelectField(choices=[SelectChoice("", _l("— choose —")), *options], validate_choice=False, **about)
    if kind == "choices":
        return SelectMultipleCheckField(choices=options, validate_choice=False, **about)
    if kind == "yes_no":
        return RadioField(choices=listed([("yes", _l("Yes")), ("no", _l("No"))]), validate_choice=False, **about)
    if kind == "file":
        return KeptFileField(**about)
    if kind == "long_text":
        return TextAreaField(render_kw={"rows": 4, "maxlength": LONGEST["long_text"]}, **about)
    shapes: dict[str, dict[str, Any]] = {
        "number": {"inputmode": "decimal"}, "money": {"inputmode": "decimal"}, "date": {"type": "date"},
        "text": {"maxlength": LONGEST["text"]}, "employee": {"maxlength": LONGEST["employee"]},
    }  # fmt: skip
    return StringField(render_kw={"autocomplete": "off", **shapes[kind]}, **about)
