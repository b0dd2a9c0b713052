"""The agents' list: what breaks next stands first, filters live in the address, its cost does not grow with its length."""

import re

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.tickets import queries
from tests import build
from tests.cast import FOUNDED, by, department


def subjects(page: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>|\s+", " ", part.split("</a>")[0]).strip() for part in page.split('class="ticket-subject"')[1:]
    ]


def shown(client, path="/queue") -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return [subject.rpartition("  ")[2] for subject in subjects(answer.text)]


def test_a_visitor_is_led_to_the_sign_in_page(client):
    assert client.get("/queue").location.startswith("/sign-in")


@pytest.mark.parametrize("who", ["maria", "adam", "rita", "stranger"])
def test_there_is_no_queue_for_those_who_serve_nobody(client, cast, who):
    assert client.sign_in(getattr(cast, who)).get("/queue").status_code == 404


def test_the_queue_of_another_department_looks_like_one_that_does_not_exist(client, igor):
    client.sign_in(igor)
    assert client.get("/queue/hr").status_code == client.get("/queue/nowhere").status_code == 404


def test_what_breaks_next_stands_first_and_what_stands_still_last(client, maria, igor):
    build.open_ticket(maria, when="2026-04-06 12:00", subject="Later")
    build.open_ticket(maria, when="2026-04-06 11:00", subject="Sooner")
    build.open_ticket(maria, when="2026-04-06 12:00", subject="Urgent", priority="urgent")
    held = build.open_ticket(maria, when="2026-04-06 09:00", subject="Held")
    build.reply(held, igor, "2026-04-06 09:30")
    build.hold(held, igor, "2026-04-06 10:00", "third_party")
    assert shown(client.sign_in(igor)) == ["Urgent", "Sooner", "Later", "Held"]


def test_it_shows_what_the_department_holds_and_is_not_done(client, maria, igor):
    build.open_ticket(maria, "hr.certificate", subject="For HR")
    done = build.open_ticket(maria, subject="Done")
    build.resolve(done, igor, "2026-04-06 12:00")
    gone = build.open_ticket(maria, subject="Handed away")
    build.hand_over(gone, igor, "2026-04-06 12:00", "hr")
    build.open_ticket(maria, subject="Here")
    assert shown(client.sign_in(igor)) == ["Here"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("assignee=me", ["Mine"]),
        ("assignee=none", ["Urgent one", "Nobodys", "Held"]),
        ("priority=urgent", ["Urgent one"]),
        ("status=waiting", ["Held"]),
        ("q=nobodys", ["Nobodys"]),
        ("q=NOBODYS&assignee=me", []),
        ("status=nonsense&priority=nonsense", ["Urgent one", "Mine", "Nobodys", "Held"]),
    ],
)
def test_filters_live_in_the_address(client, maria, igor, query, expected):
    mine = build.open_ticket(maria, when="2026-04-06 10:00", subject="Mine")
    build.assign(mine, igor, "2026-04-06 10:05", igor)
    build.open_ticket(maria, when="2026-04-06 10:30", subject="Nobodys")
    build.open_ticket(maria, when="2026-04-06 10:00", subject="Urgent one", priority="urgent")
    held = build.open_ticket(maria, when="2026-04-06 10:00", subject="Held")
    build.reply(held, igor, "2026-04-06 10:05")
    build.hold(held, igor, "2026-04-06 10:10")
    client.sign_in(igor)
    assert shown(client, f"/queue?{query}") == expected
    if query.startswith("q="):
        assert 'id="filter-text" name="q" value="' in client.get(f"/queue?{query}").text


def test_the_number_finds_its_ticket(client, maria, igor):
    build.open_ticket(maria, subject="First")
    second = build.open_ticket(maria, subject="Second")
    assert shown(client.sign_in(igor), f"/queue?q=%23{second.id}") == ["Second"]


def test_who_serves_two_departments_chooses_between_them(client, maria, igor):
    with transaction():
        people.grant(by(None, FOUNDED), igor, "agent", department("hr"))
    build.open_ticket(maria, subject="For IT")
    build.open_ticket(maria, "hr.certificate", subject="For HR")
    client.sign_in(igor)
    assert sorted(shown(client)) == ["For HR", "For IT"]
    assert shown(client, "/queue/hr") == ["For HR"]
    assert shown(client, "/queue/it") == ["For IT"]


def test_a_confidential_ticket_is_counted_only_inside_its_team(client, maria, anna, igor):
    ticket = build.open_ticket(maria, "hr.trouble", subject="A quarrel")
    assert shown(client.sign_in(anna)) == ["A quarrel"]
    build.hand_over(ticket, anna, "2026-04-06 12:00", "it")
    assert shown(client.sign_in(anna)) == []
    assert shown(client.sign_in(igor)) == ["A quarrel"]


