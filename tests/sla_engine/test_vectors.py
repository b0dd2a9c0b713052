"""The shared, language-neutral vectors, run wherever they agree with the conventions of this engine."""

import json
import os
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from servicedesk.sla_engine import BusinessCalendar, ClockReading, NeverOpensError, replay

CONVENTIONS = {
    "due_at_close": "close",
    "back_at_open": "open",
    "zero_add": "roll_closed",
    "open_edge": "half_open",
    "reversed": "negative",
    "dst_count": "elapsed",
    "dst_edge": "resolve_wide",
    "overnight_holiday": "shift_start",
    "special_vs_holiday": "special_wins",
    "on_time_edge": "inclusive",
    "breach_basis": "due",
    "due_while_paused": "null",
    "due_after_stop": "kept",
    "first_response_pause": "ignores",
    "pause_basis": "business",
    "pause_effect": "exclude",
    "reopen": "resume",
    "next_reply_start": "first_unanswered",
    "next_reply_initial": "after_first_reply",
    "priority_change": "recompute_from_start",
    "subsecond": "exact",
}
METRICS = {"first_response": "first_reply", "next_reply": "reply", "resolution": "resolution"}
KINDS = {
    "created": "opened",
    "customer_message": "requester_message",
    "agent_reply": "agent_reply",
    "internal_note": "internal_note",
    "solved": "resolved",
    "closed": "resolved",
    "reopened": "reopened",
}
FILES = ("add_business_time", "business_time_between", "is_open", "sla_replay")


def find_vectors() -> Path | None:
    root = Path(__file__).resolve().parents[2]
    shared = [Path(os.environ["DESK_SHARED"])] if os.environ.get("DESK_SHARED") else []
    shared += [folder / "shared" for folder in root.parents]
    folders = [folder for place in shared for folder in (place / "sla_vectors", place)]
    return next((folder for folder in folders if (folder / "sla_replay.jsonl").is_file()), None)


FOLDER = find_vectors()
if FOLDER is None:
    pytest.skip("the shared vectors are not here; set DESK_SHARED to their folder", allow_module_level=True)


def why_not(vector: dict[str, Any]) -> str | None:
    """The reason for which a vector asks for another convention than ours, or None."""
    for key, value in vector.get("convention", {}).items():
        if CONVENTIONS[key] != value:
            return f"{key}={value}"
    if vector["kind"] == "sla_replay":
        if pauses_a_running_letter(vector):
            return "a pause within a running next_reply"
        if forgives_a_breach(vector):
            return "a breach undone by a later target"
    return None


def pauses_a_running_letter(vector: dict[str, Any]) -> bool:
    if not any("next_reply" in checkpoint for checkpoint in vector["expected"]):
        return False
    waiting = paused = answered = False
    for event in vector["events"]:
        kind = event["type"]
        paused = event.get("clock", "paused" if paused else "running") == "paused"
        answered = answered or kind == "agent_reply" or event.get("by") == "agent"
        if kind == "customer_message" and answered:
            waiting = True
        elif kind in ("agent_reply", "solved", "closed"):
            waiting = False
        if waiting and paused:
            return True
    return False


def forgives_a_breach(vector: dict[str, Any]) -> bool:
    """Whether a clock is late at one checkpoint and no longer at a later one, against "breach is permanent"."""
    late: set[str] = set()
    for checkpoint in vector["expected"]:
        for metric, fields in checkpoint.items():
            if metric in METRICS and fields.get("breached") is False and metric in late:
                return True
            if metric in METRICS and fields.get("breached") is True:
                late.add(metric)
    return False


