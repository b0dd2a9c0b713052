"""Forms of request types: what a description may be, which answers fit it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.catalog.rules import FIELD_TYPES, checked_answers, form_faults, is_type_key, shown
from tests.catalog.forms import FILE, LABEL, OPTIONS, field, fitting, json_values, right_forms


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
        field("choices", options=[*OPTIONS, OPTIONS[0]]), field(options=OPTIONS), field("number", unit="кг"), field("text", unit={"en": "kg"}),
        field("number", least=1), field("number", least="many"), field("number", least="2", most="1"), field("money", currency="rub"),
        field("money", currency=643), field("money", unit={"en": "kg"}), field("number", currency="RUB"), field("date", most="1"),
        field(pattern="["), field(pattern="a+"), field(pattern_message=LABEL), field("long_text", pattern="a", pattern_message=LABEL),
        field(pattern="", pattern_message=LABEL), field(pattern=7, pattern_message=LABEL), field(pattern="a", pattern_message="?"),
    ],
)  # fmt: skip
def test_a_form_that_is_wrong_says_where(wrong):
    faults = form_faults([wrong])
    assert faults
    assert all("field" in str(fault) for fault in faults)


def test_a_key_stands_once():
    assert len(form_faults([field(), field()])) == 1


@pytest.mark.parametrize(
    ("kind", "given_value", "kept"),
    [
        ("text", " a ", "a"), ("number", "1 000,50", "1000.50"), ("number", 7, "7"), ("number", "-0.1", "-0.1"), ("number", 1e3, "1000.0"),
        ("date", "2026-04-30", "2026-04-30"), ("choice", "a", "a"), ("choices", ["b", "a", "b"], ["b", "a"]), ("yes_no", False, False),
        ("yes_no", True, True), ("money", "1 500", "1500.00"), ("money", "0,5", "0.50"), ("money", "7.500", "7.50"), ("money", 12, "12.00"),
        ("employee", " maria@north.example ", "maria@north.example"), ("department", "it", "it"), ("file", FILE, FILE),
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
        ("money", "0.001"), ("money", "much"), ("money", True), ("money", [1]), ("number", ["1"]), ("number", {}), ("employee", 7),
        ("employee", "x" * 255), ("department", ["it"]), ("department", "x" * 65), ("file", "contract.pdf"), ("file", 7), ("file", FILE + "f"),
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


@given(st.sampled_from(FIELD_TYPES), json_values)
def test_no_answer_is_a_fault_of_ours(kind, value):
    good, faults = checked_answers([field(kind)], {"x": value})
    assert set(good) | set(faults) <= {"x"}


@given(right_forms(), st.data())
def test_a_right_form_takes_any_answers_and_drops_those_nobody_asked_for(fields, data):
    assert form_faults(fields) == []
    answers = {one["key"]: data.draw(fitting | json_values) for one in fields if data.draw(st.booleans())}
    good, faults = checked_answers(fields, answers)
    asked = shown(fields, good)
    assert set(good) | set(faults) <= asked
    assert {one["key"] for one in fields if one["required"]} & asked <= set(good) | set(faults)
    assert (
        checked_answers(fields, good) == (good, {key: fault for key, fault in faults.items() if key in good}) or faults
    )


@given(json_values)
def test_no_description_is_a_fault_of_ours(value):
    form_faults(value if isinstance(value, list) else [value])
