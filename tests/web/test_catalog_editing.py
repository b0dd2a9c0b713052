"""Leads edit their department's catalog: the list, a request type with its questions, approval and promise."""

from __future__ import annotations

import re
from html import unescape

import pytest

from servicedesk.catalog import actions, queries
from servicedesk.catalog.rules import FIELD_TYPES
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.sla.queries import promising
from tests.build import open_ticket
from tests.cast import by, department, request_type

NOW = "2026-04-06 09:30"
PATH = "/departments/it/catalog/it.incident"
SAID = {
    "seen": "1", "promise_seen": "0", "name_ru": "Не работает", "name_en": "Something is broken", "active": "y",
    "fields-0-key": "device", "fields-0-type": "text", "fields-0-label_ru": "Устройство", "fields-0-label_en": "Device",
}  # fmt: skip


def row(number, **settings):
    """The inputs of a question."""
    said = {"key": f"q{number}", "type": "text", "label_ru": f"Вопрос {number}", "label_en": f"Question {number}"}
    return {f"fields-{number}-{name}": value for name, value in (said | settings).items()}


def edit(client, path=PATH, **said):
    data = {name: value for name, value in (SAID | said).items() if value is not None}
    return client.post(path, data={name.replace("__", "-"): value for name, value in data.items()})


def steps(number=0, **settings):
    return {f"approvals-{number}-{name}": value for name, value in settings.items()}


def kind(key="it.incident"):
    db.session.expire_all()
    return request_type(key)


def words(answer):
    return unescape(re.sub(r"\s+", " ", answer.text))


def in_russian(person):
    with transaction():
        people.change_person(by(person, NOW), person, {"language": "ru"})


def test_a_lead_finds_the_catalog_of_the_department(client, olga, adam):
    with transaction():
        actions.change_request_type(by(adam, NOW), request_type("it.access"), {"active": False})
    client.sign_in(olga)
    assert 'href="/departments/it/catalog"' in client.get("/departments/it").text
    page = client.get("/departments/it/catalog").text
    assert 'href="/departments/it/catalog/it.incident"' in page and "switched off" in page
    assert "hr.trouble" not in page
    assert client.get("/departments/hr/catalog").status_code == 404
    assert client.get("/departments/nowhere/catalog").status_code == 404


def test_an_administrator_finds_it_too(client, adam):
    assert 'href="/departments/it/catalog"' in client.sign_in(adam).get("/admin/departments").text
    assert client.get("/departments/hr/catalog/hr.trouble").status_code == 200


@pytest.mark.parametrize("key", ["hr.trouble", "it.nothing", "nothing", "IT.x"])
def test_a_type_of_others_is_not_in_the_catalog(client, olga, key):
    assert client.sign_in(olga).get(f"/departments/it/catalog/{key}").status_code == 404
    assert edit(client, f"/departments/it/catalog/{key}").status_code == 404


def test_the_page_shows_what_the_type_says_and_saving_it_changes_nothing(client, olga):
    page = client.sign_in(olga).get("/departments/it/catalog/it.access").text
    assert "crm | CRM | CRM" in page and 'value="system"' in page
    data = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', page))
    data |= {
        name: unescape(text).strip() for name, text in re.findall(r'<textarea[^>]*name="([\w-]+)"[^>]*>([^<]*)', page)
    }
    data |= {"fields-0-type": "choice", "fields-1-type": "date", "fields-0-required": "y", "active": "y"}
    data.pop("confidential"), data.pop("mail"), data.pop("fields-1-required")
    assert client.post("/departments/it/catalog/it.access", data=data).status_code == 303
    assert (kind("it.access").version, kind("it.access").form_number) == (1, 1)


def test_what_is_typed_is_saved(client, olga):
    answer = edit(
        client.sign_in(olga), description_en="It does not work.", keywords="broken, kaputt\nfault", provides_ru="Номер",
        confidential="y",
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, PATH)
    found = kind()
    assert (found.description, found.keywords) == ({"en": "It does not work."}, ["broken", "kaputt", "fault"])
    assert (found.provides, found.confidential, found.version) == ({"ru": "Номер"}, True, 2)
    assert found.form_number == 1


