"""Merging a request into another one: what becomes of either, who hears of it, and taking it back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.ratings.models import Invitation
from servicedesk.tickets import access, queries, rules
from servicedesk.tickets.models import Ticket, Watcher
from tests.build import (
    ask,
    assign,
    cancel,
    clocks,
    contest_merge,
    hand_over,
    hold,
    merge,
    open_ticket,
    propose,
    reply,
    resolve,
    switch_request_type,
    unmerge,
)
from tests.cast import at, department

NOON = "2026-04-06 12:00"


@pytest.fixture
def twin(maria):
    """Maria has asked for the same once more."""
    return open_ticket(maria, when="2026-04-06 10:30", subject="Printer again", description="Still silent.")


@pytest.fixture
def theirs(stranger):
    """Somebody else asked for the same."""
    return open_ticket(stranger, when="2026-04-06 10:30", subject="No printing", description="My secret plan.")


def mails_to(person, *kinds):
    query = select(OutgoingMail).where(OutgoingMail.to_address == person.email, OutgoingMail.template.in_(kinds))
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


def follow(ticket, person):
    with transaction():
        db.session.add(Watcher(ticket_id=ticket.id, person_id=person.id))


def bell_of(person, kind):
    query = select(Notice.kind).where(Notice.person_id == person.id, Notice.kind.startswith(kind))
    return list(db.session.scalars(query.order_by(Notice.id)))


# --- what it is afterwards -------------------------------------------------------------------------------------------


def test_it_counts_as_taken_back_and_names_the_other(ticket, twin, igor):
    merge(twin, ticket, igor, NOON)
    assert (twin.status, twin.ball, twin.merged_into_id, twin.closed_at) == ("cancelled", "none", ticket.id, at(NOON))


def test_the_other_one_is_only_touched(ticket, twin, igor):
    before = ticket.version, ticket.status, ticket.ball
    merge(twin, ticket, igor, NOON)
    assert (ticket.status, ticket.ball, ticket.updated_at) == (*before[1:], at(NOON))
    assert ticket.version == before[0] + 1


def test_its_words_stay_where_they_were_said(ticket, twin, maria, igor):
    reply(twin, maria, "2026-04-06 11:00", "Anybody?")
    merge(twin, ticket, igor, NOON)
    assert queries.messages(ticket.id, with_notes=True).items == []
    assert [row.text for row in queries.messages(twin.id, with_notes=True).items] == ["Anybody?"]


def test_nobody_is_asked_for_an_opinion_of_it(ticket, twin, maria, igor):
    merge(twin, ticket, igor, NOON)
    resolve(ticket, igor, "2026-04-06 13:00")
    assert [row.ticket_id for row in db.session.scalars(select(Invitation))] == [ticket.id]


@pytest.mark.parametrize("do", ["reply", "resolve", "hold", "assign"])
def test_nothing_more_is_done_to_it(ticket, twin, igor, do):
    merge(twin, ticket, igor, NOON)
    act = {"reply": reply, "resolve": resolve, "hold": hold, "assign": lambda *a: assign(*a, igor)}[do]
    with pytest.raises(Conflict, match="merged into another one"):
        act(twin, igor, "2026-04-06 13:00")


# --- what cannot go together -----------------------------------------------------------------------------------------


def test_a_request_is_not_merged_into_itself(ticket, igor):
    with pytest.raises(Invalid, match="marked") as refused:
        merge(ticket, ticket, igor, NOON)
    assert "itself" in refused.value.fields["into"].sentence


def test_circles_and_chains_are_refused(ticket, twin, maria, igor):
    third = open_ticket(maria, subject="A third time")
    merge(twin, ticket, igor, NOON)
    with pytest.raises(Invalid):
        merge(third, twin, igor, "2026-04-06 12:30")
    with pytest.raises(Conflict, match="Others were merged into"):
        merge(ticket, third, igor, "2026-04-06 12:30")
    with pytest.raises(Invalid):
        merge(ticket, twin, igor, "2026-04-06 12:30")


@pytest.mark.parametrize("status", ["resolved", "closed", "cancelled", "awaiting_approval", "refused"])
def test_what_is_not_worked_on_is_neither_merged_nor_merged_into(ticket, ticket_in, igor, status):
    other = ticket_in(status)
    with pytest.raises(Invalid):
        merge(ticket, other, igor, "2026-04-06 13:00")
    with pytest.raises(Conflict):
        merge(other, ticket, igor, "2026-04-06 13:00")


def test_only_who_serves_both_may(cast, ticket, twin):
    for person in (cast.maria, cast.boris, cast.adam):
        with pytest.raises(NotAllowed):
            merge(twin, ticket, person, NOON)


def test_who_serves_one_of_them_alone_may_not(cast, ticket):
    """Igor sees a request that IT has handed over, and does not work where it is now."""
    moved = open_ticket(cast.maria)
    hand_over(moved, cast.igor, "2026-04-06 11:00", "hr")
    with pytest.raises(NotAllowed):
        merge(moved, ticket, cast.igor, NOON)
    with pytest.raises(Invalid) as refused:
        merge(ticket, moved, cast.igor, NOON)
    assert "in which you work" in refused.value.fields["into"].sentence


def test_the_other_one_must_be_seen(ticket, maria, igor):
    hidden = open_ticket(maria, "hr.trouble")
    with pytest.raises(Invalid) as unseen:
        merge(ticket, hidden, igor, NOON)
    with pytest.raises(Invalid) as missing, transaction():
        access.ticket_with_other(igor, ticket.id, 999_999, "merge")
    assert unseen.value.fields["into"].sentence == missing.value.fields["into"].sentence


def test_confidential_ones_go_together_only_within_their_team(cast, maria):
    secret, other = open_ticket(maria, "hr.trouble"), open_ticket(cast.stranger, "hr.trouble")
    plain = open_ticket(maria, "hr.certificate")
    for first, second in ((secret, plain), (plain, secret)):
        with pytest.raises(Invalid) as refused:
            merge(first, second, cast.anna, NOON)
        assert "confidential" in refused.value.fields["into"].sentence
    merge(other, secret, cast.anna, NOON)
    assert other.merged_into_id == secret.id


def test_a_request_that_another_one_waits_for_is_not_merged_away(ticket, anna, igor, maria):
    child = ask(ticket, igor, "2026-04-06 11:00")
    other = open_ticket(maria, "hr.certificate")
    with pytest.raises(Conflict, match="waits for this one"):
        merge(child, other, anna, NOON)
    with pytest.raises(Conflict, match="asked from here are not done"):
        merge(ticket, open_ticket(maria), igor, NOON)
    merge(other, child, anna, NOON)


def test_one_takes_at_most_so_many(ticket, maria, igor, monkeypatch):
    monkeypatch.setattr(rules, "MOST_MERGED", 1)
    merge(open_ticket(maria), ticket, igor, NOON)
    with pytest.raises(Conflict, match="At most"):
        merge(open_ticket(maria), ticket, igor, NOON)


# --- promises --------------------------------------------------------------------------------------------------------


def test_its_promises_end_without_a_verdict_and_say_where_it_goes_on(ticket, twin, igor):
    merge(twin, ticket, igor, NOON)
    for clock in clocks(twin).values():
        assert (clock.state, clock.open, clock.decided_at, clock.next_look_at) == ("cancelled", False, None, None)
        assert clock.marks[-1].data == {"merged_into": ticket.id, "by": igor.id}
    assert {clock.state for clock in clocks(ticket).values()} == {"running"}


def test_a_promise_that_is_broken_by_then_stays_broken(ticket, twin, igor):
    """Four working hours for a first reply are over on Monday at 14:30; nobody has looked before the merge."""
    merge(twin, ticket, igor, "2026-04-06 16:00")
    clock = clocks(twin)["first_reply"]
    assert (clock.state, clock.breached_at, clock.stopped_at) == (
        "breached", at("2026-04-06 14:30"), at("2026-04-06 16:00"),
    )  # fmt: skip


def test_a_proposed_date_lapses(ticket, twin, igor):
    term = propose(twin, igor, "2026-04-06 11:00", "2026-04-10 12:00")
    merge(twin, ticket, igor, NOON)
    assert term.state == "lapsed"


# --- who hears of it -------------------------------------------------------------------------------------------------


def test_who_asked_for_both_is_led_to_the_other(ticket, twin, maria, igor):
    merge(twin, ticket, igor, NOON)
    (mail,) = mails_to(maria, "merged")
    assert (mail.facts["ticket_id"], mail.facts["target_id"], mail.facts["target_subject"]) == (
        twin.id, ticket.id, ticket.subject,
    )  # fmt: skip
    assert bell_of(maria, "merged") == ["merged"]


def test_who_asked_for_one_alone_learns_nothing_of_the_other(ticket, theirs, stranger, maria, igor):
    merge(theirs, ticket, igor, NOON)
    (mail,) = mails_to(stranger, "merged")
    assert str(ticket.id) not in str({**mail.facts, "ticket_id": None}) and ticket.subject not in str(mail.facts)
    assert bell_of(stranger, "merged") == ["merged.together"]
    assert db.session.get(Watcher, (ticket.id, stranger.id)) is None
    assert access.visible_ids(stranger, [ticket.id]) == set()
    assert access.visible_ids(maria, [theirs.id]) == set()
    assert access.merges_into(maria, ticket) == []
    assert mails_to(maria, "merged") == [] == bell_of(maria, "merge")


def test_they_hear_of_the_outcome_and_not_of_the_words(ticket, theirs, stranger, igor):
    merge(theirs, ticket, igor, NOON)
    resolve(ticket, igor, "2026-04-06 13:00", "Maria, your account was locked.")
    (mail,) = mails_to(stranger, "merged_done", "resolved", "reply")
    assert mail.template == "merged_done" and "Maria" not in str(mail.facts)
    assert bell_of(stranger, "merged_done") == ["merged_done"]


def test_those_who_see_the_other_anyway_follow_it(ticket, theirs, olga, boris, igor):
    """Olga serves and Boris leads the customer's side: both see either. Boris follows the merged one."""
    mine = open_ticket(boris, subject="For us all")
    follow(mine, olga)
    merge(mine, ticket, igor, NOON)
    assert {row.id for row in queries.watchers(ticket.id)} == {boris.id, olga.id}
    reply(ticket, igor, "2026-04-06 13:00")
    assert len(mails_to(boris, "reply")) == 1


