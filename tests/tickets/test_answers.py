"""Answers that name colleagues, departments and files; what a ticket shows of its form."""

from __future__ import annotations

import pytest

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.tickets import access, actions, queries, rules
from tests.build import open_ticket
from tests.cast import at, by, department, request_type
from tests.uploads import field, upload

FORM = [
    field("employee", "boss"), field("department", "payer"), field("file", "contract"), field("yes_no", "urgent"),
    field("text", "why", when={"field": "urgent", "is": True}, required=True), field("number", "weight", unit={"en": "kg"}),
    field("money", "price"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def form(cast, adam):
    with transaction():
        catalog.change_request_type(by(adam, "2026-04-06 08:00"), request_type("it.incident"), {"fields": FORM})


def filed(person, **answers):
    return open_ticket(person, answers=answers)


def refusals(person, **answers):
    with pytest.raises(Invalid) as refusal:
        open_ticket(person, answers=answers)
    return {key: str(fault) for key, fault in refusal.value.fields.items()}


@pytest.mark.parametrize("said", ["boris@north.example", " BORIS@north.example ", "Boris"])
def test_a_colleague_is_named_by_address_or_name_and_shown_by_name(maria, boris, said):
    said = (
        boris.name
        if said == "Boris"
        else said.replace("boris@north.example", boris.email).replace("BORIS@north.example", boris.email.upper())
    )
    (row,) = filed(maria, boss=said).answers
    assert (row["value"], row["shown"]) == (boris.email, boris.name)


def test_nobody_and_several_are_told_apart(maria, boris, igor, adam):
    with transaction():
        people.change_person(by(adam, "2026-04-06 08:00"), igor, {"name": boris.name})
    assert refusals(maria, boss=boris.name) == {
        "fields.boss": "Several colleagues have this name; give the e-mail address."
    }
    assert refusals(maria, boss="nobody@north.example") == {"fields.boss": "Nobody here has this address or name."}


def test_who_has_left_is_nobody(maria, boris, adam):
    with transaction():
        people.change_person(by(adam, "2026-04-06 08:00"), boris, {"active": False})
    assert "fields.boss" in refusals(maria, boss=boris.email)


def test_a_department_is_named_by_key_and_shown_by_name(maria):
    (row,) = filed(maria, payer="hr").answers
    assert (row["value"], row["shown"]) == ("hr", department("hr").name)
    assert refusals(maria, payer="gone") == {"fields.payer": "Choose one of the list."}


def test_unit_and_currency_are_kept(maria):
    weight, price = filed(maria, weight="3", price="1000").answers
    assert weight["unit"] == {"en": "kg"}
    assert (price["value"], price["currency"]) == ("1000.00", "RUB")


def test_a_file_becomes_the_tickets(maria):
    file = upload(maria)
    ticket = filed(maria, contract=file.key)
    (row,), (attached,) = ticket.answers, queries.attachments(ticket.id, with_notes=False)
    assert row["shown"] == {"name": "contract.txt", "size": 23, "kind": "text/plain"}
    assert (attached.file_id, attached.field) == (file.id, "contract")


@pytest.mark.parametrize("whose", ["a stranger's", "gone", "used", "nonsense"])
def test_a_file_that_cannot_be_used_is_refused_at_its_field(maria, stranger, whose):
    key = {
        "a stranger's": upload(stranger).key,
        "gone": "g" * 43,
        "used": upload(maria).key,
        "nonsense": "../etc/passwd",
    }[whose]
    if whose == "used":
        filed(maria, contract=key)
    said = refusals(maria, contract=key)
    expected = (
        "The key of an uploaded file is expected here."
        if whose == "nonsense"
        else "This file cannot be found any more. Choose it again."
    )
    assert said == {"fields.contract": expected}


def test_who_files_for_somebody_uses_their_own_file(maria, igor):
    file = upload(igor)
    with transaction():
        ticket = actions.open_ticket(
            by(igor, "2026-04-06 10:00"), maria, subject="A chair", description="", request_type=request_type("it.incident"),
            registrar=igor, answers={"contract": file.key},
        )  # fmt: skip
    assert len(queries.attachments(ticket.id, with_notes=False)) == 1


def test_answers_cost_one_statement_for_each_kind(maria, boris, count_queries):
    def cost(**answers):
        request_type("it.incident")
        count_queries()
        open_ticket(maria, answers=answers)
        return count_queries()

    filed(maria)
    plain = cost()
    # And one by which the search learns who is named.
    assert cost(boss=boris.email, payer="hr") <= plain + 3


def test_whoever_sees_the_ticket_may_take_its_files_and_nobody_else(maria, boris, igor, stranger):
    ticket = filed(maria, contract=upload(maria).key)
    (attached,) = queries.attachments(ticket.id, with_notes=False)
    for person in (maria, boris, igor):
        assert access.attachment_for(person, ticket.id, attached.id).file.name == "contract.txt"
    with pytest.raises(NotFound):
        access.attachment_for(stranger, ticket.id, attached.id)
    other = filed(maria)
    for ticket_id, attachment_id in ((other.id, attached.id), (ticket.id, 0), (ticket.id, 2**40)):
        with pytest.raises(NotFound):
            access.attachment_for(maria, ticket_id, attachment_id)


def test_what_was_asked_and_not_answered_has_a_line(maria):
    ticket = filed(maria, urgent=False, price="5")
    lines = rules.lines(queries.form_of(ticket), ticket.answers)
    assert [(line["key"], line["value"]) for line in lines] == [
        ("boss", None), ("payer", None), ("contract", None), ("urgent", False), ("weight", None), ("price", "5.00"),
    ]  # fmt: skip


def test_the_form_is_the_one_it_was_filed_with(maria, adam):
    ticket = filed(maria, price="5")
    with transaction():
        catalog.change_request_type(
            by(adam, "2026-04-06 12:00"), request_type("it.incident"), {"fields": [field("text", "new")]}
        )
    assert "new" not in {line["key"] for line in rules.lines(queries.form_of(ticket), ticket.answers)}


def test_files_that_nobody_refers_to_go_after_a_day(maria):
    used, unused = upload(maria), upload(maria, b"other words")
    filed(maria, contract=used.key)
    with transaction():
        assert actions.forget_files(by(maria, "2026-04-07 09:00")) == 0
        assert actions.forget_files(by(maria, "2026-04-07 09:01")) == 1
    assert queries.files_for([unused.key], [maria.id], None) == []
    assert queries.own_files([used.key, unused.key], maria.id) == []
    assert at("2026-04-06 09:00") == used.made_at