def test_every_kind_of_question_is_saved(client, olga):
    rows = row(0, key="reach", type="choice", options="me | Меня | Me\nall | Всех | Everybody\nnobody", required="y")
    rows |= row(1, key="price", type="money", least="1 000", most="20000,50", currency="EUR")
    rows |= row(2, key="weight", type="number", unit_ru="кг", unit_en="kg", help_en="With the box")
    rows |= row(
        3,
        key="room",
        pattern="[A-Z]-[0-9]+",
        pattern_message_en="A letter and a number",
        when_field="reach",
        when_value="me, all",
    )
    rows |= row(4, key="remote", type="yes_no") | row(
        5, key="where", when_field="remote", when_value="да", options="kept | but | unused"
    )
    assert edit(client.sign_in(olga), **rows).status_code == 303
    reach, price, weight, room, _, where = kind().fields
    assert reach["required"] is True
    assert [option["key"] for option in reach["options"]] == ["me", "all", "nobody"]
    assert reach["options"][1]["label"] == {"ru": "Всех", "en": "Everybody"}
    assert (price["least"], price["most"], price["currency"]) == ("1000", "20000.50", "EUR")
    assert (weight["unit"], weight["help"]) == ({"ru": "кг", "en": "kg"}, {"en": "With the box"})
    assert room["when"] == {"field": "reach", "in": ["me", "all"]}
    assert where == {"key": "where", "type": "text", "label": {"ru": "Вопрос 5", "en": "Question 5"}, "when": {"field": "remote", "is": True}}  # fmt: skip


def test_other_questions_are_a_new_version_of_the_form_which_the_page_lists(client, olga, maria):
    ticket = open_ticket(maria, answers={"device": "HP-7"})
    edit(client.sign_in(olga), **row(0, key="room"))
    assert kind().form_number == 2
    assert ticket.answers[0]["label"]["en"] == "Device"
    page = words(client.get(PATH))
    assert "Version 2" in page and "Olga" in page.split("Versions of the form")[1] and "the desk itself" in page


def test_a_preview_shows_the_form_and_saves_nothing(client, olga):
    answer = edit(client.sign_in(olga), preview="1", **row(1, key="reach", type="choice", options="me | Меня | Me"))
    assert answer.status_code == 200
    shown = answer.text.split('id="preview"')[1]
    assert "Question 1" in shown and '<option value="me">Me</option>' in shown
    assert 'value="reach"' in answer.text
    assert (kind().version, len(kind().fields)) == (1, 1)


def test_a_preview_shows_every_kind_of_question(client, olga):
    rows = {
        name: text
        for number, kind in enumerate(FIELD_TYPES)
        for name, text in row(number, type=kind, options="a | A").items()
    }
    rows |= {"fields-0-when_field": "q10", "fields-0-when_value": "yes"}
    answer = edit(client.sign_in(olga), preview="1", provides_en="Its *number*", **rows)
    assert answer.status_code == 200
    shown = answer.text.split('id="preview"')[1]
    assert all(f"Question {number}" in shown for number in range(len(FIELD_TYPES)))
    assert "<em>number</em>" in shown and "Only if" in shown


def test_a_form_that_cannot_be_is_not_previewed(client, olga):
    answer = edit(client.sign_in(olga), preview="1", **row(0, key="Device"))
    assert answer.status_code == 422 and 'id="preview"' not in answer.text
    assert 'id="fields-0-key-error"' in answer.text


@pytest.mark.parametrize(
    ("pressed", "keys"),
    [("fields-up-1", ["b", "a", "c"]), ("fields-down-1", ["a", "c", "b"]), ("fields-take-1", ["a", "c"]), ("fields-add", ["a", "b", "c", ""]),
     ("fields-up-0", ["a", "b", "c"]), ("fields-down-2", ["a", "b", "c"]), ("fields-take-99", ["a", "b", "c"])],
)  # fmt: skip
def test_rows_are_added_taken_and_moved_by_plain_buttons(client, olga, pressed, keys):
    rows = row(0, key="a") | row(1, key="b", label_en="Second", required="y") | row(2, key="c", options="x | y")
    answer = edit(client.sign_in(olga), row=pressed, name_en="Typed", **rows)
    assert answer.status_code == 200
    assert re.findall(r'name="fields-\d+-key"[^>]*value="([^"]*)"', answer.text) == keys
    assert 'value="Typed"' in answer.text and "x | y" in answer.text
    if "b" in keys:
        assert re.search(rf'checked[^>]*name="fields-{keys.index("b")}-required"', answer.text)
    assert kind().version == 1