def test_nobody_follows_who_would_see_it_only_by_that(ticket, theirs, anna, igor):
    follow(theirs, anna)
    merge(theirs, ticket, igor, NOON)
    assert queries.watchers(ticket.id) == []


def test_whoever_has_either_hears_of_it(ticket, twin, igor, olga):
    assign(ticket, igor, "2026-04-06 11:00", igor)
    assign(twin, igor, "2026-04-06 11:00", igor)
    merge(twin, ticket, olga, NOON)
    assert bell_of(igor, "merge") == ["merged", "merge_received"]


# --- taking it back --------------------------------------------------------------------------------------------------


def test_it_stands_again_as_it_stood(ticket, twin, igor):
    assign(twin, igor, "2026-04-06 11:00", igor)
    hold(twin, igor, "2026-04-06 11:30")
    merge(twin, ticket, igor, NOON)
    assert queries.hold_in_force(twin.id) is None
    unmerge(twin, igor, "2026-04-06 12:05")
    assert (twin.status, twin.ball, twin.closed_at, twin.merged_into_id) == ("waiting", "requester", None, None)
    assert queries.hold_in_force(twin.id).reason == "waiting_for_requester"
    assert {clock.state for name, clock in clocks(twin).items() if name != "first_reply"} == {"paused"}


