"""What a lead says of a broken promise, who may, and the list of the broken."""

from __future__ import annotations

import pytest

from servicedesk.audit.queries import history
from servicedesk.kernel.errors import Invalid, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import access, actions, queries
from servicedesk.sla.models import Clock
from tests.build import assign, clocks, hold, open_ticket, reply
from tests.cast import at, by


@pytest.fixture
def broken(maria, igor):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-07 10:00")
    return clocks(ticket)["first_reply"]


def explain(clock, lead, **words):
    with transaction():
        found = access.breach_for(lead, clock.id)
        return actions.explain_breach(by(lead, "2026-04-07 12:00"), found, lead, **words)


def test_the_lead_gives_a_code_and_a_sentence(broken, olga):
    row = explain(broken, olga, code="workload", text=" Two of us were ill. ")
    assert (row.code, row.text, row.excused, row.by_id) == ("workload", "Two of us were ill.", False, olga.id)
    assert queries.reasons_of([broken.id])[broken.id] is row


def test_a_reason_can_be_changed(broken, olga):
    explain(broken, olga, code="workload", text="Busy.")
    explain(broken, olga, code="outage", text="The power was out.", excused=True)
    row = queries.reasons_of([broken.id])[broken.id]
    assert (row.code, row.excused) == ("outage", True)


@pytest.mark.parametrize(
    ("field", "words"), [("code", ("tired", "x")), ("text", ("other", " ")), ("text", ("other", "x" * 2001))]
)
def test_a_reason_needs_both(broken, olga, field, words):
    with pytest.raises(Invalid) as refusal:
        explain(broken, olga, code=words[0], text=words[1])
    assert set(refusal.value.fields) == {field}


def test_only_the_lead_of_the_department_explains(broken, cast):
    for name, person in cast.everybody().items():
        if name == "olga":
            continue
        sees = name in ("maria", "boris", "igor", "adam")
        with pytest.raises(NotAllowed if sees else NotFound):
            access.breach_for(person, broken.id)


def test_a_kept_promise_is_no_breach(maria, igor, olga):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-06 11:00")
    with pytest.raises(NotFound):
        access.breach_for(olga, clocks(ticket)["first_reply"].id)


def test_the_list_is_the_leads_own(broken, cast):
    seen = {name: len(queries.breaches(person).items) for name, person in cast.everybody().items()}
    assert {name for name, count in seen.items() if count} == {"olga"}


def listed(person, **wanted):
    return queries.breaches(person, queries.BreachFilter(**wanted)).items


def test_the_list_is_cut_by_time_and_by_what_is_unexplained(broken, olga):
    assert listed(olga, since=at("2026-04-06 14:00"))
    assert not listed(olga, since=at("2026-04-06 14:01"))
    assert not listed(olga, until=at("2026-04-06 14:00"))
    explain(broken, olga, code="other", text="No reason.")
    assert not listed(olga, standing="unexplained")


def test_the_list_is_cut_by_standing_reason_metric_ball_and_assignee(maria, igor, olga, broken):
    waiting = open_ticket(maria, when="2026-04-07 10:00")
    assign(waiting, olga, "2026-04-07 10:30", igor)
    hold(waiting, igor, "2026-04-07 11:00", reason="third_party")
    reply(waiting, igor, "2026-04-08 17:00")
    other = clocks(waiting)["first_reply"]
    explain(broken, olga, code="outage", text="No power.", excused=True)
    explain(other, olga, code="workload", text="Busy.")

    def found(**wanted):
        return {breach.clock.id for breach in listed(olga, **wanted)}

    both = {broken.id, other.id}
    assert found() == found(metric="first_reply") == both
    assert found(metric="resolution") == found(standing="unexplained") == found(ball="requester") == set()
    assert found(standing="excused") == found(reason="outage") == found(ball="supplier") == {broken.id}
    assert found(standing="explained") == found(ball="third_party") == {other.id}
    assert found(assignee_id=igor.id) == {other.id}
    assert found(unassigned=True) == {broken.id}


def test_counts_are_those_of_the_list(maria, igor, olga, broken, count_queries):
    for _ in range(3):
        reply(open_ticket(maria), igor, "2026-04-07 10:00")
    first, second, *_ = listed(olga)
    explain(first.clock, olga, code="outage", text="No power.", excused=True)
    explain(second.clock, olga, code="workload", text="Busy.")
    assert olga.leads
    count_queries()
    counts = queries.breach_counts(olga)
    assert count_queries() == 1
    assert (counts.broken, counts.unexplained, counts.excused) == (4, 2, 1)
    assert counts.by_reason == {"outage": 1, "workload": 1}
    assert queries.breach_counts(olga, queries.BreachFilter(since=at("2026-04-08 00:00"))) == queries.BreachCounts()


