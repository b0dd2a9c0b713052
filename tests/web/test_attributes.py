"""Attributes of controls are written as WTForms writes them, faster."""

from __future__ import annotations

import importlib.util
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from wtforms import Form, SelectField, StringField, TextAreaField

from servicedesk.web.forms.attributes import attributes, install
from servicedesk.web.forms.choices import listed

# The module once more, as it is before anybody changes it.
found = importlib.util.find_spec("wtforms.widgets.core")
assert found is not None and found.loader is not None
theirs = importlib.util.module_from_spec(found)
found.loader.exec_module(theirs)

NAMES = st.sampled_from(["class_", "id", "data_one_two", "aria_label", "required", "value", "max<", "for_"])
VALUES = st.one_of(st.booleans(), st.none(), st.integers(), st.text(), st.text().map(Markup))


@given(st.dictionaries(NAMES, VALUES))
def test_they_are_the_same_to_the_letter(values: dict[str, Any]) -> None:
    assert attributes(**values) == theirs.html_params(**values)


def test_every_widget_writes_by_it() -> None:
    class Asked(Form):
        name = StringField()
        words = TextAreaField()
        kind = SelectField(choices=listed([("a", "A"), ("b", "B <b>")]))

    install()
    form = Asked(data={"name": 'a "quoted" name', "kind": "b"})
    assert form.name() == '<input id="name" name="name" type="text" value="a &#34;quoted&#34; name">'
    assert form.words(rows=3) == '<textarea id="words" name="words" rows="3">\r\n</textarea>'
    assert '<option selected value="b">B &lt;b&gt;</option>' in form.kind()
