"""What is typed and not sent: kept for its writer alone, forgotten when sent or old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicedesk.files.queries import files_by_key
from servicedesk.jobs.upkeep import clear_files
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.workbench.actions import (
    discard_draft,
    drop_draft,
    forget_old_drafts,
    keep_draft,
    keep_draft_seen,
    restore_draft,
)
from servicedesk.workbench.queries import draft_of, draft_or_discarded, files_of_draft
from servicedesk.workbench.rules import KEPT_DAYS, LONGEST_DRAFT, REGRETTED_FOR
from tests.cast import at, by
from tests.uploads import upload

WHEN = at("2026-06-17 15:00")


def kept(person, place="ticket:7", **fields):
    with transaction():
        keep_draft(by(person, WHEN), person, place, fields)


def test_the_newest_text_stays(db, maria):
    kept(maria, text="Hel")
    kept(maria, text="Hello", subject="")
    assert draft_of(maria.id, "ticket:7").fields == {"text": "Hello"}


def test_what_is_emptied_is_forgotten(db, maria):
    kept(maria, text="Hello")
    kept(maria, text="  ")
    assert draft_of(maria.id, "ticket:7") is None


def test_it_is_one_persons(db, maria, igor):
    kept(maria, text="Hello")
    with transaction():
        drop_draft(igor, "ticket:7")
    assert draft_of(igor.id, "ticket:7") is None
    assert draft_of(maria.id, "ticket:7") is not None


@pytest.mark.parametrize("place", ["rate:1", "survey:1", "ticket:", "ticket:1 ", "elsewhere"])
def test_other_forms_keep_none(db, maria, place):
    with pytest.raises(NotFound):
        kept(maria, place, comment="They were slow")


def test_more_than_fits_is_refused(db, maria):
    with pytest.raises(Invalid):
        kept(maria, text="x" * LONGEST_DRAFT)


def test_nobody_fills_the_disk_with_them(db, maria, igor, monkeypatch):
    monkeypatch.setattr("servicedesk.workbench.rules.MOST_DRAFTS", 2)
    for place in ("ticket:1", "ticket:2", "ticket:1"):
        kept(maria, place, text="Hello")
    with pytest.raises(Invalid):
        kept(maria, "ticket:3", text="Hello")
    kept(igor, "ticket:3", text="Hello")


def test_nobody_comes_back_to_it_for_a_month(db, maria):
    kept(maria, text="Hello")
    with transaction():
        forget_old_drafts(WHEN + timedelta(days=KEPT_DAYS))
    assert draft_of(maria.id, "ticket:7") is not None
    with transaction():
        forget_old_drafts(WHEN + timedelta(days=KEPT_DAYS, seconds=1))
    assert draft_of(maria.id, "ticket:7") is None


def kept_after(person, seen, when=WHEN, **fields):
    with transaction():
        return keep_draft_seen(by(person, when), person, "ticket:7", fields, seen)


def test_what_was_typed_in_another_window_is_not_pushed_away(db, maria):
    kept_after(maria, None, text="On the phone")
    with pytest.raises(Conflict):
        kept_after(maria, None, WHEN + timedelta(minutes=1), text="At the desk")
    assert draft_of(maria.id, "ticket:7").fields == {"text": "On the phone"}
    kept_after(maria, WHEN, WHEN + timedelta(minutes=1), text="At the desk")
    assert draft_of(maria.id, "ticket:7").fields == {"text": "At the desk"}


def test_the_same_text_twice_is_no_conflict(db, maria):
    kept_after(maria, None, text="Hello")
    assert kept_after(maria, None, WHEN + timedelta(minutes=1), text="Hello") is not None


def test_what_was_sent_elsewhere_does_not_come_back_by_itself(db, maria):
    kept_after(maria, None, text="Hello")
    with transaction():
        drop_draft(maria, "ticket:7")
    with pytest.raises(Conflict):
        kept_after(maria, WHEN, WHEN + timedelta(minutes=1), text="Hello again")
    assert draft_of(maria.id, "ticket:7") is None


def test_what_was_discarded_can_be_had_back_for_a_day(db, maria):
    kept(maria, text="Hello")
    with transaction():
        discard_draft(by(maria, WHEN), maria, "ticket:7")
    assert draft_of(maria.id, "ticket:7") is None
    assert draft_or_discarded(maria.id, "ticket:7", WHEN + REGRETTED_FOR) is not None
    with transaction():
        restore_draft(by(maria, WHEN + REGRETTED_FOR), maria, "ticket:7")
    assert draft_of(maria.id, "ticket:7").fields == {"text": "Hello"}
    with transaction():
        discard_draft(by(maria, WHEN), maria, "ticket:7")
        forget_old_drafts(WHEN + REGRETTED_FOR + timedelta(seconds=1))
    with pytest.raises(NotFound), transaction():
        restore_draft(by(maria, WHEN), maria, "ticket:7")


def test_all_choices_of_a_field_are_kept(db, maria):
    kept(maria, text="Hello", missing=["a", "b"], other=[])
    assert draft_of(maria.id, "ticket:7").fields == {"text": "Hello", "missing": ["a", "b"]}


def test_files_wait_with_it_as_long_as_it_is_kept(db, maria, igor):
    mine, theirs = upload(maria), upload(igor)
    keys = mine.key, theirs.key
    with transaction():
        keep_draft(by(maria, WHEN), maria, "ticket:7", {}, [mine.key, theirs.key])
    assert files_of_draft(draft_of(maria.id, "ticket:7")) == [mine]
    clear_files(WHEN)
    assert set(files_by_key(keys)) == {keys[0]}
    with transaction():
        drop_draft(maria, "ticket:7")
    clear_files(WHEN)
    assert files_by_key(keys) == {}
