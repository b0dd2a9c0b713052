"""One change, one commit: all of it or none of it, and no update lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, text

from servicedesk.audit.models import Entry
from servicedesk.kernel import events
from servicedesk.kernel.db import db as handle
from servicedesk.kernel.db import remembered
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.events import STORM, Event, publish
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.models import Department
from servicedesk.tickets import access, actions
from servicedesk.tickets.models import Ticket
from tests.build import open_ticket
from tests.cast import by, department, load_cast


@dataclass(frozen=True, kw_only=True)
class Rang(Event):
    number: int = 0


@pytest.fixture
def react(app):
    """Connects reactions to `Rang` for one test."""

    def connect(*reactions):
        events.connect({Rang: list(reactions)})

    return connect


def ring(number=0):
    publish(Rang(stamp=by(None, "2026-04-06 09:00"), number=number))


def test_rows_are_there_afterwards(db):
    with transaction():
        department("legal").email = "legal@example.com"
    db.session.expire_all()
    assert department("legal").email == "legal@example.com"


def test_a_fault_takes_everything_back(db, maria):
    with pytest.raises(ZeroDivisionError), transaction():
        department("legal").email = "legal@example.com"
        db.session.flush()
        _ = 1 / 0
    assert department("legal").email is None


def test_a_reaction_that_fails_takes_the_change_back(db, react):
    react(lambda event: 1 / event.number)
    with pytest.raises(ZeroDivisionError), transaction():
        department("legal").email = "legal@example.com"
        ring(0)
    assert department("legal").email is None


def test_events_of_a_change_that_failed_are_forgotten(db, react):
    heard = []
    react(heard.append)
    with pytest.raises(ZeroDivisionError), transaction():
        ring()
        _ = 1 / 0
    with transaction():
        pass
    assert heard == []


def test_events_are_handled_in_order_breadth_first(db, react):
    heard = []

    def answer(event):
        heard.append(event.number)
        if event.number < 10:
            ring(event.number * 10)

    react(answer)
    with transaction():
        ring(1)
        ring(2)
        assert heard == []
    assert heard == [1, 2, 10, 20]


def test_a_storm_is_an_error_and_nothing_is_kept(db, react):
    react(lambda event: ring(event.number + 1))
    with pytest.raises(RuntimeError, match=f"more than {STORM} events"), transaction():
        department("legal").email = "legal@example.com"
        ring()
    assert department("legal").email is None


def test_an_event_nobody_wired_is_an_error(db, react):
    events.connect({})
    with pytest.raises(KeyError), transaction():
        ring()


def test_a_transaction_inside_another_is_refused(db):
    with pytest.raises(RuntimeError, match="open already"), transaction(), transaction():
        pass
    with transaction():
        pass


def test_rows_changed_before_it_are_refused(db):
    department("legal").email = "legal@example.com"
    with pytest.raises(RuntimeError, match="outside a transaction"), transaction():
        pass
    db.session.rollback()


def test_what_is_remembered_lasts_for_one_transaction(db):
    with transaction():
        assert remembered("answer", lambda: 1) == remembered("answer", lambda: 2) == 1
    with transaction():
        assert remembered("answer", lambda: 2) == 2


def test_a_row_that_somebody_else_changed_is_a_conflict(own_desk):
    with own_desk.app_context():
        number = open_ticket(load_cast().maria).id
        with pytest.raises(Conflict), transaction():
            ticket = handle.session.get(Ticket, number)
            # Somebody else was faster: as it happens on PostgreSQL without a lock.
            handle.session.execute(text("UPDATE ticket SET version = version + 1"))
            ticket.subject = "Mine"
        handle.session.expire_all()
        assert handle.session.get(Ticket, number).subject != "Mine"


def test_no_update_is_lost(own_desk):
    """Eight threads read a row, add one and save, fifty times each."""
    with own_desk.app_context(), transaction():
        row = department("legal")
        row.mission = {"en": "0"}
        number = row.id
    start = threading.Barrier(8)

    def add(_):
        start.wait()
        for _ in range(50):
            with own_desk.app_context(), transaction():
                row = handle.session.get(Department, number, with_for_update=True)
                row.mission = {"en": str(int(row.mission["en"]) + 1)}

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))
    with own_desk.app_context():
        assert handle.session.get(Department, number).mission == {"en": "400"}


def test_two_people_who_act_at_once_both_count(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        number, igor_id, olga_id = open_ticket(cast.maria).id, cast.igor.id, cast.olga.id
    start = threading.Barrier(2)

    def speak(person_id):
        from servicedesk.people.queries import person

        start.wait()
        for _ in range(5):
            with own_desk.app_context(), transaction():
                who = person(person_id)
                ticket = access.ticket_for(who, number, to="reply")
                actions.reply(by(who, "2026-04-06 11:00"), ticket, who, "Looking.")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(speak, (igor_id, olga_id)))
    with own_desk.app_context():
        said = select(func.count()).select_from(Entry).where(Entry.what == "MessageAdded")
        assert handle.session.scalar(said) == 10


def test_a_read_while_somebody_writes_waits_for_nobody(own_desk):
    if not own_desk.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("PostgreSQL readers never wait")
    done = threading.Event()

    def read():
        with own_desk.app_context():
            department("legal")
            done.set()

    with own_desk.app_context(), transaction():
        department("legal").email = "legal@example.com"
        handle.session.flush()
        reader = threading.Thread(target=read)
        reader.start()
        assert done.wait(5)
    reader.join()


def test_a_written_row_stays_after_the_connection_is_gone(own_desk):
    with own_desk.app_context():
        with transaction():
            people.change_department(by(None, "2026-04-06 09:00"), department("legal"), {"email": "legal@example.com"})
        handle.session.remove()
        handle.engine.dispose()
        assert department("legal").email == "legal@example.com"
