"""Adding and changing request types."""

from __future__ import annotations

import pytest

from servicedesk.catalog import actions, queries
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from tests.build import open_ticket
from tests.cast import by, department, request_type

NOW = "2026-04-06 09:00"


def change(adam, key, **values):
    with transaction():
        actions.change_request_type(by(adam, NOW), request_type(key), values)
    return request_type(key)


def test_a_changed_form_is_a_new_version_and_filed_tickets_keep_theirs(adam, maria):
    ticket = open_ticket(maria, answers={"device": "HP-7"})
    row = change(adam, "it.incident", fields=[{"key": "room", "type": "text", "label": {"en": "Room"}}])
    assert row.version == 2
    assert ticket.answers[0]["label"]["en"] == "Device"


def test_the_same_again_is_no_change(adam):
    assert change(adam, "it.incident", name=dict(request_type("it.incident").name)).version == 1


def test_a_bad_form_is_refused(adam):
    with pytest.raises(Invalid) as refusal:
        change(adam, "it.incident", fields=[{"key": "X"}])
    assert set(refusal.value.fields) == {"fields-0-key", "fields-0-type", "fields-0-label"}
    assert request_type("it.incident").version == 1


@pytest.mark.parametrize("key", ["it.incident", "incident", "IT.x"])
def test_a_key_is_new_and_of_a_department(adam, key):
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.add_request_type(by(adam, NOW), department("it"), key=key, name={"en": "New"})
    assert set(refusal.value.fields) == {"key"}


def test_what_is_switched_off_is_not_offered(adam):
    change(adam, "it.access", active=False)
    with transaction():
        people.change_department(by(adam, NOW), department("hr"), {"active": False})
    assert [row.key for row in queries.request_types()] == ["it.incident", "sales.offer"]
    assert len(queries.request_types(active_only=False)) == 5
    assert [row.key for row in queries.request_types(department_id=department("it").id)] == ["it.incident"]


def test_a_type_that_moves_shows_its_new_department_at_once(adam):
    with transaction():
        row = request_type("it.access")
        actions.change_request_type(by(adam, NOW), row, {"department_id": department("hr").id})
        assert row.department.key == "hr"


def test_letters_ask_for_one_type_of_a_department(adam):
    change(adam, "it.incident", mail=True)
    change(adam, "hr.certificate", mail=True)
    change(adam, "it.access", mail=True)
    assert [request_type(key).mail for key in ("it.incident", "it.access", "hr.certificate")] == [False, True, True]
    assert queries.type_of_letters(department("it").id).key == "it.access"
    with transaction():
        row = actions.add_request_type(
            by(adam, NOW), department("it"), key="it.letter", name={"en": "Letter"}, mail=True
        )
    assert row.mail and not request_type("it.access").mail


def test_a_type_that_moves_takes_the_letters_of_its_new_department(adam):
    change(adam, "it.incident", mail=True)
    change(adam, "hr.certificate", mail=True)
    change(adam, "it.incident", department_id=department("hr").id)
    assert queries.type_of_letters(department("hr").id).key == "it.incident"
    assert queries.type_of_letters(department("it").id) is None


def test_letters_do_not_ask_for_what_is_switched_off(adam):
    change(adam, "it.incident", mail=True, active=False)
    assert queries.type_of_letters(department("it").id) is None
