"""The department says which fields are missing; the requester fills them in."""

from __future__ import annotations

import pytest

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import access, actions, queries
from tests.build import open_ticket
from tests.cast import by, request_type
from tests.uploads import field, upload

FORM = [
    field("text", "device"), field("file", "contract"), field("yes_no", "urgent"), field("money", "price"),
    field("text", "why", when={"field": "urgent", "is": True}, required=True),
]  # fmt: skip


@pytest.fixture
def ticket(maria, adam):
    with transaction():
        catalog.change_request_type(by(adam, "2026-04-06 08:00"), request_type("it.incident"), {"fields": FORM})
    return open_ticket(maria, answers={"price": "5"})


def ask(ticket, igor, *missing, reason="waiting_for_requester", when="2026-04-06 11:00"):
    with transaction():
        row = access.ticket_for(igor, ticket.id, "hold")
        return actions.put_on_hold(by(igor, when), row, igor, reason=reason, missing=missing)


def fill(ticket, who, text="", when="2026-04-06 12:00", **answers):
    with transaction():
        return actions.answer_fields(by(who, when), access.ticket_for(who, ticket.id, "answer"), who, answers, text)


def refusals(ticket, who, **answers):
    with pytest.raises(Invalid) as refusal:
        fill(ticket, who, **answers)
    return {key: str(fault) for key, fault in refusal.value.fields.items()}


def test_a_hold_says_which_fields_are_missing(ticket, igor):
    assert ask(ticket, igor, "device", "contract", "device").missing == ["device", "contract"]


@pytest.mark.parametrize(("missing", "reason"), [(("gone",), "waiting_for_requester"), (("device",), "third_party")])
def test_only_fields_of_the_form_are_asked_for_and_only_of_the_requester(ticket, igor, missing, reason):
    with pytest.raises(Invalid) as refusal:
        ask(ticket, igor, *missing, reason=reason)
    assert set(refusal.value.fields) == {"missing"}


def test_filling_them_in_says_so_and_lets_the_request_go_on(ticket, maria, igor):
    file = upload(maria)
    ask(ticket, igor, "device", "contract")
    message = fill(ticket, maria, device="HP-7", contract=file.key)
    assert [(row["key"], row["value"]) for row in message.filled] == [("device", "HP-7"), ("contract", file.key)]
    assert (message.text, message.visibility, message.side) == ("", "public", "requester")
    row = access.ticket_for(maria, ticket.id)
    assert (row.status, row.ball) == ("new", "supplier")
    assert [(line["key"], line["value"]) for line in row.answers] == [
        ("device", "HP-7"),
        ("contract", file.key),
        ("price", "5.00"),
    ]
    assert [one.file_id for one in queries.attachments(ticket.id, with_notes=False)] == [file.id]


def test_all_that_was_asked_for_is_needed(ticket, maria, igor):
    ask(ticket, igor, "device", "contract")
    assert refusals(ticket, maria, device="HP-7") == {"fields.contract": "This field is needed."}
    assert refusals(ticket, maria, device=" ", contract="gone") == {
        "fields.device": "This field is needed.", "fields.contract": "The key of an uploaded file is expected here.",
    }  # fmt: skip


def test_what_the_answers_make_needed_is_asked_with_them(ticket, maria, igor):
    ask(ticket, igor, "urgent")
    assert refusals(ticket, maria, urgent=True) == {"fields.why": "This field is needed."}
    assert len(fill(ticket, maria, urgent=True, why="The fair is tomorrow").filled) == 2


def test_nothing_else_is_changed_on_the_way(ticket, maria, igor):
    ask(ticket, igor, "device")
    assert refusals(ticket, maria, device="HP-7", price="1") == {"fields.price": "Nobody has asked for this field."}


def test_a_file_that_was_sent_before_is_replaced(ticket, maria, igor):
    first, second = upload(maria), upload(maria, b"The right contract")
    ask(ticket, igor, "contract")
    fill(ticket, maria, contract=first.key)
    ask(ticket, igor, "contract", when="2026-04-06 13:00")
    fill(ticket, maria, contract=second.key, when="2026-04-06 14:00")
    assert [one.file_id for one in queries.attachments(ticket.id, with_notes=False)] == [second.id]
    ask(ticket, igor, "contract", when="2026-04-06 15:00")
    fill(ticket, maria, contract=second.key, when="2026-04-06 16:00")
    assert [one.file_id for one in queries.attachments(ticket.id, with_notes=False)] == [second.id]


def test_others_do_not_answer_for_the_requester(ticket, igor, boris):
    ask(ticket, igor, "device")
    for person in (igor, boris):
        with pytest.raises(NotAllowed):
            fill(ticket, person, device="HP-7")


def test_when_nothing_is_missing_nothing_is_filled_in(ticket, maria, igor):
    with pytest.raises(Conflict):
        fill(ticket, maria, device="HP-7")
    ask(ticket, igor)
    with pytest.raises(Conflict):
        fill(ticket, maria, device="HP-7")


def test_a_plain_reply_still_ends_the_hold(ticket, maria, igor):
    ask(ticket, igor, "device")
    with transaction():
        actions.reply(
            by(maria, "2026-04-06 12:00"), access.ticket_for(maria, ticket.id, "reply"), maria, "I do not know it."
        )
    with pytest.raises(Conflict):
        fill(ticket, maria, device="HP-7", when="2026-04-06 12:30")


def test_an_amount_that_needs_an_approval_is_a_new_request(ticket, maria, igor, adam):
    step = {"who": "lead", "over": {"field": "price", "amount": "1000"}}
    with transaction():
        catalog.change_request_type(by(adam, "2026-04-06 10:30"), request_type("it.incident"), {"approvals": [step]})
    ask(ticket, igor, "price")
    assert set(refusals(ticket, maria, price="1001")) == {"fields.price"}
    assert fill(ticket, maria, price="1000").filled[0]["value"] == "1000.00"