def load(kind: str) -> list[dict[str, Any]]:
    assert FOLDER is not None
    lines = (FOLDER / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


VECTORS = {kind: load(kind) for kind in FILES}


def ours(kind: str) -> list[Any]:
    return [pytest.param(vector, id=vector["id"]) for vector in VECTORS[kind] if why_not(vector) is None]


def calendar_of(vector: dict[str, Any]) -> BusinessCalendar:
    written = vector["calendar"]
    closed: dict[str, Any] = {day: [] for day in written.get("holidays", [])}
    return BusinessCalendar(written["timezone"], written["week"], closed | written.get("special", {}))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("vector", ours("add_business_time"))
def test_it_adds_business_time(vector: dict[str, Any]) -> None:
    calendar, start, seconds = calendar_of(vector), instant(vector["start"]), vector["seconds"]
    if vector["expected"] is None:
        with pytest.raises(NeverOpensError):
            calendar.add(start, seconds)
    else:
        assert calendar.add(start, seconds) == instant(vector["expected"])


@pytest.mark.parametrize("vector", ours("business_time_between"))
def test_it_counts_business_time(vector: dict[str, Any]) -> None:
    assert calendar_of(vector).between(instant(vector["start"]), instant(vector["end"])) == vector["expected"]


@pytest.mark.parametrize("vector", ours("is_open"))
def test_it_knows_when_it_is_open(vector: dict[str, Any]) -> None:
    assert calendar_of(vector).is_open(instant(vector["at"])) is vector["expected"]


@pytest.mark.parametrize("vector", ours("sla_replay"))
def test_it_replays_a_ticket(vector: dict[str, Any]) -> None:
    calendar, targets, events = calendar_of(vector), named(vector["targets"]), list(events_of(vector))
    for checkpoint in vector["expected"]:
        at = instant(checkpoint["at"])
        readings = replay(calendar, targets, events, at)
        for metric, fields in checkpoint.items():
            if metric in METRICS:
                found = [reading for reading in readings if reading.metric == METRICS[metric]]
                check(found[-1] if found else None, fields)


def named(targets: dict[str, float]) -> dict[str, float]:
    return {METRICS[metric]: float(seconds) for metric, seconds in targets.items()}


def events_of(vector: dict[str, Any]) -> Any:
    for event in vector["events"]:
        at, kind = instant(event["at"]), event["type"]
        if kind == "status":
            yield at, {"paused": "paused", "running": "resumed"}[event["clock"]]
        elif kind == "priority_change":
            yield at, "retargeted", named(vector["priorities"][event["priority"]])
        else:
            yield at, KINDS[kind]
        if kind == "created" and event.get("clock") == "paused":
            yield at, "paused"
        if kind == "created" and event.get("by") == "agent":
            # The agent's opening is a public word of the holding side: letters count from then on.
            yield at, "agent_reply"


def check(reading: ClockReading | None, fields: dict[str, Any]) -> None:
    if reading is None:
        # No letter has been sent yet.
        assert all(fields[key] == value for key, value in BEFORE_ANY.items() if key in fields)
        return
    stopped = reading.stopped_at is not None
    found = {
        "elapsed": reading.elapsed,
        "due": reading.due_at,
        "stopped": stopped,
        "paused": reading.paused,
        "breached": reading.breached_at is not None,
        "met": reading.breached_at is None if stopped else None,
    }
    expected = {key: instant(value) if key == "due" and value else value for key, value in fields.items()}
    assert {key: found[key] for key in expected} == expected


BEFORE_ANY = {"elapsed": 0, "stopped": True, "due": None}


def test_it_runs_vectors_of_every_kind_and_skips_only_other_conventions() -> None:
    ran = Counter({kind: len(ours(kind)) for kind in FILES})
    skipped = Counter(reason for kind in FILES for reason in map(why_not, VECTORS[kind]) if reason)
    print(f"ran {dict(ran)}, skipped {dict(skipped)}")
    assert all(ran[kind] > 0 for kind in FILES)
    assert ran.total() + skipped.total() == sum(len(VECTORS[kind]) for kind in FILES)
    assert skipped.total() > 0
    assert ran.total() > skipped.total()
