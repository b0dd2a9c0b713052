"""Tickets told as events, read as clocks. Office hours 9 to 17 UTC; 3 June 2024 is a Monday."""

from datetime import UTC, datetime
from typing import Any

import pytest

from servicedesk.sla_engine import BusinessCalendar, ClockReading, Target, replay

office = BusinessCalendar("UTC", {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
HOUR = 3600.0
ALL = {"first_reply": 2 * HOUR, "reply": 3 * HOUR, "resolution": 8 * HOUR}


def at(day: int, time: str = "00:00") -> datetime:
    return datetime.fromisoformat(f"2024-06-{day:02d}T{time}").replace(tzinfo=UTC)


def events(*written: str) -> list[Any]:
    """ "3 09:00 opened" """
    return [(at(int(line.split()[0]), line.split()[1]), line.split()[2]) for line in written]


def read(metric: str, told: list[Any], moment: datetime, targets: Any = ALL) -> list[ClockReading]:
    return [reading for reading in replay(office, targets, told, moment) if reading.metric == metric]


def the(metric: str, told: list[Any], moment: datetime, targets: Any = ALL) -> ClockReading:
    (reading,) = read(metric, told, moment, targets)
    return reading


def test_a_new_ticket_has_a_first_reply_and_a_resolution_to_keep():
    readings = replay(office, ALL, events("3 09:00 opened"), at(3, "10:00"))
    assert [(r.metric, r.started_at, r.due_at, r.state, r.elapsed) for r in readings] == [
        ("first_reply", at(3, "09:00"), at(3, "11:00"), "running", HOUR),
        ("resolution", at(3, "09:00"), at(3, "17:00"), "running", HOUR),
    ]


def test_nothing_is_promised_before_the_ticket_is_opened_or_without_a_promise():
    assert replay(office, ALL, events("3 09:00 opened"), at(3, "08:59:59")) == []
    assert replay(office, {}, events("3 09:00 opened", "3 10:00 agent_reply"), at(4)) == []
    assert replay(office, {"reply": None}, events("3 09:00 opened"), at(4)) == []


def test_readings_come_in_the_order_first_reply_letters_resolution():
    told = events(
        "3 09:00 opened",
        "3 09:30 agent_reply",
        "3 10:00 requester_message",
        "3 11:00 agent_reply",
        "3 12:00 requester_message",
    )
    readings = replay(office, ALL, told, at(3, "13:00"))
    assert [r.metric for r in readings] == ["first_reply", "reply", "reply", "resolution"]
    assert [r.started_at for r in readings[1:3]] == [at(3, "10:00"), at(3, "12:00")]


class TestFirstReply:
    def test_it_is_kept_by_a_public_message_up_to_the_due_instant(self):
        for time, state in (("10:59", "met"), ("11:00", "met"), ("11:00:01", "breached")):
            told = events("3 09:00 opened", f"3 {time} agent_reply")
            assert the("first_reply", told, at(5)).state == state

    @pytest.mark.parametrize(
        "kind", ["internal_note", "requester_message", "paused", "resumed", "resolved", "reopened"]
    )
    def test_nothing_else_counts_as_one(self, kind):
        told = events("3 09:00 opened", f"3 10:00 {kind}")
        assert the("first_reply", told, at(3, "10:30")).state == "running"
        assert the("first_reply", told, at(5)).breached_at == at(3, "11:00")

    def test_it_never_pauses(self):
        told = events("3 09:00 opened", "3 09:30 paused", "3 16:00 resumed")
        assert the("first_reply", told, at(3, "10:00")).due_at == at(3, "11:00")
        assert the("first_reply", told, at(5)).breached_at == at(3, "11:00")

    def test_later_replies_and_a_reopening_do_not_touch_it(self):
        told = events(
            "3 09:00 opened",
            "3 10:00 agent_reply",
            "3 10:00 resolved",
            "4 10:00 reopened",
            "4 15:00 agent_reply",
        )
        reading = the("first_reply", told, at(5))
        assert (reading.state, reading.stopped_at, reading.due_at) == ("met", at(3, "10:00"), at(3, "11:00"))


class TestReply:
    def test_the_opening_and_what_follows_before_the_first_answer_are_not_letters(self):
        told = events("3 09:00 opened", "3 09:30 requester_message", "3 10:00 agent_reply")
        assert read("reply", told, at(5)) == []

    def test_it_starts_at_the_oldest_unanswered_message(self):
        told = events("3 09:00 opened", "3 09:10 agent_reply", "3 10:00 requester_message", "3 11:00 requester_message")
        reading = the("reply", told, at(3, "12:00"))
        assert (reading.started_at, reading.due_at, reading.elapsed) == (
            at(3, "10:00"),
            at(3, "13:00"),
            2 * HOUR,
        )

    def test_every_letter_is_judged_alone(self):
        told = events(
            "3 09:00 opened",
            "3 09:10 agent_reply",
            "3 10:00 requester_message",
            "3 11:00 agent_reply",
            "3 11:30 agent_reply",
            "3 12:00 requester_message",
            "3 15:00:01 agent_reply",
        )
        assert [(r.state, r.stopped_at) for r in read("reply", told, at(5))] == [
            ("met", at(3, "11:00")),
            ("breached", at(3, "15:00:01")),
        ]

    def test_a_hold_is_not_an_answer(self):
        told = events("3 09:00 opened", "3 09:10 agent_reply", "3 10:00 requester_message", "3 10:30 paused")
        assert the("reply", told, at(3, "12:00")).due_at == at(3, "13:00")
        assert the("reply", told, at(3, "14:00")).breached_at == at(3, "13:00")

    def test_an_internal_note_is_not_an_answer_but_resolving_is(self):
        told = events("3 09:00 opened", "3 09:10 agent_reply", "3 10:00 requester_message", "3 11:00 internal_note")
        assert the("reply", told, at(3, "12:00")).state == "running"
        assert the("reply", [*told, *events("3 11:30 resolved")], at(3, "12:00")).state == "met"

    @pytest.mark.parametrize("order", [("requester_message", "reopened"), ("reopened", "requester_message")])
    def test_the_message_that_reopens_is_a_letter(self, order):
        told = events("3 09:00 opened", "3 10:00 resolved", *(f"4 09:00 {kind}" for kind in order))
        assert the("reply", told, at(4, "10:00")).started_at == at(4, "09:00")

    def test_a_reopening_alone_is_not(self):
        assert read("reply", events("3 09:00 opened", "3 10:00 resolved", "4 09:00 reopened"), at(5)) == []


class TestResolution:
    def test_a_pause_gives_back_business_time_only(self):
        told = events("3 15:00 opened", "3 16:00 paused", "4 10:00 resumed")
        assert the("resolution", told, at(3, "20:00")).due_at is None
        assert the("resolution", told, at(4, "10:00")).due_at == at(4, "17:00")

    def test_it_opens_paused(self):
        told = events("3 09:00 opened", "3 09:00 paused", "3 11:00 resumed")
        assert the("resolution", told, at(3, "10:00")).state == "paused"
        assert the("resolution", told, at(3, "11:00")).due_at == at(4, "11:00")

    def test_it_stops_when_resolved_and_goes_on_when_reopened(self):
        told = events("3 09:00 opened", "3 12:00 resolved", "3 13:00 resolved", "4 10:00 reopened", "4 12:00 resolved")
        assert the("resolution", told, at(4, "09:30")).elapsed == 3 * HOUR
        assert the("resolution", told, at(4, "10:00")).due_at == at(4, "15:00")
        last = the("resolution", told, at(5))
        assert (last.state, last.stopped_at, last.elapsed) == ("met", at(4, "12:00"), 5 * HOUR)

    def test_a_resume_while_resolved_does_not_reopen(self):
        told = events("3 09:00 opened", "3 10:00 paused", "3 12:00 resolved", "3 13:00 resumed", "3 14:00 paused")
        assert (the("resolution", told, at(5)).state, the("resolution", told, at(5)).elapsed) == ("met", HOUR)

    def test_a_broken_one_stays_broken_through_a_reopening(self):
        told = events("3 09:00 opened", "4 09:30 resolved", "4 10:00 reopened", "4 11:00 resolved")
        reading = the("resolution", told, at(5))
        assert (reading.state, reading.breached_at, reading.elapsed) == (
            "breached",
            at(3, "17:00"),
            9.5 * HOUR,
        )


class TestCancelling:
    def test_it_ends_what_runs_and_leaves_what_is_finished(self):
        told = events("3 09:00 opened", "3 10:00 agent_reply", "3 11:00 requester_message", "3 12:00 cancelled")
        assert [(r.metric, r.state, r.stopped_at) for r in replay(office, ALL, told, at(5))] == [
            ("first_reply", "met", at(3, "10:00")),
            ("reply", "cancelled", at(3, "12:00")),
            ("resolution", "cancelled", at(3, "12:00")),
        ]

    def test_it_does_not_hide_a_breach(self):
        readings = replay(office, ALL, events("3 09:00 opened", "3 12:00 cancelled"), at(5))
        assert [(r.metric, r.state) for r in readings] == [
            ("first_reply", "breached"),
            ("resolution", "cancelled"),
        ]

    def test_it_is_final(self):
        told = events(
            "3 09:00 opened",
            "3 09:30 agent_reply",
            "3 10:00 paused",
            "3 11:00 cancelled",
            "3 12:00 resumed",
            "3 13:00 reopened",
        )
        assert the("resolution", [*told, *events("3 14:00 requester_message")], at(5)).state == "cancelled"
        assert read("reply", [*told, *events("3 14:00 requester_message")], at(5)) == []


class TestRetargeting:
    def test_a_new_priority_counts_from_the_start_with_pauses_kept(self):
        told = events("3 09:00 opened", "3 10:00 paused", "3 11:00 resumed")
        told.append((at(3, "12:00"), "retargeted", {"first_reply": 9 * HOUR, "resolution": 4 * HOUR}))
        assert the("resolution", told, at(3, "11:30")).due_at == at(4, "10:00")
        assert the("resolution", told, at(3, "12:00")).due_at == at(3, "14:00")

    def test_a_breach_before_it_stays_and_a_target_too_short_breaks_at_once(self):
        told = [
            *events("3 09:00 opened"),
            (at(3, "12:00"), "retargeted", {"first_reply": 9 * HOUR, "resolution": HOUR}),
        ]
        assert the("first_reply", told, at(3, "12:00")).breached_at == at(3, "11:00")
        assert the("resolution", told, at(3, "12:00")).breached_at == at(3, "10:00")

    def test_a_promise_that_goes_is_cancelled_and_one_that_comes_counts_from_the_start(self):
        told = [*events("3 09:00 opened"), (at(3, "10:00"), "retargeted", {"resolution": 4 * HOUR})]
        targets = {"first_reply": 2 * HOUR}
        assert read("resolution", told, at(3, "09:59"), targets) == []
        assert the("resolution", told, at(3, "10:00"), targets).due_at == at(3, "13:00")
        gone = the("first_reply", told, at(5), targets)
        assert (gone.state, gone.stopped_at, gone.elapsed) == ("cancelled", at(3, "10:00"), HOUR)

    def test_a_promise_that_comes_after_the_answer_judges_nothing(self):
        told = [*events("3 09:00 opened", "3 16:00 agent_reply"), (at(3, "16:30"), "retargeted", ALL)]
        assert [r.metric for r in replay(office, {}, told, at(3, "16:40"))] == ["resolution"]

    def test_the_next_letter_has_the_new_promise_and_the_last_one_the_old(self):
        told = events("3 09:00 opened", "3 09:10 agent_reply", "3 10:00 requester_message", "3 11:00 agent_reply")
        told.append((at(3, "11:30"), "retargeted", {"reply": HOUR / 2}))
        told += events("3 12:00 requester_message", "3 13:00 agent_reply")
        assert [(r.state, r.due_at) for r in read("reply", told, at(5))] == [
            ("met", at(3, "13:00")),
            ("breached", at(3, "12:30")),
        ]


def test_targets_may_be_days_and_wall_time():
    targets = {"first_reply": Target.parse("2h wall"), "resolution": Target.parse("2bd")}
    readings = replay(office, targets, events("8 12:00 opened"), at(8, "13:00"))
    assert [(r.due_at, r.elapsed) for r in readings] == [(at(8, "14:00"), HOUR), (at(12, "17:00"), 0)]


def test_events_are_taken_by_time_and_later_ones_are_not_known():
    told = events("3 09:00 opened", "3 10:00 agent_reply", "3 12:00 resolved")
    assert replay(office, ALL, told[::-1], at(5)) == replay(office, ALL, told, at(5))
    assert replay(office, ALL, told, at(3, "09:59")) == replay(office, ALL, told[:1], at(3, "09:59"))


def test_events_before_the_opening_count_for_nothing():
    told = events(
        "3 08:00 agent_reply",
        "3 08:00 paused",
        "3 09:00 opened",
        "3 10:00 requester_message",
        "3 10:00 opened",
    )
    assert [(r.metric, r.state, r.started_at) for r in replay(office, ALL, told, at(3, "10:30"))] == [
        ("first_reply", "running", at(3, "09:00")),
        ("resolution", "running", at(3, "09:00")),
    ]


@pytest.mark.parametrize(
    ("targets", "told", "moment", "cause"),
    [
        ({"first_answer": 1.0}, [], at(3), "promise 'first_answer'"),
        ({"reply": -1.0}, [], at(3), "finite number"),
        (ALL, events("3 09:00 exploded"), at(5), "event 'exploded'"),
        (ALL, [(at(3), "retargeted")], at(5), "New targets"),
        (ALL, [(at(3), "opened", ALL)], at(5), "New targets"),
        (ALL, [(datetime(2024, 6, 3), "opened")], at(5), "naive"),
        (ALL, [], datetime(2024, 6, 3), "naive"),
    ],
)
def test_what_cannot_be_understood_is_refused(targets, told, moment, cause):
    with pytest.raises(ValueError, match=cause):
        replay(office, targets, told, moment)
