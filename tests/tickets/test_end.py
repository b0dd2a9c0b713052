"""Resolving, reopening, closing, withdrawing."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import access, actions, queries
from tests.build import cancel, close, hold, reopen, reply, resolve
from tests.cast import at, by


def test_a_solution_is_a_public_word(ticket, igor):
    resolve(ticket, igor, "2026-04-06 11:00", "New toner.")
    (message,) = queries.messages(ticket.id, with_notes=False).items
    assert (message.text, message.side) == ("New toner.", "supplier")
    assert (ticket.status, ticket.ball, ticket.resolved_at) == ("resolved", "none", at("2026-04-06 11:00"))
    assert ticket.answered_at == at("2026-04-06 11:00")


def test_without_words_it_is_not_resolved(ticket, igor):
    with pytest.raises(Invalid):
        resolve(ticket, igor, "2026-04-06 11:00", " ")
    assert ticket.status == "new"


def test_the_requester_does_not_resolve(ticket, maria):
    with pytest.raises(NotAllowed):
        resolve(ticket, maria, "2026-04-06 11:00")


def test_the_requester_confirms(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-06 11:00")
    close(ticket, maria, "2026-04-06 12:00")
    assert (ticket.status, ticket.closed_at) == ("closed", at("2026-04-06 12:00"))
    assert ticket.resolved_at == at("2026-04-06 11:00")


def test_an_agent_does_not_confirm_for_the_requester(ticket, igor):
    resolve(ticket, igor, "2026-04-06 11:00")
    with pytest.raises(NotAllowed):
        close(ticket, igor, "2026-04-06 12:00")


def test_only_the_requester_withdraws(ticket, igor, maria):
    with pytest.raises(NotAllowed):
        cancel(ticket, igor, "2026-04-06 11:00")
    cancel(ticket, maria, "2026-04-06 11:00")
    assert (ticket.status, ticket.closed_at) == ("cancelled", at("2026-04-06 11:00"))


def test_withdrawing_ends_a_hold(ticket, igor, maria):
    hold(ticket, igor, "2026-04-06 10:30")
    cancel(ticket, maria, "2026-04-06 11:00")
    assert queries.holds(ticket.id)[0].ended_at == at("2026-04-06 11:00")


def test_a_closed_ticket_can_be_reopened_for_thirty_days(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-06 11:00")
    close(ticket, maria, "2026-04-06 12:00")
    with pytest.raises(Conflict, match="30 days"):
        reopen(ticket, maria, "2026-05-06 12:01")
    reopen(ticket, maria, "2026-05-06 12:00")
    assert (ticket.status, ticket.closed_at, ticket.resolved_at) == ("open", None, None)


def test_a_resolved_ticket_can_be_reopened_without_limit(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-06 11:00")
    reopen(ticket, maria, "2026-09-01 12:00")
    assert ticket.reopen_count == 1


def test_an_agent_reopens_too_and_speaks_for_the_department(ticket, igor):
    resolve(ticket, igor, "2026-04-06 11:00")
    reopen(ticket, igor, "2026-04-06 12:00", "I closed the wrong one.")
    assert queries.messages(ticket.id, with_notes=False, newest_first=True).items[0].side == "supplier"


def test_the_whole_life_counts_its_versions(ticket, igor, maria):
    seen = [ticket.version]
    reply(ticket, igor, "2026-04-06 11:00")
    seen.append(ticket.version)
    resolve(ticket, igor, "2026-04-06 12:00")
    seen.append(ticket.version)
    close(ticket, maria, "2026-04-06 13:00")
    seen.append(ticket.version)
    assert seen == sorted(set(seen))


def test_following_twice_is_following_once(ticket, stranger):
    for _ in range(2):
        with transaction():
            actions.watch(ticket, stranger)
    assert queries.watchers(ticket.id) == [stranger]
    assert access.ticket_for(stranger, ticket.id)
    with transaction():
        actions.unwatch(ticket, stranger)
    assert queries.watchers(ticket.id) == []


def test_the_priority_is_one_of_four(ticket, igor):
    with transaction(), pytest.raises(Invalid):
        actions.change_priority(by(igor, "2026-04-06 11:00"), ticket, "desperate")


def test_a_new_subject_is_found_by_search(ticket, igor, maria):
    with transaction():
        actions.rename(by(igor, "2026-04-06 11:00"), access.ticket_for(igor, ticket.id, to="edit"), " Тонер КОНЧИЛСЯ ")
    assert ticket.subject == "Тонер КОНЧИЛСЯ"
    found = queries.filtered(access.tickets_of(maria), queries.Filter(text="кончился"))
    assert [row.id for row in queries.page(found).items] == [ticket.id]
