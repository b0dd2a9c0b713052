"""Forms of request types: what a description may be, which answers fit it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.catalog.rules import FIELD_TYPES, checked_answers, form_faults, is_type_key

LABEL = {"en": "Label"}
OPTIONS = [{"key": "a", "label": LABEL}, {"key": "b", "label": LABEL}]


def field(kind="text", **more):
    return (
        {"key": "x", "type": kind, "label": LABEL} | ({"options": OPTIONS} if kind.startswith("choice") else {}) | more
    )


def answer(kind, value, **more):
    good, faults = checked_answers([field(kind, **more)], {"x": value})
    assert not (good and faults)
    return good.get("x") if not faults else str(faults["x"])


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_every_type_has_a_form_that_is_right(kind):
    assert form_faults([field(kind)]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "text", {}, field(key="Device"), field(key=""), field(key=7), field(type="colour"), field(label={}), field(label="Device"),
        field(label={"fr": "Appareil"}), field(label={"en": " "}), field(required="yes"), field(help="?"), field(colour="red"),
        field("choice", options=[]), field("choice", options="a,b"), field("choice", options=[{"key": "a"}]),
        field("choices", options=[*OPTIONS, OPTIONS[0]]),
    ],
)  # fmt: skip
def test_a_form_that_is_wrong_says_where(wrong):
    faults = form_faults([wrong])
    assert faults
    assert all("field" in fault for fault in faults)


def test_a_key_stands_once():
    assert len(form_faults([field(), field()])) == 1


@pytest.mark.parametrize(
    ("kind", "given_value", "kept"),
    [
        ("text", " a ", "a"), ("number", "1 000,50", "1000.50"), ("number", 7, "7"), ("number", "-0.1", "-0.1"), ("number", 1e3, "1000.0"),
        ("date", "2026-04-30", "2026-04-30"), ("choice", "a", "a"), ("choices", ["b", "a", "b"], ["b", "a"]), ("yes_no", False, False),
        ("yes_no", True, True),
    ],
)  # fmt: skip
def test_an_answer_that_fits_is_kept_in_one_form(kind, given_value, kept):
    assert answer(kind, given_value) == kept


@pytest.mark.parametrize(
    ("kind", "given_value"),
    [
        ("text", 7), ("text", "x" * 501), ("long_text", ["x"]), ("number", "many"), ("number", "NaN"), ("number", "Infinity"), ("number", True),
        ("number", "1e99"), ("date", "30.04.2026"), ("date", "2026-02-30"), ("date", 7), ("choice", "c"), ("choice", ["a"]), ("choices", "a"),
        ("choices", ["c"]), ("choices", [["a"]]), ("yes_no", "yes"), ("yes_no", 1),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_fit_is_refused_at_its_field(kind, given_value):
    good, faults = checked_answers([field(kind)], {"x": given_value})
    assert good == {}
    assert set(faults) == {"x"}


@pytest.mark.parametrize("kind", FIELD_TYPES)
@pytest.mark.parametrize("nothing", [None, "", "missing"])
def test_nothing_is_an_answer_only_where_none_is_needed(kind, nothing):
    answers = {} if nothing == "missing" else {"x": nothing}
    assert checked_answers([field(kind)], answers) == ({}, {})
    assert set(checked_answers([field(kind, required=True)], answers)[1]) == {"x"}


def test_a_no_is_an_answer():
    assert checked_answers([field("yes_no", required=True)], {"x": False}) == ({"x": False}, {})


def test_an_answer_to_no_question_is_refused():
    assert set(checked_answers([], {"x": 1})[1]) == {"x"}


@pytest.mark.parametrize(
    ("key", "right"),
    [("it.incident", True), ("it", False), ("it.", False), ("IT.x", False), ("a.b.c", False), ("it.new_pc-2", True)],
)
def test_the_key_of_a_type_names_its_department(key, right):
    assert is_type_key(key) is right


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(FIELD_TYPES), json_values)
def test_no_answer_is_a_fault_of_ours(kind, value):
    good, faults = checked_answers([field(kind)], {"x": value})
    assert set(good) | set(faults) <= {"x"}


@given(json_values)
def test_no_description_is_a_fault_of_ours(value):
    form_faults(value if isinstance(value, list) else [value])
