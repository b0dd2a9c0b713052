"""Finding whom to ask on the pages: while typing, without scripts, by palette; and what to do when nobody is known."""

from __future__ import annotations

import json

import pytest

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from servicedesk.tickets.models import Ticket
from tests import build
from tests.cast import by, department, request_type

WHEN = "2026-04-06 10:00"
HTMX = {"HX-Request": "true"}
FILLED = {"subject": "Somebody must water the plants", "description": "They are dry.", "key": "k" * 22}


def choose_triage(adam, key: str | None) -> None:
    company = who.company()
    with transaction():
        people.describe_company(
            by(adam, WHEN), name=company.name, language=company.language, timezone=company.timezone,
            triage_department_id=department(key).id if key else None,
        )  # fmt: skip


def answer_topics(person, *topics: str) -> None:
    with transaction():
        people.change_person(by(person, WHEN), person, {"topics": list(topics)})


class TestWhileTyping:
    def test_only_the_results_come_back(self, client, maria, igor):
        answer_topics(igor, "мониторы")
        page = client.sign_in(maria).get("/find?q=монитор", headers=HTMX).text
        assert "Igor" in page and "мониторы" in page
        assert "<html" not in page and "igor@example.com" not in page

    def test_without_scripts_it_is_a_page(self, client, maria):
        page = client.sign_in(maria).get("/find?q=access").text
        assert "<html" in page and "/requests/new/it.access" in page

    def test_results_are_grouped_and_counted(self, client, maria):
        page = client.sign_in(maria).get("/find", query_string={"q": "ИТ"}, headers=HTMX).text
        assert "data-announce" in page
        assert page.index("You can ask for") < page.index("Departments")
        assert 'href="/departments/it"' in page

    def test_nothing_found_says_what_to_do(self, client, maria):
        page = client.sign_in(maria).get("/find?q=xylophone", headers=HTMX).text
        assert "Nothing fits “xylophone”" in page
        assert 'href="/requests/new/unknown?subject=xylophone"' in page

    def test_an_empty_field_shows_nothing(self, client, maria):
        assert client.sign_in(maria).get("/find?q=", headers=HTMX).text.strip() == ""

    def test_it_says_who_is_away_and_who_covers(self, client, maria, igor, olga, adam):
        answer_topics(igor, "мониторы")
        with transaction():
            stamp = by(adam, WHEN)
            people.plan_absence(
                stamp, igor, adam, begins_at=now().replace(year=now().year - 1), ends_at=now().replace(year=now().year + 1),
                substitute=olga,
            )  # fmt: skip
        page = client.sign_in(maria).get("/find?q=монитор", headers=HTMX).text
        assert "Away, back on" in page and "Stands in: Olga" in page

    def test_confidential_types_are_offered_to_everybody(self, client, stranger):
        row = request_type("hr.trouble")
        assert row.confidential
        page = client.sign_in(stranger).get("/find", query_string={"q": row.name["en"]}, headers=HTMX).text
        assert "/requests/new/hr.trouble" in page

    def test_what_is_typed_comes_back_as_text(self, client, maria):
        page = client.sign_in(maria).get("/find", query_string={"q": '"><script>alert(1)</script>'}, headers=HTMX).text
        assert "<script>alert(1)" not in page

    def test_a_visitor_sees_nobody(self, client):
        assert client.get("/find?q=igor", headers=HTMX).location.startswith("/sign-in")

    def test_its_statements_do_not_grow(self, client, maria, adam, count_queries):
        answer_topics(adam, "скрепки")
        client.sign_in(maria).get("/find?q=скрепки", headers=HTMX)
        count_queries()
        client.get("/find?q=скрепки", headers=HTMX)
        few = count_queries()
        with transaction():
            for n in range(15):
                people.add_person(by(adam, WHEN), email=f"n{n}@example.com", name=f"N {n}", topics=["скрепки"])
                catalog.add_request_type(
                    by(adam, WHEN), department("it"), key=f"it.clip{n}", name={"ru": f"Скрепки {n}"}
                )
        client.get("/find?q=скрепки", headers=HTMX)
        count_queries()
        client.get("/find?q=скрепки", headers=HTMX)
        assert count_queries() == few


