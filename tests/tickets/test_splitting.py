"""Making a request of its own out of a part of another one: from when it counts, what it takes along, who hears of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.mailout.models import OutgoingMail
from servicedesk.tickets import access, queries
from tests.build import clocks, hold, note, open_ticket, reply, resolve, split
from tests.cast import at, department

NOON = "2026-04-06 12:00"


@pytest.fixture
def message(ticket, maria):
    """Maria's second matter, on Monday at 11:00."""
    return reply(ticket, maria, "2026-04-06 11:00", "And the lamp is out.")


def test_the_requester_stays_and_the_two_are_linked(ticket, message, maria, igor):
    new = split(ticket, igor, NOON, message)
    assert (new.requester_id, new.registrar_id, new.customer_department_id) == (maria.id, maria.id, maria.department_id)
    [there] = access.links_of(igor, new)
    [back] = access.links_of(igor, ticket)
    assert (there.kind, there.ticket.id) == ("split_from", ticket.id)
    assert (back.kind, back.ticket.id) == ("split_into", new.id)


def test_in_the_same_department_it_counts_from_when_it_was_asked(ticket, message, igor):
    new = split(ticket, igor, NOON, message)
    assert {clock.started_at for clock in clocks(new).values()} == {at("2026-04-06 11:00")}
    assert new.created_at == at("2026-04-06 11:00") and new.status == "new"


def test_an_answer_given_there_is_the_first_reply(ticket, message, igor):
    """Nobody looked for a week: the solution is late, and the answer of Monday was in time all the same."""
    reply(ticket, igor, "2026-04-06 11:30")
    new = split(ticket, igor, "2026-04-13 12:00", message)
    first, resolution = clocks(new)["first_reply"], clocks(new)["resolution"]
    assert (first.state, first.stopped_at) == ("met", at("2026-04-06 11:30"))
    assert resolution.state == "breached" and resolution.breached_at == at("2026-04-09 11:00")
    assert (new.status, new.answered_at) == ("open", at("2026-04-06 11:30"))


def test_a_letter_after_that_waits_for_a_reply(ticket, message, maria, igor):
    reply(ticket, igor, "2026-04-06 11:30")
    new = split(ticket, igor, NOON, message)
    reply(new, maria, "2026-04-06 13:00")
    assert clocks(new)["reply"].started_at == at("2026-04-06 13:00")


def test_another_department_answers_for_it_from_now(ticket, message, igor):
    new = split(ticket, igor, NOON, message, "hr")
    assert new.department_id == department("hr").id
    assert {clock.started_at for clock in clocks(new).values()} == {at(NOON)}


def test_so_do_words_of_the_department(ticket, igor):
    said = reply(ticket, igor, "2026-04-06 11:00", "The lamp is another matter.")
    assert split(ticket, igor, NOON, said).created_at == at(NOON)


def test_without_a_message_it_is_of_the_description(ticket, igor):
    assert split(ticket, igor, NOON).created_at == ticket.created_at


def test_the_first_request_goes_on_as_it_was(ticket, message, igor):
    hold(ticket, igor, "2026-04-06 11:30")
    before = ticket.status, ticket.version
    split(ticket, igor, NOON, message)
    assert ticket.status == before[0] and clocks(ticket)["resolution"].state == "paused"


def test_a_part_of_something_confidential_is_confidential(maria, anna, stranger):
    secret = open_ticket(maria, "hr.trouble")
    new = split(secret, anna, NOON, None, "it")
    assert new.confidential and access.visible_ids(anna, [new.id]) == set()
    assert access.visible_ids(maria, [new.id]) == {new.id}


def test_who_asked_is_told_once_and_not_that_they_filed_it(ticket, message, maria, igor):
    new = split(ticket, igor, NOON, message)
    query = select(OutgoingMail.template).where(OutgoingMail.to_address == maria.email)
    sent = list(db.session.scalars(query.where(OutgoingMail.ticket_id == new.id)))
    assert sent == ["split_off"]


@pytest.mark.parametrize("name", ["maria", "boris", "adam"])
def test_only_who_serves_the_request_splits_it(cast, ticket, name):
    with pytest.raises(NotAllowed):
        split(ticket, getattr(cast, name), NOON)


def test_a_request_that_waits_for_an_approval_is_not_split(ticket_in, igor):
    with pytest.raises(Conflict):
        split(ticket_in("awaiting_approval"), igor, NOON)


def test_a_resolved_one_may_be(ticket, igor):
    resolve(ticket, igor, "2026-04-06 11:00")
    assert split(ticket, igor, NOON).status == "open" and ticket.status == "resolved"


def test_it_needs_a_subject_and_somebody_who_works_on_it(ticket, igor):
    with pytest.raises(Invalid) as refused:
        split(ticket, igor, NOON, subject=" ")
    assert set(refused.value.fields) == {"subject"}


def test_a_note_is_no_public_word_to_split(ticket, igor):
    said = note(ticket, igor, "2026-04-06 11:00")
    with pytest.raises(NotFound):
        access.message_of(ticket, said.id)
    assert queries.messages(ticket.id, with_notes=False).items == []
