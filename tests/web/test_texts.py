"""Texts of templates: found once for each language, right in each."""

from __future__ import annotations

from flask import render_template_string
from flask_babel import force_locale


def shown(app, text: str, *languages: str, **values: object) -> list[str]:
    found = []
    with app.test_request_context():
        for language in languages:
            with force_locale(language):
                found.append(render_template_string(text, **values))
    return found


def test_a_text_follows_the_language_within_one_answer(app):
    assert shown(app, "{{ _('Reports') }}", "en", "ru", "en") == ["Reports", "Отчёты", "Reports"]


def test_what_is_filled_in_may_have_any_name(app):
    for name in ("text", "here", "number", "one"):
        assert shown(app, f"{{{{ _('%({name})s!', {name}='<b>') }}}}", "en") == ["&lt;b&gt;!"]
