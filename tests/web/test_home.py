"""The first page: asking, one's own requests, opinions that wait, the day of those who serve."""

from datetime import timedelta

from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.ratings.queries import waiting_for
from servicedesk.ratings.rules import signed_by_us
from servicedesk.tickets.queries import often_asked
from servicedesk.web.session import settings
from tests import build
from tests.cast import by, request_type


def test_it_leads_a_visitor_to_the_sign_in_page(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_it_shows_ones_own_open_requests_and_nobody_elses(client, maria, anna):
    build.open_ticket(maria, subject="My screen is dark")
    build.open_ticket(anna, subject="Annas phone is mute")
    page = client.sign_in(maria).get("/").text
    assert "My screen is dark" in page
    assert "Annas phone is mute" not in page


def test_it_leaves_out_what_is_closed(client, maria, igor):
    ticket = build.open_ticket(maria, subject="An old story")
    build.resolve(ticket, igor, "2026-04-06 12:00")
    build.close(ticket, maria, "2026-04-06 13:00")
    assert "An old story" not in client.sign_in(maria).get("/").text


def test_the_question_what_one_needs_works_without_scripts(client, maria):
    page = client.sign_in(maria).get("/").text
    assert 'action="/requests/new"' in page
    assert 'name="q"' in page


def test_it_links_an_opinion_that_waits_to_its_own_page(app, client, maria, igor):
    asked = now() - timedelta(hours=3)
    ticket = build.open_ticket(maria, when=asked)
    build.resolve(ticket, igor, asked + timedelta(hours=1))
    invitation = waiting_for(settings().keys, maria.id, now().date())[0].id
    page = client.sign_in(maria).get("/").text
    token = page.split('href="/rate/')[1].split('"')[0]
    assert signed_by_us(settings().keys, token) == invitation


def test_it_counts_the_day_of_somebody_who_serves(client, maria, igor):
    ticket = build.open_ticket(maria)
    build.assign(ticket, igor, "2026-04-06 10:30", igor)
    held = build.open_ticket(maria)
    build.reply(held, igor, "2026-04-06 10:30")
    build.hold(held, igor, "2026-04-06 10:40", "third_party")
    page = client.sign_in(igor).get("/").text
    figures = [part.split("<")[0] for part in page.split('class="figure-value">')[1:]]
    assert figures == ["1", "1", "1"]  # late, nobody's, in hand


def test_it_does_not_bother_an_employee_with_a_queue(client, maria):
    assert "Your day" not in client.sign_in(maria).get("/").text


def test_it_says_what_to_do_when_there_is_nothing(client, stranger):
    assert "You have no open requests" in client.sign_in(stranger).get("/").text


def test_it_asks_the_same_number_of_questions_however_many_requests(client, maria, count_queries):
    client.sign_in(maria)
    build.open_ticket(maria)
    client.get("/")
    count_queries()
    client.get("/")
    few = count_queries()
    for _ in range(7):
        build.open_ticket(maria)
    count_queries()
    client.get("/")
    assert count_queries() == few


def test_what_waits_for_oneself_stands_first_and_who_has_the_rest_is_said(client, maria, igor):
    asked = build.open_ticket(maria, subject="Which floor")
    build.hold(asked, igor, "2026-04-06 10:40", "waiting_for_requester")
    taken = build.open_ticket(maria, subject="A loud fan")
    build.assign(taken, igor, "2026-04-06 10:30", igor)
    page = client.sign_in(maria).get("/").text
    assert (
        page.index("Waiting for you")
        < page.index("Which floor")
        < page.index("My open requests")
        < page.index("A loud fan")
    )
    assert "It waits for your answer." in page and "Igor from It is working on it." in page


def test_what_one_asks_for_often_is_one_press_away(client, maria):
    for _ in range(2):
        build.open_ticket(maria, "it.incident")
    page = client.sign_in(maria).get("/").text
    assert 'class="often"' in page and 'href="/requests/new/it.incident"' in page


def test_what_colleagues_ask_is_offered_from_three_of_them_on_and_never_what_is_confidential(db, maria, adam):
    with transaction():
        stamp = by(adam, "2026-04-06 09:00")
        colleagues = [
            people.add_person(stamp, email=f"n{n}@example.com", name=f"N {n}", department=maria.department)
            for n in range(3)
        ]
    for who in colleagues[:2]:
        build.open_ticket(who, "it.incident")
    assert often_asked(maria, 5) == []
    build.open_ticket(colleagues[2], "it.incident")
    for who in colleagues:
        build.open_ticket(who, "hr.trouble", complete=False)
    assert often_asked(maria, 5) == [request_type("it.incident").id]
