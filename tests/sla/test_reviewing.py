"""What a lead says of a broken promise, who may, and the list of the broken."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Invalid, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import access, actions, queries
from tests.build import clocks, open_ticket, reply
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


def test_the_list_is_cut_by_time_and_by_what_is_unexplained(broken, olga):
    assert queries.breaches(olga, since=at("2026-04-06 14:00")).items
    assert not queries.breaches(olga, since=at("2026-04-06 14:01")).items
    assert not queries.breaches(olga, until=at("2026-04-06 14:00")).items
    explain(broken, olga, code="other", text="No reason.")
    assert not queries.breaches(olga, unexplained=True).items


def test_a_confidential_breach_is_not_in_the_list_of_who_moved_on(maria, anna, olga):
    """A lead sees breaches of tickets they may see; a confidential one of another team is not theirs to read."""
    ticket = open_ticket(maria, "hr.trouble")
    reply(ticket, anna, "2026-04-09 15:00")
    assert clocks(ticket)["first_reply"].breached_at
    assert queries.breaches(olga).items == []
