"""Forms of the administration: a person, their roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from servicedesk.web.forms.account import SelectMultipleCheckField, TopicsField
from servicedesk.web.forms.choices import listed


class _WithDepartment(FlaskForm):
    department = SelectField(lazy_gettext("Department"))

    def offer_departments(self, choices: Iterable[tuple[str, str]]) -> None:
        """`choices` are (id as text, name)."""
        self.department.choices = listed([("", "–"), *choices])

    def department_id(self) -> int | None:
        return int(self.department.data) if self.department.data else None


class NewPersonForm(_WithDepartment):
    email = EmailField(
        lazy_gettext("E-mail"), [InputRequired(lazy_gettext("Enter an e-mail address.")), Length(max=254)]
    )
    name = StringField(lazy_gettext("Name"), [DataRequired(lazy_gettext("Enter a name.")), Length(max=200)])
    language = SelectField(lazy_gettext("Language"), choices=listed([("ru", "Русский"), ("en", "English")]))


class PersonForm(_WithDepartment):
    name = StringField(lazy_gettext("Name"), [DataRequired(lazy_gettext("Enter a name.")), Length(max=200)])
    topics = TopicsField(
        lazy_gettext("What this person answers"),
        description=lazy_gettext("One topic a line, in the words colleagues use."),
        render_kw={"rows": 4, "maxlength": 2000},
    )
    active = BooleanField(lazy_gettext("May sign in and be served"))


class RolesForm(FlaskForm):
    admin = BooleanField(lazy_gettext("Administrator"))
    report_reader = BooleanField(lazy_gettext("Report reader"))
    lead = SelectMultipleCheckField(lazy_gettext("Head of department"))
    agent = SelectMultipleCheckField(lazy_gettext("Agent"))

    def offer_departments(self, choices: Iterable[tuple[str, str]]) -> None:
        self.lead.choices = self.agent.choices = listed(choices)

    def pairs(self) -> set[tuple[str, int | None]]:
        """The roles as (role, department id)."""
        company = {(role, None) for role in ("admin", "report_reader") if self[role].data}
        return company | {(role, int(key)) for role in ("lead", "agent") for key in self[role].data or ()}


def roles_of(person: Any) -> dict[str, Any]:
    """What the form shows of the roles somebody has."""
    given: dict[str, Any] = {"admin": person.has("admin"), "report_reader": person.has("report_reader")}
    for role in ("lead", "agent"):
        given[role] = [str(department_id) for department_id in person.departments_as(role)]
    return given
