"""Who is asked, in which order, and what their words come to."""

from __future__ import annotations

import pytest

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.tickets import access, queries
from servicedesk.tickets.models import Approval, Ticket
from tests import build
from tests.build import approve, clocks, open_ticket, refuse, resubmit
from tests.cast import at, by, department, request_type
from tests.tickets.approving import BOSS, asked, history, named, newcomer, offer, over, words

TEN, ELEVEN, NOON, ONE = (f"2026-04-06 {hour}:00" for hour in (10, 11, 12, 13))


def ask(person, kind="it.purchase", when=TEN, amount=None, **more):
    return open_ticket(person, kind, when, answers={"amount": amount} if amount is not None else {}, **more)


# Filing


def test_the_lead_of_the_requester_is_asked(maria, igor):
    offer(BOSS)
    ticket = ask(maria)
    assert (ticket.status, ticket.ball, ticket.approved_at) == ("awaiting_approval", "approver", None)
    assert words(ticket) == [(1, 1, "Boris", "asked")]
    assert history(ticket) == ["ApprovalAsked"]
    assert ticket not in db.session.scalars(access.queue_of(igor)).all()


def test_a_type_without_steps_asks_nobody(maria):
    ticket = open_ticket(maria)
    assert (ticket.status, ticket.approved_at, words(ticket)) == ("new", None, [])


def test_the_department_has_it_when_the_word_is_given(maria, boris, igor):
    offer(BOSS)
    ticket = ask(maria)
    approve(ticket, boris, NOON, "Buy it.")
    assert (ticket.status, ticket.ball, ticket.approved_at) == ("new", "supplier", at(NOON))
    [row] = queries.approvals(ticket.id)
    assert (row.decision, row.decided_at, row.decided_by_id, row.reason) == ("approved", at(NOON), boris.id, "Buy it.")
    assert history(ticket) == ["ApprovalAsked", "ApprovalGiven", "TicketApproved"]
    assert ticket in db.session.scalars(access.queue_of(igor)).all()


def test_what_the_department_did_meanwhile_is_not_undone(maria, boris, igor):
    offer(BOSS)
    answered, taken = ask(maria), ask(maria)
    build.reply(answered, igor, ELEVEN)
    build.assign(taken, igor, ELEVEN, igor)
    assert {answered.status, taken.status} == {"awaiting_approval"}
    approve(answered, boris, NOON)
    approve(taken, boris, NOON)
    assert {answered.status, taken.status} == {"open"}


@pytest.mark.parametrize(
    ("amount", "passed"),
    [
        ("99999.99", True),
        ("100000", True),
        ("100000.00", True),
        ("100000.01", False),
        ("100 000,5", False),
        (None, True),
        ("-5", True),
    ],
)
def test_a_threshold_is_asked_only_above_the_amount(maria, amount, passed):
    offer(over("100000", BOSS))
    ticket = ask(maria, amount=amount)
    assert (ticket.status == "new") is passed
    assert (ticket.approved_at is None) and (words(ticket) == [] if passed else asked(ticket) == ["Boris"])


def test_only_the_steps_above_their_threshold_are_asked(maria, boris, olga):
    offer(BOSS, over("50000", named(olga)))
    assert words(ask(maria, amount="50000")) == [(1, 1, "Boris", "asked")]
    assert words(ask(maria, amount="50001")) == [(1, 1, "Boris", "asked"), (1, 2, "Olga", "waits")]


def test_money_is_compared_as_a_number(maria):
    field = {"key": "amount", "type": "money", "label": {"ru": "Сумма", "en": "Amount"}}
    offer(over("9", BOSS), fields=[field])
    assert ask(maria, amount="10.00").status == "awaiting_approval"
    assert ask(maria, amount="9.00").status == "new"


def test_who_files_for_somebody_may_approve_it(cast):
    offer(BOSS)
    ticket = ask(cast.maria, registrar=cast.boris)
    assert asked(ticket) == ["Boris"]
    approve(ticket, cast.boris, NOON)
    assert ticket.approved_at == at(NOON)


# Any and all, step by step


