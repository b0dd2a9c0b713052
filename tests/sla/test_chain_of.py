"""The chain of a ticket from the database: what each person sees of it, and that it costs the same however long it is."""

from __future__ import annotations

from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Person
from servicedesk.sla.queries import chain_of
from servicedesk.tickets import actions
from servicedesk.tickets.access import ticket_for
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.queries import tickets_by_id
from tests.build import cancel, hand_over, hold, open_ticket, reopen, resolve, resume
from tests.cast import at, by, department, request_type

HOUR = 3600


def ask(
    parent: Ticket, person: Person, when: str, kind: str, *, waits: bool = True, subject: str = "A part of it", **more
) -> Ticket:
    where = {"request_type": request_type(kind)} if "." in kind else {"department": department(kind)}
    with transaction():
        row = ticket_for(person, parent.id, to="ask_others")
        return actions.ask_department(
            by(person, when), row, person, subject=subject, description="", waits=waits, **where, **more
        )


def told(ticket: Ticket, person: Person, when: str):
    return chain_of(tickets_by_id([ticket.id])[ticket.id], person, at(when))


def links(ticket: Ticket, person: Person, when: str):
    keys = {department(key).id: key for key in ("sales", "it", "hr", "legal", "management")}
    return [
        (link.depth, link.kind, keys.get(link.department_id), link.state)
        for link in told(ticket, person, when).chain.links
    ]


def culprit(ticket: Ticket, person: Person, when: str):
    found = told(ticket, person, when).chain
    if found.culprit is None:
        return None
    link = found.links[found.culprit.link]
    return link.kind, link.ticket_id, found.culprit.how, found.culprit.broke


def test_a_ticket_of_one_department_is_one_link(maria, igor):
    ticket = open_ticket(maria)
    found = told(ticket, igor, "2026-04-06 12:00")
    assert links(ticket, igor, "2026-04-06 12:00") == [(0, "stay", "it", "on_track")]
    assert not found.matters
    assert found.chain.links[0].seconds == 2 * HOUR
    assert found.chain.end_to_end.due_at == at("2026-04-09 10:00")


def test_a_hand_over_makes_a_second_stay_and_a_hold_lies_inside_one(maria, igor, anna):
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00", "third_party")
    resume(ticket, igor, "2026-04-06 12:00")
    hand_over(ticket, igor, "2026-04-06 13:00", "hr")
    assert links(ticket, anna, "2026-04-06 14:00") == [
        (0, "stay", "it", "kept"), (1, "wait", "it", "no_promise"), (0, "stay", "hr", "on_track"),
    ]  # fmt: skip
    first, wait, second = told(ticket, anna, "2026-04-06 14:00").chain.links
    assert (first.seconds, wait.seconds, second.seconds) == (2 * HOUR, HOUR, HOUR)
    assert (wait.reason, second.running, first.end) == ("third_party", True, second.begin)


def test_a_child_stands_in_the_stay_in_which_it_was_asked(maria, igor, anna):
    ticket = open_ticket(maria)
    child = ask(ticket, igor, "2026-04-06 11:00", "hr.certificate")
    hand_over(ticket, igor, "2026-04-06 12:00", "sales")
    assert links(ticket, igor, "2026-04-06 13:00") == [
        (0, "stay", "it", "kept"), (1, "child", "hr", "on_track"), (0, "stay", "sales", "on_track"),
    ]  # fmt: skip
    assert told(child, anna, "2026-04-06 13:00").chain.root_id == child.id
    assert told(child, igor, "2026-04-06 13:00").chain.root_id == ticket.id


def test_a_reopened_request_goes_on_with_a_gap(maria, igor):
    ticket = open_ticket(maria)
    resolve(ticket, igor, "2026-04-06 12:00")
    reopen(ticket, maria, "2026-04-06 15:00")
    (link,) = told(ticket, igor, "2026-04-06 16:00").chain.links
    assert link.spans == (
        (at("2026-04-06 10:00"), at("2026-04-06 12:00")), (at("2026-04-06 15:00"), at("2026-04-06 16:00")),
    )  # fmt: skip
    assert (link.seconds, link.end) == (3 * HOUR, None)


