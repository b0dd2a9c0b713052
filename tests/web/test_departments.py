"""Directory and department pages: open to everybody who is signed in, and the same number of questions for any size."""

from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.reports import actions as reports
from tests import build
from tests.cast import by, department


def test_the_directory_says_who_answers_what(client, stranger):
    page = client.sign_in(stranger).get("/directory").text
    assert "Something is broken" in page
    assert "Igor" in page
    assert 'href="/departments/it"' in page


def test_the_directory_finds_by_people_types_and_departments(client, stranger):
    client.sign_in(stranger)
    for words in ("igor", "BROKEN", "ит"):
        page = client.get("/directory", query_string={"q": words}).text
        assert 'href="/departments/it"' in page
        assert 'href="/departments/hr"' not in page
    assert "Nothing fits" in client.get("/directory?q=submarine").text


def test_strangers_are_led_to_the_sign_in_page(client):
    assert client.get("/directory").status_code == 302
    assert client.get("/departments/it").status_code == 302


def test_a_department_says_in_words_what_it_promises(client, stranger):
    page = client.sign_in(stranger).get("/departments/hr").text
    assert "1 working day" in page
    assert "5 working days" in page
    assert "Anna" in page


def test_it_shows_what_was_kept_last_month_once_the_month_is_closed(client, maria, igor, stranger):
    assert "What we kept" not in client.sign_in(stranger).get("/departments/it").text
    ticket = build.open_ticket(maria)
    build.resolve(ticket, igor, "2026-04-06 12:00")
    with transaction():
        reports.close_month(by(None, "2026-05-08 12:00", "worker"), "2026-04")
    page = client.get("/departments/it").text
    assert "What we kept in April 2026" in page
    assert "1 of 1" in page


def test_the_way_to_the_report_is_shown_to_who_may_read_it(client, maria, igor, olga, stranger):
    build.resolve(build.open_ticket(maria), igor, "2026-04-06 12:00")
    with transaction():
        reports.close_month(by(None, "2026-05-08 12:00", "worker"), "2026-04")
    assert "/reports/2026-04/it" in client.sign_in(olga).get("/departments/it").text
    assert "/reports/2026-04/it" not in client.sign_in(stranger).get("/departments/it").text


def test_an_unknown_department_and_one_that_is_switched_off_are_not_found(client, stranger, adam):
    client.sign_in(stranger)
    assert client.get("/departments/nowhere").status_code == 404
    with transaction():
        people.change_department(by(adam, "2026-04-06 09:00"), department("legal"), {"active": False})
    assert client.get("/departments/legal").status_code == 404
    assert 'href="/departments/legal"' not in client.get("/directory").text


def test_the_directory_asks_no_more_for_more_departments(client, stranger, count_queries):
    client.sign_in(stranger).get("/directory")
    count_queries()
    client.get("/directory")
    before = count_queries()
    with transaction():
        for number in range(12):
            row = people.add_department(by(None, "2026-04-06 09:00"), key=f"d{number}", name={"en": f"Number {number}"})
            agent = people.add_person(
                by(None, "2026-04-06 09:00"), email=f"a{number}@example.com", name=f"Agent {number}"
            )
            people.grant(by(None, "2026-04-06 09:00"), agent, "agent", row)
    client.get("/directory")  # makes the index of the changed people
    count_queries()
    client.get("/directory")
    assert count_queries() == before


def test_it_leaves_out_what_the_company_promises_where_it_promises_the_same(client, stranger):
    client.sign_in(stranger)
    assert "Everywhere in the company" not in client.get("/departments/it").text
    assert "Everywhere in the company" in client.get("/departments/sales").text
