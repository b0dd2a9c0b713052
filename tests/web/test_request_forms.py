"""The form of a request with all kinds of fields, in a browser that knows no script."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.tickets.queries import attachments, tickets_by_id
from tests.build import open_ticket
from tests.cast import by, request_type
from tests.uploads import PNG, field, upload

PATH = "/requests/new/it.incident"
FORM = [
    field("yes_no", "urgent"), field("text", "why", when={"field": "urgent", "is": True}, required=True),
    field("text", "number", pattern=r"[A-Z]-\d+", pattern_message={"ru": "Номер вида A-12.", "en": "A number like A-12."}),
    field("number", "weight", unit={"ru": "кг", "en": "kg"}, most="20"), field("money", "price"), field("employee", "boss"),
    field("department", "payer"), field("file", "contract"),
]  # fmt: skip
FILLED = {"subject": "A chair", "description": "It squeaks."}


@pytest.fixture(autouse=True)
def form(cast, adam):
    values = {"fields": FORM, "provides": {"en": "The *number* on the label", "ru": "Номер на *этикетке*"}}
    with transaction():
        catalog.change_request_type(by(adam, "2026-04-06 08:00"), request_type("it.incident"), values)


@pytest.fixture
def maria_in(client, maria):
    return client.sign_in(maria)


def send(client, **given):
    data = FILLED | {key if key in FILLED else f"fields.{key}": value for key, value in given.items()}
    return client.post(PATH, data=data, content_type="multipart/form-data")


def chosen(content=b"The contract is signed.", name="contract.txt"):
    return io.BytesIO(content), name


def ticket_of(answer):
    assert answer.status_code == 303, answer.text
    number = int(answer.location.removesuffix("/sent").rpartition("/")[2])
    return tickets_by_id([number])[number]


def test_the_form_shows_every_kind_of_field_and_what_to_provide(maria_in):
    page = maria_in.get(PATH).text
    assert "What we need from you" in page and "<em>number</em>" in page
    assert "Only if “Field urgent” is “Yes”." in page
    assert 'data-when="fields.urgent"' in page and "yes&#34;" in page
    assert "Field weight, kg" in page and "Field price, RUB" in page
    assert 'enctype="multipart/form-data"' in page and 'type="file"' in page
    assert 'data-suggest="/people/suggest"' in page and '<option value="hr">' in page


def test_it_speaks_russian(client, maria_in):
    client.post("/account/language", data={"language": "ru"})
    page = client.get(PATH).text
    assert "Поле weight, кг" in page and "Номер на <em>этикетке</em>" in page
    answer = send(client, number="12")
    assert answer.status_code == 422
    assert "Номер вида A-12." in answer.text


def test_all_of_it_is_sent_and_shown(client, maria_in, boris):
    answer = send(
        client, urgent="yes", why="A fair", number="A-12", weight="3,5", price="1 000", boss=boris.email, payer="hr", contract=chosen(),
    )  # fmt: skip
    ticket = ticket_of(answer)
    assert {row["key"]: row["value"] for row in ticket.answers if row["key"] != "contract"} == {
        "urgent": True, "why": "A fair", "number": "A-12", "weight": "3.5", "price": "1000.00", "boss": boris.email, "payer": "hr",
    }  # fmt: skip
    page = client.get(f"/tickets/{ticket.id}").text
    (attached,) = attachments(ticket.id, with_notes=False)
    assert "3.5 kg" in page and "RUB" in page and boris.name in page and "contract.txt" in page
    assert f"/tickets/{ticket.id}/files/{attached.id}" in page


def test_what_was_not_given_is_said_so(client, maria_in):
    ticket = ticket_of(send(client, urgent="no", why="never asked"))
    assert [row["key"] for row in ticket.answers] == ["urgent"]
    page = client.get(f"/tickets/{ticket.id}").text
    assert page.count("not given") == 6
    assert "Field why" not in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"urgent": "yes"}, "This field is needed."), ({"number": "12"}, "A number like A-12."), ({"weight": "21"}, "At most 20 is expected here."),
        ({"price": "1.234"}, "at most two decimals"), ({"price": "many"}, "A number is expected here."), ({"boss": "nobody"}, "Nobody here has this"),
        ({"payer": "gone"}, "Choose one of the list."), ({"contract": "gone"}, "The key of an uploaded file is expected here."),
        ({"contract": "g" * 43}, "This file cannot be found any more. Choose it again."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(client, maria_in, given, said):
    answer = send(client, **given)
    assert answer.status_code == 422
    assert said in answer.text
    assert "It squeaks." in answer.text and 'value="A chair"' in answer.text
    assert f'id="field-{list(given)[-1] if "urgent" not in given else "why"}-error"' in answer.text


def kept_key(page):
    return page.partition('type="hidden" name="fields.contract" value="')[2][:43]


def test_a_file_is_kept_when_the_form_comes_back(client, maria_in):
    answer = send(client, number="12", contract=chosen(b"x" * 1234, "Договор.txt"))
    assert "Договор.txt (1.2\xa0kB) is kept." in answer.text
    ticket = ticket_of(send(client, number="A-12", contract=kept_key(answer.text)))
    assert ticket.answers[-1]["shown"]["name"] == "Договор.txt"


def test_a_kept_file_can_be_replaced_or_left_out(client, maria_in):
    key = kept_key(send(client, number="12", contract=chosen()).text)
    replaced = client.post(
        PATH,
        data=FILLED | {"fields.contract": [key, chosen(b"newer", "newer.txt")]},
        content_type="multipart/form-data",
    )
    assert ticket_of(replaced).answers[-1]["shown"]["name"] == "newer.txt"
    dropped = client.post(PATH, data=FILLED | {"fields.contract": key, "drop.fields.contract": "1"})
    assert ticket_of(dropped).answers == []


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ((b"MZ\0\0" + b"\0" * 80, "photo.jpg"), "Files that run a program"), ((b"harmless", "run.exe"), "Files that run a program"),
        ((b"", "empty.txt"), "This file is empty."), ((b"x" * 3000, "large.txt"), "A file may have at most"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_taken_is_said_at_its_field(app, client, maria_in, file, said, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], file_max_bytes=2000))
    answer = send(client, contract=chosen(*file), price="many")
    assert answer.status_code == 422
    assert said in answer.text and "A number is expected here." in answer.text
    assert "It squeaks." in answer.text and "kept-file" not in answer.text


def test_a_body_larger_than_other_pages_take_is_read_to_its_end(app, client, maria_in, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], file_max_bytes=100_000))
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 150_000)
    answer = send(client, contract=chosen(b"x" * 300_000, "film.txt"))
    assert answer.status_code == 422
    assert "A file may have at most 0.1 MB." in answer.text and "It squeaks." in answer.text
    assert client.post("/account", data={"name": "x" * 300_000}).status_code == 413


def test_somebody_elses_file_is_not_shown_by_its_key(client, maria_in, stranger):
    answer = send(client, contract=upload(stranger, name="secret plan.txt").key)
    assert "secret plan" not in answer.text
    assert "This file cannot be found any more." in answer.text


def test_a_name_is_cleaned_on_the_way(client, maria_in):
    ticket = ticket_of(send(client, contract=chosen(name="../../etc/pass\u202ewd.txt")))
    assert ticket.answers[-1]["shown"]["name"] == "pass wd.txt"


def test_colleagues_are_suggested_to_who_is_signed_in(client, maria_in, boris):
    items = client.get("/people/suggest", query_string={"q": boris.name[:3].lower()}).json["items"]
    assert {"email": boris.email, "name": boris.name, "department": "Sales"} in items or boris.email in {
        one["email"] for one in items
    }
    with transaction():
        people.change_person(by(None, "2026-04-06 08:00"), boris, {"name": "Борис Ковалёв"})
    assert [one["name"] for one in client.get("/people/suggest", query_string={"q": "ковал"}).json["items"]] == [
        "Борис Ковалёв"
    ]
    assert client.get("/people/suggest").json == {"items": []}
    assert len(client.get("/people/suggest", query_string={"q": "north"}).json["items"]) <= 10


def file_of(maria, content=b"The contract is signed.", name="contract.txt"):
    ticket = open_ticket(maria, answers={"contract": upload(maria, content, name).key})
    (attached,) = attachments(ticket.id, with_notes=False)
    return f"/tickets/{ticket.id}/files/{attached.id}"


def test_a_file_is_downloaded_sealed(client, maria_in, maria):
    answer = client.get(file_of(maria, name="договор.html", content=b"<script>alert(1)</script>"))
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        "sandbox" in answer.headers["Content-Security-Policy"]
        and "default-src 'none'" in answer.headers["Content-Security-Policy"]
    )


@pytest.mark.parametrize(
    ("content", "name", "shown"),
    [
        (PNG, "a.png", True),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", False),
        (b"%PDF-1.7 x", "a.png", False),
    ],
)
def test_only_pictures_are_shown_in_the_page(client, maria_in, maria, content, name, shown):
    answer = client.get(file_of(maria, content, name), query_string={"inline": "1"})
    assert answer.headers["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert client.get(file_of(maria, content, name)).headers["Content-Disposition"].startswith("attachment")


def test_a_file_whose_bytes_are_gone_is_not_found(app, client, maria_in, maria):
    path = file_of(maria, content=b"words that are lost")
    for blob in app.config["SETTINGS"].files_dir.rglob("*"):
        if blob.is_file() and blob.read_bytes() == b"words that are lost":
            blob.unlink()
    assert client.get(path).status_code == 404


def test_strangers_take_no_files(client, maria, stranger):
    path = file_of(maria)
    assert client.sign_in(stranger).get(path).status_code == 404
