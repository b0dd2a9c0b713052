"""What the company, departments and people say of themselves: who finds out whose a request is, whom they serve, topics."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries
from tests.cast import by, department

NOW = "2026-04-06 09:00"
COMPANY = {"name": "North", "language": "en", "timezone": "Europe/Moscow"}


def test_a_department_finds_out_whose_a_request_is(adam):
    with transaction():
        actions.describe_company(by(adam, NOW), **COMPANY, triage_department_id=department("it").id)
    assert queries.company().triage_department_id == department("it").id
    with transaction():
        actions.describe_company(by(adam, NOW), **COMPANY)
    assert queries.company().triage_department_id == department("it").id


def test_a_department_that_is_not_there_finds_nothing_out(adam):
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.describe_company(by(adam, NOW), **COMPANY, triage_department_id=999)
    assert set(refusal.value.fields) == {"triage"}


def test_a_department_says_whom_it_serves(adam):
    with transaction():
        actions.change_department(by(adam, NOW), department("it"), {"customers": {"en": "Everybody with a computer"}})
    assert department("it").customers == {"en": "Everybody with a computer"}


def test_a_person_says_what_they_answer(adam, anna):
    with transaction():
        actions.change_person(by(adam, NOW), anna, {"topics": ["visas", "отпуска"]})
    assert queries.person_by_email(anna.email).topics == ["visas", "отпуска"]


@pytest.mark.parametrize("topics", [["x"] * 21, ["x" * 61], ["  "], [7]])
def test_topics_are_few_and_short(adam, anna, topics):
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.change_person(by(adam, NOW), anna, {"topics": topics})
    assert set(refusal.value.fields) == {"topics"}
