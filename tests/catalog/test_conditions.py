"""Fields that are asked only after a certain answer to another one."""

from __future__ import annotations

import pytest

from servicedesk.catalog.rules import checked_answers, form_faults, shown
from tests.catalog.forms import field


def when(key, *values):
    return {"field": key, "in": list(values)} if len(values) != 1 else {"field": key, "is": values[0]}


ON_CHOICE = [field("choice", "c"), field("text", when=when("c", "a"), required=True)]


def test_a_field_is_asked_after_the_answer_it_hangs_on():
    assert form_faults(ON_CHOICE) == []
    assert checked_answers(ON_CHOICE, {"c": "b"}) == ({"c": "b"}, {})
    assert set(checked_answers(ON_CHOICE, {"c": "a"})[1]) == {"x"}
    assert checked_answers(ON_CHOICE, {"c": "a", "x": "yes"}) == ({"c": "a", "x": "yes"}, {})


@pytest.mark.parametrize("answer", ["text", 7, ["nonsense"], "x" * 501])
def test_what_was_answered_to_a_hidden_field_is_dropped_whatever_it_is(answer):
    assert checked_answers(ON_CHOICE, {"c": "b", "x": answer}) == ({"c": "b"}, {})
    assert checked_answers(ON_CHOICE, {"x": answer}) == ({}, {})


def test_a_field_may_hang_on_a_later_one():
    assert checked_answers(ON_CHOICE[::-1], {"c": "a", "x": "yes"})[0] == {"c": "a", "x": "yes"}


@pytest.mark.parametrize(
    ("kind", "condition", "answer", "is_shown"),
    [
        ("choice", {"in": ["a", "b"]}, "b", True), ("choice", {"is": "a"}, "b", False), ("choice", {"is": "a"}, None, False),
        ("choices", {"is": "a"}, ["b", "a"], True), ("choices", {"in": ["a"]}, ["b"], False), ("choices", {"is": "a"}, [], False),
        ("yes_no", {"is": True}, True, True), ("yes_no", {"is": False}, False, True), ("yes_no", {"is": False}, None, False),
        ("yes_no", {"in": [True, False]}, False, True),
    ],
)  # fmt: skip
def test_conditions_on_each_type(kind, condition, answer, is_shown):
    form = [field(kind, "c"), field(when={"field": "c"} | condition)]
    assert form_faults(form) == []
    assert ("x" in checked_answers(form, {"c": answer, "x": "yes"})[0]) is is_shown


def test_what_hangs_on_a_hidden_field_is_hidden():
    form = [
        field("yes_no", "a"),
        field("yes_no", "b", when=when("a", True)),
        field(when=when("b", True), required=True),
    ]
    assert checked_answers(form, {"a": False, "b": True, "x": "yes"}) == ({"a": False}, {})
    assert shown(form, {"a": True, "b": True}) == {"a", "b", "x"}


def test_while_the_answer_it_hangs_on_is_wrong_nothing_else_is_asked():
    assert set(checked_answers(ON_CHOICE, {"c": "z", "x": 7})[1]) == {"c"}


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"field": "gone", "is": "a"}, "“gone”, which the form does not have"), ({"field": 7, "is": "a"}, "which the form does not have"),
        ({"field": "c", "is": "z"}, "can never have the answer “z”"), ({"field": "c", "is": True}, "can never have the answer “True”"),
        ({"field": "c", "in": ["a", "z"]}, "can never have the answer “z”"), ({"field": "y", "is": "yes"}, "can never have the answer “yes”"),
        ({"field": "c", "in": []}, "at least one answer"), ({"field": "c", "in": "a"}, "at least one answer"),
        ({"field": "t", "is": "a"}, "types choice, choices, yes_no"), ({"field": "c"}, "field, and is or in"),
        ({"field": "c", "is": "a", "in": ["a"]}, "field, and is or in"), ("c", "field, and is or in"), ([], "field, and is or in"),
    ],
)  # fmt: skip
def test_a_condition_that_is_wrong_says_why(condition, said):
    form = [field("choice", "c"), field("yes_no", "y"), field("text", "t"), field(when=condition)]
    assert len(form_faults(form)) == 1
    assert said in str(form_faults(form)[0])


def test_conditions_never_go_round_in_a_circle():
    form = [field("yes_no", key, when=when(upper, True)) for key, upper in (("a", "b"), ("b", "c"), ("c", "a"))]
    assert [str(fault) for fault in form_faults(form)] == ["the conditions go round in a circle: a → b → c → a"]
    assert checked_answers(form, {"a": True, "b": True, "c": True}) == ({}, {})
    assert len(form_faults([field("yes_no", when=when("x", True))])) == 1


@pytest.mark.parametrize("upper", [when("c", "z"), {"field": "c", "in": []}])
def test_what_is_needed_can_be_shown(upper):
    form = [field("choice", "c"), field("yes_no", "y", when=upper), field(when=when("y", True), required=True)]
    assert "field 'x': it is required but can never be shown" in [str(fault) for fault in form_faults(form)]
    form[2]["required"] = False
    assert not any("never be shown" in str(fault) for fault in form_faults(form))


def test_a_needed_field_in_a_circle_can_never_be_shown():
    form = [field("yes_no", when=when("x", True), required=True)]
    assert "field 'x': it is required but can never be shown" in [str(fault) for fault in form_faults(form)]


def test_a_long_chain_of_conditions_takes_no_time():
    form = [field("yes_no", "f0")] + [field("yes_no", f"f{n}", when=when(f"f{n - 1}", True)) for n in range(1, 100)]
    assert form_faults(form) == []
    assert len(checked_answers(form, {f"f{n}": True for n in range(100)})[0]) == 100
