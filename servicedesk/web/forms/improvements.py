"""Forms of a department's actions: deciding on one, saying that it is done, giving it up. Shape only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from servicedesk.reports.actions.improving import LONGEST_IMPROVEMENT, LONGEST_TITLE
from servicedesk.reports.figures import AIMS
from servicedesk.web.forms.choices import listed

_LONG = {"rows": 3, "maxlength": LONGEST_IMPROVEMENT}

AIM_NAMES = {
    "index": lazy_gettext("Index"),
    "quality": lazy_gettext("Quality"),
    "speed": lazy_gettext("Speed"),
    "helpfulness": lazy_gettext("Helpfulness"),
    "first_reply": lazy_gettext("First replies in time"),
    "reply": lazy_gettext("Replies in time"),
    "resolution": lazy_gettext("Resolutions in time"),
    "stay": lazy_gettext("Stays in time"),
    "first_time_fix": lazy_gettext("Solved at first try"),
    "bounces": lazy_gettext("Bounced requests"),
    "backlog": lazy_gettext("Requests not resolved"),
}


class SeenForm(FlaskForm):
    """`seen` is the version that the page showed."""

    seen = HiddenField()

    def version(self) -> int | None:
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


class ImprovementForm(SeenForm):
    title = StringField(lazy_gettext("What we change"), render_kw={"maxlength": LONGEST_TITLE})
    said = TextAreaField(lazy_gettext("You said"), render_kw=_LONG)
    owner = SelectField(lazy_gettext("Who sees to it"), default="")
    due_on = DateField(lazy_gettext("Until when"), [Optional()])
    metric = SelectField(lazy_gettext("Figure aimed at"), default="")
    did = TextAreaField(lazy_gettext("We did"), render_kw=_LONG)
    done_on = DateField(lazy_gettext("Done on"), [Optional()])
    published = BooleanField(lazy_gettext("Everybody may read it"))

    def offer(self, people: Iterable[Any]) -> None:
        self.owner.choices = listed([("", "–"), *((str(row.id), row.name) for row in people)])
        self.metric.choices = listed([("", "–"), *((key, AIM_NAMES[key]) for key in AIMS)])

    def values(self, people: Mapping[int, Any]) -> dict[str, Any]:
        owner = self.owner.data or ""
        return {
            "title": self.title.data or "", "said": self.said.data or "", "due_on": self.due_on.data,
            "owner": people[int(owner)] if owner else None, "metric": self.metric.data or None,
            "did": self.did.data or "", "done_on": self.done_on.data, "published": bool(self.published.data),
        }  # fmt: skip


class DoneForm(SeenForm):
    did = TextAreaField(lazy_gettext("What was done"), render_kw=_LONG)
    done_on = DateField(lazy_gettext("Done on"), [Optional()])


class DropForm(SeenForm):
    why = TextAreaField(lazy_gettext("Why it is given up"), render_kw=_LONG)
