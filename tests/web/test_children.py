"""Asking other departments on the pages: the panel of a ticket, choosing and asking, templates, what comes back."""

from __future__ import annotations

import re

import pytest

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import queries
from tests import doors
from tests.build import ask, ask_by_template, assign, cancel, note, open_ticket, resolve, template
from tests.cast import by, request_type


@pytest.fixture
def web(app):
    """A browser of its own for each person; for None one that is signed in as nobody."""
    return lambda person: doors.browser(app).sign_in(person) if person else doors.browser(app)


@pytest.fixture
def parent(maria, igor):
    row = open_ticket(maria, description="It does not blink.\nIt hums.")
    assign(row, igor, "2026-04-06 10:30", igor)
    return row


def page_of(client, ticket):
    response = client.get(f"/tickets/{ticket.id}")
    assert response.status_code == 200
    return response.text


def panel(html):
    found = re.search(r'<details class="card card-dense side-card" id="children".*?</div>\n</details>', html, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group())) if found else ""


def hidden(html, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', html).group(1)


def test_who_works_on_it_sees_the_child_with_its_promise(web, parent, igor):
    child = ask(parent, igor, "2026-04-06 11:00")
    html = page_of(web(igor), parent)
    assert f'href="/tickets/{child.id}"' in html
    told = panel(html)
    assert "A badge for her" in told and "Hr" in told and "This request waits for it." in told
    assert "promise promise-" in html.split('id="children"')[1].split("side-card")[0]


def test_the_requester_reads_that_a_department_was_asked_and_how_it_stands(web, parent, igor, maria, anna):
    child = ask(parent, igor, "2026-04-06 11:00")
    told = panel(page_of(web(maria), parent))
    assert "Hr was asked:" in told and "in work" in told
    assert f"#{child.id}" not in told and "badge" not in told and "Ask another" not in told
    resolve(child, anna, "2026-04-06 12:00")
    assert "— done" in panel(page_of(web(maria), parent))


def test_one_taken_back_says_so(web, parent, igor, maria):
    cancel(ask(parent, igor, "2026-04-06 11:00"), igor, "2026-04-06 12:00")
    assert "taken back" in panel(page_of(web(maria), parent))


def test_nobody_learns_of_a_child_more_secret_than_its_parent(web, parent, cast):
    child = ask(parent, cast.igor, "2026-04-06 11:00", "hr.trouble")
    assert f"#{child.id}" in panel(page_of(web(cast.igor), parent))
    for person in (cast.maria, cast.boris, cast.olga, cast.adam):
        html = page_of(web(person), parent)
        assert "was asked" not in panel(html) and f"/tickets/{child.id}" not in html and " asked Hr" not in html


def test_a_child_names_its_parent_only_to_who_may_see_that(web, parent, igor, anna):
    child = ask(parent, igor, "2026-04-06 11:00")
    assert f"from #{parent.id}" in panel(page_of(web(igor), child)).replace("  ", " ")
    told = panel(page_of(web(anna), child))
    assert "Asked by It from a request of its own" in told and str(parent.id) not in told


def test_a_child_of_a_confidential_request_says_nothing_of_it(web, maria, anna, igor):
    secret = open_ticket(maria, "hr.trouble")
    child = ask(secret, anna, "2026-04-06 11:00", "it.incident")
    assert "Asked by" not in panel(page_of(web(igor), child))
    assert "Asked by Hr" in panel(page_of(web(anna), child))


def test_the_result_stands_in_the_conversation(web, parent, igor, anna, maria):
    child = ask(parent, igor, "2026-04-06 11:00")
    resolve(child, anna, "2026-04-06 12:00", "The badge is at the desk.")
    html = page_of(web(igor), parent)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    assert f"Result of #{child.id} from Hr" in words and "The badge is at the desk." in words
    assert "The badge is at the desk." not in page_of(web(maria), parent)


def test_a_department_is_asked_with_what_the_requester_wrote_quoted(web, parent, igor):
    note(parent, igor, "2026-04-06 10:40", "She is the director's niece.")
    client = web(igor)
    found = client.get(f"/tickets/{parent.id}/children/new?q=certificate").text
    assert f"/tickets/{parent.id}/children/new?type=hr.certificate" in found
    html = client.get(f"/tickets/{parent.id}/children/new?type=hr.certificate").text
    assert "&gt; It does not blink.\n&gt; It hums." in html.replace("\r", "") and "niece" not in html
    assert 'value="The printer is silent"' in html
    sent = {"key": hidden(html, "key"), "subject": "A new printer", "description": "Please order one.", "waits": "y"}
    for _ in range(2):
        response = client.post(f"/tickets/{parent.id}/children/new?type=hr.certificate", data=sent)
        assert (response.status_code, response.location) == (303, f"/tickets/{parent.id}#children")
    (row,) = queries.children(parent.id)
    assert (row.ticket.subject, row.waits, row.ticket.requester_id) == ("A new printer", True, igor.id)


def test_of_a_confidential_request_nothing_is_quoted(web, maria, anna):
    secret = open_ticket(maria, "hr.trouble", description="He shouts.")
    html = web(anna).get(f"/tickets/{secret.id}/children/new?type=it.incident").text
    assert "He shouts" not in html


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(web, parent, igor):
    sent = {"key": "k1", "subject": "", "description": "Please."}
    response = web(igor).post(f"/tickets/{parent.id}/children/new?type=it.access", data=sent)
    html = response.text
    assert response.status_code == 422 and "Please." in html
    assert "Say in a few words" in html and 'id="subject-error"' in html
    assert not re.search(r'id="waits"[^>]*checked', html)
    assert queries.children(parent.id) == []


def test_who_may_not_ask_is_told_so(web, parent, cast):
    for person, status in ((cast.maria, 403), (cast.adam, 403), (cast.stranger, 404)):
        client = web(person)
        for path in ("children/new", "children/new?type=it.incident", "children/template"):
            assert client.get(f"/tickets/{parent.id}/{path}").status_code == status
        sent = {"key": "k", "subject": "Mine", "description": "Kept words."}
        response = client.post(f"/tickets/{parent.id}/children/new?type=it.incident", data=sent)
        assert response.status_code == status and "Kept words." in response.text


def test_a_request_that_has_ended_asks_nobody_and_the_text_stays(web, parent, igor):
    resolve(parent, igor, "2026-04-06 11:00")
    client = web(igor)
    assert client.get(f"/tickets/{parent.id}/children/new").status_code == 409
    sent = {"key": "k", "subject": "Mine", "description": "Kept words."}
    response = client.post(f"/tickets/{parent.id}/children/new?type=hr.certificate", data=sent)
    assert response.status_code == 409 and "Kept words." in response.text


def test_words_of_somebody_signed_out_are_given_back(web, parent):
    sent = {"key": "k", "subject": "Mine", "description": "Kept words."}
    response = web(None).post(f"/tickets/{parent.id}/children/new?type=hr.certificate", data=sent)
    assert response.status_code == 401 and "Kept words." in response.text


def test_by_a_template_the_chosen_ones_are_asked_once(web, parent, igor):
    made = template("it.newcomer", ("hr.certificate", 1), ("sales.offer", 1), ("hr.certificate", 2))
    client = web(igor)
    assert "Newcomer" in client.get(f"/tickets/{parent.id}/children/template").text
    html = client.get(f"/tickets/{parent.id}/children/template?template={made.key}").text
    assert html.count('name="chosen"') == 3 and "Step 2" in html
    sent = {"key": hidden(html, "key"), "template": made.key, "chosen": ["0", "2"]}
    for _ in range(2):
        response = client.post(f"/tickets/{parent.id}/children/template", data=sent)
        assert (response.status_code, response.location) == (303, f"/tickets/{parent.id}#children")
    assert [bool(row.ticket_id) for row in queries.children(parent.id)] == [True, False]
    assert "will be asked in step 2" in panel(page_of(client, parent))


def test_a_planned_one_is_told_to_the_requester_without_its_words(web, parent, igor, maria):
    made = template("it.newcomer", ("hr.certificate", 1), ("sales.offer", 2))
    ask_by_template(parent, igor, "2026-04-06 11:00", made)
    told = panel(page_of(web(maria), parent))
    assert "Sales Will be asked later." in told and "sales.offer" not in told


def test_a_template_with_nothing_chosen_is_refused_at_its_list(web, parent, igor):
    made = template("it.newcomer", ("hr.certificate", 1))
    response = web(igor).post(f"/tickets/{parent.id}/children/template", data={"key": "k", "template": made.key})
    html = response.text
    assert response.status_code == 422 and "Choose at least one request of the template." in html
    assert not re.search(r"chosen-0[^>]*checked", html)


def test_what_nobody_offers_any_more_cannot_be_chosen(web, parent, igor):
    made = template("it.newcomer", ("hr.certificate", 1), ("sales.offer", 1))
    with transaction():
        catalog.change_request_type(by(None, "2026-04-06 09:00"), request_type("hr.certificate"), {"active": False})
    html = web(igor).get(f"/tickets/{parent.id}/children/template?template={made.key}").text
    assert html.count(" disabled") == 1 and "Nobody offers this request any more." in html


def test_an_existing_request_is_put_below_by_its_number(web, parent, igor):
    row = open_ticket(igor, "hr.certificate")
    sent = {"ticket": f"#{row.id}", "waits": "y", "version": str(parent.version)}
    assert web(igor).post(f"/tickets/{parent.id}/children", data=sent).status_code == 303
    assert queries.parent_of(row.id).parent_id == parent.id


@pytest.mark.parametrize("number", ["", "no number", "999999", "-1", "99999999999"])
def test_a_number_that_is_none_is_refused_at_its_field(web, parent, igor, number):
    response = web(igor).post(f"/tickets/{parent.id}/children", data={"ticket": number})
    html = response.text
    assert response.status_code == 422 and 'id="adopt-ticket-error"' in html


def test_resolving_over_an_open_child_asks_first_and_keeps_the_words(web, parent, igor):
    child = ask(parent, igor, "2026-04-06 11:00")
    client = web(igor)
    sent = {"kind": "resolve", "text": "It prints, nearly."}
    response = client.post(f"/tickets/{parent.id}/messages", data=sent)
    html = response.text
    assert response.status_code == 409 and "It prints, nearly." in html
    assert f"Requests asked from here are not done: #{child.id}." in html
    assert f"Resolve although #{child.id} is not done" in html
    response = client.post(f"/tickets/{parent.id}/messages", data=sent | {"despite": "y"})
    assert response.status_code == 303 and parent.status == "resolved"


def test_the_page_asks_no_more_for_fifty_children_than_for_one(web, maria, igor, count_queries):
    counted = []
    for number in (1, 50):
        row = open_ticket(maria)
        ask_by_template(row, igor, "2026-04-06 11:00", template(f"it.n{number}", *[("hr.certificate", 1)] * number))
        client = web(igor)
        page_of(client, row)
        count_queries()
        page_of(client, row)
        counted.append(count_queries())
    assert counted[0] == counted[1]


def test_the_queue_says_for_what_a_request_waits_in_one_statement(web, maria, igor, count_queries):
    rows = [open_ticket(maria) for _ in range(4)]
    client = web(igor)
    client.get("/queue")
    count_queries()
    client.get("/queue")
    before = count_queries()
    numbers = [ask(row, igor, "2026-04-06 11:00").id for row in rows]
    loose = ask(rows[0], igor, "2026-04-06 11:00", waits=False).id
    count_queries()
    html = client.get("/queue").text
    assert count_queries() <= before + 1
    assert all(f"waits for #{number}<" in html for number in numbers) and f"#{loose}" not in html
