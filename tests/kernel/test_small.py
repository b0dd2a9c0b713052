"""The small rooms of the ground floor: stamp, text, errors, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from servicedesk.kernel import once
from servicedesk.kernel.errors import DeskError, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import in_language
from servicedesk.kernel.transaction import transaction
from tests.cast import at

NOON = at("2026-04-06 12:00")


def test_a_stamp_refuses_a_naive_instant():
    with pytest.raises(ValueError, match="aware"):
        Stamp(1, datetime(2026, 4, 6), "web")


def test_a_stamp_is_kept_in_utc():
    assert Stamp(1, NOON.astimezone(), "web").at.tzinfo is UTC


def test_a_stamp_moves_only_forward():
    stamp = Stamp(1, NOON, "web")
    assert stamp.not_before(None) is stamp
    assert stamp.not_before(NOON - timedelta(hours=1)) is stamp
    assert stamp.not_before(NOON + timedelta(hours=1)).at == NOON + timedelta(hours=1)


@pytest.mark.parametrize(("door", "past"), [("import", True), ("demo", True), ("web", False), ("worker", False)])
def test_only_told_history_is_silent(door, past):
    assert Stamp(None, NOON, door).tells_history is past


def test_the_present_is_aware():
    assert now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("names", "language", "found"),
    [
        ({"ru": "ИТ", "en": "IT"}, "ru", "ИТ"),
        ({"en": "IT"}, "ru", "IT"),
        ({"ru": "ИТ", "en": ""}, "en", "ИТ"),
        ({}, "ru", ""),
        (None, "ru", ""),
    ],
)
def test_a_name_is_given_in_whichever_language_there_is(names, language, found):
    assert in_language(names, language) == found


def test_a_refusal_is_a_sentence():
    assert str(DeskError("At most %(most)d characters fit here.", most=5)) == "At most 5 characters fit here."
    assert str(NotFound())
    fields = Invalid(fields={"a": "Wrong.", "b": DeskError("No %(x)s.", x="b")}).fields
    assert {key: str(fault) for key, fault in fields.items()} == {"a": "Wrong.", "b": "No b."}


def test_a_job_is_claimed_once_in_its_slot(db):
    with transaction():
        assert once.claim("clocks", "1", NOON)
        assert not once.claim("clocks", "1", NOON)
        assert once.claim("clocks", "2", NOON)
        assert once.claim("mail", "1", NOON)


def test_the_last_run_says_how_it_ended(db):
    with transaction():
        for slot, failure in (("1", None), ("2", "ValueError('x')")):
            once.claim("clocks", slot, NOON)
            once.finish("clocks", slot, NOON, failure)
    (run,) = once.last_runs()
    assert (run.slot, run.failure, run.finished_at) == ("2", "ValueError('x')", NOON)


def test_a_kept_answer_lasts_a_day(db, maria):
    with transaction():
        once.keep_answer(
            once.KeptAnswer(person_id=maria.id, key="k", fingerprint="f", status=201, body="{}", kept_at=NOON)
        )
    with transaction():
        once.forget_old(NOON + timedelta(days=1))
    assert once.kept_answer(maria.id, "k")
    with transaction():
        once.forget_old(NOON + timedelta(days=1, seconds=1))
    assert once.kept_answer(maria.id, "k") is None