def test_its_promises_have_run_all_the_time(ticket, twin, igor):
    merge(twin, ticket, igor, NOON)
    unmerge(twin, igor, "2026-04-06 16:00")
    first = clocks(twin)["first_reply"]
    assert (first.state, first.breached_at) == ("breached", at("2026-04-06 14:30"))
    assert (clocks(twin)["resolution"].state, clocks(twin)["resolution"].elapsed_seconds) == ("running", 5.5 * 3600)


def test_a_hold_that_was_to_end_meanwhile_ended_then(ticket, twin, igor):
    hold(twin, igor, "2026-04-06 11:30", "scheduled", until="2026-04-06 13:00")
    merge(twin, ticket, igor, NOON)
    unmerge(twin, igor, "2026-04-06 15:00")
    assert (twin.status, twin.updated_at) == ("new", at("2026-04-06 15:00"))
    clock = clocks(twin)["resolution"]
    assert (clock.paused_seconds, clock.elapsed_seconds) == (1.5 * 3600, 3 * 3600)


def test_who_followed_because_of_it_follows_no_more(ticket, boris, igor, olga):
    mine = open_ticket(boris)
    follow(ticket, olga)
    merge(mine, ticket, igor, NOON)
    unmerge(mine, igor, "2026-04-06 12:05")
    assert [row.id for row in queries.watchers(ticket.id)] == [olga.id]


