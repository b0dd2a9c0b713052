"""Entering absences: whose, which periods, circles, zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed
from servicedesk.kernel.transaction import transaction
from servicedesk.people import absence_rules, access, actions, away, queries
from servicedesk.people.absence_rules import Span
from servicedesk.people.rules import chain_of
from tests.cast import at, by

TODAY = "2026-04-06 10:00"


def plan(person, substitute=None, first="2026-04-13", last="2026-04-17", *, writer=None, when=TODAY, note=""):
    begins, ends = absence_rules.whole_days(
        date.fromisoformat(first), date.fromisoformat(last), away.zone_of(person)
    )  # fmt: skip
    with transaction():
        return actions.plan_absence(
            by(writer or person, when), person, writer or person, begins_at=begins, ends_at=ends, substitute=substitute,
            note=note,
        )  # fmt: skip


def change(absence, when=TODAY, **values):
    with transaction():
        row = away.absence(absence.id)
        actions.change_absence(by(row.person, when), row, values)


def cancel(absence, when=TODAY):
    with transaction():
        actions.cancel_absence(by(absence.person, when), away.absence(absence.id))


def faults(call, *args, **named):
    with pytest.raises(Invalid) as refusal:
        call(*args, **named)
    return {field: str(fault) for field, fault in refusal.value.fields.items()}


def test_a_day_lasts_from_midnight_to_midnight_where_the_person_lives(olga, igor):
    absence = plan(olga, igor, "2026-04-13", "2026-04-13")
    assert absence.begins_at == at("2026-04-13 00:00")
    assert absence.ends_at == at("2026-04-14 00:00")
    assert away.absence_of(olga.id, at("2026-04-13 23:59")) == absence
    assert away.absence_of(olga.id, at("2026-04-14 00:00")) is None


@pytest.mark.parametrize(
    ("zone", "begin", "end"),
    [
        ("Europe/Kaliningrad", "2026-04-12T22:00", "2026-04-13T22:00"),
        ("Asia/Vladivostok", "2026-04-12T14:00", "2026-04-13T14:00"),
        ("Europe/Moscow", "2026-04-12T21:00", "2026-04-13T21:00"),
    ],
)
def test_dates_are_meant_on_the_wall_clock_of_the_zone(zone, begin, end):
    begins, ends = absence_rules.whole_days(date(2026, 4, 13), date(2026, 4, 13), zone)
    assert (begins, ends) == tuple(datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (begin, end))
    assert absence_rules.last_day(ends, zone) == absence_rules.first_day(begins, zone) == date(2026, 4, 13)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_on_which_the_clocks_change_is_shorter_or_longer(day, hours):
    begins, ends = absence_rules.whole_days(date.fromisoformat(day), date.fromisoformat(day), "Europe/Berlin")
    assert ends - begins == timedelta(hours=hours)
    assert absence_rules.is_midnight(ends, "Europe/Berlin")


def test_where_clocks_skip_midnight_the_day_begins_with_its_first_moment():
    assert absence_rules.midnight(date(2026, 4, 24), "Africa/Cairo") == datetime(2026, 4, 23, 22, tzinfo=UTC)


def test_two_periods_of_one_person_do_not_overlap(olga):
    plan(olga)
    assert "2026-04-13 to 2026-04-17 already" in faults(plan, olga, None, "2026-04-17", "2026-04-20")["from"]
    plan(olga, None, "2026-04-18", "2026-04-20")


def test_a_circle_is_refused_and_names_who_is_in_it(olga, igor, anna):
    plan(olga, igor)
    plan(igor, anna, "2026-04-16", "2026-04-24")
    told = faults(plan, anna, olga, "2026-04-17", "2026-04-30")["substitute"]
    assert "Anna → Olga → Igor → Anna" in told
    plan(anna, olga, "2026-04-18", "2026-04-30")


def test_changing_a_substitute_cannot_close_a_circle_either(olga, igor):
    plan(olga, igor)
    theirs = plan(igor)
    assert "Igor → Olga → Igor" in faults(change, theirs, substitute=olga)["substitute"]


def test_the_substitute_is_somebody_else_and_with_us(olga, igor, adam):
    assert faults(plan, olga, olga)["substitute"] == "Nobody stands in for themselves."
    with transaction():
        actions.change_person(by(adam, TODAY), igor, {"active": False})
    assert faults(plan, olga, igor)["substitute"] == "This person is not with us any more."


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("2026-04-14", "2026-04-12", "to"), ("2026-04-14", "2030-04-14", "to"), ("2206-04-14", "2206-04-15", "from")],
)
def test_impossible_periods_are_refused(olga, first, last, field):
    assert field in faults(plan, olga, None, first, last)


def test_a_long_note_is_refused(olga):
    assert "At most 200" in faults(plan, olga, note="x" * 201)["note"]


def test_who_enters_whose(cast):
    may = {
        (writer, person)
        for writer in ("maria", "boris", "igor", "olga", "adam")
        for person in ("maria", "igor", "anna")
        if absence_rules.enters_absences_of(getattr(cast, writer), getattr(cast, person))
    }
    adams = {("adam", "maria"), ("adam", "igor"), ("adam", "anna")}
    assert may == adams | {("maria", "maria"), ("boris", "maria"), ("igor", "igor"), ("olga", "igor")}
    assert [person.name for person in access.people_to_enter(cast.olga)] == ["Igor", "Olga"]
    absence = plan(cast.igor)
    with pytest.raises(NotAllowed):
        access.absence_for(cast.maria, absence.id, to="change")


def test_the_note_is_for_the_team(cast):
    readers = {name for name, person in cast.everybody().items() if absence_rules.reads_note(person, cast.igor)}
    assert readers == {"igor", "olga", "adam"}


def test_what_is_over_cannot_be_changed(olga):
    absence = plan(olga, first="2026-04-01", last="2026-04-03")
    with pytest.raises(Conflict):
        change(absence, note="no")
    with pytest.raises(Conflict):
        cancel(absence)
    assert away.to_begin(at(TODAY), 10) == []


def test_calling_off_twice_is_calling_off_once_and_frees_the_days(olga):
    absence = plan(olga)
    cancel(absence)
    cancel(absence)
    plan(olga)


def test_one_that_runs_keeps_its_beginning_and_may_end_now(olga):
    absence = plan(olga)
    with transaction():
        assert actions.begin_absence(by(None, "2026-04-13 00:01"), absence.id)
    with transaction():
        assert not actions.begin_absence(by(None, "2026-04-13 00:02"), absence.id)
    told = faults(change, absence, "2026-04-14 10:00", begins_at=at("2026-04-14 00:00"))
    assert "begun already" in told["from"]
    change(absence, "2026-04-15 10:00", ends_at=at("2026-04-15 00:00"))
    assert away.absence_of(olga.id, at("2026-04-15 10:00")) is None
    assert away.to_end(at("2026-04-15 10:00"), 10) == [absence.id]


def test_who_is_away_and_who_is_there_in_a_fixed_number_of_statements(olga, igor, anna, count_queries):
    plan(olga, igor)
    plan(igor, anna)
    count_queries()
    found = away.away_until([olga.id, igor.id, anna.id], at("2026-04-14 10:00"))
    assert count_queries() <= 6
    assert found.keys() == {olga.id, igor.id}
    assert found[olga.id].stand_in == anna and found[olga.id].last_day == date(2026, 4, 17)
    assert found[olga.id].whole_days
    assert queries.stand_ins(olga.id, at("2026-04-14 10:00")) == [anna]


SPANS = st.builds(
    lambda person, other, begin, length: Span(
        person, other if other != person else None, at(TODAY) + timedelta(days=begin),
        at(TODAY) + timedelta(days=begin + length),
    ),
    st.integers(1, 6), st.integers(1, 6), st.integers(0, 20), st.integers(1, 10),
)  # fmt: skip


@given(st.lists(SPANS, max_size=25))
def test_what_is_let_in_never_goes_round(wanted):
    """Against going through every moment: at none of them does a chain come back to where it began."""
    kept: list[Span] = []
    for span in wanted:
        own = (row for row in kept if row.person_id == span.person_id)
        if any(row.begins_at < span.ends_at and span.begins_at < row.ends_at for row in own):
            continue
        path = absence_rules.circle_of(span, kept)
        if path:
            assert path[0] == path[-1] == span.person_id and path[1] == span.substitute_id
            continue
        kept.append(span)
    for day in range(31):
        moment = at(TODAY) + timedelta(days=day)
        away_then = {row.person_id: row.substitute_id for row in kept if row.begins_at <= moment < row.ends_at}
        for person in away_then:
            following, passed = person, set()
            while following in away_then:
                assert following not in passed
                passed.add(following)
                following = away_then[following]
            chain = list(chain_of(person, away_then))
            assert person not in chain
            assert following is None or chain[-1] == following