def test_any_takes_the_first_word(maria, olga, anna):
    offer(named(olga, anna))
    ticket = ask(maria)
    assert asked(ticket) == ["Anna", "Olga"]
    approve(ticket, anna, NOON)
    assert ticket.status == "new"
    assert words(ticket) == [(1, 1, "Anna", "approved"), (1, 1, "Olga", "void")]


def test_any_takes_the_first_word_also_when_it_is_no(maria, olga, anna):
    offer(named(olga, anna))
    ticket = ask(maria)
    refuse(ticket, anna, NOON)
    assert (ticket.status, ticket.ball) == ("awaiting_approval", "requester")
    assert words(ticket) == [(1, 1, "Anna", "refused"), (1, 1, "Olga", "void")]


def test_all_waits_for_everybody(maria, olga, anna):
    offer(named(olga, anna, need="all"))
    ticket = ask(maria)
    approve(ticket, anna, NOON)
    assert (ticket.status, asked(ticket)) == ("awaiting_approval", ["Olga"])
    approve(ticket, olga, ONE)
    assert (ticket.status, ticket.approved_at) == ("new", at(ONE))


def test_one_no_ends_all(maria, olga, anna):
    offer(named(olga, anna, need="all"), BOSS)
    ticket = ask(maria)
    approve(ticket, anna, ELEVEN)
    refuse(ticket, olga, NOON)
    assert words(ticket) == [(1, 1, "Anna", "approved"), (1, 1, "Olga", "refused"), (1, 2, "Boris", "void")]


def test_steps_come_one_after_the_other(maria, boris, olga, anna):
    offer(BOSS, named(olga), named(anna, olga, need="all"))
    ticket = ask(maria)
    assert asked(ticket) == ["Boris"]
    approve(ticket, boris, ELEVEN)
    assert (asked(ticket), ticket.ball) == (["Olga"], "approver")
    approve(ticket, olga, NOON)
    assert asked(ticket) == ["Anna", "Olga"]
    approve(ticket, olga, "2026-04-06 12:30")
    approve(ticket, anna, ONE)
    assert (ticket.status, ticket.approved_at) == ("new", at(ONE))
    assert {row.asked_at for row in queries.approvals(ticket.id)} == {at(TEN), at(ELEVEN), at(NOON)}


def test_nobody_decides_before_their_turn(maria, boris, olga):
    offer(BOSS, named(olga))
    ticket = ask(maria)
    later = queries.approvals(ticket.id)[1]
    with pytest.raises(NotAllowed), transaction():
        access.approval_for(olga, ticket.id, later.id)
    assert words(ticket)[1] == (1, 2, "Olga", "waits")


def test_somebody_named_twice_is_asked_once(maria, olga):
    offer(named(olga, olga, need="all"))
    assert asked(ask(maria)) == ["Olga"]


# Nobody approves what they asked for


def test_a_lead_is_approved_by_the_lead_above(boris, rita):
    chief = newcomer("chief", "management", "lead management")
    with transaction():
        people.change_department(by(None, TEN), department("sales"), {"parent_id": department("management").id})
    offer(BOSS)
    ticket = ask(boris)
    assert asked(ticket) == ["Chief"]
    approve(ticket, chief, NOON)
    assert ticket.status == "new"


def test_the_lead_above_comes_before_a_second_lead(boris):
    newcomer("deputy", "sales", "lead sales")
    newcomer("chief", "management", "lead management")
    offer(BOSS)
    assert asked(ask(boris)) == ["Deputy"]
    with transaction():
        people.change_department(by(None, TEN), department("sales"), {"parent_id": department("management").id})
    assert asked(ask(boris)) == ["Chief"]


def test_where_nobody_is_above_the_step_is_waived_and_recorded(boris):
    offer(BOSS)
    ticket = ask(boris)
    assert (ticket.status, ticket.ball, ticket.approved_at) == ("new", "supplier", at(TEN))
    assert (words(ticket), history(ticket)) == ([], ["ApprovalWaived", "TicketApproved"])
    assert set(clocks(ticket)) == {"first_reply", "resolution", "stay"}


def test_a_waived_step_does_not_waive_the_next(boris, olga):
    offer(BOSS, named(olga))
    ticket = ask(boris)
    assert words(ticket) == [(1, 2, "Olga", "asked")]
    assert history(ticket) == ["ApprovalWaived", "ApprovalAsked"]