def test_it_may_be_merged_again(ticket, twin, igor):
    for minute in (0, 20, 40):
        merge(twin, ticket, igor, f"2026-04-06 12:{minute:02}")
        unmerge(twin, igor, f"2026-04-06 12:{minute + 10:02}")
    assert clocks(twin)["resolution"].state == "running"


def test_once_the_other_is_done_nothing_is_taken_back(ticket, twin, igor):
    merge(twin, ticket, igor, NOON)
    resolve(ticket, igor, "2026-04-06 13:00")
    with pytest.raises(Conflict, match="is done"):
        unmerge(twin, igor, "2026-04-06 14:00")


def test_what_is_not_merged_is_not_split_off(ticket, igor):
    with pytest.raises(Conflict, match="not merged"):
        unmerge(ticket, igor, NOON)


def test_who_asked_may_say_that_it_is_not_the_same(ticket, theirs, stranger, igor):
    reply(theirs, igor, "2026-04-06 11:00")
    merge(theirs, ticket, igor, NOON)
    contest_merge(theirs, stranger, "2026-04-06 12:30", "Mine smells of fire.")
    assert (theirs.status, theirs.merged_into_id) == ("open", None)
    assert clocks(theirs)["reply"].started_at == at("2026-04-06 12:30")
    assert bell_of(igor, "requester_wrote") == ["requester_wrote"]
    assert bell_of(stranger, "unmerged") == []


def test_their_word_ends_a_hold_too(ticket, theirs, stranger, igor):
    hold(theirs, igor, "2026-04-06 11:00")
    merge(theirs, ticket, igor, NOON)
    contest_merge(theirs, stranger, "2026-04-06 12:30")
    assert (theirs.status, queries.hold_in_force(theirs.id)) == ("new", None)
    assert clocks(theirs)["resolution"].paused_seconds == 1.5 * 3600


@pytest.mark.parametrize("name", ["maria", "igor", "boris", "adam"])
def test_nobody_else_says_it_for_them(cast, ticket, theirs, name):
    merge(theirs, ticket, cast.igor, NOON)
    with pytest.raises((NotAllowed, NotFound)):
        contest_merge(theirs, getattr(cast, name), "2026-04-06 12:30")


def test_when_the_other_is_taken_back_what_somebody_else_asked_goes_on(ticket, twin, theirs, maria, stranger, igor):
    merge(twin, ticket, igor, NOON)
    merge(theirs, ticket, igor, NOON)
    cancel(ticket, maria, "2026-04-06 13:00")
    assert (theirs.status, theirs.merged_into_id, twin.status) == ("new", None, "cancelled")
    assert queries.merge_in_force(twin.id) is not None
    assert len(mails_to(stranger, "unmerged")) == 1


# --- what happens to the other one -----------------------------------------------------------------------------------


def test_when_the_other_becomes_confidential_it_does_too(maria, anna, stranger):
    ticket, other = open_ticket(maria, "hr.certificate"), open_ticket(stranger, "hr.certificate")
    merge(other, ticket, anna, NOON)
    switch_request_type(ticket, anna, "2026-04-06 13:00", "hr.trouble")
    assert other.confidential


def test_it_stays_with_its_department_when_the_other_moves_on(ticket, twin, igor):
    merge(twin, ticket, igor, NOON)
    hand_over(ticket, igor, "2026-04-06 13:00", "hr")
    assert twin.department_id == department("it").id
    unmerge(twin, igor, "2026-04-06 14:00")
    assert twin.status == "new"


def test_two_who_merge_at_once_merge_once(ticket, twin, igor):
    merge(twin, ticket, igor, NOON)
    with pytest.raises(Conflict):
        merge(twin, ticket, igor, NOON)
    assert len(list(db.session.scalars(select(Ticket).where(Ticket.merged_into_id == ticket.id)))) == 1
