"""Saved views: whose they are, who may change them, and that they show everybody their own requests only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicedesk.kernel.errors import Invalid, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.workbench import access, actions, queries, rules
from servicedesk.workbench.rules import Asked
from tests import build
from tests.cast import FOUNDED, at, by, department

WHEN = at("2026-04-06 12:00")


def save(person, name="Printers", asked=None, shared=None):
    with transaction():
        number = department(shared).id if shared else None
        asked = asked or Asked(words="printer")
        return actions.save_view(by(person, WHEN), person, name=name, asked=asked, shared_with_id=number)


def seen(person) -> list[str]:
    return [view.name for view in queries.views_seen_by(person)]


def reader(person):
    return queries.Reader(person, WHEN, at("2026-04-07 00:00"), "en")


def test_a_view_is_its_owners_alone_until_it_is_shared(igor, olga, anna):
    view = save(igor)
    assert (seen(igor), seen(olga)) == (["Printers"], [])
    with transaction():
        actions.share_view(by(igor, WHEN), access.view_for(igor, view.id, "change"), igor, department("it").id)
    assert (seen(igor), seen(olga), seen(anna)) == (["Printers"], ["Printers"], [])


def test_who_does_not_work_there_any_more_does_not_see_it(igor, olga, db):
    save(olga, shared="it")
    with transaction():
        people.set_roles(by(None, WHEN), igor, [])
    assert seen(igor) == []


def test_it_is_shared_only_where_one_works(igor):
    with pytest.raises(NotAllowed):
        save(igor, shared="hr")


@pytest.mark.parametrize(("who", "may"), [("igor", True), ("olga", True)])
def test_a_shared_view_is_changed_by_its_owner_and_by_leads(cast, who, may):
    view = save(cast.igor, shared="it")
    assert rules.may_change_view(getattr(cast, who), view) is may


def test_an_agent_does_not_change_the_view_of_another(cast):
    with transaction():
        people.grant(by(None, FOUNDED), cast.anna, "agent", department("it"))
    view = save(cast.igor, shared="it")
    with pytest.raises(NotAllowed):
        access.view_for(cast.anna, view.id, "change")
    assert access.view_for(cast.anna, view.id).id == view.id
    with pytest.raises(NotFound):
        access.view_for(cast.boris, view.id)


def test_what_it_counts_is_asked_as_whoever_looks(cast):
    """A view over everything, shared by HR with whom Igor works too: nobody counts what another team holds in confidence."""
    with transaction():
        people.grant(by(None, FOUNDED), cast.olga, "agent", department("hr"))
    build.open_ticket(cast.maria, "hr.trouble")
    build.open_ticket(cast.maria)
    mine = build.open_ticket(cast.maria)
    build.assign(mine, cast.igor, "2026-04-06 11:00", cast.igor)
    asked = {"all": (Asked(), None), "me": (Asked(assignee="me"), None), "hr": (Asked(), department("hr").id)}
    assert queries.view_counts(reader(cast.igor), asked) == {"all": 2, "me": 1, "hr": 0}
    assert queries.view_counts(reader(cast.olga), asked) == {"all": 3, "me": 0, "hr": 1}
    assert queries.view_counts(reader(cast.maria), asked) == {"all": 0, "me": 0, "hr": 0}


def test_thirty_views_are_counted_in_one_statement_and_no_further_than_asked(cast, count_queries):
    for _ in range(4):
        build.open_ticket(cast.maria)
    who = reader(cast.igor)
    asked = {
        str(n): (Asked(priorities=("normal",), assignee="none", standings=("today", "broken")), None) for n in range(30)
    }
    assert cast.igor.serves
    count_queries()
    assert set(queries.view_counts(who, asked, most=3).values()) == {3}
    assert count_queries() == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "printers"])
def test_a_name_is_needed_fits_and_is_given_once(igor, name):
    save(igor)
    with pytest.raises(Invalid) as refused:
        save(igor, name)
    assert set(refused.value.fields) == {"name"}


def test_two_people_may_use_one_name(igor, olga):
    save(igor)
    save(olga)
    assert seen(igor) == seen(olga) == ["Printers"]


def test_nobody_makes_views_without_end(igor):
    for number in range(rules.MOST_VIEWS):
        save(igor, f"View {number}")
    with pytest.raises(Invalid):
        save(igor, "One more")


def test_they_stand_in_the_order_they_are_put_in(igor):
    first, _second, third = (save(igor, name) for name in ("One", "Two", "Three"))
    with transaction():
        actions.move_view(access.view_for(igor, third.id, "change"), -1)
    assert seen(igor) == ["One", "Three", "Two"]
    with transaction():
        actions.move_view(access.view_for(igor, first.id, "change"), -1)
        actions.move_view(access.view_for(igor, first.id, "change"), 1)
    assert seen(igor) == ["Three", "One", "Two"]


def test_it_is_renamed_and_overwritten(igor):
    view = save(igor)
    with transaction():
        row = access.view_for(igor, view.id, "change")
        actions.rename_view(by(igor, WHEN), row, "  Mine  today ")
        actions.overwrite_view(by(igor, WHEN), row, Asked(assignee="me", sort="created", descending=True, dense=True))
    (row,) = queries.views_seen_by(igor)
    assert (row.name, row.query) == ("Mine today", "assignee=me&sort=-created&density=dense")
    assert rules.asked_by(row.query) == Asked(assignee="me", sort="created", descending=True, dense=True)


def test_a_removed_view_is_seen_by_nobody_and_can_be_brought_back(igor, olga, db):
    view = save(igor, shared="it")
    with transaction():
        actions.open_with(olga, view=access.view_for(olga, view.id))
    with transaction():
        actions.remove_view(by(igor, WHEN), access.view_for(igor, view.id, "change"))
    assert seen(igor) == []
    assert queries.opening_view(olga.id) is None
    with pytest.raises(NotFound):
        access.view_for(igor, view.id)
    with transaction():
        actions.bring_view_back(access.view_for(igor, view.id, "change", removed=True))
    assert seen(olga) == ["Printers"]


def test_after_days_it_is_forgotten(igor, db):
    kept, view = save(igor, "Kept"), save(igor)
    with transaction():
        actions.remove_view(by(igor, WHEN), access.view_for(igor, view.id, "change"))
    days = timedelta(days=rules.VIEW_RETURNS_FOR_DAYS)
    with transaction():
        actions.forget_removed_views(WHEN + days)
    assert queries.saved_view(view.id) is not None
    with transaction():
        actions.forget_removed_views(WHEN + days + timedelta(seconds=1))
    db.session.expire_all()
    assert queries.saved_view(view.id) is None
    assert seen(igor) == [kept.name]


def test_the_queue_opens_with_what_somebody_chose(igor):
    view = save(igor)
    with transaction():
        actions.open_with(igor, view=access.view_for(igor, view.id))
    assert queries.opening_view(igor.id).view_id == view.id
    with transaction():
        actions.open_with(igor, built_in="mine")
    assert queries.opening_view(igor.id).built_in == "mine"
    with transaction():
        actions.open_with(igor)
    assert queries.opening_view(igor.id) is None


def test_the_load_of_a_team_adds_up(cast):
    first, second, third = (build.open_ticket(cast.maria, when=f"2026-04-06 0{n}:00") for n in (9, 9, 9))
    build.assign(first, cast.igor, "2026-04-06 09:30", cast.igor)
    build.assign(second, cast.igor, "2026-04-06 09:30", cast.igor)
    build.reply(second, cast.igor, "2026-04-06 09:40")
    build.hold(second, cast.igor, "2026-04-06 09:45", "third_party")
    late = queries.Reader(cast.olga, at("2026-04-06 13:01"), at("2026-04-07 00:00"), "en")
    rows = {row.name: row for row in queries.team_load(late, department("it").id)}
    assert (rows[""].all, rows[""].broken) == (1, 1)
    igor = rows[cast.igor.name]
    assert (igor.all, igor.broken, igor.at_risk, igor.waiting) == (2, 1, 0, 1)
    assert rows[cast.olga.name].all == 0
    assert third.assignee_id is None
