"""The sums, by hand and against slow and obvious references."""

import statistics
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.reports import figures
from servicedesk.reports.figures import (
    DEFINITIONS,
    BallRow,
    ClockRow,
    HandOverRow,
    HoldRow,
    Journey,
    Link,
    RatingRow,
    ResolutionRow,
    StayRow,
    TicketRow,
    surveys,
)

MONDAY = datetime(2026, 4, 6, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def clock(kept=True, seconds=3600.0, paused=0.0, stopped=True, excused=False):
    return ClockRow(1, 1, "resolution", 1, 2, kept, seconds, paused, 7200, stopped, excused=excused)


def rating(quality=8, speed=8, helpfulness=8, who=1, department=1, customer=2):
    token = None if who is None else bytes([who])
    return RatingRow(department, customer, quality, speed, helpfulness, token)


ratings = st.builds(
    rating,
    st.none() | st.integers(1, 10), st.none() | st.integers(1, 10), st.none() | st.integers(1, 10),
    st.integers(0, 9), st.integers(1, 2),
)  # fmt: skip


class TestKept:
    def test_excused_breaches_are_counted_beside_and_not_taken_out(self):
        found = figures.kept([clock(), clock(), clock(), clock(kept=False, excused=True)])
        assert (found.kept, found.broken, found.excused, found.share) == (3, 1, 1, 0.75)

    def test_nothing_decided_is_no_share_and_not_zero(self):
        found = figures.kept([])
        assert (found.share, found.low, found.high, found.pause_share) == (None, None, None, None)

    def test_pause_share_is_of_all_business_time(self):
        assert figures.kept([clock(seconds=3000, paused=1000)]).pause_share == 0.25

    def test_the_interval_is_wilsons(self):
        # Newcombe 1998, Statistics in Medicine 17, 857-872, table I: 81 of 263.
        low, high = figures.wilson(81, 263)
        assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)

    @given(st.integers(0, 300), st.integers(0, 300))
    def test_the_share_lies_in_its_interval_between_0_and_1(self, good, bad):
        found = figures.kept([clock()] * good + [clock(kept=False)] * bad)
        if good + bad:
            assert 0 <= found.low <= found.share <= found.high <= 1

    def test_the_difference_of_shares_is_newcombes(self):
        # Newcombe 1998, Statistics in Medicine 17, 873-890, table II (a), method 10: 56/70 against 48/80.
        found = figures.share_change((48, 80), (56, 70))
        assert [round(x, 4) for x in found] == [0.2, 0.0524, 0.3339]

    def test_no_difference_with_an_empty_month(self):
        assert figures.share_change((0, 0), (1, 2)) is None


class TestTimes:
    def test_median_and_ninetieth_percentile_by_nearest_rank(self):
        found = figures.times([clock(seconds=s) for s in range(1, 11)])
        assert (found.median, found.p90, found.n) == (5, 9, 10)

    def test_a_promise_that_still_runs_counts_as_the_longest(self):
        found = figures.times([clock(seconds=5), clock(seconds=7), clock(seconds=1, kept=False, stopped=False)])
        assert (found.median, found.p90, found.running) == (7, None, 1)

    @given(st.lists(st.floats(0, 1e7), min_size=1))
    def test_the_median_is_the_lower_median_of_the_standard_library(self, seconds):
        assert figures.times([clock(seconds=s) for s in seconds]).median == statistics.median_low(seconds)

    @given(st.lists(st.floats(0, 1e7), min_size=1))
    def test_nine_tenths_do_not_exceed_the_ninetieth_percentile_and_no_smaller_value_does(self, seconds):
        p90 = figures.times([clock(seconds=s) for s in seconds]).p90
        assert 10 * sum(s <= p90 for s in seconds) >= 9 * len(seconds)
        assert 10 * sum(s < p90 for s in seconds) < 9 * len(seconds)

    def test_nothing_has_no_times(self):
        assert figures.times([]).median is None


