"""The list of one's own requests by tabs."""

from tests import build


def test_it_leads_a_visitor_to_the_sign_in_page(client):
    assert client.get("/requests").location.startswith("/sign-in")


def test_it_sorts_requests_into_open_waiting_and_done(client, maria, igor):
    build.open_ticket(maria, subject="Fresh one")
    held = build.open_ticket(maria, subject="Held one")
    build.hold(held, igor, "2026-04-06 11:00", note="Which room?")
    ended = build.open_ticket(maria, subject="Ended one")
    build.resolve(ended, igor, "2026-04-06 11:00")
    build.close(ended, maria, "2026-04-06 12:00")
    client.sign_in(maria)
    open_ones, waiting, done = (client.get(f"/requests?tab={tab}").text for tab in ("open", "waiting", "done"))
    assert [name in open_ones for name in ("Fresh one", "Held one", "Ended one")] == [True, True, False]
    assert [name in waiting for name in ("Fresh one", "Held one", "Ended one")] == [False, True, False]
    assert [name in done for name in ("Fresh one", "Held one", "Ended one")] == [False, False, True]


def test_what_waits_for_somebody_else_does_not_wait_for_me(client, maria, igor):
    ticket = build.open_ticket(maria, registrar=igor, subject="Filed for Maria")
    build.hold(ticket, igor, "2026-04-06 11:00")
    assert "Filed for Maria" not in client.sign_in(igor).get("/requests?tab=waiting").text


def test_it_shows_nothing_of_others(client, maria, stranger):
    build.open_ticket(maria, subject="A secret of sales")
    page = client.sign_in(stranger).get("/requests").text
    assert "A secret of sales" not in page
    assert "You have no open requests" in page


def test_it_shows_what_was_filed_for_a_colleague(client, maria, igor):
    build.open_ticket(maria, registrar=igor, subject="Filed for Maria")
    assert "Filed for Maria" in client.sign_in(igor).get("/requests").text


def test_an_unknown_tab_is_the_first_one(client, maria):
    build.open_ticket(maria, subject="Fresh one")
    assert "Fresh one" in client.sign_in(maria).get("/requests?tab=nonsense").text


def test_it_pages_without_losing_or_repeating_a_request(client, maria):
    for number in range(35):
        build.open_ticket(maria, subject=f"Request number {number:02d}.")
    client.sign_in(maria)
    first = client.get("/requests").text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(following).text
    shown = [[f"number {number:02d}." in page for page in (first, second)] for number in range(35)]
    assert all(sum(places) == 1 for places in shown)


def test_a_forged_page_marker_is_refused_in_words(client, maria):
    answer = client.sign_in(maria).get("/requests?cursor=nonsense")
    assert answer.status_code == 422


def test_words_and_whose_narrow_the_list_and_stay_in_its_tabs(client, maria, igor):
    build.open_ticket(maria, subject="A dark screen")
    build.open_ticket(maria, subject="A loud fan")
    build.open_ticket(maria, registrar=igor, subject="A dark room")
    page = client.sign_in(maria).get("/requests?q=dark").text
    assert "A dark screen" in page and "A dark room" in page and "A loud fan" not in page
    assert 'href="/requests?tab=waiting&amp;q=dark"' in page or 'href="/requests?q=dark&amp;tab=waiting"' in page
    mine, filed = (client.sign_in(igor).get(f"/requests?whose={whose}").text for whose in ("own", "filed"))
    assert "A dark room" not in mine and "A dark room" in filed


def test_a_row_says_who_has_it_and_who_must_act(client, maria, igor):
    ticket = build.open_ticket(maria)
    build.resolve(ticket, igor, "2026-04-06 11:00")
    page = client.sign_in(maria).get("/requests?tab=waiting").text
    assert "It says that it is done. Is it?" in page and "data-row" in page