FAULTS = [
    ({"name_ru": "", "name_en": ""}, "name_ru", "Give it a name", "Дайте название"),
    ({"name_en": "x" * 201}, "name_en", "", ""),
    (row(0, key="Device"), "fields-0-key", "lower-case Latin letters", "строчные латинские"),
    (row(1, key="device"), "fields-1-key", "stands twice", "дважды"),
    (row(0, type="colour"), "fields-0-type", "one of", "один из"),
    (row(0, label_ru="", label_en=""), "fields-0-label_ru", "A label is needed", "Нужна подпись"),
    (row(0, type="choice", options=""), "fields-0-options", "at least one choice", "хотя бы один вариант"),
    (row(0, type="choice", options="a | A\na | B"), "fields-0-options", "“a” stands twice", "«a» стоит дважды"),
    (row(0, type="money", currency="rub"), "fields-0-currency", "three capital", "три заглавные"),
    (row(0, type="number", least="many"), "fields-0-least", "decimal number", "десятичное число"),
    (row(0, type="number", least="9", most="1"), "fields-0-most", "more than the most", "больше"),
    (row(0, pattern="["), "fields-0-pattern", "cannot be computed", "нельзя вычислить"),
    (row(0, pattern="a"), "fields-0-pattern_message_ru", "Say in words", "словами"),
    (row(1, when_field="gone", when_value="a"), "fields-1-when_field", "“gone”", "«gone»"),
    (row(1, key="a", type="yes_no") | row(2, when_field="a", when_value="maybe"), "fields-2-when_field", "can never have", "не может"),
    (row(1, type="yes_no", when_field="q1", when_value="yes"), "fields-1-when_field", "round in a circle", "по кругу"),
    (row(1, when_field="device", when_value="a", required="y"), "fields-1-when_field", "of one of the types", "одного из видов"),
    (steps(who="people"), "approvals-0-people", "at least one person", "хотя бы одного"),
    (steps(who="people", people="nobody@example.com"), "approvals-0-people", "nobody@example.com", "nobody@example.com"),
    (steps(who="mayor"), "approvals-0-who", "Choose who approves", "кто согласует"),
    (steps(who="lead", over_field="device", over_amount="5"), "approvals-0-over_field", "number or money", "число или деньги"),
    (row(0, key="sum", type="money") | steps(who="lead", over_field="sum", over_amount="much"), "approvals-0-over_field", "decimal", "десятичное"),
    (steps(who="people", people="igor@example.com", need="most"), "approvals-0-need", "enough", "достаточно"),
    ({"resolution": "soon"}, "resolution", "Write it like", "Пишите так"),
    ({"keywords": "x" * 61}, "keywords", "other words", "слов"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "field", "english", "russian"), FAULTS)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_wrong_is_said_at_its_row_in_the_readers_language(
    client, olga, said, field, english, russian, language
):
    if language == "ru":
        in_russian(olga)
    answer = edit(client.sign_in(olga), **({"description_en": "Typed with care"} | said))
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert found, re.findall(r'id="([\w-]+-error)"', answer.text)
    assert {"en": english, "ru": russian}[language] in unescape(found[1])
    assert f'href="#{field}"' in answer.text
    assert "Typed with care" in answer.text
    assert kind().version == 1


def test_everything_wrong_is_said_at_once(client, olga):
    said = row(0, key="X") | steps(who="people", people="nobody@example.com") | {"resolution": "soon"}
    page = edit(client.sign_in(olga), **said).text
    assert all(f'id="{name}-error"' in page for name in ("fields-0-key", "approvals-0-people", "resolution"))


def test_steps_of_approval_are_saved_with_people_by_address(client, olga, boris, igor):
    rows = row(1, key="price", type="money") | steps(0, who="lead")
    rows |= steps(
        1,
        who="people",
        people="Boris@example.com\nigor@example.com",
        need="all",
        over_field="price",
        over_amount="100 000,5",
    )
    assert edit(client.sign_in(olga), **rows).status_code == 303
    assert kind().approvals == [
        {"who": "lead"},
        {
            "who": "people",
            "people": [boris.id, igor.id],
            "need": "all",
            "over": {"field": "price", "amount": "100000.5"},
        },
    ]
    page = client.get(PATH).text
    assert "boris@example.com\nigor@example.com" in page and 'value="100000.5"' in page
    edit(client, seen="2", **rows)
    assert kind().version == 2


def test_a_blank_step_is_dropped(client, olga):
    edit(client.sign_in(olga), **steps(0, who="") | steps(1, who="lead"))
    assert kind().approvals == [{"who": "lead"}]


def test_two_who_edit_at_once_see_each_other(client, olga, adam):
    edit(client.sign_in(olga), name_en="Broken", **row(0, key="room"))
    answer = edit(client.sign_in(adam), name_en="Fault", **row(0, key="place"))
    assert answer.status_code == 409
    page = words(answer)
    assert 'value="Fault"' in page and "Broken" in page and "room" in page and "place" in page
    assert kind().name["en"] == "Broken"
    assert re.search(r'name="seen"[^>]*value="2"', page)
    assert edit(client, seen="2", name_en="Fault").status_code == 303
    assert kind().name["en"] == "Fault"


