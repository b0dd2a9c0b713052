"""Actions of departments: what the report says of them, what came of them, and who is reminded."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.kernel import events
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.reports.actions import close_month, finish_improvement, set_improvement
from servicedesk.reports.document import ActionRow, improvements_of, sample_of
from servicedesk.reports.events import ImprovementEnded, ImprovementSet, MonthClosed
from servicedesk.reports.figures import Sample, count_change, outcome
from servicedesk.reports.models import Improvement
from tests.reports.conftest import APRIL

JUNE = Stamp(None, datetime(2026, 6, 10, tzinfo=UTC), "worker")


def row(number, **about):
    return ActionRow(
        **{
            "id": number,
            "title": f"Action {number}",
            "owner": None,
            "due_on": None,
            "metric": None,
            "made_in": "2026-03",
        }
        | about
    )


def part(kept=0, broken=0, bounced=0, index=None):
    score = {"value": index, "error": 0.2 if index else None, "raters": 9}
    return {
        "promises": {"resolution": {"kept": kept, "broken": broken}}, "bounces": {"given": bounced},
        "ratings": {"index": score}, "first_time_fix": {"fixed": 0, "reopened": 0},
    }  # fmt: skip


def kept(good, n, month="2026-03"):
    return {"month": month, "value": good / n, "error": 0.0, "n": n, "good": good}


class TestOutcomes:
    def test_a_share_that_rose_far_is_clearly_better(self):
        found = outcome("resolution", Sample(0.5, n=100, good=50), Sample(0.9, n=100, good=90))
        assert (found.clear, found.better, round(found.difference, 2)) == (True, True, 0.4)
        assert 0 < found.low < 0.4 < found.high

    def test_a_share_of_few_is_no_clear_change(self):
        assert not outcome("resolution", Sample(0.5, n=4, good=2), Sample(0.75, n=4, good=3)).clear

    def test_of_bounces_fewer_is_better(self):
        assert outcome("bounces", Sample(80), Sample(20)).better
        assert not outcome("bounces", Sample(20), Sample(80)).better
        assert not outcome("index", Sample(8.0, 0.1, 30), Sample(7.0, 0.1, 30)).better

    def test_scores_are_compared_by_persons(self):
        assert outcome("index", Sample(7.0, 0.1, 30), Sample(8.0, 0.1, 30)).clear
        assert not outcome("index", Sample(7.0, 0.6, 5), Sample(8.0, 0.6, 5)).clear

    def test_two_counts_by_hand(self):
        # 9 and 25: score intervals 4.735 to 17.106 and 16.934 to 36.907, joined by squares and sums.
        difference, low, high = count_change(9, 25)
        assert (difference, round(low, 2), round(high, 2)) == (16.0, 4.56, 28.65)

    @given(st.integers(0, 5000), st.integers(0, 5000))
    def test_a_count_interval_holds_its_difference_and_turns_with_it(self, before, after):
        difference, low, high = count_change(before, after)
        assert low <= difference <= high
        assert count_change(after, before) == pytest.approx((-difference, -high, -low))
        if before == after:
            assert low <= 0 <= high


class TestInTheReport:
    def test_what_ended_comes_first_then_the_longest_overdue(self):
        actions = [
            row(1, due_on=date(2026, 6, 1)), row(2), row(3, due_on=date(2026, 4, 1)), row(4, done_on=date(2026, 3, 9)),
            row(5, dropped_on=date(2026, 4, 9)),
        ]  # fmt: skip
        told = improvements_of(actions, part(), "2026-04", date(2026, 5, 6))
        assert [one["id"] for one in told] == [5, 4, 3, 1, 2]
        assert [one["overdue"] for one in told] == [False, False, True, False, False]

    def test_it_is_measured_from_the_month_after_it_was_done(self):
        done = row(1, metric="resolution", done_on=date(2026, 4, 2), baseline=kept(50, 100))
        [pending] = improvements_of([done], part(90, 10), "2026-04", date(2026, 5, 6))
        assert (pending["outcome"], pending["after"]) == ("pending", None)
        [told] = improvements_of([done], part(90, 10), "2026-05", date(2026, 6, 4))
        assert (told["outcome"], told["since"], told["before"], told["after"]) == ("measured", "2026-03", 0.5, 0.9)
        assert told["clear"] and told["better"]

    @pytest.mark.parametrize(
        "baseline", [None, {"month": "2026-03", "value": None, "error": None, "n": None, "good": None}]
    )
    def test_nothing_is_measured_against_what_is_not_shown(self, baseline):
        done = row(1, metric="index", done_on=date(2026, 4, 2), baseline=baseline)
        [told] = improvements_of([done], part(index=8.0), "2026-05", date(2026, 6, 4))
        assert (told["outcome"], told["before"], told["after"]) == ("few", None, None)

    def test_a_hidden_score_is_no_sample(self):
        assert sample_of(part(), "index") is None
        assert sample_of(part(), "resolution") is None
        assert sample_of(None, "bounces") is None
        assert sample_of(part(), "bounces") == Sample(0.0)

    def test_what_is_not_published_keeps_its_words(self):
        done = {"done_on": date(2026, 4, 2), "did": "Two on duty."}
        told = improvements_of([row(1, **done), row(2, published=True, **done)], part(), "2026-04", date(2026, 5, 6))
        assert [one["did"] for one in told] == [None, "Two on duty."]


def decided(company, at, *, kept, broken):
    """Resolutions of IT that were kept and broken an hour after `at`."""
    later = at + timedelta(hours=1)
    for number in range(kept + broken):
        ticket = company.ticket(at)
        company.clock(ticket, stopped=later, broken=None if number < kept else later)


def test_a_month_tells_what_came_of_an_action_and_a_correction_repeats_it(company):
    events.connect({kind: [] for kind in (MonthClosed, ImprovementSet, ImprovementEnded)})
    with transaction():
        decided(company, APRIL, kept=10, broken=30)
    with transaction():
        close_month(Stamp(None, datetime(2026, 5, 6, tzinfo=UTC), "worker"), "2026-04")
    lead, began = company.lead, datetime(2026, 5, 7, 9, tzinfo=UTC)
    with transaction():
        action = set_improvement(
            Stamp(lead.id, began, "web"),
            company.it,
            lead,
            title="Two on duty",
            owner=company.agent,
            metric="resolution",
        )
        assert action.baseline["month"] == "2026-04" and action.baseline["value"] == 0.25
        finish_improvement(
            Stamp(lead.id, began + timedelta(days=9), "web"), action, lead, did="Done.", done_on=date(2026, 5, 16)
        )
        decided(company, datetime(2026, 6, 1, 8, tzinfo=UTC), kept=36, broken=4)
    with transaction():
        close_month(JUNE, "2026-05")
        assert db.session.get(Improvement, action.id).outcome is None
        issue = close_month(Stamp(None, datetime(2026, 7, 6, tzinfo=UTC), "worker"), "2026-06")
        [told] = next(one for one in json.loads(issue.document)["departments"] if one["key"] == "it")["improvements"]
    assert (told["title"], told["owner"], told["state"], told["outcome"]) == (
        "Two on duty",
        "agent",
        "done",
        "measured",
    )
    assert (told["before"], told["after"], told["clear"], told["better"]) == (0.25, 0.9, True, True)
    assert db.session.get(Improvement, action.id).outcome["month"] == "2026-06"
    with transaction():
        again = close_month(
            Stamp(None, datetime(2026, 8, 6, tzinfo=UTC), "worker"), "2026-06", reason="A wrong calendar."
        )
        [same] = next(one for one in json.loads(again.document)["departments"] if one["key"] == "it")["improvements"]
    assert same == told
