"""Which promise applies: the most specific policy, in the order of the rules."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from servicedesk.sla.rules import Case, PolicyRow, choose

IT, HR, SALES, LEGAL = 1, 2, 3, 4
INCIDENT, ACCESS = 11, 12
CASE = Case(IT, INCIDENT, "urgent", SALES, date(2026, 4, 6))


def policy(name, number=1, targets=None, **for_whom):
    columns = dict.fromkeys(
        ("department_id", "request_type_id", "priority", "customer_department_id", "valid_from", "valid_until")
    )
    return PolicyRow(
        version_id=number, name=name, targets=targets or {"resolution": "1h"}, warn_at=(), **columns | for_whom
    )


# From the most specific to the default of the company.
ORDER = [
    policy("agreement for the type", customer_department_id=SALES, department_id=IT, request_type_id=INCIDENT),
    policy("agreement", customer_department_id=SALES, department_id=IT),
    policy("type and priority", request_type_id=INCIDENT, priority="urgent"),
    policy("type", request_type_id=INCIDENT),
    policy("department and priority", department_id=IT, priority="urgent"),
    policy("department", department_id=IT),
    policy("company and priority", priority="urgent"),
    policy("company"),
]


@pytest.mark.parametrize(("first", "second"), list(combinations(range(len(ORDER)), 2)))
def test_the_more_specific_wins_whatever_the_order_of_reading(first, second):
    pair = [ORDER[second], ORDER[first]]
    assert choose(pair, "resolution", CASE).name == ORDER[first].name
    assert choose(pair[::-1], "resolution", CASE).name == ORDER[first].name


def test_naming_the_department_beside_the_type_makes_no_difference():
    rows = [
        policy("type", department_id=IT, request_type_id=INCIDENT),
        policy("both", request_type_id=INCIDENT, priority="urgent"),
    ]
    assert choose(rows, "resolution", CASE).name == "both"


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"department_id": HR},
        {"request_type_id": ACCESS},
        {"priority": "low"},
        {"customer_department_id": LEGAL},
        {"valid_from": date(2026, 4, 7)},
        {"valid_until": date(2026, 4, 5)},
    ],
)
def test_what_does_not_fit_is_not_chosen(elsewhere):
    assert choose([policy("other", **elsewhere)], "resolution", CASE) is None


@pytest.mark.parametrize("term", [{"valid_from": date(2026, 4, 6)}, {"valid_until": date(2026, 4, 6)}])
def test_the_first_and_the_last_day_count(term):
    assert choose([policy("agreement", **term)], "resolution", CASE)


def test_a_metric_the_winner_is_silent_about_comes_from_the_next():
    rows = [policy("it", department_id=IT, targets={"reply": "9h"}), policy("company", targets={"resolution": "27h"})]
    assert choose(rows, "resolution", CASE).name == "company"
    assert choose(rows, "reply", CASE).name == "it"
    assert choose(rows, "stay", CASE) is None


def test_of_two_alike_the_newer_wins():
    assert choose([policy("old", 1), policy("new", 2)], "resolution", CASE).name == "new"
