"""The form in which a request type is edited: what it is called, its questions, its approval, its promise. Shape only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from servicedesk.catalog.rules import FIELD_TYPES, MOST_FIELDS, MOST_STEPS, SETTINGS_OF
from servicedesk.kernel.text import LANGUAGES
from servicedesk.sla.rules import METRICS
from servicedesk.web.forms.choice_lines import choices_of, lines_of
from servicedesk.web.forms.choices import listed
from servicedesk.web.forms.rows import FormWithRows, RowList, Rows

FIELD_TYPE_NAMES = {
    "text": lazy_gettext("Text, one line"), "long_text": lazy_gettext("Text, several lines"),
    "number": lazy_gettext("Number"), "money": lazy_gettext("Money"),
    "date": lazy_gettext("Date"), "choice": lazy_gettext("One of a list"),
    "choices": lazy_gettext("Several of a list"), "employee": lazy_gettext("Employee"),
    "department": lazy_gettext("Department"), "file": lazy_gettext("File"),
    "yes_no": lazy_gettext("Yes or no"),
}  # fmt: skip
WHO = {"lead": lazy_gettext("The requester's head"), "people": lazy_gettext("Named people")}
NEED = {"any": lazy_gettext("One of them is enough"), "all": lazy_gettext("All of them")}
LONGEST_NAME, LONGEST_TEXT = 200, 2000
_TRUTHS = {"yes": True, "да": True, "true": True, "no": False, "нет": False, "false": False}
_OFF = {"autocomplete": "off"}
_TARGET = {"autocomplete": "off", "maxlength": 40, "placeholder": "8h"}


def text_field(label: Any, most: int = LONGEST_NAME, **more: Any) -> StringField:
    return StringField(label, [Length(max=most)], render_kw={"maxlength": most, **_OFF}, **more)


def area(label: Any, most: int = LONGEST_TEXT, rows: int = 2, **more: Any) -> TextAreaField:
    return TextAreaField(label, [Length(max=most)], render_kw={"rows": rows, "maxlength": most}, **more)


class StepForm(Form):
    """One step of approval."""

    places: ClassVar = {"over": "over_field"}

    who = SelectField(lazy_gettext("Who approves"), validate_choice=False)
    people = area(lazy_gettext("E-mail addresses"), description=lazy_gettext("One a line, for named people."))
    need = SelectField(lazy_gettext("How many of them"), validate_choice=False, default="any")
    over_field = text_field(
        lazy_gettext("Only where this field"), 40, description=lazy_gettext("Key of a number or money; empty: always.")
    )
    over_amount = text_field(lazy_gettext("is more than"), 40)

    def is_blank(self) -> bool:
        return not self.who.data and not any((self[name].data or "").strip() for name in ("people", "over_field"))

    def step(self) -> dict[str, Any]:
        """The step with people by address."""
        found: dict[str, Any] = {"who": self.who.data}
        if self.who.data == "people":
            found |= {"people": addresses(self.people.data), "need": self.need.data or "any"}
        over, amount = (self.over_field.data or "").strip(), (self.over_amount.data or "").strip()
        if over or amount:
            plain = re.sub(r"[\s\u00a0\u202f]", "", amount).replace(",", ".")
            found["over"] = {"field": over, "amount": plain}
        return found


class FieldForm(Form):
    """One question. What its type does not have is kept while one edits, and is not saved."""

    places: ClassVar = {
        "label": "label_ru", "help": "help_ru", "unit": "unit_ru", "pattern_message": "pattern_message_ru",
        "when": "when_field",
    }  # fmt: skip

    key = text_field(lazy_gettext("Key"), 40, description=lazy_gettext("For programs: device, needed_by."))
    type = SelectField(lazy_gettext("Kind of answer"), validate_choice=False, default="text")
    label_ru = text_field(lazy_gettext("Question in Russian"))
    label_en = text_field(lazy_gettext("Question in English"))
    help_ru = text_field(lazy_gettext("Hint in Russian"), 500)
    help_en = text_field(lazy_gettext("Hint in English"), 500)
    required = BooleanField(lazy_gettext("An answer is needed"))
    options = area(
        lazy_gettext("Choices"), 20_000, 5, description=lazy_gettext("One a line: key | in Russian | in English.")
    )
    unit_ru = text_field(lazy_gettext("Unit in Russian"), 40)
    unit_en = text_field(lazy_gettext("Unit in English"), 40)
    currency = text_field(lazy_gettext("Currency"), 3, description=lazy_gettext("Three letters, RUB unless given."))
    least = text_field(lazy_gettext("Least"), 40)
    most = text_field(lazy_gettext("Most"), 40)
    pattern = text_field(
        lazy_gettext("Pattern"), description=lazy_gettext("A regular expression that the whole answer fits: [A-Z]{2}-[0-9]+")
    )  # fmt: skip
    pattern_message_ru = text_field(lazy_gettext("What is expected, in Russian"), 500)
    pattern_message_en = text_field(lazy_gettext("What is expected, in English"), 500)
    when_field = text_field(
        lazy_gettext("Ask only after an answer to"), 40, description=lazy_gettext("Key of a list or a yes or no above or below; empty: always.")
    )  # fmt: skip
    when_value = text_field(
        lazy_gettext("that is"), 500, description=lazy_gettext("Keys of choices with commas between, or yes, or no.")
    )

    def is_blank(self) -> bool:
        names = ("key", "label_ru", "label_en", "help_ru", "help_en", "options", "when_field")
        return not any((self[name].data or "").strip() for name in names)

    def has_more(self) -> bool:
        """Whether something is said, or is wrong, that is seldom asked for."""
        names = ("pattern", "pattern_message_ru", "pattern_message_en", "when_field", "when_value")
        return any((self[name].data or "").strip() or self[name].errors for name in names)

    def described(self, types: Mapping[str, str], language: str) -> dict[str, Any]:
        """The field as the catalog keeps it; `types` are those of all fields by key."""
        found: dict[str, Any] = {"key": _said(self.key), "type": self.type.data, "label": names(self, "label")}
        found |= {"help": texts} if (texts := names(self, "help")) else {}
        found |= {"required": True} if self.required.data else {}
        own = SETTINGS_OF.get(self.type.data or "", set())
        for name in ("unit", "pattern_message"):
            found |= {name: texts} if name in own and (texts := names(self, name)) else {}
        for name in ("currency", "least", "most", "pattern"):
            text = _said(self[name])
            text = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".") if name in ("least", "most") else text
            found |= {name: text} if name in own and text else {}
        found |= {"options": choices_of(self.options.data or "", language)} if "options" in own else {}
        upper, values = _said(self.when_field), words(self.when_value.data, ",")
        if not upper and not values:
            return found
        wanted = [_TRUTHS.get(word.lower(), word) if types.get(upper) == "yes_no" else word for word in values]
        answer = {"in": wanted} if len(wanted) != 1 else {"is": wanted[0]}
        return found | {"when": {"field": upper, **answer}}


class TypeForm(FormWithRows):
    """`seen` is the version of the type, `promise_seen` that of its promise, when somebody began to type."""

    lists = (
        Rows("approvals", "approvals", "who", lazy_gettext("Approval"), lazy_gettext("Step %(number)d, %(field)s")),
        Rows("fields", "fields", "key", lazy_gettext("Questions"), lazy_gettext("Question %(number)d, %(field)s")),
    )

    seen = HiddenField()
    key = text_field(lazy_gettext("Key"), 64, description=lazy_gettext("Stands in addresses and never changes: lower-case Latin letters, digits, hyphens."))  # fmt: skip
    name_ru = text_field(lazy_gettext("Name in Russian"))
    name_en = text_field(lazy_gettext("Name in English"))
    description_ru = area(lazy_gettext("Description in Russian"))
    description_en = area(lazy_gettext("Description in English"))
    provides_ru = area(lazy_gettext("What the customer must provide, in Russian"))
    provides_en = area(lazy_gettext("What the customer must provide, in English"))
    keywords = area(
        lazy_gettext("Other words for it"), 4000, 3, description=lazy_gettext("Words and synonyms by which it is found, one a line or with commas between."),
    )  # fmt: skip
    active = BooleanField(lazy_gettext("Offered in the catalog"))
    confidential = BooleanField(
        lazy_gettext("Confidential"), description=lazy_gettext("Only the requester and the team that works on it see such a request; for everybody else, also for administrators and heads of the requester, it does not exist."),
    )  # fmt: skip
    mail = BooleanField(
        lazy_gettext("What letters ask for"), description=lazy_gettext("A letter to the department becomes a request of this kind; its form may have gaps. At most one kind of a department: choosing this one takes it from the other."),
    )  # fmt: skip
    fields = RowList(FormField(FieldForm), max_entries=MOST_FIELDS)
    approvals = RowList(FormField(StepForm), max_entries=MOST_STEPS)
    promise_seen = HiddenField()
    first_reply = StringField(lazy_gettext("First reply"), render_kw=_TARGET)
    reply = StringField(lazy_gettext("Reply"), render_kw=_TARGET)
    resolution = StringField(lazy_gettext("Resolution"), render_kw=_TARGET)
    stay = StringField(lazy_gettext("Stay"), render_kw=_TARGET)

    def offer(self) -> None:
        """Fill the lists of the rows."""
        for entry in self.fields:
            entry.form.type.choices = listed((key, FIELD_TYPE_NAMES[key]) for key in FIELD_TYPES)
        for entry in self.approvals:
            entry.form.who.choices = listed([("", gettext("Nobody (drops the step)")), *WHO.items()])
            entry.form.need.choices = listed(NEED.items())

    def validate(self, extra_validators: Any = None) -> bool:
        right = super().validate(extra_validators)
        if names(self, "name"):
            return right
        self.name_ru.errors = [*self.name_ru.errors, gettext("Give it a name, in Russian or in English.")]
        return False

    def values(self, language: str) -> dict[str, Any]:
        """What was typed, with people of approvals by address."""
        found: dict[str, Any] = {name: names(self, name) for name in ("name", "description", "provides")}
        return found | {
            "keywords": list(dict.fromkeys(words(self.keywords.data, ",\n"))), "confidential": self.confidential.data,
            "mail": self.mail.data,
            "active": self.active.data, "fields": self.described(language),
            "approvals": [entry.form.step() for entry in self.filled_rows("approvals")],
        }  # fmt: skip

    def described(self, language: str) -> list[dict[str, Any]]:
        """The questions as the catalog keeps them."""
        rows = [entry.form for entry in self.filled_rows("fields")]
        types = {_said(row.key): row.type.data or "" for row in rows}
        return [row.described(types, language) for row in rows]

    def targets(self) -> dict[str, str]:
        said = {metric: (self[metric].data or "").strip() for metric in METRICS}
        return {metric: text for metric, text in said.items() if text}


def filled(row: Any | None, emails: Mapping[int, str], targets: Mapping[str, str], promise_seen: int) -> TypeForm:
    """A form that says what a request type says, an empty one for a new type; `emails` by id of person."""
    if row is None:
        return TypeForm(formdata=None, data={"seen": 0, "active": True, "promise_seen": 0, "fields": [{}]})
    steps = [_step(step, emails) for step in row.approvals]
    data = {"seen": row.version, "keywords": "\n".join(row.keywords), "promise_seen": promise_seen}
    data |= {"active": row.active, "confidential": row.confidential, "mail": row.mail, **targets}
    data |= in_both(row.name, "name") | in_both(row.description, "description") | in_both(row.provides, "provides")
    return TypeForm(
        formdata=None, data=data | {"fields": [_row(field) for field in row.fields], "approvals": steps}
    )  # fmt: skip


def names(form: Any, name: str) -> dict[str, str]:
    """The texts of a name by language, without empty ones."""
    return {lang: text for lang in LANGUAGES if (text := _said(form[f"{name}_{lang}"]))}


def in_both(texts: Mapping[str, str] | None, name: str) -> dict[str, str]:
    return {f"{name}_{lang}": text for lang, text in (texts or {}).items()}


def words(text: str | None, between: str) -> list[str]:
    return [word for part in re.split(f"[{between}]", text or "") if (word := part.strip())]


def addresses(text: str | None) -> list[str]:
    return list(dict.fromkeys(word.lower() for word in re.split(r"[\s,;]+", text or "") if word))


def _said(field: Any) -> str:
    return (field.data or "").strip()


def _step(step: Mapping[str, Any], emails: Mapping[int, str]) -> dict[str, Any]:
    over = step.get("over") or {}
    people = "\n".join(emails[number] for number in step.get("people") or ())
    return {
        "who": step["who"], "people": people, "need": step.get("need", "any"), "over_field": over.get("field", ""),
        "over_amount": over.get("amount", ""),
    }  # fmt: skip


def _row(field: Mapping[str, Any]) -> dict[str, Any]:
    when = field.get("when") or {}
    values = [when["is"]] if "is" in when else when.get("in", [])
    said = {name: field.get(name) for name in ("key", "type", "required", "currency", "least", "most", "pattern")}
    for name in ("label", "help", "unit", "pattern_message"):
        said |= in_both(field.get(name), name)
    said["options"] = lines_of(field.get("options") or ())
    shown = ({True: "yes", False: "no"}[one] if isinstance(one, bool) else one for one in values)
    return said | {"when_field": when.get("field"), "when_value": ", ".join(shown)}
