"""The form by which people choose what they are written about, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, TimeField
from wtforms.validators import InputRequired, Optional

from servicedesk.notifications.rules import Group
from servicedesk.web.forms.choices import listed

MODE_NAMES = {
    "mail": lazy_gettext("By mail at once"),
    "gathered": lazy_gettext("Gathered in one mail"),
    "bell": lazy_gettext("Under the bell alone"),
}
PREFIX = "way_"


class WishesForm(FlaskForm):
    rhythm = RadioField(
        lazy_gettext("Gathered mail comes"),
        [InputRequired(lazy_gettext("Choose one of the list."))],
        choices=listed(
            [
                ("morning", lazy_gettext("Once a day, when my working day begins")),
                ("hourly", lazy_gettext("Every full hour in which I work, when there is something")),
            ]
        ),
    )
    quiet_from = TimeField(lazy_gettext("No mail from"), [Optional()])
    quiet_until = TimeField(lazy_gettext("No mail until"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        if not fits or (self.quiet_from.data is None) == (self.quiet_until.data is None):
            return fits
        missing = self.quiet_until if self.quiet_until.data is None else self.quiet_from
        missing.errors = [lazy_gettext("Quiet hours have a beginning and an end.")]
        return False

    def modes(self) -> dict[str, str]:
        return {
            name.removeprefix(PREFIX): field.data for name, field in self._fields.items() if name.startswith(PREFIX)
        }

    def quiet(self) -> tuple[int, int] | None:
        begin, end = self.quiet_from.data, self.quiet_until.data
        return None if begin is None or end is None else (_minute(begin), _minute(end))


def form_for(groups: Mapping[str, Group]) -> type[WishesForm]:
    """The form with one choice for each group that leaves one."""
    fields = {
        PREFIX + key: RadioField(
            lazy_gettext(group.name), [InputRequired(lazy_gettext("Choose one of the list."))],
            description=lazy_gettext(group.about), choices=listed((mode, MODE_NAMES[mode]) for mode in group.modes),
        )
        for key, group in groups.items()
        if len(group.modes) > 1
    }  # fmt: skip
    return type("WishesForm", (WishesForm,), fields)


def clock_of(minute: int) -> time:
    return time(*divmod(minute, 60))


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