def test_a_withdrawn_child_is_not_judged(maria, igor):
    ticket = open_ticket(maria)
    child = ask(ticket, igor, "2026-04-06 11:00", "hr.certificate")
    cancel(child, igor, "2026-04-06 12:00")
    link = told(ticket, igor, "2026-04-06 13:00").chain.links[1]
    assert (link.state, link.reason, link.end) == ("no_promise", "withdrawn", at("2026-04-06 12:00"))


def test_who_may_not_see_a_child_sees_whose_turn_it_is_and_no_more(maria, igor, anna):
    ticket = open_ticket(maria)
    ask(ticket, igor, "2026-04-06 11:00", "hr.certificate", subject="Who is she?")
    found = told(ticket, maria, "2026-04-06 12:00")
    child = found.chain.links[1]
    assert (child.ticket_id, child.person_ids, child.state) == (None, (), "on_track")
    assert child.department_id == department("hr").id
    assert set(found.subjects) == {ticket.id}
    assert [link.ticket_id for link in told(ticket, igor, "2026-04-06 12:00").chain.links] != [ticket.id, None]


def test_a_confidential_child_is_left_out_with_all_below_it(maria, igor, olga, anna):
    ticket = open_ticket(maria)
    secret = ask(ticket, igor, "2026-04-06 11:00", "hr.trouble")
    below = ask(secret, anna, "2026-04-06 11:00", "sales.offer")
    assert len(told(ticket, igor, "2026-04-06 12:00").chain.links) == 3  # he asked for it
    for person in (maria, olga):
        found = told(ticket, person, "2026-04-06 12:00")
        assert [link.kind for link in found.chain.links] == ["stay"]
        assert not found.matters
    # Whoever comes from below stays below.
    assert told(below, anna, "2026-04-06 12:00").chain.root_id == secret.id


def test_who_sees_a_confidential_request_knows_what_was_asked_from_it(maria, igor, anna):
    ticket = open_ticket(maria, "hr.trouble", when="2026-04-06 10:30")
    child = ask(ticket, anna, "2026-04-06 11:00", "it.incident")
    ask(child, igor, "2026-04-06 11:30", "sales.offer")
    assert [(d, kind, key) for d, kind, key, _ in links(ticket, maria, "2026-04-06 12:00")] == [
        (0, "stay", "hr"), (1, "child", "it"),
    ]  # fmt: skip


def test_the_culprit_is_the_child_that_was_late(maria, igor, anna):
    ticket = open_ticket(maria)  # 27 hours: until Thursday 10:00
    child = ask(ticket, igor, "2026-04-06 11:00", "hr.certificate")  # five short days
    grandchild = ask(child, anna, "2026-04-06 11:30", "sales.offer")  # 27 hours: until Thursday 11:30
    assert culprit(ticket, igor, "2026-04-07 10:00") is None
    # The stay's 18 hours were over on Wednesday 10:00.
    assert culprit(ticket, igor, "2026-04-08 17:00") == ("stay", ticket.id, "late", False)
    assert culprit(ticket, igor, "2026-04-09 12:00") == ("stay", ticket.id, "late", True)
    assert culprit(child, anna, "2026-04-09 12:00") is None
    assert told(grandchild, igor, "2026-04-09 12:00").chain.root_id == ticket.id


def test_it_costs_the_same_for_three_links_and_for_fifty_on_five_levels(maria, igor, anna, count_queries):
    ticket = open_ticket(maria)
    ask(ticket, igor, "2026-04-06 10:10", "sales.offer")
    ask(ticket, igor, "2026-04-06 10:20", "sales.offer")

    def cost(person) -> tuple[int, int]:
        row = tickets_by_id([ticket.id])[ticket.id]
        count_queries()
        found = chain_of(row, person, at("2026-04-06 12:00"))
        return count_queries(), len(found.chain.links)

    few, three = cost(igor)
    for _ in range(12):
        child = ask(ticket, igor, "2026-04-06 10:30", "hr.certificate")
        for person, kind in ((anna, "it.incident"), (igor, "hr.certificate"), (anna, "it.access")):
            more = {"answers": {"system": "crm"}} if kind == "it.access" else {}
            child = ask(child, person, "2026-04-06 10:40", kind, **more)
    many, fifty = cost(igor)
    assert (three, many) == (3, few)
    assert fifty >= 50
    assert few <= 10