class TestHomeAndPalette:
    def test_the_home_page_finds_by_itself_and_without_scripts(self, client, maria):
        page = client.sign_in(maria).get("/").text
        assert 'action="/requests/new"' in page and 'hx-get="/find"' in page and 'id="found"' in page

    def test_the_palette_lists_the_pages_one_may_open(self, client, maria, olga, adam):
        pages = {person.name: client.sign_in(person).get("/find?for=pages").text for person in (maria, olga, adam)}
        assert all('href="/directory"' in page and 'href="/requests"' in page for page in pages.values())
        assert [name for name, page in pages.items() if 'href="/queue"' in page] == ["Olga"]
        assert [name for name, page in pages.items() if 'href="/admin"' in page] == ["Adam"]

    def test_it_offers_numbers_and_what_is_found(self, client, maria):
        page = client.sign_in(maria).get("/find", query_string={"q": "#1042", "for": "palette"}).text
        assert 'href="/tickets/1042"' in page and 'role="option"' in page
        page = client.get("/find?for=palette&q=access").text
        assert 'href="/requests/new/it.access"' in page and 'href="/search?q=access"' in page

    @pytest.mark.parametrize("text", ["", "#", "#99999999999999999999", "\U0001f642", "%"])
    def test_anything_may_be_typed(self, client, maria, text):
        assert client.sign_in(maria).get("/find", query_string={"q": text, "for": "palette"}).status_code == 200

    def test_a_visitor_has_no_palette(self, client):
        assert 'id="palette"' not in client.get("/sign-in").text


class TestNobodyKnown:
    def test_it_goes_to_the_triage_without_a_type(self, client, maria, adam, db):
        choose_triage(adam, "it")
        assert "It finds out" in client.sign_in(maria).get("/requests/new/unknown").text
        answer = client.post("/requests/new/unknown", data=FILLED)
        assert answer.status_code == 303
        ticket = db.session.query(Ticket).one()
        assert answer.location.endswith(f"/tickets/{ticket.id}/sent")
        assert (ticket.department.key, ticket.request_type_id, ticket.requester_id) == ("it", None, maria.id)

    def test_pressed_twice_it_is_one_request(self, client, maria, adam, db):
        choose_triage(adam, "it")
        client.sign_in(maria)
        first, second = (client.post("/requests/new/unknown", data=FILLED) for _ in range(2))
        assert first.location == second.location
        assert db.session.query(Ticket).count() == 1

    def test_what_was_searched_for_is_the_subject(self, client, maria, adam):
        choose_triage(adam, "it")
        assert 'value="plants"' in client.sign_in(maria).get("/requests/new/unknown?subject=plants").text

    @pytest.mark.parametrize("subject", ["", "   ", "x" * 301])
    def test_a_refused_form_keeps_what_was_typed(self, client, maria, adam, subject):
        choose_triage(adam, "it")
        answer = client.sign_in(maria).post("/requests/new/unknown", data={**FILLED, "subject": subject})
        assert answer.status_code == 422
        assert "They are dry." in answer.text and "error-summary" in answer.text

    def test_without_a_triage_it_says_so_and_keeps_the_text(self, client, maria):
        page = client.sign_in(maria).get("/requests/new/unknown").text
        assert "Nobody finds out here" in page and 'href="/directory"' in page
        answer = client.post("/requests/new/unknown", data=FILLED)
        assert answer.status_code == 422 and "They are dry." in answer.text

    def test_a_triage_that_was_switched_off_is_none(self, client, maria, adam):
        choose_triage(adam, "it")
        with transaction():
            people.change_department(by(adam, WHEN), department("it"), {"active": False})
        assert "Nobody finds out here" in client.sign_in(maria).get("/requests/new/unknown").text

    def test_somebody_signed_out_gets_the_text_back(self, client):
        answer = client.post("/requests/new/unknown", data=FILLED)
        assert answer.status_code == 401 and "They are dry." in answer.text


