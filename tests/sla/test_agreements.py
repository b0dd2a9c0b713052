"""Agreements: two leads settle on a wording, its promises become policies, and what was judged by it stays so."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.sla import access, actions, queries
from servicedesk.sla.agreement_rules import Line, Terms, last_day
from tests.build import change_priority, clocks, open_ticket, reopen, resolve
from tests.cast import at, by, department, load_cast, request_type

# A Monday.
PROPOSED = "2026-04-06 09:30"
ANSWERED = "2026-04-06 12:00"
TODAY = date(2026, 4, 6)
TERMS = Terms(
    promises=(Line("it.incident", None, {"resolution": "8h"}), Line(None, "urgent", {"first_reply": "30m"})),
    valid_from=TODAY,
    services="Desks, laptops and printers.",
    customer_provides="A number to call back.",
)


def propose(person, terms=TERMS, agreement=None, when=PROPOSED, supplier="it", customer="sales", **more):
    with transaction():
        stamp = by(person, when)
        return actions.propose_agreement(
            stamp, person, department(supplier), department(customer), terms, agreement, **more
        )


def accept(person, version, when=ANSWERED):
    with transaction():
        actions.accept_agreement(by(person, when), version, person)


def decree(terms=TERMS, agreement=None, when=PROPOSED, supplier="it", customer="sales"):
    with transaction():
        return actions.decree_agreement(by(None, when), department(supplier), department(customer), terms, agreement)


def agreed(olga, boris, terms=TERMS, agreement=None, when=PROPOSED):
    version = propose(olga, terms, agreement, when)
    accept(boris, version, when)
    return version


def rows_of(version):
    return {row.name: row for row in queries.policies() if row.agreement_version_id == version.id}


def test_a_proposal_promises_nothing_until_the_other_side_accepts(olga, boris, maria):
    version = propose(olga)
    assert clocks(open_ticket(maria))["resolution"].target == "27h"
    accept(boris, version)
    assert (version.state, version.proposed_by, version.answered_by) == ("accepted", olga, boris)
    assert (version.proposed_at, version.answered_at) == (at(PROPOSED), at(ANSWERED))
    assert clocks(open_ticket(maria, when="2026-04-06 13:00"))["resolution"].target == "8h"


def test_each_promise_becomes_a_policy_with_a_name_of_its_own(olga, boris):
    version = agreed(olga, boris, replace(TERMS, calendar="short", valid_until=date(2026, 12, 31)))
    rows = rows_of(version)
    number = version.agreement_id
    assert set(rows) == {
        f"agreement {number} v1 it→sales request_type=it.incident",
        f"agreement {number} v1 it→sales priority=urgent",
    }
    row = rows[f"agreement {number} v1 it→sales request_type=it.incident"]
    assert (row.department_id, row.customer_department_id) == (department("it").id, department("sales").id)
    assert row.request_type_id == request_type("it.incident").id
    assert (row.valid_from, row.valid_until, row.targets) == (TODAY, date(2026, 12, 31), {"resolution": "8h"})
    assert row.calendar_id == queries.calendar_by_key("short").id


def test_hours_of_the_agreement_count_its_promises(olga, boris, maria):
    # The short week is open Mon-Thu 10:00-16:00, so eight hours from Monday 10:00 end on Tuesday.
    agreed(olga, boris, replace(TERMS, calendar="short"))
    assert clocks(open_ticket(maria, when="2026-04-06 13:00"))["resolution"].due_at == at("2026-04-07 15:00")


def test_another_line_of_an_agreement_brings_its_hours(olga, boris, maria, igor):
    # Of six hours on the short week (Mon-Thu 10:00-16:00) five are left on Monday at 11:00.
    lines = (Line("it.incident", "high", {"resolution": "6h"}),)
    agreed(olga, boris, replace(TERMS, calendar="short", promises=lines))
    ticket = open_ticket(maria, when="2026-04-06 11:00")
    assert clocks(ticket)["resolution"].due_at == at("2026-04-09 11:00")
    change_priority(ticket, igor, "2026-04-06 12:00", "high")
    assert clocks(ticket)["resolution"].due_at == at("2026-04-07 11:00")
    change_priority(ticket, igor, "2026-04-06 13:00", "normal")
    assert clocks(ticket)["resolution"].due_at == at("2026-04-09 11:00")


def test_a_ticket_keeps_the_wording_it_was_opened_under(olga, boris, maria, igor):
    first = agreed(olga, boris)
    before = open_ticket(maria, when="2026-04-07 10:00")
    second = agreed(
        olga, boris, replace(TERMS, promises=(Line("it.incident", None, {"resolution": "4h"}),), valid_from=date(2026, 4, 8)),
        first.agreement, "2026-04-07 11:00",
    )  # fmt: skip
    still = open_ticket(maria, when="2026-04-07 12:00")
    after = open_ticket(maria, when="2026-04-08 10:00")
    names = queries.promise_names(clocks(t)["resolution"].policy_version_id for t in (before, still, after))
    told = [names[clocks(ticket)["resolution"].policy_version_id] for ticket in (before, still, after)]
    assert [(name.agreement_id, name.agreement_version) for name in told] == [
        (first.agreement_id, 1), (first.agreement_id, 1), (first.agreement_id, 2),
    ]  # fmt: skip
    assert [clocks(ticket)["resolution"].target for ticket in (before, still, after)] == ["8h", "8h", "4h"]
    assert told[0].supplier["en"] == "It" and told[0].customer["en"] == "Sales"
    assert queries.version_in_force(first.agreement, date(2026, 4, 7)) is first
    assert queries.version_in_force(first.agreement, date(2026, 4, 8)) is second
    # What happens to the ticket later does not change by what it is judged.
    resolve(before, igor, "2026-04-08 11:00")
    reopen(before, maria, "2026-04-08 12:00")
    assert clocks(before)["resolution"].target == "8h"


def test_the_version_before_ends_the_day_before_and_what_never_applies_is_withdrawn(olga, boris):
    first = agreed(olga, boris)
    later = agreed(olga, boris, replace(TERMS, valid_from=date(2026, 6, 1)), first.agreement)
    assert {row.valid_until for row in rows_of(first).values()} == {date(2026, 5, 31)}
    sooner = agreed(olga, boris, replace(TERMS, valid_from=date(2026, 5, 1)), first.agreement)
    assert {row.valid_until for row in rows_of(first).values()} == {date(2026, 4, 30)}
    assert rows_of(later) == {} and len(rows_of(sooner)) == 2
    versions = queries.versions(first.agreement_id)
    assert last_day(first, versions) == date(2026, 4, 30)
    assert last_day(later, versions) < later.valid_from
    assert queries.version_in_force(first.agreement, date(2026, 6, 2)) is sooner


def test_ending_early_is_a_version_with_an_end(olga, boris, maria):
    first = agreed(olga, boris)
    agreed(
        olga, boris, replace(TERMS, valid_from=date(2026, 4, 7), valid_until=date(2026, 4, 7)), first.agreement, ANSWERED
    )  # fmt: skip
    assert clocks(open_ticket(maria, when="2026-04-07 17:00"))["resolution"].target == "8h"
    assert clocks(open_ticket(maria, when="2026-04-08 10:00"))["resolution"].target == "27h"
    assert queries.version_in_force(first.agreement, date(2026, 4, 8)) is None


def test_a_ticket_keeps_its_agreement_when_that_has_ended(olga, boris, maria, igor):
    agreed(olga, boris, replace(TERMS, valid_until=date(2026, 4, 7)))
    ticket = open_ticket(maria, when="2026-04-07 10:00")
    resolve(ticket, igor, "2026-04-08 10:00")
    reopen(ticket, maria, "2026-04-09 10:00")
    change_priority(ticket, igor, "2026-04-09 11:00", "high")
    assert clocks(ticket)["resolution"].target == "8h"


def test_a_counter_is_a_new_version_by_the_other_side(olga, boris):
    first = propose(olga)
    second = propose(boris, replace(TERMS, mission="Sales sells."), first.agreement, ANSWERED)
    assert (first.state, first.answered_by, second.state, second.number) == ("countered", boris, "proposed", 2)
    assert second.proposed_for_id == department("sales").id
    accept(olga, second, "2026-04-06 13:00")
    assert second.state == "accepted"
    with pytest.raises(Conflict):
        accept(boris, first, "2026-04-06 14:00")


def test_the_proposer_may_replace_or_take_back(olga, boris):
    first = propose(olga)
    second = propose(olga, replace(TERMS, mission="Better words."), first.agreement, ANSWERED)
    assert (first.state, second.state) == ("withdrawn", "proposed")
    with transaction():
        actions.withdraw_agreement(by(olga, "2026-04-06 13:00"), second, olga)
    with pytest.raises(Conflict):
        accept(boris, second, "2026-04-06 14:00")


def test_declining_needs_a_note(olga, boris):
    version = propose(olga)
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.decline_agreement(by(boris, ANSWERED), version, boris, "  ")
    assert set(refusal.value.fields) == {"note"}
    with transaction():
        actions.decline_agreement(by(boris, ANSWERED), version, boris, "Eight hours are too long.")
    assert (version.state, version.answer_note, version.answered_by) == ("declined", "Eight hours are too long.", boris)


def test_only_leads_of_the_two_departments_propose_and_only_the_other_side_answers(
    olga, boris, igor, maria, anna, adam
):
    for person in (igor, maria, anna, adam):
        with pytest.raises(NotAllowed):
            propose(person)
    version = propose(olga)
    for person in (olga, igor, maria, adam):
        with pytest.raises(NotAllowed):
            accept(person, version)
        with transaction(), pytest.raises(NotAllowed):
            actions.decline_agreement(by(person, ANSWERED), version, person, "No.")
    with transaction(), pytest.raises(NotAllowed):
        actions.withdraw_agreement(by(boris, ANSWERED), version, boris)


def test_whoever_answers_what_was_replaced_learns_it(olga, boris):
    first = propose(olga)
    propose(olga, replace(TERMS, mission="Better words."), first.agreement, ANSWERED)
    with pytest.raises(Conflict):
        propose(boris, TERMS, first.agreement, "2026-04-06 13:00", seen=1)


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"valid_from": date(2026, 5, 1), "valid_until": date(2026, 4, 30)}, {"valid_until"}),
        ({"valid_from": date(2026, 1, 1), "valid_until": date(2026, 4, 5)}, {"valid_until"}),
        ({"review_on": date(2026, 4, 5)}, {"review_on"}),
        ({"valid_until": date(2026, 7, 1), "review_on": date(2026, 8, 1)}, {"review_on"}),
        ({"valid_from": date(1, 1, 1)}, {"valid_from"}),
        ({"promises": ()}, {"promises"}),
        ({"promises": (Line(None, None, {"reply": "1h"}),) * 31}, {"promises"}),
        ({"promises": (Line(None, None, {}),)}, {"promises-0-resolution"}),
        ({"promises": (Line(None, None, {"reply": "1h"}), Line("it.access", None, {"reply": "soon"}))}, {"promises-1-reply"}),
        ({"promises": (Line(None, None, {"reply": "at 2026-05-01T00:00:00Z"}),)}, {"promises-0-reply"}),
        ({"promises": (Line(None, None, {"reply": "9" * 400 + "h"}),)}, {"promises-0-reply"}),
        ({"promises": (Line(None, None, {"reply": "9000h"}),)}, {"promises-0-reply"}),
        ({"promises": (Line(None, None, {"reply": "0h"}),)}, {"promises-0-reply"}),
        ({"promises": (Line(None, None, {"swiftness": "1h"}),)}, {"promises-0-swiftness"}),
        ({"promises": (Line("hr.certificate", None, {"reply": "1h"}),)}, {"promises-0-request_type"}),
        ({"promises": (Line("it.nothing", None, {"reply": "1h"}),)}, {"promises-0-request_type"}),
        ({"promises": (Line(None, "yesterday", {"reply": "1h"}),)}, {"promises-0-priority"}),
        ({"calendar": "moon"}, {"calendar"}),
        ({"services": "x" * 10_001}, {"services"}),
        ({"promises": (Line(None, None, {"reply": "1h"}), Line(None, None, {"reply": "2h", "stay": "1h"}))}, {"promises-1-reply"}),
    ],
)  # fmt: skip
def test_what_cannot_be_agreed_is_refused_at_its_field(olga, wrong, fields):
    with pytest.raises(Invalid) as refusal:
        propose(olga, replace(TERMS, **wrong))
    assert set(refusal.value.fields) == fields
    assert queries.agreements_between(department("it").id, department("sales").id) == []


def test_a_department_makes_no_agreement_with_itself(olga):
    with pytest.raises(Invalid) as refusal:
        propose(olga, customer="it")
    assert set(refusal.value.fields) == {"customer"}


def test_two_lines_for_one_case_are_one_policy(olga, boris):
    lines = (Line(None, None, {"reply": "90m"}), Line(None, None, {"stay": "1h 30m"}))
    version = agreed(olga, boris, replace(TERMS, promises=lines))
    assert [row.targets for row in rows_of(version).values()] == [{"reply": "90m", "stay": "90m"}]


def test_two_agreements_never_claim_the_same_on_the_same_day(olga, boris):
    agreed(olga, boris, replace(TERMS, valid_until=date(2026, 6, 30)))
    with pytest.raises(Invalid) as refusal:
        propose(olga, replace(TERMS, valid_from=date(2026, 6, 30)))
    assert set(refusal.value.fields) == {"promises-0-resolution", "promises-1-first_reply"}
    assert "Agreement" in str(refusal.value.fields["promises-0-resolution"])
    propose(olga, replace(TERMS, valid_from=date(2026, 7, 1)))
    propose(olga, replace(TERMS, promises=(Line("it.incident", None, {"reply": "8h"}),)))
    propose(olga, replace(TERMS, promises=(Line("it.incident", "urgent", {"resolution": "2h"}),)))


def test_it_is_looked_at_again_when_it_is_accepted(olga, boris):
    first, second = propose(olga), propose(olga)
    assert first.agreement_id != second.agreement_id
    accept(boris, first)
    with pytest.raises(Conflict, match=f"Agreement {first.agreement_id} "):
        accept(boris, second)
    assert second.state == "proposed"


def test_a_proposal_whose_last_day_is_over_is_not_accepted(olga, boris):
    version = propose(olga, replace(TERMS, valid_until=date(2026, 4, 7)))
    with pytest.raises(Conflict):
        accept(boris, version, "2026-04-08 00:30")


# By decree


def test_the_organisation_file_puts_into_force_at_once_and_says_nothing_twice(olga, maria):
    version = decree()
    assert (version.state, version.proposed_by_id, version.answered_by_id) == ("accepted", None, None)
    assert clocks(open_ticket(maria))["resolution"].target == "8h"
    turned = replace(TERMS, promises=TERMS.promises[::-1], services=TERMS.services + "\n")
    assert decree(turned, version.agreement) is version
    changed = decree(replace(TERMS, promises=(Line(None, None, {"reply": "2h"}),)), version.agreement)
    assert changed.number == 2 and rows_of(version) == {}


def test_a_decree_ends_an_open_proposal(olga, boris):
    proposal = propose(olga)
    decreed = decree(replace(TERMS, mission="So it is."), proposal.agreement)
    assert (proposal.state, decreed.number) == ("withdrawn", 2)


def test_a_decree_may_tell_of_an_agreement_that_is_over(app):
    version = decree(replace(TERMS, valid_from=date(2025, 1, 1), valid_until=date(2025, 12, 31)))
    assert queries.version_in_force(version.agreement, date(2025, 12, 31)) is version
    assert queries.version_in_force(version.agreement, TODAY) is None


def test_a_decree_keeps_warnings_that_nobody_mentions(olga, boris):
    line = Line(None, None, {"resolution": "8h"}, warn_at=(50,), escalate=({"after": "1h", "to": "leads"},))
    first = decree(replace(TERMS, promises=(line,)))
    second = agreed(olga, boris, replace(TERMS, promises=(Line(None, None, {"resolution": "4h"}),)), first.agreement)
    (row,) = rows_of(second).values()
    assert (row.warn_at, list(row.escalate)) == ((50,), [{"after": "1h", "to": "leads"}])


def test_an_agreement_that_the_file_no_longer_names_ends(olga, boris, maria):
    version = decree()
    with transaction():
        assert actions.end_agreement_by_decree(by(None, "2026-04-08 10:00"), version.agreement, date(2026, 4, 8))
    with transaction():
        assert not actions.end_agreement_by_decree(by(None, "2026-04-08 10:00"), version.agreement, date(2026, 4, 8))
    assert clocks(open_ticket(maria, when="2026-04-08 11:00"))["resolution"].target == "8h"
    assert clocks(open_ticket(maria, when="2026-04-09 11:00"))["resolution"].target == "27h"


def test_an_agreement_that_has_not_begun_is_withdrawn(app):
    version = decree(replace(TERMS, valid_from=date(2026, 5, 1)))
    with transaction():
        assert actions.end_agreement_by_decree(by(None, "2026-04-08 10:00"), version.agreement, date(2026, 4, 8))
    assert version.state == "withdrawn" and rows_of(version) == {}


# Who may know


def test_who_reads_what(olga, boris, igor, maria, anna, stranger, adam, rita):
    version = propose(olga)
    number = version.agreement_id
    for person in (olga, boris, igor, adam):
        assert access.agreement_for(person, number).id == number
    for person in (maria, anna, stranger, rita):
        with pytest.raises(NotFound):
            access.agreement_for(person, number)
        assert queries.agreements(person, TODAY).items == []
    accept(boris, version)
    propose(olga, replace(TERMS, mission="New."), version.agreement, "2026-04-06 13:00")
    assert access.wording_for(maria, number, 1) is version
    with pytest.raises(NotFound):
        access.wording_for(maria, number, 2)
    assert access.wording_for(igor, number, 2).number == 2
    assert [row.id for row in queries.agreements(maria, TODAY).items] == [number]
    for person in (anna, stranger, rita):
        with pytest.raises(NotFound):
            access.agreement_for(person, number)


def test_the_list_begins_with_what_waits_for_my_answer(olga, boris, adam):
    first = propose(olga)
    done = agreed(olga, boris, replace(TERMS, promises=(Line("it.access", None, {"resolution": "1bd"}),)))
    over = decree(replace(TERMS, valid_from=date(2025, 1, 1), valid_until=date(2025, 2, 1)))
    later = decree(replace(TERMS, valid_from=date(2027, 1, 1)))
    assert [row.id for row in queries.agreements(boris, TODAY).items] == [
        first.agreement_id, later.agreement_id, over.agreement_id, done.agreement_id,
    ]  # fmt: skip
    assert (queries.waiting_for(boris), queries.waiting_for(olga), queries.waiting_for(adam)) == (1, 0, 0)
    for state, version in (("proposed", first), ("in_force", done), ("ended", over), ("coming", later)):
        assert [row.id for row in queries.agreements(boris, TODAY, state=state).items] == [version.agreement_id]
    assert queries.agreements(boris, TODAY, state="refused").items == []
    assert queries.agreements(adam, TODAY, department_id=department("hr").id).items == []
    page = queries.agreements(boris, TODAY, limit=1)
    assert queries.agreements(boris, TODAY, cursor=page.next).items[0].id == later.agreement_id


# Reminders


def remind(version, when):
    with transaction():
        return actions.remind_of_agreement(by(None, when), version.id)


def test_both_sides_are_reminded_once_before_the_end_and_before_the_review(olga, boris):
    version = agreed(olga, boris, replace(TERMS, valid_until=date(2026, 7, 1), review_on=date(2026, 6, 1)))
    assert not remind(version, "2026-05-01 10:00")
    assert remind(version, "2026-05-02 10:00") and version.review_reminded_at == at("2026-05-02 10:00")
    assert not remind(version, "2026-05-03 10:00")
    assert queries.to_remind(date(2026, 6, 1), date(2026, 7, 1)) == [version.id]
    assert remind(version, "2026-06-01 10:00") and version.end_reminded_at == at("2026-06-01 10:00")
    assert queries.to_remind(date(2026, 6, 1), date(2026, 7, 1)) == []


def test_nobody_is_reminded_of_what_was_replaced(olga, boris):
    first = agreed(olga, boris, replace(TERMS, valid_until=date(2026, 4, 20)))
    agreed(olga, boris, replace(TERMS, valid_from=date(2026, 4, 7)), first.agreement)
    assert not remind(first, "2026-04-10 10:00")


# At the same moment


@pytest.mark.parametrize("same", [True, False], ids=["one proposal", "two that promise the same"])
def test_of_two_acceptances_at_the_same_moment_one_counts(own_desk, same):
    with own_desk.app_context():
        cast = load_cast()
        first = propose(cast.olga)
        second = first if same else propose(cast.olga)
        numbers = [first.agreement_id, second.agreement_id]
        boris_id = cast.boris.id
    ready = threading.Barrier(2)

    def answer(number):
        with own_desk.app_context():
            boris = people.person(boris_id)
            ready.wait()
            try:
                with transaction():
                    actions.accept_agreement(by(boris, ANSWERED), access.wording_for(boris, number, 1), boris)
            except Conflict as refusal:
                return refusal.code
            return "accepted"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(answer, numbers)) == ["accepted", "conflict"]
    with own_desk.app_context():
        assert len([row for row in queries.policies() if row.agreement_version_id is not None]) == 2
        states = [version.state for number in sorted(set(numbers)) for version in queries.versions(number)]
        assert sorted(states) == (["accepted"] if same else ["accepted", "proposed"])
