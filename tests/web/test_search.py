"""One search over everything a person may see, and over nothing else."""

import re

from servicedesk.kernel.transaction import settle, transaction
from servicedesk.people import actions as people
from servicedesk.tickets import actions as tickets
from tests import build
from tests.cast import FOUNDED, by, department


def found(client, text: str) -> str:
    answer = client.get("/search", query_string={"q": text})
    assert answer.status_code == 200
    # Words that were looked for are marked, in the middle of a sentence.
    return re.sub("</?mark>", "", answer.text)


def test_a_visitor_is_led_to_the_sign_in_page(client):
    assert client.get("/search?q=x").location.startswith("/sign-in")


def test_an_empty_search_explains_itself(client, maria):
    assert "What are you looking for?" in found(client.sign_in(maria), "")


def test_it_finds_words_of_subject_and_description_whatever_their_case(client, maria):
    build.open_ticket(maria, subject="Ёлка в холле", description="Гирлянда НЕ горит")
    client.sign_in(maria)
    assert "Ёлка в холле" in found(client, "гирлянда")
    assert "Ёлка в холле" in found(client, "ХОЛЛЕ не")
    assert "Ёлка в холле" not in found(client, "гирлянда новогодняя")


def test_it_finds_a_number(client, maria):
    first, second = build.open_ticket(maria, subject="First"), build.open_ticket(maria, subject="Second")
    page = found(client.sign_in(maria), f"#{second.id}")
    assert f"/tickets/{second.id}" in page
    assert f'/tickets/{first.id}"' not in page


def test_it_finds_nothing_that_is_not_ones_own_to_see(client, maria, anna, igor, stranger):
    build.open_ticket(maria, subject="A word about zebras")
    build.open_ticket(maria, "hr.trouble", subject="A quarrel about zebras")
    seen = {
        name: [subject in found(client.sign_in(person), "zebras") for subject in ("A word about", "A quarrel about")]
        for name, person in (("maria", maria), ("igor", igor), ("anna", anna), ("stranger", stranger))
    }
    assert seen == {"maria": [True, True], "igor": [True, False], "anna": [False, True], "stranger": [False, False]}


def test_a_number_one_may_not_see_is_not_betrayed(client, maria, stranger):
    ticket = build.open_ticket(maria, subject="Secret")
    page = found(client.sign_in(stranger), str(ticket.id))
    assert "Secret" not in page
    assert "No request that you may see has these words." in page


def test_it_finds_what_can_be_asked_for_and_who_is_who(client, maria):
    client.sign_in(maria)
    assert "/requests/new/hr.certificate" in found(client, "справку")
    assert "/departments/it" in found(client, "it")
    assert "<strong>Olga</strong>" in found(client, "Olga")


def test_a_name_typed_small_finds_its_person(client, maria):
    with transaction():
        people.add_person(by(None, FOUNDED), email="zoya@example.com", name="Зоя Яшина")
    assert "<strong>Зоя Яшина</strong>" in found(client.sign_in(maria), "зоя яш")


def test_what_is_typed_comes_back_as_text(client, maria):
    page = found(client.sign_in(maria), '"><script>alert(1)</script>')
    assert "<script>alert(1)" not in page


def test_it_pages_without_losing_or_repeating_a_request(client, maria):
    for number in range(35):
        build.open_ticket(maria, subject=f"Zebra number {number:02d}.")
    client.sign_in(maria)
    first = found(client, "zebra")
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = re.sub("</?mark>", "", client.get(following).text)
    assert all(sum(f"number {number:02d}." in page for page in (first, second)) == 1 for number in range(35))


def test_its_questions_do_not_grow_with_what_is_found(client, maria, count_queries):
    client.sign_in(maria)
    build.open_ticket(maria, subject="Zebra")
    found(client, "zebra")
    count_queries()
    found(client, "zebra")
    few = count_queries()
    for _ in range(20):
        build.open_ticket(maria, subject="Zebra")
    count_queries()
    found(client, "zebra")
    assert count_queries() <= few


def test_words_are_marked_and_nothing_else_is_markup(client, maria):
    build.open_ticket(maria, subject="<b>Zebra</b> & co", description="A <script>zebra</script> in the hall")
    page = client.sign_in(maria).get("/search?q=zebra").text
    assert "&lt;b&gt;<mark>Zebra</mark>&lt;/b&gt; &amp; co" in page
    assert "A &lt;script&gt;<mark>zebra</mark>&lt;/script&gt; in the hall" in page


def test_a_wrong_filter_is_said_and_empties_nothing(client, maria):
    build.open_ticket(maria, subject="Zebra")
    page = found(client.sign_in(maria), "zebra department:nowhere due:whenever")
    assert "There is no department “nowhere”. This filter is left out." in page
    assert "“whenever” is no due time." in page
    assert "Zebra</a>" in page


def test_filters_in_force_can_be_taken_away_one_by_one(client, maria):
    build.open_ticket(maria, subject="Zebra")
    page = found(client.sign_in(maria), "zebra department:it status:open")
    assert 'href="/search?q=zebra+status:open"' in page
    assert 'href="/search?q=zebra+department:it"' in page
    assert "Only requests that you may see are listed" in page


def test_the_form_of_filters_writes_the_one_field(client, maria):
    client.sign_in(maria)
    answer = client.get("/search?q=zebra+department:hr&department=it&status=open&assignee=&due=%3C2d&sort=newest")
    assert answer.location == "/search?q=zebra+department:it+status:open+due:%3C2d&sort=newest"


def test_what_was_perhaps_meant_is_shown_apart(client, maria):
    build.open_ticket(maria, subject="Принтер молчит")
    page = found(client.sign_in(maria), "притнер")
    assert "Showing also: принтер" in page
    assert "Принтер молчит</a>" in page


def test_an_empty_list_helps_on(client, maria):
    build.open_ticket(maria, subject="Zebra")
    page = found(client.sign_in(maria), "zebra giraffe department:it")
    assert "No request that you may see has these words." in page
    assert "Look for the words without filters" in page
    assert "Fewer words find more" in page


def test_more_than_a_hundred_are_not_counted(client, maria):
    with transaction():
        for number in range(102):
            tickets.open_ticket(
                by(maria, FOUNDED), maria, subject=f"Zebra {number}", description="", department=department("it")
            )
            settle()
    client.sign_in(maria)
    assert "more than 100 found" in found(client, "zebra")
    assert "more than 100 found" in found(client, "from:me")


def test_orders_stand_in_the_address(client, maria):
    for subject, when in (("Zebra, older", "2026-04-06 10:00"), ("Other, newer: zebra", "2026-04-07 10:00")):
        build.open_ticket(maria, when=when, subject=subject)
    client.sign_in(maria)
    for sort in ("best", "newest", "due"):
        page = client.get(f"/search?q=zebra&sort={sort}").text
        assert page.count('class="hit"') == 2
    assert client.get("/search?q=zebra&sort=odd").status_code == 200