def test_taking_from_the_list_leads_back_to_the_list(client, maria, igor):
    ticket = build.open_ticket(maria)
    page = client.sign_in(igor).get("/queue?assignee=none").text
    assert f'formaction="/tickets/{ticket.id}/assignment" name="version" value="{ticket.version}"' in page
    way_back = page.split('name="next" value="')[1].split('"')[0]
    answer = client.post(
        f"/tickets/{ticket.id}/assignment", data={"assignee": "me", "version": ticket.version, "next": way_back}
    )
    assert (answer.status_code, answer.location) == (303, "/queue?assignee=none")
    assert queries.tickets_by_id([ticket.id])[ticket.id].assignee_id == igor.id


def test_two_who_take_at_once_do_not_both_have_it(client, maria, igor, olga):
    ticket = build.open_ticket(maria)
    seen = ticket.version
    build.assign(ticket, olga, "2026-04-06 10:05", olga)
    answer = client.sign_in(igor).post(f"/tickets/{ticket.id}/assignment", data={"assignee": "me", "version": seen})
    assert answer.status_code == 409
    assert queries.tickets_by_id([ticket.id])[ticket.id].assignee_id == olga.id


def test_the_way_back_never_leads_elsewhere(client, maria, igor):
    ticket = build.open_ticket(maria)
    answer = client.sign_in(igor).post(
        f"/tickets/{ticket.id}/assignment", data={"assignee": "me", "next": "//evil.example/queue"}
    )
    assert answer.location == f"/tickets/{ticket.id}"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "The queue is empty"), ("?assignee=me", "You have nothing in hand"), ("?assignee=none", "Everything has somebody"),
        ("?q=xylophone", "Nothing fits this filter"),
    ],
)  # fmt: skip
def test_an_empty_list_says_what_to_do(client, igor, query, words):
    assert words in client.sign_in(igor).get(f"/queue{query}").text


def test_it_pages_without_losing_or_repeating_a_ticket(client, maria, igor):
    for number in range(55):
        build.open_ticket(maria, subject=f"Number {number:02d}")
    client.sign_in(igor)
    first = client.get("/queue?priority=normal").text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "priority=normal" in following
    second = client.get(following).text
    both = [subject.rpartition("  ")[2] for subject in subjects(first) + subjects(second)]
    assert both == [f"Number {number:02d}" for number in range(55)]


def test_its_questions_do_not_grow_with_its_length(client, maria, boris, igor, olga, count_queries):
    client.sign_in(igor)

    def fill(tickets: int) -> None:
        for number in range(tickets):
            ticket = build.open_ticket((maria, boris)[number % 2], subject=f"Number {number}")
            build.assign(ticket, igor, "2026-04-06 11:00", (igor, olga)[number % 2])

    fill(5)
    client.get("/queue")
    count_queries()
    client.get("/queue")
    few = count_queries()
    fill(55)
    count_queries()
    client.get("/queue")
    assert count_queries() == few
    assert few <= 18


def test_a_full_page_is_light(client, maria, igor, db):
    """Fifty rows with long subjects in two bytes a letter; half of them somebody has."""
    subject = "Принтер на третьем этаже печатает полосами"
    for number in range(50):
        ticket = build.open_ticket(maria, subject=f"{subject} {number}")
        if number % 2:
            build.assign(ticket, igor, "2026-04-06 10:05", igor)
    with transaction():
        db.session.merge(igor).language = "ru"
    page = client.sign_in(igor).get("/queue")
    assert len(subjects(page.text)) == 50 and "Ближайший срок" in page.text
    assert len(page.data) < 60_000


@pytest.mark.parametrize("part", ["status", "assignee", "kind", "more", "display"])
def test_panels_and_the_page_of_all_filters_offer_what_can_be_chosen(client, igor, part):
    panel = (
        client.sign_in(igor)
        .get(f"/queue-filters?part={part}&status=open&assignee=me&kind=it.access&age=7&sort=number")
        .text
    )
    page = client.get("/queue-filters?status=open&assignee=me&kind=it.access&age=7&sort=number").text
    fields = re.findall(r'<(?:input|option)[^>]*value="[^"]*"[^>]*>', panel)
    assert "<html" not in panel and fields
    assert all(one in page for one in fields)
    assert re.search(" checked| selected", panel)


def test_what_was_chosen_is_sent_again_by_panels_that_were_not_opened(client, igor):
    page = client.sign_in(igor).get("/queue?assignee=me&kind=it.access&columns=promise,request&density=dense").text
    form = page.split('class="queue-filters"')[1].split("</form>")[0]
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    answer = client.get("/queue", query_string=kept | {"q": ""})
    said = answer.location.partition("?")[2].split("&")
    assert sorted(said) == ["assignee=me", "columns=promise,request", "density=dense", "kind=it.access"]
