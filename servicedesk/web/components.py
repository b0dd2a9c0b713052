"""The page that shows every macro of templates/_macros in its states and both themes, with the source that made it.

What is shown are the specimens in templates/components: each is a macro that takes a theme, and its own text is what the
page prints as "how to call it", so the two cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import pgettext
from markupsafe import Markup
from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.web.admin import admin
from servicedesk.web.charts import Bucket, Point, histogram, sparkline, trend
from servicedesk.web.forms.asked import PREFIX, about, asked_fields
from servicedesk.web.session import admin_only, language

# File in templates/components -> what it is called on the page.
GROUPS = {
    "promise": N_("Promises"), "buttons": N_("Buttons"), "forms": N_("Forms"), "ticket": N_("Requests"), "pieces": N_("Parts of a page"),
    "notices": N_("Notices"), "tables": N_("Tables and figures"), "charts": N_("Charts"),
}  # fmt: skip
SPECIMEN = re.compile(r"{% macro (\w+)\(theme\) %}\n(.*?){% endmacro %}", re.DOTALL)
# A macro that a specimen brings from _macros and calls.
BROUGHT = re.compile(r'{% from "_macros/\w+\.html" import ([^%]+) %}')


@dataclass(frozen=True)
class Theme:
    """As text it is the key, for ids; `word` for labels that must differ on one page."""

    key: str
    word: str

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True)
class Specimen:
    """`names` are the macros it shows, `source` how they are called."""

    names: list[str]
    source: str
    shown: list[tuple[Theme, Markup]]


@admin.get("/components")
@admin_only
def components() -> Any:
    groups = [(_(title), list(_specimens(file, now()))) for file, title in GROUPS.items()]
    return render_template("components/page.html", groups=groups)


def _specimens(file: str, at: datetime) -> Iterator[Specimen]:
    environment = current_app.jinja_env
    path = f"components/{file}.html"
    assert environment.loader is not None
    source = environment.loader.get_source(environment, path)[0]
    brought = [name for names in BROUGHT.findall(source) for name in re.findall(r"(\w+)(?:,|\s*$)", names)]
    brought.append("icon")  # the one that needs not be brought
    themes = Theme("light", pgettext("appearance", "Light")), Theme("dark", pgettext("appearance", "Dark"))
    modules = [
        (theme, environment.get_template(path).make_module({"sample": Sample(at, theme), "now": at}))
        for theme in themes
    ]
    for name, body in SPECIMEN.findall(source):
        called = [macro for macro in brought if re.search(rf"\b{macro}\(", body)]
        yield Specimen(called, body.strip(), [(theme, getattr(module, name)(theme)) for theme, module in modules])


class Sample:
    """What the specimens show: clocks in every state, somebody, forms that are fresh and refused, drawings."""

    def __init__(self, at: datetime, theme: Theme) -> None:
        self.at, self.theme = at, theme
        self.person = SimpleNamespace(name=_("Maria Ivanova"))
        self.soon, self.yesterday = at + timedelta(hours=20), at - timedelta(hours=20)
        self.next_week = at + timedelta(days=6)

    def clock(self, state: str, hours: float | None = None, *, at_risk: bool = False, metric: str = "reply") -> Any:
        """One promise; a running one is due in so many hours, one with fewer than none is broken."""
        late = hours is not None and hours < 0
        due = self.at + timedelta(hours=hours) if hours is not None else None
        return SimpleNamespace(
            metric=metric, state=state, due_at=due, remaining_seconds=None if hours is None else hours * 3600, at_risk=at_risk,
            breached_at=due if late else None, counting_until=due, agreed=False,
        )  # fmt: skip

    def clocks(self) -> list[Any]:
        return [
            self.clock("met", metric="first_reply"), self.clock("running", 3.4), self.clock("running", 0.6, at_risk=True, metric="stay"),
            self.clock("breached", -2, metric="resolution"),
        ]  # fmt: skip

    def chain(self, standing: str) -> Any:
        """A chain of links whose last one has lost the time."""
        promise = SimpleNamespace(broken_at=self.yesterday, due_at=self.soon)
        return SimpleNamespace(
            standing=standing, who=_("The department"), culprit=SimpleNamespace(link=SimpleNamespace(promise=promise)),
            told=SimpleNamespace(chain=SimpleNamespace(culprit=SimpleNamespace(how="late", broke=standing == "broken"))),
            end_to_end=SimpleNamespace(due_at=self.soon, paused=False),
        )  # fmt: skip

    def form(self, *, refused: bool = False) -> Form:
        """One field of each kind, each theme's with ids of its own."""
        given = {"subject": "" if refused else _("The printer smokes"), "kind": "b", "how": "mail"}
        form = _SampleForm(prefix=f"{self.theme}-{'refused' if refused else 'fresh'}-", data=given)
        if refused:
            form.validate()
        return form

    def asked(self) -> Form:
        """Fields as an administrator describes them for a type of request: with a unit, after an answer, a file."""
        described: list[dict[str, Any]] = [
            {"key": "where", "type": "yes_no", "label": {language(): _("Is it urgent?")}},
            {"key": "cost", "type": "money", "currency": "EUR", "label": {language(): _("What it costs")}, "when": {"field": "where", "is": True}},
            {"key": "who", "type": "employee", "label": {language(): _("Who it is for")}},
            {"key": "photo", "type": "file", "label": {language(): _("A picture of it")}},
        ]  # fmt: skip
        fields = asked_fields(described, language())
        form = type("Asked", (Form,), fields)(prefix=f"{self.theme}-")
        for one in described:
            field = form[PREFIX + one["key"]]
            field.id = f"{self.theme}-{field.id}"
            field.about, field.most = about(one, described, language()), 10_000_000
        return form

    def trend(self) -> Markup:
        months = [
            Point("3", 7.4, 6.6, 8.2),
            Point("4", 7.9, 7.2, 8.6),
            Point("5", None, why="–"),
            Point("6", 8.3, 7.7, 8.9),
        ]
        return trend(months, _("Internal service index"))

    def columns(self) -> Markup:
        counts = (0, 1, 0, 2, 3, 5, 9, 14, 22, 11)
        return histogram([Bucket(str(score), count) for score, count in enumerate(counts, 1)], _("Scores"))

    def line(self) -> Markup:
        return sparkline([6.9, 7.4, None, 7.9, 8.3], _("Internal service index"))


class _SampleForm(Form):
    subject = StringField(_l("What is it about?"), [InputRequired(_l("Say in a few words what it is about."))])
    text = TextAreaField(_l("Description"))
    kind = SelectField(_l("Department"), choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    how = RadioField(_l("Priority"), choices=[SelectChoice("mail", "1"), SelectChoice("phone", "2")])
    every = BooleanField(_l("Confidential"))
