"""Links of a chain and who lost the time: worked examples as in docs/chains.md, then properties of any chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.sla import ledger
from servicedesk.sla.chain import Ask, Case, Child, Hold, Timer, blame, build, charged
from servicedesk.sla.chain.spans import cut, minus
from servicedesk.sla.ledger import Life, Rest, Stay, Wait
from servicedesk.sla_engine import BusinessCalendar
from servicedesk.tickets.rules import BALL_OF_HOLD, approval_spans
from tests.cast import at

OFFICE = BusinessCalendar("Europe/Moscow", {day: [("09:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
SHORT = BusinessCalendar("Europe/Moscow", {day: [("10:00", "16:00")] for day in ("mon", "tue", "wed", "thu")})
HR, IT, LEGAL, ACCOUNTING, FACILITIES = 1, 2, 3, 4, 5
HOUR = 3600


def hours(stay: Stay) -> BusinessCalendar:
    return SHORT if stay.department_id == LEGAL else OFFICE


def timer(
    metric: str, department: int, begin: str, due: str, stop: str | None = None, now: str = "2026-04-30 10:00"
) -> Timer:
    due_at, stopped = at(due), at(stop) if stop else None
    broken = due_at < (stopped or at(now))
    state = "breached" if broken else "met" if stopped else "running"
    whole, left = (due_at - at(begin)).total_seconds(), (due_at - at(now)).total_seconds()
    return Timer(
        metric, department, state, at(begin), due_at, stopped, due_at if broken else None,
        state == "running" and left <= whole / 4, "27h", hours(Stay(department, due_at)),
    )  # fmt: skip


def case(
    number: int, department: int, begin: str, *, end: str | None = None, due: str | None = None, stay_due: str | None = None,
    children: list[Child] | None = None, now: str = "2026-04-30 10:00", **more,
) -> Case:  # fmt: skip
    timers = [timer("resolution", department, begin, due, end, now)] if due else []
    timers += [timer("stay", department, begin, stay_due, end, now)] if stay_due else []
    rests = [Rest(at(end), None)] if end else []
    about = {"stays": [Stay(department, at(begin))], "rests": rests} | more
    return Case(number, at(begin), None, department, timers=timers, children=children or [], **about)


def told(cases: list[Case], when: str):
    return build(cases[0].id, {row.id: row for row in cases}, at(when), hours)


def named(chain):
    """(kind, ticket, how) of the culprit."""
    if chain.culprit is None:
        return None
    link = chain.links[chain.culprit.link]
    return link.kind, link.ticket_id, chain.culprit.how


def asked(number: int, department: int, when: str, *, waits: bool = True) -> Child:
    return Child(number, department, at(when), waits)


class TestWhoBrokeIt:
    """An onboarding in HR, promised by Friday 2026-04-10 18:00."""

    ROOT = "2026-04-06 09:00", "2026-04-10 18:00"

    def root(
        self, *children: Child, end: str | None = "2026-04-13 12:00", now: str = "2026-04-13 12:00", **more
    ) -> Case:
        return case(1, HR, self.ROOT[0], end=end, due=self.ROOT[1], children=list(children), now=now, **more)

    def test_the_child_that_broke_its_own_promise(self):
        it = case(2, IT, "2026-04-06 10:00", end="2026-04-07 10:00", due="2026-04-08 10:00")
        accounting = case(3, ACCOUNTING, "2026-04-07 10:00", end="2026-04-13 11:00", due="2026-04-09 10:00")
        root = self.root(asked(2, IT, "2026-04-06 10:00"), asked(3, ACCOUNTING, "2026-04-07 10:00"))
        chain = told([root, it, accounting], "2026-04-13 12:00")
        assert chain.end_to_end.state == "broken"
        assert named(chain) == ("child", 3, "late")
        # Thursday 10:00 to Friday 18:00; what it was late after the whole had broken is not needed for the verdict.
        assert charged(chain.links, chain.culprit.link, chain.end_to_end.broken_at) == 17 * HOUR

    def test_of_two_that_were_late_the_one_that_was_late_longer_by_its_own_hours(self):
        # Legal works 6 hours a day and not on Friday: Wednesday 16:00 to Friday is 6 hours. IT: Thursday 9:00 on, 18.
        legal = case(2, LEGAL, "2026-04-06 10:00", end="2026-04-13 11:00", due="2026-04-08 16:00")
        it = case(3, IT, "2026-04-06 10:00", end="2026-04-13 11:00", due="2026-04-09 09:00")
        root = self.root(asked(2, LEGAL, "2026-04-06 10:00"), asked(3, IT, "2026-04-06 10:00"))
        chain = told([root, legal, it], "2026-04-13 12:00")
        assert [charged(chain.links, n, chain.end_to_end.broken_at) / HOUR for n in (1, 2)] == [6, 18]
        assert named(chain) == ("child", 3, "late")

    def test_a_late_child_of_a_child_goes_before_the_parent_that_waited_for_it(self):
        facilities = case(3, FACILITIES, "2026-04-06 11:00", end="2026-04-10 17:00", due="2026-04-07 18:00")
        it = case(
            2, IT, "2026-04-06 10:00", end="2026-04-13 10:00", due="2026-04-08 18:00",
            children=[asked(3, FACILITIES, "2026-04-06 11:00")],
        )  # fmt: skip
        chain = told([self.root(asked(2, IT, "2026-04-06 10:00")), it, facilities], "2026-04-13 12:00")
        assert named(chain) == ("child", 3, "late")
        # Of IT's own 18 late hours until Friday 18:00, 17 were facilities'.
        assert [charged(chain.links, n, chain.end_to_end.broken_at) / HOUR for n in (1, 2)] == [1, 26]

    def test_but_not_where_the_parent_was_late_before_it_asked(self):
        facilities = case(3, FACILITIES, "2026-04-10 09:00", end="2026-04-10 17:00", due="2026-04-10 16:00")
        it = case(
            2, IT, "2026-04-06 10:00", end="2026-04-13 10:00", due="2026-04-08 18:00",
            children=[asked(3, FACILITIES, "2026-04-10 09:00")],
        )  # fmt: skip
        chain = told([self.root(asked(2, IT, "2026-04-06 10:00")), it, facilities], "2026-04-13 12:00")
        assert named(chain) == ("child", 2, "late")

    def test_who_was_late_after_it_had_broken_did_not_break_it(self):
        it = case(2, IT, "2026-04-10 17:00", end="2026-04-20 10:00", due="2026-04-14 17:00")
        chain = told([self.root(asked(2, IT, "2026-04-10 17:00"), end=None), it], "2026-04-21 12:00")
        assert chain.links[1].state == "broken"
        assert named(chain) == ("stay", 1, "held")

    def test_who_is_within_a_promise_is_spared_and_the_one_who_asked_late_answers(self):
        it = case(2, IT, "2026-04-10 17:00", due="2026-04-14 17:00", now="2026-04-13 12:00")
        chain = told([self.root(asked(2, IT, "2026-04-10 17:00"), end=None), it], "2026-04-13 12:00")
        assert chain.links[1].state == "on_track"
        assert named(chain) == ("stay", 1, "held")

    def test_who_has_promised_nothing_is_not_spared(self):
        it = case(2, IT, "2026-04-07 17:00")
        chain = told([self.root(asked(2, IT, "2026-04-07 17:00"), end=None), it], "2026-04-13 12:00")
        assert named(chain) == ("child", 2, "held")

    def test_a_third_party_that_a_spared_child_waits_for_held_the_ball(self):
        it = case(
            2, IT, "2026-04-07 17:00", due="2026-04-14 17:00", now="2026-04-13 12:00",
            holds=[Hold("third_party", at("2026-04-08 10:00"), None)],
        )  # fmt: skip
        chain = told([self.root(asked(2, IT, "2026-04-07 17:00"), end=None), it], "2026-04-13 12:00")
        assert named(chain) == ("wait", 2, "held")

    def test_a_child_that_nobody_waits_for_breaks_nothing(self):
        it = case(2, IT, "2026-04-06 10:00", end="2026-04-13 11:00", due="2026-04-07 10:00")
        chain = told([self.root(asked(2, IT, "2026-04-06 10:00", waits=False)), it], "2026-04-13 12:00")
        assert not chain.links[1].waited_for
        assert named(chain) == ("stay", 1, "held")

    def test_a_stay_with_a_promise_of_its_own_is_judged_by_it(self):
        first = timer("stay", HR, "2026-04-06 09:00", "2026-04-07 12:00", "2026-04-09 12:00")
        second = timer("stay", IT, "2026-04-09 12:00", "2026-04-15 12:00", "2026-04-13 12:00")
        root = self.root(stays=[Stay(HR, at("2026-04-06 09:00")), Stay(IT, at("2026-04-09 12:00"))])
        chain = told([replace(root, timers=[*root.timers, first, second])], "2026-04-13 12:00")
        assert [(link.department_id, link.state) for link in chain.links] == [(HR, "broken"), (IT, "kept")]
        assert named(chain) == ("stay", 1, "late")
        assert chain.links[chain.culprit.link].department_id == HR
        assert chain.links[0].late_seconds == 18 * HOUR

    def test_stays_without_one_share_the_resolution(self):
        root = self.root(stays=[Stay(n, at(f"2026-04-{day:02} 09:00")) for n, day in ((HR, 6), (IT, 8), (LEGAL, 13))])
        chain = told([root], "2026-04-13 12:00")
        assert [link.state for link in chain.links] == ["kept", "broken", "no_promise"]
        assert named(chain) == ("stay", 1, "held")
        assert chain.links[chain.culprit.link].department_id == IT


class TestWhoIsAboutToBreakIt:
    def root(self, *children: Child, **more) -> Case:
        # At risk from Thursday 18:00 or so: on Friday noon 6 hours are left.
        return case(
            1, HR, "2026-04-06 09:00", due="2026-04-10 18:00", children=list(children), now="2026-04-10 12:00", **more
        )

    def test_nobody_while_it_is_on_track(self):
        root = case(1, HR, "2026-04-06 09:00", due="2026-04-10 18:00", now="2026-04-07 12:00")
        assert told([root], "2026-04-07 12:00").culprit is None

    def test_who_is_late_already(self):
        it = case(2, IT, "2026-04-06 10:00", due="2026-04-09 10:00", now="2026-04-10 12:00")
        chain = told([self.root(asked(2, IT, "2026-04-06 10:00")), it], "2026-04-10 12:00")
        assert (named(chain), chain.culprit.broke) == (("child", 2, "late"), False)

    def test_not_who_was_late_and_is_done(self):
        it = case(2, IT, "2026-04-06 10:00", end="2026-04-09 12:00", due="2026-04-09 10:00")
        chain = told([self.root(asked(2, IT, "2026-04-06 10:00")), it], "2026-04-10 12:00")
        assert named(chain) == ("stay", 1, "held")

    def test_else_whose_own_promise_is_at_risk(self):
        it = case(2, IT, "2026-04-06 10:00", due="2026-04-10 15:00", now="2026-04-10 12:00")
        legal = case(3, ACCOUNTING, "2026-04-10 10:00", due="2026-04-15 15:00", now="2026-04-10 12:00")
        root = self.root(asked(2, IT, "2026-04-06 10:00"), asked(3, ACCOUNTING, "2026-04-10 10:00"))
        assert named(told([root, it, legal], "2026-04-10 12:00")) == ("child", 2, "at_risk")

    def test_else_who_holds_the_ball(self):
        root = self.root(asks=[Ask(1, 1, "any", 7, at("2026-04-06 09:00"), at("2026-04-06 10:00"), "approved")])
        assert named(told([root], "2026-04-10 12:00")) == ("stay", 1, "held")

    def test_what_was_kept_has_no_culprit(self):
        root = case(1, HR, "2026-04-06 09:00", end="2026-04-09 12:00", due="2026-04-10 18:00")
        assert told([root], "2026-04-13 12:00").culprit is None


class TestLinks:
    def test_approvers_of_all_stand_side_by_side_and_of_any_are_one(self):
        nine, ten, noon = at("2026-04-06 09:00"), at("2026-04-06 10:00"), at("2026-04-06 12:00")
        asks = [
            Ask(1, 1, "all", 7, nine, ten, "approved"), Ask(1, 1, "all", 8, nine, noon, "approved"),
            Ask(1, 2, "any", 9, noon, None, None), Ask(1, 2, "any", 10, noon, None, None),
        ]  # fmt: skip
        waits = [Wait("approver", nine, None)]
        root = Case(1, nine, None, HR, [Stay(HR, nine)], asks=asks, asked=waits)
        chain = told([root], "2026-04-06 15:00")
        assert [(link.kind, link.person_ids, link.running) for link in chain.links] == [
            ("approval", (7,), False), ("approval", (8,), False), ("approval", (9, 10), True),
        ]  # fmt: skip
        assert (chain.end_to_end.state, chain.culprit) == ("no_promise", None)

    def test_a_planned_child_has_no_begin(self):
        root = case(1, HR, "2026-04-06 09:00", children=[Child(None, IT, None, subject="An account")])
        link = told([root], "2026-04-06 12:00").links[1]
        assert (link.kind, link.begin, link.spans, link.state, link.subject) == (
            "child",
            None,
            (),
            "no_promise",
            "An account",
        )

    def test_a_stay_that_fills_its_child_is_not_told_twice(self):
        it = case(2, IT, "2026-04-06 10:00", stay_due="2026-04-08 10:00", now="2026-04-06 12:00")
        root = case(1, HR, "2026-04-06 09:00", children=[asked(2, IT, "2026-04-06 10:00")])
        links = told([root, it], "2026-04-06 12:00").links
        assert [link.kind for link in links] == ["stay", "child"]
        assert (links[1].promise.metric, links[1].seconds) == ("stay", 2 * HOUR)

    def test_a_child_that_was_handed_over_has_its_stays_inside(self):
        stays = [Stay(IT, at("2026-04-06 10:00")), Stay(LEGAL, at("2026-04-06 11:00"))]
        it = case(2, IT, "2026-04-06 10:00", due="2026-04-08 10:00", stays=stays)
        root = case(1, HR, "2026-04-06 09:00", children=[asked(2, IT, "2026-04-06 10:00")])
        links = told([root, it], "2026-04-06 12:00").links
        assert [(link.kind, link.depth, link.parent) for link in links] == [
            ("stay", 0, None), ("child", 1, 0), ("stay", 2, 1), ("stay", 2, 1),
        ]  # fmt: skip
        assert links[1].seconds == links[2].seconds + links[3].seconds == 2 * HOUR

    def test_a_circle_ends(self):
        two = case(2, IT, "2026-04-06 10:00", children=[asked(1, HR, "2026-04-06 11:00")])
        one = case(1, HR, "2026-04-06 09:00", children=[asked(2, IT, "2026-04-06 10:00")])
        assert [link.ticket_id for link in told([one, two], "2026-04-06 12:00").links] == [1, 2]


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20))),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20))),
)
def test_spans_are_taken_away_as_sets_of_minutes(spans, others):
    minute = [at("2026-04-06 09:00") + timedelta(minutes=n) for n in range(21)]
    left = minus([(minute[a], minute[b]) for a, b in spans], [(minute[a], minute[b]) for a, b in others])
    for a, b in pairwise(minute):
        inside = sum(minute[x] <= a and b <= minute[y] for x, y in spans)
        gone = any(minute[x] <= a and b <= minute[y] for x, y in others)
        assert len(cut(left, a, b)) == (0 if gone else inside)


# Any chain: up to twelve tickets, each with approvals, stays, holds, rests, promises, hung below one another.

BEGIN = datetime(2026, 4, 1, 6, tzinfo=UTC)
LAST = BEGIN + timedelta(days=30)
moments = st.integers(0, 30 * 24 * 4).map(lambda quarter: BEGIN + timedelta(minutes=15 * quarter))


def ordered(draw, most: int) -> list[datetime]:
    return sorted(set(draw(st.lists(moments, max_size=most))))


@st.composite
def tickets(draw, number: int):
    begin = draw(moments)
    later = [moment for moment in ordered(draw, 8) if moment > begin]
    asks, since = [], begin
    for step, moment in enumerate(later[: draw(st.integers(0, 2))], 1):
        asks.append(Ask(1, step, "any", step, since, moment, "approved"))
        since = moment
    later = [moment for moment in later if moment > since]
    stays = [Stay(draw(st.integers(1, 5)), moment) for moment in [begin, *later[: draw(st.integers(0, 3))]]]
    inside = [moment for moment in ordered(draw, 6) if moment >= since]
    holds = [Hold(draw(st.sampled_from(list(BALL_OF_HOLD))), a, b) for a, b in pairwise(inside)][::2]
    turns = [moment for moment in ordered(draw, 4) if moment >= since]
    rests = [Rest(a, b) for a, b in pairwise(turns)][::2]
    rests += [Rest(turns[-1], None)] if turns and len(turns) % 2 and draw(st.booleans()) else []
    timers = [draw(timers_of("stay", stay.department_id, stay.begin)) for stay in stays if draw(st.booleans())]
    timers += (
        [draw(timers_of("resolution", stays[-1].department_id, since))] if draw(st.booleans()) or number == 0 else []
    )
    end = draw(st.none() | moments.filter(lambda moment: moment > max([begin, *later])))
    rows = [_Row(ask.round, ask.begin, ask.end, ask.decision) for ask in asks]
    asked = [Wait(*span) for span in approval_spans(rows, end)]
    return Case(number, begin, end, stays[-1].department_id, stays, holds, asks, asked, rests, timers)


class _Row:
    """What `approval_spans` asks of an approval."""

    def __init__(self, round_, asked_at, decided_at, decision) -> None:
        self.round, self.asked_at, self.decided_at, self.decision = round_, asked_at, decided_at, decision


@st.composite
def timers_of(draw, metric: str, department: int, since: datetime):
    due = since + timedelta(minutes=15 * draw(st.integers(1, 800)))
    state = draw(st.sampled_from(["running", "paused", "met", "breached", "cancelled"]))
    stopped = due + timedelta(hours=draw(st.integers(0, 50))) if state == "breached" and draw(st.booleans()) else None
    stopped = due if state == "met" else stopped
    broken = due if state == "breached" else None
    return Timer(
        metric, department, state, since, None if state == "paused" else due, stopped, broken, state == "running" and draw(st.booleans()),
        "27h", hours(Stay(department, since)),
    )  # fmt: skip


@st.composite
def chains(draw):
    cases = [draw(tickets(number)) for number in range(draw(st.integers(1, 6)))]
    for number in range(1, len(cases)):
        parent = draw(st.integers(0, number - 1))
        child = Child(
            number, cases[number].department_id, max(cases[number].begin, cases[parent].begin), draw(st.booleans())
        )
        cases[parent] = replace(cases[parent], children=[*cases[parent].children, child])
    return {row.id: row for row in cases}


@given(chains())
def test_links_of_one_level_do_not_overlap_but_for_children(cases):
    chain = build(0, cases, LAST, hours)
    levels: dict[tuple[int | None, int | None], list] = {}
    for link in chain.links:
        if link.kind != "child":
            levels.setdefault((link.parent, link.ticket_id), []).extend(link.spans)
    for spans in levels.values():
        assert all(one[1] <= two[0] for one, two in pairwise(sorted(spans)))


@given(chains())
def test_every_link_lies_inside_its_parent_and_follows_it(cases):
    chain = build(0, cases, LAST, hours)
    assert sorted({link.ticket_id for link in chain.links} - {0}) == sorted(set(cases) - {0}) or not chain.links
    for number, link in enumerate(chain.links):
        assert (link.parent is None) == (link.depth == 0)
        if link.parent is not None:
            outer = chain.links[link.parent]
            assert link.parent < number and outer.depth == link.depth - 1
            if link.kind != "child":
                assert all(any(a <= begin and end <= b for a, b in outer.spans) for begin, end in link.spans)
        assert link.seconds >= 0 and link.late_seconds >= 0
        assert chain.begin <= (link.begin or chain.begin)


@given(tickets(0))
def test_approvers_waits_and_stays_are_the_life_that_the_ledger_tells(case):
    chain = build(0, {0: case}, LAST, hours)
    end = max(case.begin, min(case.end or LAST, LAST))
    waits = [*case.asked, *(Wait(BALL_OF_HOLD[hold.reason], hold.begin, hold.end) for hold in case.holds)]
    found = ledger.totals(Life(case.begin, end, case.stays, waits, case.rests), hours)

    def seconds(*holders: str) -> float:
        return sum(amount for (holder, _), amount in found.items() if holder in holders)

    def of(*kinds: str) -> float:
        return sum(
            link.seconds
            for link in chain.links
            if link.kind in kinds or (link.kind == "wait" and BALL_OF_HOLD.get(link.reason or "") in kinds)
        )

    assert of("stay", "supplier") == pytest.approx(seconds("supplier"), abs=1e-6)
    assert of("approval") == pytest.approx(seconds("approver"), abs=1e-6)
    assert of("requester") == pytest.approx(seconds("requester"), abs=1e-6)
    assert of("third_party") == pytest.approx(seconds("third_party"), abs=1e-6)
    life = seconds(*ledger.BALLS, "closed", "resolved")
    assert life == pytest.approx((end - case.begin).total_seconds(), abs=1e-6)


@given(chains())
def test_the_culprit_is_a_link_and_never_missing_once_it_broke(cases):
    chain = build(0, cases, LAST, hours)
    if chain.culprit is not None:
        assert 0 <= chain.culprit.link < len(chain.links)
        assert chain.links[chain.culprit.link].waited_for
        assert chain.culprit.broke == (chain.end_to_end.state == "broken")
    if chain.links and chain.end_to_end.state == "broken":
        assert chain.culprit is not None
    if chain.end_to_end.state in ("kept", "on_track", "no_promise"):
        assert chain.culprit is None


@given(chains())
def test_a_verdict_stays(cases):
    """What happens after the promise of the whole has broken changes nobody's part in it."""
    chain, later = (build(0, cases, moment, hours) for moment in (LAST, LAST + timedelta(days=60)))
    if chain.culprit is not None and chain.culprit.broke and chain.end_to_end.broken_at <= LAST:
        links = [
            (link.kind, link.ticket_id, link.begin) for link in (one.links[one.culprit.link] for one in (chain, later))
        ]
        assert links[0] == links[1]


@given(chains())
def test_a_late_second_is_charged_once(cases):
    """What one line of links inside each other is charged with is at most what the outermost of them was late."""
    chain = build(0, cases, LAST, hours)
    for number, link in enumerate(chain.links):
        assert charged(chain.links, number, LAST) <= link.late_seconds + 1e-6 or link.promise.stopped_at is not None
    assert blame(chain, LAST) == chain.culprit
