"""Filing a request."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Invalid
from servicedesk.tickets import queries
from tests.build import open_ticket
from tests.cast import at, department


def test_it_waits_for_the_department_of_its_type(maria):
    ticket = open_ticket(maria, "it.incident")
    assert (ticket.status, ticket.ball, ticket.priority) == ("new", "supplier", "normal")
    assert ticket.department.key == "it"
    assert ticket.customer_department.key == "sales"


def test_it_begins_a_stay(maria):
    ticket = open_ticket(maria)
    (stay,) = queries.stays(ticket.id)
    assert (stay.department_id, stay.began_at, stay.ended_at) == (department("it").id, at("2026-04-06 10:00"), None)


def test_without_a_type_it_goes_to_the_department_named(maria):
    ticket = open_ticket(maria, "legal")
    assert ticket.request_type is None
    assert ticket.department.key == "legal"


def test_it_keeps_the_answers_with_their_labels(maria):
    ticket = open_ticket(maria, "it.access", answers={"system": "crm", "until": "2026-05-01"})
    assert [(row["key"], row["value"], row["label"]["en"]) for row in ticket.answers] == [
        ("system", "crm", "System"),
        ("until", "2026-05-01", "Until"),
    ]
    assert ticket.answers[0]["options"][0]["key"] == "crm"


def test_a_confidential_type_makes_a_confidential_ticket(maria):
    assert open_ticket(maria, "hr.trouble").confidential
    assert not open_ticket(maria, "hr.certificate").confidential


def test_filed_for_somebody_it_is_followed_by_who_filed_it(maria, igor):
    ticket = open_ticket(maria, registrar=igor)
    assert ticket.requester_id == maria.id
    assert ticket.registrar_id == igor.id
    assert queries.watchers(ticket.id) == [igor]


def test_it_was_made_when_the_first_word_arrived(maria):
    ticket = open_ticket(maria, when="2026-04-06 15:00", asked_at=at("2026-04-06 09:30"))
    assert ticket.created_at == at("2026-04-06 09:30")
    assert ticket.updated_at == at("2026-04-06 15:00")
    assert queries.stays(ticket.id)[0].began_at == at("2026-04-06 09:30")


def test_blank_ends_are_cut(maria):
    ticket = open_ticket(maria, subject="  Printer \n", description=" silent ")
    assert (ticket.subject, ticket.description) == ("Printer", "silent")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("subject", {"subject": "  "}),
        ("subject", {"subject": "x" * 301}),
        ("description", {"description": "x" * 50_001}),
        ("priority", {"priority": "desperate"}),
        ("asked_at", {"asked_at": at("2026-04-06 10:01")}),
        ("fields.system", {"kind": "it.access"}),
        ("fields.system", {"kind": "it.access", "answers": {"system": "payroll"}}),
        ("fields.colour", {"answers": {"colour": "red"}}),
    ],
)
def test_every_field_at_fault_is_named(maria, field, given):
    with pytest.raises(Invalid) as refusal:
        open_ticket(maria, **given)
    assert set(refusal.value.fields) == {field}
    assert not queries.any_ticket()


def test_all_faults_are_told_at_once(maria):
    with pytest.raises(Invalid) as refusal:
        open_ticket(maria, "it.access", subject="", priority="desperate")
    assert set(refusal.value.fields) == {"subject", "priority", "fields.system"}


def test_a_type_that_is_switched_off_takes_no_requests(maria, adam):
    from servicedesk.catalog.actions import change_request_type
    from servicedesk.kernel.transaction import transaction
    from tests.cast import by, request_type

    with transaction():
        change_request_type(by(adam, "2026-04-01 09:00"), request_type("it.incident"), {"active": False})
    with pytest.raises(Invalid) as refusal:
        open_ticket(maria)
    assert set(refusal.value.fields) == {"request_type"}
