"""What is typed and not sent: kept for its writer alone, forgotten when sent or old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.workbench.actions import drop_draft, forget_old_drafts, keep_draft
from servicedesk.workbench.queries import draft_of
from servicedesk.workbench.rules import KEPT_DAYS, LONGEST_DRAFT
from tests.cast import at, by

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


def test_nobody_comes_back_to_it_for_a_month(db, maria):
    kept(maria, text="Hello")
    with transaction():
        forget_old_drafts(WHEN + timedelta(days=KEPT_DAYS))
    assert draft_of(maria.id, "ticket:7") is not None
    with transaction():
        forget_old_drafts(WHEN + timedelta(days=KEPT_DAYS, seconds=1))
    assert draft_of(maria.id, "ticket:7") is None