class TestHandingOn:
    @pytest.fixture
    def lost(self, maria, adam):
        choose_triage(adam, "it")
        return build.open_ticket(maria, "it", subject="Нужна справка", description="Для посольства.")

    def test_the_triage_is_offered_where_it_could_go(self, client, igor, lost):
        page = client.sign_in(igor).get(f"/tickets/{lost.id}").text
        assert "Whose is it?" in page
        assert f'name="request_type" value="{request_type("hr.certificate").id}"' in page

    def test_one_press_hands_it_over_with_its_type(self, client, igor, lost, db):
        kind = request_type("hr.certificate")
        data = {"department": kind.department_id, "request_type": kind.id}
        assert client.sign_in(igor).post(f"/tickets/{lost.id}/handovers", data=data).status_code == 303
        ticket = db.session.get(Ticket, lost.id)
        assert (ticket.department.key, ticket.request_type_id) == ("hr", kind.id)
        assert [stay.left_because for stay in ticket.stays] == ["triage", None]
        assert "found out whose it is" in client.get(f"/tickets/{lost.id}").text

    def test_a_type_of_another_department_changes_nothing(self, client, igor, lost, db):
        data = {"department": department("hr").id, "request_type": request_type("it.access").id}
        assert client.sign_in(igor).post(f"/tickets/{lost.id}/handovers", data=data).status_code == 422
        assert db.session.get(Ticket, lost.id).department.key == "it"

    @pytest.mark.parametrize("kind", ["0", "x", "999999", "9" * 40])
    def test_a_type_that_is_not_there_changes_nothing(self, client, igor, lost, db, kind):
        data = {"department": department("hr").id, "request_type": kind}
        assert client.sign_in(igor).post(f"/tickets/{lost.id}/handovers", data=data).status_code == 422
        assert db.session.get(Ticket, lost.id).department.key == "it"

    def test_what_is_its_own_gets_its_type_and_stays(self, client, maria, igor, adam, db):
        choose_triage(adam, "it")
        ticket = build.open_ticket(maria, "it", subject="Access")
        client.sign_in(igor)
        assert (
            f'action="/tickets/{ticket.id}/type"' in client.get(f"/tickets/{ticket.id}").text.split("Whose is it?")[1]
        )
        kind = request_type("it.access").id
        assert client.post(f"/tickets/{ticket.id}/type", data={"request_type": kind}).status_code == 303
        row = db.session.get(Ticket, ticket.id)
        assert (row.department.key, row.request_type_id, len(row.stays)) == ("it", kind, 1)

    def test_others_are_offered_nothing(self, client, maria, lost):
        assert "Whose is it?" not in client.sign_in(maria).get(f"/tickets/{lost.id}").text

    def test_a_request_with_a_type_is_no_matter_of_the_triage(self, client, maria, igor, adam):
        choose_triage(adam, "it")
        ticket = build.open_ticket(maria, "it.incident", subject="Справка")
        assert "Whose is it?" not in client.sign_in(igor).get(f"/tickets/{ticket.id}").text

    @pytest.mark.parametrize(
        ("because", "kept"), [("misdirected", "misdirected"), ("next_step", "next_step"), ("", None)]
    )
    def test_other_hand_overs_say_why(self, client, maria, igor, db, because, kept):
        ticket = build.open_ticket(maria, "it.incident")
        data = {"department": department("hr").id, "because": because}
        assert client.sign_in(igor).post(f"/tickets/{ticket.id}/handovers", data=data).status_code == 303
        assert db.session.get(Ticket, ticket.id).stays[0].left_because == kept
        words = {"misdirected": "it was sent to the wrong department", "next_step": "the next step is theirs"}
        page = client.get(f"/tickets/{ticket.id}").text
        assert all((text in page) == (key == kept) for key, text in words.items())

    def test_an_unknown_reason_is_refused_and_the_note_kept(self, client, maria, igor):
        ticket = build.open_ticket(maria, "it.incident")
        data = {"department": department("hr").id, "because": "triage", "note": "Yours, I think"}
        answer = client.sign_in(igor).post(f"/tickets/{ticket.id}/handovers", data=data)
        assert answer.status_code == 422 and "Yours, I think" in answer.text

    def test_a_program_says_why_too(self, api, maria, igor, db):
        ticket = build.open_ticket(maria, "it.incident")
        path = f"/api/v1/tickets/{ticket.id}/handovers"
        assert api.as_person(igor).post(path, json={"department": "hr", "because": "triage"}).status_code == 422
        assert api.post(path, json={"department": "hr", "because": "next_step"}).status_code == 201
        assert db.session.get(Ticket, ticket.id).stays[0].left_because == "next_step"


