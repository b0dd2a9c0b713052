"""Search tells nobody of what is not theirs: not by a hit, a count, a passage, nor by a word that was perhaps meant."""

from __future__ import annotations

import pytest

from servicedesk.kernel.db import db as handle
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, actions, queries, search
from servicedesk.tickets.models import Ticket
from tests import build
from tests.cast import at, by
from tests.tickets.search.test_finding import ask
from tests.uploads import upload


@pytest.fixture
def noted(cast):
    """A request in whose note, and in the name of whose file, stands what the requester must not read."""
    ticket = build.open_ticket(cast.maria, subject="Ключ от склада", description="Потерялся.")
    build.note(ticket, cast.igor, "2026-04-06 11:00", "Похищение: вызвать полицию, карбункул.")
    return ticket


def everything(found) -> str:
    hits = (*found.hits, *found.beside)
    said = [piece.text for hit in hits for piece in (*hit.subject, *(hit.passage or ()))]
    return " ".join([*said, *found.beside_words])


def test_a_note_is_found_by_those_who_read_it_alone(cast, noted):
    for person, seen in (
        (cast.igor, 1),
        (cast.olga, 1),
        (cast.adam, 1),
        (cast.maria, 0),
        (cast.boris, 0),
        (cast.stranger, 0),
    ):
        found = ask(person, "карбункул")
        assert (found.count, len(found.hits), len(found.beside)) == (seen, seen, 0), person.name


def test_a_passage_never_comes_from_a_note_one_may_not_read(cast, noted):
    assert "Похищение" in everything(ask(cast.igor, "ключ похищение"))
    for text in ("ключ", "ключ похищение", "похищение ключ", '"вызвать полицию"', "похищени", "похищеие"):
        assert "олици" not in everything(ask(cast.maria, text))
        assert "охищен" not in everything(ask(cast.maria, text))


def test_an_exclusion_does_not_tell_of_a_note(cast, noted):
    assert ask(cast.maria, "ключ -карбункул").count == 1
    assert ask(cast.maria, "-карбункул").count == 1
    assert ask(cast.igor, "ключ -карбункул").count == 0
    assert ask(cast.igor, "-карбункул").count == 0


def test_the_requester_who_serves_the_department_reads_no_notes_of_their_own_request(cast):
    ticket = build.open_ticket(cast.igor, subject="Мой ноутбук")
    build.note(ticket, cast.olga, "2026-04-06 11:00", "Карбункул.")
    assert ask(cast.olga, "карбункул").count == 1
    assert ask(cast.igor, "карбункул").count == 0


def test_the_condition_of_notes_is_the_rule_of_notes(cast, noted, db):
    """The statement and the function say the same of every person and request."""
    secret = build.open_ticket(cast.maria, "hr.trouble", subject="Ссора")
    moved = build.open_ticket(cast.boris, subject="Принтер")
    build.hand_over(moved, cast.igor, "2026-04-06 12:00", "hr")
    own = build.open_ticket(cast.adam, subject="Сервер")
    with transaction():
        actions.break_seal(
            by(cast.adam, "2026-04-06 12:00"),
            access.sealed_ticket_for(cast.adam, secret.id),
            cast.adam,
            "An audit of the year.",
        )
    for person in (cast.maria, cast.boris, cast.igor, cast.olga, cast.anna, cast.stranger, cast.adam, cast.rita):
        for ticket in (noted, secret, moved, own):
            row = db.session.get_one(Ticket, ticket.id)
            inside = db.session.query(Ticket.id).where(Ticket.id == row.id, access.notes_readable(person)).count() == 1
            assert inside == access.reads_notes(person, row), (person.name, row.subject)


def test_a_confidential_request_is_found_by_its_own_alone(cast):
    build.open_ticket(cast.maria, "hr.trouble", subject="Ссора из-за дирижабля", description="Штурвал")
    for text in ("дирижабль", "штурвал", "дирижабл", "дирижбль", "is:confidential", "lbhb;f,km", "from:maria"):
        for person, seen in (
            (cast.maria, 1),
            (cast.anna, 1),
            (cast.olga, 0),
            (cast.igor, 0),
            (cast.boris, 0),
            (cast.adam, 0),
            (cast.stranger, 0),
        ):
            found = ask(person, text)
            assert len(found.hits) + len(found.beside) == seen, (text, person.name)
            assert ("ирижабл" in everything(found)) == bool(seen)
            assert ask(person, "дирижабль").count == seen
            assert len(search.quick(person, "дирижа")) == seen


def test_a_word_that_stands_only_where_one_may_not_look_is_not_suggested(cast):
    build.open_ticket(cast.maria, "hr.trouble", subject="Увольнение директора")
    build.open_ticket(cast.boris, subject="Увлажнение воздуха")
    found = ask(cast.igor, "увольнние")
    assert "вольнени" not in everything(found)
    assert ask(cast.anna, "увольнние").beside_words == ("увольнение",)


def test_a_file_of_a_note_is_found_by_its_readers_alone(cast):
    ticket = build.open_ticket(cast.maria, subject="Замок")
    message = build.note(ticket, cast.igor, "2026-04-06 11:00", "См. файл.")
    file = upload(cast.igor, name="карбункул.txt")
    with transaction():
        actions.attach(handle.session.get_one(Ticket, ticket.id), [file], message)
        actions.index_later(ticket.id)
    assert [ask(person, text).count for person in (cast.igor, cast.maria) for text in ("карбункул", "has:file")] == [
        1,
        1,
        0,
        0,
    ]


def test_a_file_of_a_note_is_not_found_by_an_agent_of_others_who_filed_the_request(cast):
    build.open_ticket(cast.maria, "hr.certificate", subject="Справка")  # the department of anna has held something
    ticket = build.open_ticket(cast.maria, subject="Замок", registrar=cast.anna)
    message = build.note(ticket, cast.igor, "2026-04-06 11:00", "См. файл.")
    file = upload(cast.igor, name="карбункул.txt")
    with transaction():
        actions.attach(handle.session.get_one(Ticket, ticket.id), [file], message)
        actions.index_later(ticket.id)
    assert ask(cast.anna, "замок").count == 1
    for text in ("has:file", "карбункул", "замок has:file"):
        assert [ask(person, text).count for person in (cast.igor, cast.anna)] == [1, 0]


def test_a_list_narrowed_down_tells_no_more(cast, noted, db):
    for person, seen in ((cast.igor, 1), (cast.maria, 0)):
        query = search.narrowed(access.tickets_of(person), person, search.read("карбункул"))
        assert len(db.session.scalars(query).all()) == seen
    assert not db.session.scalars(queries.filtered(access.queue_of(cast.igor), queries.Filter(text="карбункул"))).all()


def test_a_broken_stay_is_no_business_of_the_requester(cast, noted, db):
    clock = next(iter(sla.clocks_of([noted.id])[noted.id]))
    with transaction():
        row = db.session.merge(clock)
        row.metric, row.breached_at = "stay", at("2026-04-07 10:00")
    assert [ask(person, "is:breached").count for person in (cast.igor, cast.maria)] == [1, 0]
