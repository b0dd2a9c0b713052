"""Choices as lines of text and back: whatever a file has given them for labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.web.forms.choice_lines import choices_of, lines_of

words = st.text(st.characters(exclude_characters="\x01\x02\x03", exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1).filter(
    lambda text: text == text.strip()
)  # fmt: skip
labels = st.one_of(st.fixed_dictionaries({"ru": words}, optional={"en": words}), st.fixed_dictionaries({"en": words}))


@given(st.lists(st.fixed_dictionaries({"key": words, "label": labels}), max_size=4))
def test_what_is_written_is_read_back(options):
    assert choices_of(lines_of(options), "en") == options


@pytest.mark.parametrize(
    ("line", "choice"),
    [
        ("me | Меня | Me", {"key": "me", "label": {"ru": "Меня", "en": "Me"}}), ("me", {"key": "me", "label": {"en": "me"}}),
        ("me | Me", {"key": "me", "label": {"en": "Me"}}), ("me |", {"key": "me", "label": {"en": "me"}}),
        ("me | | Me", {"key": "me", "label": {"en": "Me"}}), (r"a \| b | c", {"key": "a | b", "label": {"en": "c"}}),
    ],
)  # fmt: skip
def test_a_line_may_say_less(line, choice):
    assert choices_of(f"\r\n{line}\r\n\r\n", "en") == [choice]
