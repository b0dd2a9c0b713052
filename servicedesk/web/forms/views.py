"""The form under which a list is saved: a name, and who sees it. Shape only."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField

from servicedesk.kernel.text import in_language
from servicedesk.web.present import here
from servicedesk.workbench.rules import VIEW_NAME_LENGTH


class ViewForm(FlaskForm):
    """`query` and `department` are the list as it was asked for; `shared_with` is the key of a department, or nothing."""

    name = StringField(
        _l("Name of the view"), render_kw={"maxlength": VIEW_NAME_LENGTH, "autocomplete": "off", "required": True}
    )
    shared_with = RadioField(_l("Who sees it"), default="", validate_choice=False)
    query = HiddenField()
    department = HiddenField()

    def offer(self, departments: list[Any]) -> None:
        """The departments in which the person works."""
        named = ((row.key, in_language(row.name, here())) for row in departments)
        everybody = [(key, _("everybody who works in: %(department)s", department=name)) for key, name in named]
        self.shared_with.choices = [("", _("only me")), *everybody]
