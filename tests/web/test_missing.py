"""Asking for what is missing in the form, and filling it in on the page of the request."""

from __future__ import annotations

import io

import pytest

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets.queries import attachments, hold_in_force
from tests.build import open_ticket, reply
from tests.cast import by, request_type
from tests.uploads import field

FORM = [field("text", "device"), field("file", "contract"), field("yes_no", "urgent")]


@pytest.fixture
def path(maria, igor, client, adam):
    with transaction():
        catalog.change_request_type(by(adam, "2026-04-06 08:00"), request_type("it.incident"), {"fields": FORM})
    ticket = open_ticket(maria)
    path = f"/tickets/{ticket.id}"
    given = {
        "kind": "hold",
        "reason": "waiting_for_requester",
        "text": "We cannot begin.",
        "missing": ["device", "contract"],
    }
    assert client.sign_in(igor).post(f"{path}/messages", data=given).status_code == 303
    return path


def fill(client, path, **given):
    data = {f"fields.{key}" if key != "text" else key: value for key, value in given.items()}
    return client.post(f"{path}/answers", data=data, content_type="multipart/form-data")


def number(path):
    return int(path.rpartition("/")[2])


def test_the_composer_offers_the_fields_of_the_form(client, igor, path):
    page = client.sign_in(igor).get(path).text
    assert "What is missing in the form" in page and 'name="missing"' in page
    assert hold_in_force(number(path)).missing == ["device", "contract"]


def test_the_requester_reads_which_and_fills_them_in_right_there(client, maria, path):
    page = client.sign_in(maria).get(path).text
    assert "Please fill in: Field device, Field contract" in page
    assert (
        "Please fill in what is missing" in page
        and 'name="fields.device"' in page
        and 'name="fields.urgent"' not in page
    )
    answer = fill(client, path, device="HP-7", contract=(io.BytesIO(b"signed"), "contract.txt"), text="Here it is.")
    assert answer.status_code == 303
    page = client.get(path).text
    assert "Filled in what was missing:" in page and "HP-7" in page and "Here it is." in page
    assert "Please fill in what is missing" not in page
    assert len(attachments(number(path), with_notes=False)) == 1


def test_what_is_wrong_comes_back_with_everything_typed(client, maria, path):
    client.sign_in(maria)
    answer = fill(client, path, device="", contract=(io.BytesIO(b"signed"), "contract.txt"), text="Here it is.")
    assert answer.status_code == 422
    assert "This field is needed." in answer.text and "contract.txt" in answer.text and "is kept" in answer.text
    assert "Here it is." in answer.text


def test_when_somebody_was_faster_the_text_is_kept(client, maria, path, igor):
    from servicedesk.tickets.queries import tickets_by_id

    client.sign_in(maria)
    reply(tickets_by_id([number(path)])[number(path)], maria, "2026-04-06 12:00", "I told you on the phone.")
    answer = fill(client, path, device="HP-7", text="Here it is.")
    assert answer.status_code == 409
    assert "Nothing is missing in this request any more." in answer.text


def test_others_are_not_asked(client, igor, boris, path):
    assert "Please fill in what is missing" not in client.sign_in(igor).get(path).text
    assert fill(client, path, device="HP-7").status_code == 403
    assert fill(client.sign_in(boris), path, device="HP-7").status_code == 403
