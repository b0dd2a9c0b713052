"""Leads edit the templates of their department: rows of requests, the order in which they are asked."""

from __future__ import annotations

import re
from html import unescape

import pytest

from servicedesk.catalog import actions, queries
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from tests.cast import by, department, request_type

NOW = "2026-04-06 09:30"
PATH = "/departments/it/templates/it.newcomer"


def line(number, kind="hr.certificate", **settings):
    said = {
        "step": "1",
        "request_type": str(request_type(kind).id) if "." in kind else kind,
        "subject": f"Request {number}",
        "waits": "y",
    }
    return {f"lines-{number}-{name}": value for name, value in (said | settings).items() if value is not None}


def edit(client, path=PATH, **said):
    return client.post(path, data={"seen": "1", "name_en": "A newcomer", "active": "y", **said})


@pytest.fixture
def template(app, olga):
    lines = [
        {"request_type_id": request_type("hr.certificate").id, "step": 1, "subject": "A certificate", "description": "", "waits": True},
        {"request_type_id": request_type("it.access").id, "step": 2, "subject": "Access", "description": "To everything", "waits": False},
    ]  # fmt: skip
    with transaction():
        actions.set_template(by(olga, NOW), department("it"), key="it.newcomer", name={"en": "A newcomer"}, lines=lines)


def newcomer():
    db.session.expire_all()
    return queries.template_by_key("it.newcomer")


def test_a_lead_finds_the_templates_in_the_catalog(client, olga, template):
    assert f'href="{PATH}"' in client.sign_in(olga).get("/departments/it/catalog").text
    assert client.get("/departments/sales/templates/it.newcomer").status_code == 404
    assert client.get("/departments/it/templates/it.nothing").status_code == 404


def test_a_template_of_another_department_is_not_found(client, boris, template):
    assert client.sign_in(boris).get("/departments/sales/templates/it.newcomer").status_code == 404
    assert client.get(PATH).status_code == 404


def test_the_page_shows_the_requests_and_their_order(client, olga, template):
    page = client.sign_in(olga).get(PATH).text
    order = unescape(page.split('id="preview"')[1])
    assert re.search(r"First.*Hr: A certificate.*Then.*It: Access.*nothing waits for it", order, re.DOTALL)
    assert 'value="A certificate"' in page and "To everything" in page


def test_what_is_typed_is_saved(client, olga, template):
    rows = line(0, "it.access", subject="Mail", step="2", waits=None) | line(1, "sales.offer", description="A good one")
    answer = edit(client.sign_in(olga), name_ru="Новичок", description_en="All a newcomer needs", active="", **rows)
    assert (answer.status_code, answer.location) == (303, PATH)
    found = newcomer()
    assert (found.name, found.active, found.version) == ({"ru": "Новичок", "en": "A newcomer"}, False, 2)
    assert [(row["subject"], row["step"], row["waits"], row["description"]) for row in found.lines] == [
        ("Mail", 2, False, ""), ("Request 1", 1, True, "A good one"),
    ]  # fmt: skip


def test_a_new_template_is_added(client, olga):
    answer = edit(client.sign_in(olga), "/departments/it/templates/new", seen="0", key="leaver", **line(0))
    assert answer.location == "/departments/it/templates/it.leaver"
    again = edit(client, "/departments/it/templates/new", seen="0", key="leaver", **line(0))
    assert again.status_code == 422 and 'id="key-error"' in again.text
    assert edit(client, "/departments/it/templates/new", seen="0", key="", **line(0)).status_code == 422


@pytest.mark.parametrize("pressed", ["preview", "row"])
def test_a_preview_and_the_buttons_of_rows_save_nothing(client, olga, template, pressed):
    said = {"preview": "1"} if pressed == "preview" else {"row": "lines-down-0"}
    answer = edit(client.sign_in(olga), **said, **line(0, "it.access", subject="First typed"), **line(1, step="3"))
    assert answer.status_code == 200 and 'value="First typed"' in answer.text
    assert "Request 1" in answer.text.split('id="preview"')[1]
    subjects = re.findall(r'name="lines-\d+-subject"[^>]*value="([^"]*)"', answer.text)
    assert subjects == (["First typed", "Request 1"] if pressed == "preview" else ["Request 1", "First typed"])
    assert newcomer().version == 1


@pytest.mark.parametrize(
    ("said", "field", "english", "russian"),
    [
        ({"name_en": ""}, "name_ru", "Give it a name", "Дайте название"),
        (("line", {"kind": "99999"}), "lines-0-request_type", "Choose a kind of request", "Выберите вид запроса"),
        (("line", {"kind": ""}), "lines-0-request_type", "Choose a kind of request", "Выберите вид запроса"),
        (("line", {"step": "0"}), "lines-0-step", "from 1 to 50", "от 1 до 50"),
        (("line", {"step": "soon"}), "lines-0-step", "from 1 to 50", "от 1 до 50"),
        (("line", {"subject": ""}), "lines-0-subject", "A subject is", "Тема – это"),
        (("line", {"subject": "x" * 301}), "lines-0-subject", "", ""),
    ],
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_wrong_is_said_at_its_row(client, olga, template, said, field, english, russian, language):
    with transaction():
        people.change_person(by(olga, NOW), olga, {"language": language})
    rows = line(0, **said[1]) if isinstance(said, tuple) else line(0) | said
    answer = edit(client.sign_in(olga), **({"description_en": "Typed with care"} | rows))
    found = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert answer.status_code == 422 and found and f'href="#{field}"' in answer.text
    assert {"en": english, "ru": russian}[language] in unescape(found[1])
    assert "Typed with care" in answer.text
    assert newcomer().version == 1


def test_a_template_without_a_request_is_refused(client, olga, template):
    assert "A template has at least one line." in edit(client.sign_in(olga)).text


def test_two_who_edit_at_once_see_each_other(client, olga, adam, template):
    edit(client.sign_in(olga), **line(0, subject="Olga's"))
    answer = edit(client.sign_in(adam), **line(0, subject="Adam's"))
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "1 · Certificate · Olga's" in page and "1 · Certificate · Adam's" in page
    assert re.search(r'name="seen"[^>]*value="2"', page)
    assert edit(client, seen="2", **line(0, subject="Adam's")).status_code == 303
    assert edit(client, seen="x", **line(0)).status_code == 409


def test_a_kind_of_request_that_is_switched_off_stays_in_its_template(client, olga, adam, template):
    with transaction():
        actions.change_request_type(by(adam, NOW), request_type("it.access"), {"active": False})
    number = request_type("it.access").id
    assert f'<option selected value="{number}">' in client.sign_in(olga).get(PATH).text
    assert f'value="{number}"' not in client.get("/departments/it/templates/new").text


def test_the_page_costs_the_same_however_many_requests(client, olga, template, count_queries):
    client.sign_in(olga)

    def statements():
        count_queries()
        assert client.get(PATH).status_code == 200
        return count_queries()

    few = statements()
    edit(client, **{name: text for n in range(12) for name, text in line(n, step=str(n + 1)).items()})
    assert (statements(), len(newcomer().lines)) == (few, 12)
