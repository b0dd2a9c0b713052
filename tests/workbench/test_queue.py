"""The queue as somebody asks for it: every order both ways, every group, on pages that lose and repeat nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.tickets.models import Ticket
from servicedesk.workbench import queries, rules
from servicedesk.workbench.rules import Asked
from tests import build
from tests.cast import FOUNDED, at, by, department

NOON = at("2026-04-06 12:00")


def reader(person, language="en"):
    return queries.Reader(person, NOON, at("2026-04-07 00:00"), language)


def pages(person, asked: Asked, limit: int = 2) -> list[int]:
    """The numbers of all requests asked for, read page by page."""
    who, seen, cursor = reader(person), [], None
    query, order = queries.queue(who, asked), queries.order_of(who, asked)
    while True:
        page = queries.queue_page(query, order, cursor=cursor, limit=limit)
        seen += [number for number, _rank in page.items]
        cursor = page.next
        if cursor is None:
            return seen


@pytest.fixture
def six(maria, boris, igor, olga, stranger):
    """Six requests that differ in everything a list is sorted by."""
    with transaction():
        people.grant(by(None, FOUNDED), igor, "agent", department("hr"))
    made = [
        build.open_ticket(maria, "it.incident", "2026-04-06 09:00", subject="B"),
        build.open_ticket(boris, "it.access", "2026-04-06 09:10", subject="A", answers={"system": "crm"}, priority="urgent"),
        build.open_ticket(stranger, "hr.certificate", "2026-04-06 09:20", subject="C"),
        build.open_ticket(maria, "it.incident", "2026-04-06 09:30", subject="D", priority="low"),
        build.open_ticket(stranger, "it.access", "2026-04-06 09:40", subject="E", description="A zebra.", answers={"system": "crm"}, priority="high"),
        build.open_ticket(boris, "it.incident", "2026-04-06 09:50", subject="F"),
    ]  # fmt: skip
    build.assign(made[0], igor, "2026-04-06 10:00", igor)
    build.assign(made[3], igor, "2026-04-06 10:05", olga)
    build.reply(made[1], igor, "2026-04-06 10:10")
    build.hold(made[1], igor, "2026-04-06 10:15", "third_party")
    return [ticket.id for ticket in made]


def test_every_order_holds_every_request_once_and_turns_round(igor, six):
    for sort in rules.SORTS:
        forward, back = pages(igor, Asked(sort=sort)), pages(igor, Asked(sort=sort, descending=True))
        assert forward == back[::-1], sort
        assert sorted(forward) == sorted(six), sort


def test_every_group_holds_every_request_once_whichever_way_it_is_sorted(igor, six):
    for group in rules.GROUPS:
        for sort in ("due", "requester", "updated"):
            for descending in (False, True):
                found = pages(igor, Asked(sort=sort, group=group, descending=descending))
                assert sorted(found) == sorted(six), (group, sort, descending)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("number", "BACDEF"), ("created", "BACDEF"), ("priority", "AEBCFD"), ("status", "CEFBDA"), ("requester", "AFBDCE"),
        ("kind", "AECBDF"), ("department", "CBADEF"), ("assignee", "ACEFBD"), ("updated", "CEFBDA"),
    ],
)  # fmt: skip
def test_it_is_sorted_by_what_is_asked_for(igor, six, db, sort, expected):
    names = {ticket.id: ticket.subject for ticket in db.session.query(Ticket)}
    found = "".join(names[number] for number in pages(igor, Asked(sort=sort)))
    assert found == expected


@pytest.mark.parametrize("group", rules.GROUPS)
@pytest.mark.parametrize("descending", [False, True])
def test_a_group_stands_together_and_its_size_counts_all_pages(igor, six, group, descending):
    who, asked = reader(igor), Asked(group=group, descending=descending, sort="number")
    query, order = queries.queue(who, asked), queries.order_of(who, asked)
    found = queries.queue_page(query, order).items
    ranks = [rank for _number, rank in found]
    assert ranks == sorted(ranks)
    assert queries.group_sizes(query, order) == {rank: ranks.count(rank) for rank in ranks}
    for rank in set(ranks):
        inside = [number for number, other in found if other == rank]
        assert inside == sorted(inside, reverse=descending)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(priorities=("urgent", "low")), "AD"), (Asked(statuses=("open", "on_hold")), "ABD"), (Asked(kinds=("it.access",)), "AE"),
        (Asked(kinds=("it.access", "hr.certificate")), "ACE"), (Asked(kinds=("none",)), ""), (Asked(customers=("sales",)), "ABDF"),
        (Asked(customers=("legal", "none")), "CE"), (Asked(assignee="me"), "B"), (Asked(assignee="none"), "ACEF"), (Asked(words="zebra"), "E"),
        (Asked(kinds=("it.nowhere",)), ""), (Asked(statuses=("awaiting_approval",)), ""),
    ],
)  # fmt: skip
def test_it_leaves_out_what_is_not_asked_for(igor, six, db, asked, expected):
    who = reader(igor)
    found = db.session.scalars(queries.queue(who, replace(asked, sort="number")))
    assert "".join(sorted(ticket.subject for ticket in found)) == expected


def test_it_holds_nothing_of_departments_that_are_not_the_readers(olga, maria, anna, six, db):
    assert not [
        t for t in db.session.scalars(queries.queue(reader(olga), Asked())) if t.department_id != department("it").id
    ]
    assert not db.session.scalars(queries.queue(reader(maria), Asked())).all()
    assert not db.session.scalars(queries.queue(reader(olga), Asked(), department("hr").id)).all()