class TestRatings:
    def test_the_interval_of_independent_raters_is_the_plain_t_interval(self):
        values = [6, 7, 8, 9, 10]
        rows = [rating(quality=v, who=i) for i, v in enumerate(values)]
        found = figures.score(rows, figures.weights(rows), "quality")
        assert found.value == 8
        assert found.error == pytest.approx(statistics.stdev(values) / sqrt(5))
        assert found.high - found.value == pytest.approx(min(2, 2.776445 * found.error), rel=1e-6)
        assert (found.n, found.raters) == (5, 5)

    def test_the_index_is_the_mean_of_the_three_means_whatever_their_counts(self):
        rows = [rating(10, 4, None, 1), rating(8, None, 7, 2), rating(None, 6, None, 3)]
        assert figures.index(rows, figures.weights(rows)).value == pytest.approx((9 + 5 + 7) / 3)

    def test_there_is_no_index_without_one_of_the_questions(self):
        rows = [rating(10, 4, None, 1), rating(8, 5, None, 2)]
        found = figures.index(rows, figures.weights(rows))
        assert (found.value, found.n, found.raters) == (None, 2, 0)

    def test_no_ratings_are_no_score_and_not_zero(self):
        found = figures.index([], [])
        assert (found.value, found.low, found.n, found.raters) == (None, None, 0, 0)

    def test_one_person_alone_has_no_interval(self):
        found = figures.index([rating()], [1.0])
        assert (found.value, found.low, found.high) == (8, None, None)

    def test_thirty_ratings_of_one_person_weigh_like_three(self):
        rows = [rating(1, 1, 1, who=0)] * 30 + [rating(10, 10, 10, who=i) for i in range(1, 4)]
        weight = figures.weights(rows)
        assert sum(weight[:30]) == pytest.approx(3)
        assert figures.score(rows, weight, "quality").value == pytest.approx(5.5)

    @given(st.lists(ratings))
    def test_nobody_weighs_more_than_three_in_a_department(self, rows):
        sums = {}
        for row, weight in zip(rows, figures.weights(rows), strict=True):
            sums[row.department_id, row.token] = sums.get((row.department_id, row.token), 0) + weight
        assert all(total <= 3 + 1e-9 for total in sums.values())

    @given(st.lists(ratings))
    def test_means_and_intervals_stay_on_the_scale(self, rows):
        found = figures.index(rows, figures.weights(rows))
        if found.value is not None:
            assert 1 - 1e-9 <= found.value <= 10 + 1e-9
        if found.low is not None:
            assert 1 <= found.low <= found.value + 1e-9 and found.value - 1e-9 <= found.high <= 10

    @given(st.lists(ratings), st.randoms())
    def test_the_order_of_ratings_does_not_matter(self, rows, random):
        mixed = random.sample(rows, len(rows))
        one, other = figures.index(rows, figures.weights(rows)), figures.index(mixed, figures.weights(mixed))
        assert one.value == pytest.approx(other.value)
        assert one.raters == other.raters

    @pytest.mark.parametrize(("freedom", "point"), [(1, 12.7062047), (2, 4.3026527), (4, 2.7764451), (30, 2.0422725)])
    def test_student_t_is_that_of_the_tables(self, freedom, point):
        assert figures.t_quantile(freedom) == pytest.approx(point, abs=1e-6)

    def test_a_change_is_clear_only_if_its_interval_excludes_zero(self):
        assert figures.is_clear(*figures.change((7.0, 0.1, 30), (8.0, 0.1, 30))[1:])
        assert not figures.is_clear(*figures.change((7.0, 0.6, 6), (8.0, 0.6, 6))[1:])

    def test_the_change_is_welchs(self):
        # Equal errors and raters: twice the degrees of freedom of one sample.
        difference, low, high = figures.change((7.0, 0.3, 11), (7.5, 0.3, 11))
        assert difference == 0.5
        assert high - low == pytest.approx(2 * figures.t_quantile(20) * 0.3 * sqrt(2))

    def test_the_response_rate_is_none_when_nobody_was_asked(self):
        assert figures.response_rate(0, 0) is None
        assert figures.response_rate(3, 4) == 0.75


