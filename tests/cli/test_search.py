"""flask desk search: the index of search is made anew, and held against the requests."""

from servicedesk.jobs.searching import index_stale
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions, queries, search
from servicedesk.tickets.models import SearchEntry
from tests import build
from tests.cast import at


def hits(person, text):
    return [hit.ticket.id for hit in search.found(person, search.read(text)).hits]


def test_it_reads_every_request_anew(run, maria, db):
    ticket = build.open_ticket(maria, subject="Дирижабль")
    with transaction():
        db.session.query(SearchEntry).delete()
        if queries.on_sqlite():
            db.session.execute(db.text("DELETE FROM ticket_words"))
    assert hits(maria, "дирижабль") == []
    checked = run("desk", "search", "rebuild", "--check")
    assert (checked.exit_code, checked.stderr) == (1, "1 requests are not in the index as they are now.\n")
    made = run("desk", "search", "rebuild")
    assert (made.exit_code, made.stdout) == (0, "1 requests were read into the index.\n")
    assert hits(maria, "дирижабль") == [ticket.id]
    assert run("desk", "search", "rebuild", "--check").exit_code == 0


def test_the_worker_goes_on_where_a_rebuild_was_stopped(app, maria, db):
    ticket = build.open_ticket(maria, subject="Дирижабль")
    with transaction():
        actions.mark_all_stale()
    assert queries.left_to_index() == 1
    assert hits(maria, "дирижабль") == [ticket.id]
    assert index_stale(at("2026-05-13 10:00")) == 1
    assert queries.left_to_index() == 0
    assert index_stale(at("2026-05-13 10:00")) == 0
