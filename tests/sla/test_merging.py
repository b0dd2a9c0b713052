"""Random lives with merges that are taken back: the clocks are those of the same life without them."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.kernel.errors import Conflict
from servicedesk.sla.actions import rebuild
from servicedesk.sla.queries import engine_marks
from servicedesk.sla.queries.rulebook import engine_calendar
from servicedesk.sla_engine import BusinessCalendar, Mark, Target, fold
from tests import build
from tests.cast import at, by
from tests.databases import tries

START = at("2026-04-06 10:00")
MOVES = ("answer", "letter", "hold", "short hold", "resume", "urgent", "calm")
steps = st.lists(
    st.tuples(st.sampled_from(MOVES), st.integers(60, 20 * 3600), st.integers(0, 30 * 3600)), min_size=1, max_size=6
)


def act(move, ticket, cast, when):
    if move == "answer":
        build.reply(ticket, cast.igor, when)
    elif move == "letter":
        build.reply(ticket, cast.maria, when)
    elif move == "hold":
        build.hold(ticket, cast.igor, when)
    elif move == "short hold":
        build.hold(ticket, cast.igor, when, "scheduled", until=when + timedelta(hours=3))
    elif move == "resume":
        build.resume(ticket, cast.igor, when)
    else:
        build.change_priority(ticket, cast.igor, when, "urgent" if move == "urgent" else "normal")


def lived(cast, story, *, merging):
    """The clocks of a ticket at the end of the story; before each move it is merged away for a while, if at all."""
    target = build.open_ticket(cast.maria, when=START, subject="The one that goes on")
    ticket, now = build.open_ticket(cast.maria, when=START), START
    for move, seconds, apart in story:
        now += timedelta(seconds=seconds)
        if merging:
            build.merge(ticket, target, cast.igor, now)
        now += timedelta(seconds=apart)
        if merging:
            build.unmerge(ticket, cast.igor, now)
        try:
            act(move, ticket, cast, now)
        except Conflict:
            continue
    build.note(ticket, cast.igor, now)
    return ticket, now


@given(story=steps)
@settings(max_examples=tries(25))
def test_a_merge_that_is_taken_back_leaves_the_clocks_as_if_it_had_never_been(cast, story):
    plain, now = lived(cast, story, merging=False)
    tried, _ = lived(cast, story, merging=True)
    assert plain.status == tried.status
    for one, other in zip(build.all_clocks(plain), build.all_clocks(tried), strict=True):
        # Each as of the same moment: how late somebody looked is no difference.
        assert reading(one, now) == reading(other, now)
    assert rebuild(by(None, now), [plain.id, tried.id], check=True) == []


def reading(clock, now):
    calendar = engine_calendar(clock.calendar_version_id)
    return fold(calendar, Target.parse(clock.target), engine_marks(clock), now)


OFFICE = BusinessCalendar("Europe/Moscow", {day: [("09:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
HOUR = timedelta(hours=1)


def marks(*told):
    return [Mark(START + hours * HOUR, kind) for hours, kind in told]


def test_before_it_is_restored_a_clock_is_cancelled():
    known = marks((0, "started"), (1, "cancelled"), (3, "restored"))
    assert fold(OFFICE, Target.parse("4h"), known, START + 2 * HOUR).state == "cancelled"
    after = fold(OFFICE, Target.parse("4h"), known, START + 3 * HOUR)
    assert (after.state, after.elapsed, after.due_at) == ("running", 3 * 3600, START + 4 * HOUR)


def test_a_due_moment_that_passed_meanwhile_is_a_breach_at_that_moment():
    known = marks((0, "started"), (1, "cancelled"), (6, "restored"))
    found = fold(OFFICE, Target.parse("4h"), known, START + 6 * HOUR)
    assert (found.state, found.breached_at) == ("breached", START + 4 * HOUR)


def test_what_happened_in_between_counts():
    known = marks((0, "started"), (1, "paused"), (2, "cancelled"), (3, "resumed"), (5, "restored"))
    found = fold(OFFICE, Target.parse("9h"), known, START + 5 * HOUR)
    assert (found.state, found.elapsed, found.paused_seconds) == ("running", 3 * 3600, 2 * 3600)


def test_a_restoration_of_nothing_changes_nothing():
    assert fold(OFFICE, Target.parse("4h"), marks((0, "started"), (1, "restored")), START + HOUR).state == "running"