class TestLoad:
    def test_backlog_goes_into_the_band_of_its_age(self):
        days = (0, 2, 3, 7, 8, 30, 31)
        rows = [TicketRow(i, 1, 2, MONDAY - timedelta(days=day)) for i, day in enumerate(days)]
        assert figures.backlog_by_age(rows, MONDAY) == [(2, 2), (7, 2), (30, 2), (None, 1)]

    def test_load_is_counted_by_customer(self):
        rows = [TicketRow(i, 1, customer, MONDAY) for i, customer in enumerate((2, 2, None))]
        assert figures.load_by_customer(rows) == {2: 2, None: 1}

    def test_a_fix_holds_when_seven_days_pass_without_reopening(self):
        rows = [
            ResolutionRow(1, 1, MONDAY),
            ResolutionRow(2, 1, MONDAY, MONDAY + timedelta(days=8)),
            ResolutionRow(3, 1, MONDAY, MONDAY + timedelta(days=7)),
        ]
        found = figures.first_time_fix(rows)
        assert (found.fixed, found.reopened) == (2, 1)
        assert found.share == pytest.approx(2 / 3)
        assert figures.first_time_fix([]).share is None

    @given(st.integers(0, 60), st.none() | st.integers(1, 20))
    def test_a_fix_is_decided_in_exactly_one_month(self, day, later):
        resolved = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(days=day, hours=3)
        row = ResolutionRow(1, 1, resolved, resolved + timedelta(days=later) if later else None)
        months = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 7)]
        decided = [figures.is_decided(row, a, b) for a, b in pairwise(months)]
        assert sum(decided) == 1

    def test_bounces_are_given_away_or_received(self):
        moves = [HandOverRow(1, 10, 20), HandOverRow(1, 20, 10), HandOverRow(2, 10, 30)]
        assert (figures.bounces(moves, 10).given, figures.bounces(moves, 10).received) == (2, 1)
        assert figures.bounces(moves).given == 3

    def test_only_what_was_misdirected_or_unsaid_bounces(self):
        causes = [None, "misdirected", "next_step", "triage"]
        moves = [HandOverRow(number, 10, 20, because) for number, because in enumerate(causes)]
        assert (figures.bounces(moves).given, figures.bounces(moves, 20).received) == (2, 2)

    def test_the_triage_is_counted_apart_and_names_no_department_of_a_confidential_request(self):
        moves = [
            HandOverRow(1, 10, 20, "triage"), HandOverRow(2, 10, 20, "triage"), HandOverRow(3, 10, 30, "triage", True),
            HandOverRow(4, 10, 30, "next_step"),
        ]  # fmt: skip
        assert figures.findability(5, moves) == figures.Findability(arrived=5, handed_on=3, to={20: 2})
        assert figures.findability(0, []) == figures.Findability(0, 0, {})


def wall(_department, a, b):
    return (b - a).total_seconds()


class TestChains:
    def test_each_stay_gets_its_own_time_and_waiting_gets_its_reason(self):
        stays = [StayRow(10, MONDAY, MONDAY + 3 * HOUR), StayRow(20, MONDAY + 3 * HOUR, None)]
        holds = [HoldRow("third_party", MONDAY + 2 * HOUR, MONDAY + 5 * HOUR)]
        links = figures.links_of(stays, holds, [(MONDAY, MONDAY + 9 * HOUR)], wall, MONDAY + 6 * HOUR)
        assert links == (
            Link("stay", 10, 2 * 3600), Link("stay", 20, 4 * 3600, broke=True), Link("third_party", None, 3 * 3600),
        )  # fmt: skip

    def test_time_in_resolved_is_nobodys(self):
        stays = [StayRow(10, MONDAY, None)]
        worked = [(MONDAY, MONDAY + HOUR), (MONDAY + 4 * HOUR, MONDAY + 6 * HOUR)]
        assert figures.links_of(stays, [], worked, wall, None)[0].seconds == 3 * 3600

    def test_the_weakest_link_keeps_least_and_then_takes_most_time(self):
        broken = Journey(1, (Link("stay", 10, 100), Link("stay", 20, 50, broke=True)), promised=True)
        fine = Journey(2, (Link("stay", 10, 100), Link("stay", 20, 50)), promised=True)
        (chain,) = figures.chains([broken, fine])
        assert (chain.route, chain.tickets, chain.broken, chain.weakest) == ((10, 20), 2, 1, 1)
        assert [link.kept_share for link in chain.links] == [1.0, 0.5]
        assert chain.links[0].share == pytest.approx(2 / 3)
        (chain,) = figures.chains([fine])
        assert chain.weakest == 0

    def test_shares_of_a_route_sum_up_to_one(self):
        links = (Link("stay", 10, 60), Link("stay", 20, 30), Link("waiting_for_requester", None, 30))
        (chain,) = figures.chains([Journey(1, links, promised=False)])
        assert sum(link.share for link in chain.links) == pytest.approx(1)
        assert chain.links[0].kept_share is None and chain.weakest == 0

    def test_a_small_route_with_a_confidential_ticket_is_left_out(self):
        links = (Link("stay", 10, 60), Link("stay", 20, 30))
        few = [Journey(i, links, True, confidential=i == 1) for i in range(4)]
        assert figures.chains(few) == []
        (chain,) = figures.chains([*few, Journey(9, links, True)])
        assert chain.tickets == 5 and chain.ticket_ids == (0, 2, 3, 9)

    def test_a_ticket_that_never_left_its_department_is_no_chain(self):
        assert figures.chains([Journey(1, (Link("stay", 10, 5), Link("stay", 10, 5)), True)]) == []