def test_the_whole_list_comes_page_by_page(maria, igor, olga, broken, monkeypatch):
    for _ in range(4):
        reply(open_ticket(maria), igor, "2026-04-07 10:00")
    monkeypatch.setattr("servicedesk.sla.queries.breached.LARGEST", 2)
    every = [breach.clock.id for breach in queries.every_breach(olga)]
    assert every == [breach.clock.id for breach in listed(olga)]
    assert len(every) == 5


def test_how_late_it_is_counts_on_until_it_is_done(maria, igor, olga, broken):
    (breach,) = listed(olga)
    assert breach.late_seconds(at("2026-05-01 00:00")) == 5 * 3600
    silent = open_ticket(maria, when="2026-04-06 11:00")
    with transaction():
        actions.look_at_clock(by(None, "2026-04-06 15:30", "worker"), clocks(silent)["first_reply"].id)
    newest = listed(olga)[0]
    assert newest.ticket.id == silent.id
    assert newest.late_seconds(at("2026-04-06 16:00")) == 3600


def test_several_get_one_reason_and_the_others_are_told_why_not(maria, igor, anna, olga, broken, cast):
    kept = open_ticket(maria)
    reply(kept, igor, "2026-04-06 11:00")
    foreign = open_ticket(cast.stranger, "hr.certificate")
    reply(foreign, anna, "2026-04-09 15:00")
    asked_by_boris = open_ticket(igor, "sales.offer")
    reply(asked_by_boris, cast.boris, "2026-04-20 15:00")
    numbers = [
        broken.id, clocks(kept)["first_reply"].id, clocks(foreign)["first_reply"].id, 0, 2**40,
        clocks(asked_by_boris)["resolution"].id,
    ]  # fmt: skip
    found = access.breaches_for(olga, numbers)
    assert list(found) == numbers
    assert [type(row).__name__ for row in found.values()] == [
        "Clock", "Conflict", "NotFound", "NotFound", "NotFound", "NotAllowed",
    ]  # fmt: skip


def test_several_cost_as_much_as_one(maria, igor, olga, count_queries):
    numbers = []
    for _ in range(6):
        ticket = open_ticket(maria)
        reply(ticket, igor, "2026-04-07 10:00")
        numbers.append(clocks(ticket)["first_reply"].id)

    def cost(some):
        count_queries()
        with transaction():
            found = [row for row in access.breaches_for(olga, some).values() if isinstance(row, Clock)]
            assert len(found) == len(some)
            actions.explain_breaches(by(olga, "2026-04-07 12:00"), found, olga, code="workload", text="Busy.")
        return count_queries()

    cost(numbers[:1])
    one = cost(numbers[1:2])
    assert cost(numbers[2:]) == one
    assert len(queries.reasons_of(numbers)) == 6


def test_an_excuse_needs_its_sentence_and_may_be_taken_back(broken, olga):
    with pytest.raises(Invalid) as refusal:
        explain(broken, olga, code="outage", text=" ", excused=True)
    assert "excuse" in str(refusal.value.fields["text"])
    explain(broken, olga, code="outage", text="No power.", excused=True)
    explain(broken, olga, code="workload", text="It was us after all.")
    assert queries.breach_counts(olga).excused == 0
    told = [
        (entry.data["code_before"], entry.data["excused_before"], entry.data["code"], entry.data["excused"], entry.data["text"])
        for entry in history("ticket", broken.ticket_id, only=["BreachExplained"]).items
    ]  # fmt: skip
    assert told == [
        (None, False, "outage", True, "No power."),
        ("outage", True, "workload", False, "It was us after all."),
    ]


def test_too_many_at_once_are_refused(broken, olga):
    with pytest.raises(Invalid) as refusal, transaction():
        actions.explain_breaches(by(olga, "2026-04-07 12:00"), [broken] * 101, olga, code="other", text="x")
    assert set(refusal.value.fields) == {"ids"}


def test_a_confidential_breach_is_not_in_the_list_of_who_moved_on(maria, anna, olga):
    """A lead sees breaches of tickets they may see; a confidential one of another team is not theirs to read."""
    ticket = open_ticket(maria, "hr.trouble")
    reply(ticket, anna, "2026-04-09 15:00")
    assert clocks(ticket)["first_reply"].breached_at
    assert queries.breaches(olga).items == []