@pytest.mark.parametrize("seen", ["", "x", "²", "9" * 20])
def test_a_version_that_nobody_was_shown_saves_nothing(client, olga, seen):
    assert edit(client.sign_in(olga), seen=seen, name_en="Other").status_code == 409
    assert kind().version == 1


def promised(key="it.incident"):
    db.session.expire_all()
    found = promising.policy_by_name(f"request_type={key}")
    return promising.shown(found) if found else None


def test_the_promise_of_the_type_is_made_changed_and_withdrawn_in_place(client, olga):
    edit(client.sign_in(olga), first_reply="2h", resolution="3bd")
    assert promised().row.targets == {"first_reply": "2h", "resolution": "3bd"}
    assert kind().version == 1
    page = words(client.get(PATH))
    assert 'value="3bd"' in page and re.search(r'name="promise_seen"[^>]*value="1"', page)
    edit(client, promise_seen="1", resolution="2bd")
    assert (promised().number, promised().row.targets) == (2, {"resolution": "2bd"})
    edit(client, promise_seen="2")
    assert promised().active is False


def test_the_page_says_what_applies_now(client, olga):
    page = words(client.sign_in(olga).get(PATH)).split("What is promised now")[1]
    assert "27 h of working time" in page and "1 h of working time" in page
    assert 'href="/departments/it/promises"' in client.get(PATH).text


def test_a_promise_that_somebody_else_changed_is_not_overwritten(client, olga, adam):
    edit(client.sign_in(olga), resolution="3bd")
    edit(client, promise_seen="1", resolution="2bd")
    answer = edit(client.sign_in(adam), promise_seen="1", resolution="5bd")
    assert answer.status_code == 409 and 'value="5bd"' in answer.text
    assert promised().row.targets == {"resolution": "2bd"}
    assert edit(client, promise_seen="1", resolution="3bd", name_en="Other").status_code == 303
    assert promised().row.targets == {"resolution": "2bd"}


def test_a_new_type_is_added_with_its_promise(client, olga, igor):
    data = {"seen": "0", "key": "hardware", "name_en": "Hardware", "active": "y", "resolution": "5bd"} | row(
        0, key="what"
    )
    answer = client.sign_in(olga).post("/departments/it/catalog/new", data=data)
    assert (answer.status_code, answer.location) == (303, "/departments/it/catalog/it.hardware")
    assert kind("it.hardware").fields[0]["key"] == "what"
    assert promised("it.hardware").row.targets == {"resolution": "5bd"}
    again = client.post("/departments/it/catalog/new", data=data)
    assert again.status_code == 422 and 'id="key-error"' in again.text and 'value="Hardware"' in again.text


@pytest.mark.parametrize("key", ["", "Hardware", "a b", "x" * 70])
def test_a_new_type_has_a_key_for_addresses(client, olga, key):
    answer = client.sign_in(olga).post("/departments/it/catalog/new", data={"seen": "0", "key": key, "name_en": "X"})
    assert answer.status_code == 422 and 'id="key-error"' in answer.text


def test_a_type_is_switched_off_and_on(client, olga, maria):
    edit(client.sign_in(olga), active=None)
    assert client.sign_in(maria).get("/requests/new/it.incident").status_code == 404
    edit(client.sign_in(olga), seen="2")
    assert kind().active is True


def test_what_was_typed_by_whom_was_signed_out_is_kept(client):
    answer = edit(client, name_en="Long thoughts")
    assert answer.status_code == 401 and "Long thoughts" in answer.text


def test_the_pages_cost_the_same_however_much_there_is(client, olga, count_queries):
    client.sign_in(olga)

    def statements(where):
        count_queries()
        assert client.get(where).status_code == 200
        return count_queries()

    edit(client, **row(1) | steps(who="people", people="igor@example.com"))
    few = statements("/departments/it/catalog"), statements(PATH)
    for number in range(2, 7):
        data = {"seen": "0", "key": f"kind-{number}", "name_en": "X", "active": "y"}
        client.post("/departments/it/catalog/new", data=data)
        rows = {name: text for n in range(number + 1) for name, text in row(n).items()}
        edit(
            client,
            seen=str(number),
            **rows,
            **steps(who="people", people="igor@example.com\nboris@example.com\nanna@example.com"),
        )
    assert (statements("/departments/it/catalog"), statements(PATH)) == few
    assert len(queries.request_types(department_id=department("it").id)) == 7


def test_pages_are_said_in_russian(client, olga):
    in_russian(olga)
    client.sign_in(olga)
    for path in ("/departments/it/catalog", "/departments/it/catalog/new", PATH):
        assert client.get(path).status_code == 200