def test_a_requester_who_is_named_is_passed_over(boris, olga):
    offer(named(boris, olga, need="all"))
    assert asked(ask(boris)) == ["Olga"]


def test_where_only_the_requester_is_named_it_is_waived(olga):
    offer(named(olga))
    assert history(ask(olga)) == ["ApprovalWaived", "TicketApproved"]


def test_without_a_lead_those_of_the_supplier_decide(stranger):
    offer(BOSS)
    assert asked(ask(stranger)) == ["Olga"]


def test_without_a_lead_the_lead_above_decides(stranger):
    newcomer("chief", "management", "lead management")
    with transaction():
        people.change_department(by(None, TEN), department("legal"), {"parent_id": department("management").id})
    offer(BOSS)
    assert asked(ask(stranger)) == ["Chief"]


def test_where_nobody_can_approve_filing_is_refused_with_a_sentence(stranger):
    offer(BOSS, key="legal.advice", fields=())
    before = db.session.query(Ticket).count()
    with pytest.raises(Invalid) as refusal:
        open_ticket(stranger, "legal.advice")
    fault = refusal.value.fields["request_type"]
    assert "nobody is left who can give it" in fault.sentence
    assert fault.params == {"department": "Legal"}
    assert (db.session.query(Ticket).count(), db.session.query(Approval).count()) == (before, 0)


# Deciding