class TestBall:
    def test_time_is_summed_by_who_had_to_act_and_closed_hours_stand_apart(self):
        rows = [
            BallRow(1, 10, "supplier", 60), BallRow(1, 20, "supplier", 90), BallRow(1, 20, "requester", 30),
            BallRow(2, 10, "supplier", 60), BallRow(2, 10, "requester", 60), BallRow(2, 10, "closed", 500),
            BallRow(2, None, "resolved", 900),
        ]  # fmt: skip
        found = figures.ball(rows)
        assert (found.tickets, found.closed) == (2, 500)
        assert [(part.holder, part.department_id, part.seconds, part.share) for part in found.holders] == [
            ("supplier", 10, 120, 0.4), ("supplier", 20, 90, 0.3), ("requester", None, 90, 0.3),
        ]  # fmt: skip

    def test_nothing_resolved_is_nobodys_time(self):
        assert figures.ball([]) == figures.Ball(0, (), 0.0)

    @given(
        st.lists(
            st.builds(
                BallRow,
                st.integers(1, 5),
                st.integers(1, 3),
                st.sampled_from([*figures.BALLS, "closed"]),
                st.floats(1, 9e6),
            )
        )
    )
    def test_shares_add_up_to_one_and_nothing_is_lost(self, rows):
        found = figures.ball(rows)
        assert sum(part.seconds for part in found.holders) + found.closed == pytest.approx(sum(r.seconds for r in rows))
        assert sum(part.share for part in found.holders) == pytest.approx(1 if found.holders else 0)


def test_every_sum_says_what_its_definition_says():
    sums = {
        "kept": figures.kept, "times": figures.times, "times_distribution": figures.times_distribution, "score": figures.score, "index": figures.index,
        "response_rate": figures.response_rate, "weight_cap": figures.weights, "change": figures.change, "outcome": figures.outcome,
        "hiding": figures.hidden_cells, "first_time_fix": figures.first_time_fix, "bounces": figures.bounces,
        "backlog": figures.backlog_by_age, "load": figures.load_by_customer, "chain": figures.chains,
        "agreed_terms": figures.agreed_terms, "findability": figures.findability, "weakest_link": figures.weakest_link, "ball": figures.ball,
        "survey_score": surveys.question_score, "survey_change": surveys.survey_change,
    }  # fmt: skip
    for key, function in sums.items():
        assert DEFINITIONS[key] in " ".join(function.__doc__.split()), key
    assert set(DEFINITIONS) - set(sums) == {"month", "interval"}


def test_the_weakest_link_of_all_routes_needs_five_promises_and_a_broken_one():
    def route(name, promised, broke, share=0.5):
        link = {
            "promised": promised,
            "broke": broke,
            "kept_share": 1 - broke / promised if promised else None,
            "share": share,
        }
        return {"route": [name, "it"], "weakest": 0, "links": [link]}

    few, kept, weak, longer = route("few", 4, 4), route("kept", 9, 0), route("weak", 10, 4), route("longer", 5, 2, 0.9)
    assert figures.weakest_of([few, kept, weak]) == (weak, 0)
    assert figures.weakest_of([few, kept, weak, longer]) == (longer, 0)
    assert figures.weakest_of([few, kept]) is None
    assert figures.weakest_of([]) is None
