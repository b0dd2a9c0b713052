"""Numbers and money with a unit, a currency and bounds; texts with a pattern."""

from __future__ import annotations

import time

import pytest

from servicedesk.catalog.rules import checked_answers, fits, form_faults, pattern_fault
from tests.catalog.forms import LABEL, field

MESSAGE = {"ru": "Номер вида А-12.", "en": "A number like A-12."}


def fault_of(one, value):
    return checked_answers([one], {"x": value})[1].get("x")


def test_a_number_has_a_unit_and_bounds():
    one = field("number", unit={"ru": "кг", "en": "kg"}, least="0.5", most="20")
    assert form_faults([one]) == []
    assert [bool(fault_of(one, value)) for value in ("0.4", "0.5", "20", "20.01", "-1")] == [
        True,
        False,
        False,
        True,
        True,
    ]
    assert str(fault_of(one, "0.4")) == "At least 0.5 is expected here."
    assert str(fault_of(one, "21")) == "At most 20 is expected here."


def test_money_has_a_currency_and_bounds():
    one = field("money", currency="EUR", least="1")
    assert form_faults([one]) == []
    assert checked_answers([one], {"x": "1"})[0] == {"x": "1.00"}
    assert str(fault_of(one, "0.99")) == "At least 1 is expected here."
    assert str(fault_of(one, "1.234")) == "An amount of money has at most two decimals."


def test_a_setting_that_is_none_is_not_there():
    assert (
        form_faults([field(unit=None, when=None, pattern=None, options=None), field("money", "y", currency=None)]) == []
    )


def test_the_whole_text_is_what_the_pattern_describes():
    one = field(pattern=r"[А-ЯA-Z]-\d{1,4}", pattern_message=MESSAGE)
    assert form_faults([one]) == []
    assert checked_answers([one], {"x": " Б-12 "})[0] == {"x": "Б-12"}
    for wrong in ("12", "Б-12 and more", "see Б-12", "Б-12345"):
        assert fault_of(one, wrong).names == MESSAGE
    assert checked_answers([one], {"x": "  "}) == ({}, {})


@pytest.mark.parametrize("pattern", ["(", "a{2000}", r"(a)\1", "(?=a)", "a" * 201, "\udc80", None, 7, ["a"], ""])
def test_a_pattern_that_cannot_be_computed_in_linear_time_is_refused(pattern):
    assert pattern_fault(pattern)


def test_no_pattern_keeps_the_desk_busy():
    began = time.perf_counter()
    assert not fits("(a+)+$", "a" * 50_000 + "!")
    assert not fits("(a|a)*b", "a" * 50_000)
    assert time.perf_counter() - began < 0.5


def test_what_cannot_be_kept_fits_no_pattern():
    assert not fits(".*", "\ud800")
    assert form_faults([field(pattern="\ud800", pattern_message=LABEL)])