def test_a_refusal_needs_a_reason(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    with pytest.raises(Invalid) as refusal:
        refuse(ticket, boris, NOON, "  ")
    assert set(refusal.value.fields) == {"reason"}
    assert asked(ticket) == ["Boris"]


@pytest.mark.parametrize("act", [approve, refuse])
def test_a_reason_may_be_too_long(maria, boris, act):
    offer(BOSS)
    ticket = ask(maria)
    with pytest.raises(Invalid) as refusal:
        act(ticket, boris, NOON, "x" * 50_001)
    assert set(refusal.value.fields) == {"reason"}


@pytest.mark.parametrize("name", ["maria", "igor", "olga", "adam"])
def test_whoever_was_not_asked_may_not_decide(cast, name):
    offer(BOSS)
    ticket = ask(cast.maria)
    with pytest.raises(NotAllowed):
        approve(ticket, getattr(cast, name), NOON)
    assert asked(ticket) == ["Boris"]


def test_a_stranger_finds_nothing_to_decide(cast):
    offer(BOSS)
    ticket = ask(cast.maria)
    with pytest.raises(NotFound):
        approve(ticket, cast.stranger, NOON)


def test_an_approval_of_another_request_is_not_found(maria, boris):
    offer(BOSS)
    first, second = ask(maria), ask(maria)
    [other] = queries.approvals(second.id)
    for number in (other.id, 0, -1, 2**31, 2**80):
        with pytest.raises(NotFound), transaction():
            access.approval_for(boris, first.id, number)


def test_what_is_decided_is_decided(maria, olga, anna):
    offer(named(olga, anna))
    ticket = ask(maria)
    approve(ticket, anna, NOON)
    for act, person in ((refuse, olga), (approve, olga), (approve, anna)):
        with pytest.raises(Conflict) as refusal:
            act(ticket, person, ONE)
        assert refusal.value.sentence == "This has been decided meanwhile."


def test_taking_it_back_asks_nobody_any_more(maria, boris, olga):
    offer(BOSS, named(olga))
    ticket = ask(maria)
    build.cancel(ticket, maria, ELEVEN)
    assert [word for *_, word in words(ticket)] == ["void", "void"]
    with pytest.raises(Conflict):
        approve(ticket, boris, NOON)


# After a refusal


def test_a_refused_request_is_reworked_and_asked_about_anew(maria, boris):
    offer(BOSS)
    ticket = ask(maria, amount="900")
    refuse(ticket, boris, ELEVEN, "Half of it.")
    assert (ticket.status, ticket.ball) == ("awaiting_approval", "requester")
    resubmit(ticket, maria, NOON, answers={"amount": "450"})
    assert (ticket.status, ticket.ball, ticket.subject) == ("awaiting_approval", "approver", "A smaller printer")
    assert [answer["value"] for answer in ticket.answers] == ["450"]
    assert words(ticket) == [(1, 1, "Boris", "refused"), (2, 1, "Boris", "asked")]
    approve(ticket, boris, ONE)
    assert (ticket.status, ticket.approved_at) == ("new", at(ONE))


def test_reworked_below_the_threshold_nobody_need_be_asked(maria, boris, igor):
    offer(over("500", BOSS))
    ticket = ask(maria, amount="900")
    refuse(ticket, boris, ELEVEN)
    resubmit(ticket, maria, NOON, answers={"amount": "500"})
    assert (ticket.status, ticket.ball, ticket.approved_at) == ("new", "supplier", at(NOON))
    assert ticket in db.session.scalars(access.queue_of(igor)).all()


def test_reworked_by_the_form_as_it_is_now(maria, boris):
    kind = offer(BOSS)
    ticket = ask(maria)
    refuse(ticket, boris, ELEVEN)
    with transaction():
        field = {"key": "why", "type": "text", "required": True, "label": {"ru": "Зачем", "en": "Why"}}
        catalog.change_request_type(by(None, ELEVEN), kind, {"fields": [field]})
    with pytest.raises(Invalid) as refusal:
        resubmit(ticket, maria, NOON, subject=" ", answers={"amount": "1"})
    assert set(refusal.value.fields) == {"subject", "fields.why", "fields.amount"}
    resubmit(ticket, maria, NOON, answers={"why": "It broke."})
    assert (ticket.form_number, [answer["key"] for answer in ticket.answers]) == (2, ["why"])


def test_what_nobody_offers_any_more_cannot_be_sent_again(maria, boris):
    kind = offer(BOSS)
    ticket = ask(maria)
    refuse(ticket, boris, ELEVEN)
    with transaction():
        catalog.change_request_type(by(None, ELEVEN), kind, {"active": False})
    with pytest.raises(Invalid) as refusal:
        resubmit(ticket, maria, NOON)
    assert set(refusal.value.fields) == {"request_type"}


@pytest.mark.parametrize("name", ["boris", "igor", "olga", "adam"])
def test_only_the_requester_sends_it_again(cast, name):
    offer(BOSS)
    ticket = ask(cast.maria)
    refuse(ticket, cast.boris, ELEVEN)
    with pytest.raises(NotAllowed):
        resubmit(ticket, getattr(cast, name), NOON)


def test_what_was_not_refused_is_not_sent_again(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    with pytest.raises(Conflict):
        resubmit(ticket, maria, NOON)
    approve(ticket, boris, NOON)
    with pytest.raises(Conflict):
        resubmit(ticket, maria, ONE)


def test_a_refused_request_may_be_taken_back(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    refuse(ticket, boris, ELEVEN)
    build.cancel(ticket, maria, NOON)
    assert (ticket.status, ticket.ball) == ("cancelled", "none")


# Edits of the type


def test_an_edited_type_does_not_disturb_a_running_round(maria, boris, olga, anna):
    kind = offer(BOSS, named(olga))
    ticket = ask(maria)
    with transaction():
        catalog.change_request_type(by(None, ELEVEN), kind, {"approvals": [named(anna)]})
    approve(ticket, boris, NOON)
    assert words(ticket) == [(1, 1, "Boris", "approved"), (1, 2, "Olga", "asked")]
    refuse(ticket, olga, NOON)
    resubmit(ticket, maria, ONE)
    assert words(ticket)[-1] == (2, 1, "Anna", "asked")


def test_nobody_slips_into_a_type_that_needs_approval(maria, igor, boris):
    offer(BOSS)
    ticket = open_ticket(maria)
    with pytest.raises(Invalid):
        build.switch_request_type(ticket, igor, NOON, "it.purchase")
    waiting = ask(maria)
    with pytest.raises(Invalid):
        build.switch_request_type(waiting, igor, NOON, "it.incident")
    approve(waiting, boris, NOON)
    build.switch_request_type(waiting, igor, ONE, "it.incident")
    assert waiting.request_type_id == request_type("it.incident").id
