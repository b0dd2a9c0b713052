"""The pieces pages are made of: fields tied to their errors, badges told by words, nothing unescaped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from servicedesk.web import assets, present

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Ask(Form):
    subject = StringField("Subject", [InputRequired("Say what it is about.")])
    kind = SelectField("Kind", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    how = RadioField("How", choices=[SelectChoice("mail", "Mail"), SelectChoice("phone", "Phone")])
    all = BooleanField("Everybody")


@pytest.fixture
def app() -> Flask:
    app = Flask("pages", template_folder=str(Path(assets.__file__).parent / "templates"))
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    Babel(app)
    present.install(app)

    def asset(name: str) -> str:
        return f"/{name}"

    app.jinja_env.globals.update(asset=asset, icon=assets.drawer(asset))
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    return app


def render(app: Flask, macros: str, call: str, **given: Any) -> str:
    with app.test_request_context("/"):
        return render_template_string(f'{{% import "_macros/{macros}.html" as m %}}{{{{ {call} }}}}', **given)


def clock(state: str = "running", left: int = 7200, at_risk: bool = False, breached: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        metric="reply",
        state=state,
        due_at=NOW + timedelta(seconds=left),
        remaining_seconds=left,
        at_risk=at_risk,
        breached_at=NOW if breached else None,
        counting_until=None,
    )


def test_a_field_is_tied_to_its_help_and_error(app: Flask) -> None:
    form = Ask(MultiDict())
    form.validate()
    html = render(app, "forms", 'm.field(form.subject, help="One line", autocomplete="off")', form=form)
    assert 'aria-describedby="subject-help subject-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="subject-error"' in html and "Say what it is about." in html
    assert 'autocomplete="off"' in html


def test_what_was_typed_comes_back_escaped(app: Flask) -> None:
    html = render(app, "forms", "m.field(form.subject)", form=Ask(MultiDict({"subject": '"><script>'})))
    assert "<script>" not in html


@pytest.mark.parametrize("name", ["subject", "kind", "how", "all"])
def test_every_kind_of_field_has_its_label(app: Flask, name: str) -> None:
    form = Ask(MultiDict())
    html = render(app, "forms", f"m.field(form.{name})", form=form)
    assert str(form[name].label.text) in html
    assert "<legend" in html if name == "how" else f'for="{name}"' in html


def test_the_summary_leads_to_the_fields(app: Flask) -> None:
    form = Ask(MultiDict({"kind": "a", "how": "mail"}))
    form.validate()
    html = render(app, "forms", "m.error_summary(form)", form=form)
    assert 'href="#subject"' in html and "Please correct one thing" in html
    assert not render(app, "forms", "m.error_summary(form)", form=Ask()).strip()


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (clock(), "On track"),
        (clock(at_risk=True), "At risk"),
        (clock("breached", -3600, breached=True), "Broken"),
        (clock("met"), "Kept"),
        (clock("met", breached=True), "Broken"),
        (clock("paused"), "Paused"),
        (clock("cancelled"), "Not counted"),
        (None, "No promise"),
    ],
)
def test_a_promise_is_told_by_a_word(app: Flask, given: SimpleNamespace | None, word: str) -> None:
    html = render(app, "promise", "m.badge(clock, now)", clock=given, now=NOW)
    assert f'<span class="promise-word">{word}</span>' in html


def test_only_a_running_promise_counts_on(app: Flask) -> None:
    assert "data-due" in render(app, "promise", "m.badge(clock, now)", clock=clock(), now=NOW)
    assert "data-due" not in render(app, "promise", "m.badge(clock, now)", clock=clock("paused"), now=NOW)


def test_a_subject_is_escaped(app: Flask) -> None:
    html = render(app, "ticket", "m.link(1042, subject)", subject="<b>x</b>")
    assert "#1042" in html and "<b>" not in html


def test_a_button_that_changes_something_is_a_form(app: Flask) -> None:
    html = render(app, "forms", 'm.post_button("Delete", "/x", "danger", confirm="Really?")')
    assert 'method="post"' in html and 'value="token"' in html and 'data-confirm="Really?"' in html


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503])
def test_an_error_page_says_what_to_do_next(app: Flask, code: int) -> None:
    with app.test_request_context("/"):
        html = app.jinja_env.get_template("error.html").render(code=code, request_id="r-1")
    assert "r-1" in html and "<h1>" in html and "href=" in html