class TestTheAdministrator:
    def test_chooses_the_triage(self, client, adam):
        client.sign_in(adam)
        assert client.post("/admin/triage", data={"department": "it"}).status_code == 303
        assert who.company().triage_department_id == department("it").id
        assert 'value="it" selected' in client.get("/admin/departments").text
        client.post("/admin/triage", data={"department": ""})
        assert who.company().triage_department_id is None

    def test_cannot_choose_what_is_not_there(self, client, adam):
        assert client.sign_in(adam).post("/admin/triage", data={"department": "nowhere"}).status_code == 422

    def test_writes_what_others_answer(self, client, adam, igor):
        data = {"name": "Igor", "department": "", "active": "y", "topics": "printers\n\n  toner  cartridges \nprinters"}
        assert client.sign_in(adam).post(f"/admin/people/{igor.id}", data=data).status_code == 303
        assert who.person(igor.id).topics == ["printers", "toner cartridges"]


class TestWhatIAnswer:
    def account(self, **more: str) -> dict[str, str]:
        return {"name": "Igor", "language": "en", "timezone": "", "theme": "system", **more}

    def test_is_written_on_the_account_page_and_found_at_once(self, client, igor):
        client.sign_in(igor).post("/account", data=self.account(topics="Док-станции\nМониторы"))
        assert "Док-станции\nМониторы" in client.get("/account").text.replace("\r", "")
        assert "Igor" in client.get("/find?q=докстанция", headers=HTMX).text
        assert "Док-станции" in client.get("/directory").text

    def test_stays_when_the_form_does_not_have_it(self, client, igor):
        answer_topics(igor, "printers")
        client.sign_in(igor).post("/account", data=self.account())
        assert who.person(igor.id).topics == ["printers"]

    @pytest.mark.parametrize("topics", ["x" * 61, "\n".join(f"topic {n}" for n in range(21))])
    def test_too_much_is_refused_with_what_was_typed(self, client, igor, topics):
        answer = client.sign_in(igor).post("/account", data=self.account(topics=topics))
        assert answer.status_code == 422
        assert topics.split("\n")[0] in answer.text
        assert who.person(igor.id).topics == []


class TestTheDirectory:
    def test_it_is_paged(self, client, maria):
        with transaction():
            for n in range(40):
                people.add_department(by(None, WHEN), key=f"x{n:02d}", name={"en": f"Number {n:02d}."})
        client.sign_in(maria)
        first = client.get("/directory").text
        second = client.get(first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")).text
        assert all(sum(f"Number {n:02d}." in page for page in (first, second)) == 1 for n in range(40))

    def test_it_finds_by_what_people_answer(self, client, maria, igor):
        answer_topics(igor, "проекторы")
        page = client.sign_in(maria).get("/directory", query_string={"q": "прожектор проектора"}).text
        assert "Igor" in page and 'href="/departments/it"' in page

    def test_nothing_found_leads_on(self, client, maria):
        assert "/requests/new/unknown?subject=submarine" in client.sign_in(maria).get("/directory?q=submarine").text


class TestPrograms:
    def test_they_find_the_same(self, api, maria, igor):
        answer_topics(igor, "access cards")
        found = api.as_person(maria).get("/api/v1/find", query_string={"q": "acces"}).json
        assert set(found) == {"request_types", "departments", "people"}
        assert found["request_types"][0]["key"] == "it.access"
        assert found["people"] == [{"name": "Igor", "topics": ["access cards"], "department": "it"}]

    def test_a_token_that_may_not_read_people_gets_none(self, api, maria):
        found = api.as_person(maria, "tickets:read").get("/api/v1/find?q=igor").json
        assert found["people"] == []

    def test_bad_questions_are_refused_with_a_sentence(self, api, maria):
        api.as_person(maria)
        assert api.get("/api/v1/find").status_code == 422
        assert api.get("/api/v1/find?q=a&limit=21").status_code == 422
        assert api.get("/api/v1/find", query_string={"q": "a" * 201}).status_code == 422
        assert api.as_person(None).get("/api/v1/find?q=a").status_code == 401

    def test_the_document_tells_of_it(self, api):
        document = json.loads(api.get("/api/v1/openapi.json").text)
        assert "/api/v1/find" in document["paths"]
