"""The bell page: one's own lines, where they lead, and marking them as read by a POST alone."""

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.notifications import queries
from servicedesk.reports import actions as reports
from tests import build
from tests.cast import by


def line_of(person):
    db.session.expire_all()
    return queries.page(person).items[0]


def test_a_line_says_what_happened_in_the_readers_words(client, maria, igor):
    ticket = build.open_ticket(maria, subject="The <printer> is silent")
    build.reply(ticket, igor, "2026-04-06 11:00")
    page = client.sign_in(maria).get("/notifications").text
    assert f"Igor replied: #{ticket.id} The &lt;printer&gt; is silent" in page
    assert ", unread" in page


def test_looking_at_the_bell_marks_nothing_as_read(client, maria, igor):
    build.reply(build.open_ticket(maria), igor, "2026-04-06 11:00")
    client.sign_in(maria).get("/notifications")
    assert line_of(maria).read_at is None


def test_opening_a_line_marks_it_and_leads_to_the_request(client, maria, igor):
    ticket = build.open_ticket(maria)
    build.reply(ticket, igor, "2026-04-06 11:00")
    target = f"/tickets/{ticket.id}"
    answer = client.sign_in(maria).post(f"/notifications/{line_of(maria).id}/open", data={"next": target})
    assert (answer.status_code, answer.location) == (303, target)
    assert line_of(maria).read_at is not None
    assert f'href="{target}"' in client.get("/notifications").text


def test_opening_leads_nowhere_else(client, maria, igor):
    build.reply(build.open_ticket(maria), igor, "2026-04-06 11:00")
    client.sign_in(maria)
    answer = client.post(f"/notifications/{line_of(maria).id}/open", data={"next": "https://elsewhere.example"})
    assert answer.location == "/"


def test_the_line_of_another_person_does_not_exist(client, maria, igor, stranger):
    build.reply(build.open_ticket(maria), igor, "2026-04-06 11:00")
    client.sign_in(stranger)
    for notice_id in (line_of(maria).id, 10**12):
        assert client.post(f"/notifications/{notice_id}/open", data={}).status_code == 404
    assert line_of(maria).read_at is None


def test_all_lines_are_read_at_once_and_only_ones_own(client, maria, igor, boris):
    build.reply(build.open_ticket(maria), igor, "2026-04-06 11:00")
    build.reply(build.open_ticket(boris), igor, "2026-04-06 11:00")
    assert client.sign_in(maria).post("/notifications/read").location == "/notifications"
    db.session.expire_all()
    assert queries.unread_count(maria) == 0
    assert queries.unread_count(boris) > 0


def test_a_published_report_leads_to_the_report(client, maria, igor, olga):
    build.resolve(build.open_ticket(maria), igor, "2026-04-06 12:00")
    with transaction():
        reports.close_month(by(None, "2026-05-08 12:00", "worker"), "2026-04")
    page = client.sign_in(olga).get("/notifications").text
    assert "The report is published: April 2026" in page
    assert 'value="/reports/2026-04"' in page


def test_an_empty_bell_says_what_will_appear_there(client, stranger):
    assert "Nothing new" in client.sign_in(stranger).get("/notifications").text


def test_who_is_not_signed_in_has_no_bell(client):
    assert client.get("/notifications").status_code == 302
    assert client.post("/notifications/read").status_code == 302


def test_the_bell_asks_the_same_for_one_line_and_for_many(client, maria, igor, count_queries):
    ticket = build.open_ticket(maria)
    build.reply(ticket, igor, "2026-04-06 11:00")
    client.sign_in(maria).get("/notifications")
    count_queries()
    client.get("/notifications")
    before = count_queries()
    for minute in range(10, 40):
        build.reply(ticket, igor, f"2026-04-06 12:{minute}")
    count_queries()
    client.get("/notifications")
    assert count_queries() == before
