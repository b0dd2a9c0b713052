"""Bytes on the shelf: whole or not at all, and never lost once somebody was told that they are there."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest

from servicedesk.files import actions, queries
from servicedesk.files.models import StoredFile
from servicedesk.files.shelf import Shelf
from servicedesk.kernel.errors import Invalid, TooLarge
from servicedesk.kernel.transaction import transaction
from tests.cast import at, by

NOW = "2026-04-06 10:00"
DAY = timedelta(hours=24)
WORDS = b"The contract is signed."


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path / "files", 1000)


def store(shelf, owner, content=WORDS, name="contract.txt", when=NOW) -> StoredFile:
    with transaction():
        return actions.store(by(owner, when), shelf, io.BytesIO(content), name, owner.id)


def everything_on(shelf: Shelf) -> list[Path]:
    return [path for path in shelf.root.rglob("*") if path.is_file()]


def test_a_file_lies_under_the_hash_of_its_content(shelf, maria):
    row = store(shelf, maria, name="../contract.txt")
    digest = hashlib.sha256(WORDS).hexdigest()
    assert (row.digest, row.name, row.size, row.kind) == (digest, "contract.txt", len(WORDS), "text/plain")
    assert len(row.key) == 43
    assert shelf.path_of(digest).read_bytes() == WORDS
    assert shelf.path_of(digest) == shelf.root / digest[:2] / digest[2:]
    assert everything_on(shelf) == [shelf.path_of(digest)]


def test_the_same_content_lies_there_once(shelf, maria, igor):
    assert store(shelf, maria).key != store(shelf, igor).key
    assert len(everything_on(shelf)) == 1


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"x" * 1001, "a.txt", TooLarge),
        (b"x", "a.exe", Invalid),
        (b"#!/bin/sh", "a.txt", Invalid),
        (b"", "a.txt", Invalid),
    ],
)
def test_what_is_not_taken_leaves_nothing(shelf, maria, content, name, refusal):
    with pytest.raises(refusal):
        store(shelf, maria, content, name)
    assert everything_on(shelf) == []


def test_the_largest_file_fits(shelf, maria):
    assert store(shelf, maria, b"x" * 1000).size == 1000


class Broken(io.RawIOBase):
    """Sends a little and breaks off."""

    def __init__(self):
        self.sent = False

    def read(self, _size=-1):
        if self.sent:
            raise ConnectionResetError
        self.sent = True
        return b"half"


def test_a_broken_upload_leaves_nothing(shelf, maria):
    with transaction(), pytest.raises(ConnectionResetError):
        actions.store(by(maria, NOW), shelf, Broken(), "a.txt", maria.id)
    assert everything_on(shelf) == []


def test_bytes_without_a_row_go_after_a_day(shelf, app):
    digest = shelf.put(io.BytesIO(WORDS), "a.txt", at(NOW)).digest
    assert actions.clear(shelf, at(NOW) + DAY) == 0
    assert actions.clear(shelf, at(NOW) + DAY + timedelta(seconds=1)) == 1
    assert not shelf.path_of(digest).exists()


def test_bytes_with_a_row_stay(shelf, maria):
    row = store(shelf, maria)
    assert actions.clear(shelf, at(NOW) + 10 * DAY) == 0
    assert shelf.path_of(row.digest).exists()


def test_bytes_that_are_sent_again_meanwhile_stay(shelf, app):
    """Somebody sends the same content between the look at the rows and the removal."""
    digest = shelf.put(io.BytesIO(WORDS), "a.txt", at(NOW)).digest
    later = at(NOW) + 2 * DAY

    def known(_digests):
        if not sent:
            sent.append(shelf.put(io.BytesIO(WORDS), "a.txt", later))
        return ()

    sent: list = []
    shelf.clear(later - DAY, known)
    assert shelf.path_of(digest).read_bytes() == WORDS


def test_half_a_file_that_an_interruption_left_goes_after_a_day(shelf, app):
    shelf.put(io.BytesIO(WORDS), "a.txt", at(NOW))
    half = shelf.root / "aside" / "new-0123"
    half.write_bytes(b"half")
    os.utime(half, (at(NOW).timestamp(),) * 2)
    actions.clear(shelf, at(NOW) + timedelta(hours=1))
    assert half.exists()
    actions.clear(shelf, at(NOW) + 2 * DAY)
    assert everything_on(shelf) == []


def test_what_was_being_looked_at_when_the_machine_stopped_comes_back(shelf, maria):
    row = store(shelf, maria)
    shelf.path_of(row.digest).replace(shelf.root / "aside" / f"old-{row.digest}")
    actions.clear(shelf, at(NOW) + 2 * DAY)
    assert shelf.path_of(row.digest).read_bytes() == WORDS
    assert everything_on(shelf) == [shelf.path_of(row.digest)]


def test_clearing_a_shelf_that_was_never_used_is_nothing(shelf, app):
    assert actions.clear(shelf, at(NOW)) == 0


def test_digests_are_asked_for_in_parts(shelf, maria, count_queries):
    row = store(shelf, maria)
    assert queries.known_digests([row.digest, *map(str, range(1500))]) == {row.digest}


def test_a_mail_is_kept_whatever_it_holds_and_however_large_it_is(shelf):
    for raw in (b"#!/bin/sh", b"MZ" + b"\0" * 5000, b""):
        digest = shelf.put_mail(raw, at(NOW))
        assert digest == hashlib.sha256(raw).hexdigest()
        assert shelf.path_of(digest).read_bytes() == raw


def test_what_others_name_stays(shelf, app):
    kept, dropped = shelf.put_mail(b"From: a", at(NOW)), shelf.put_mail(b"From: b", at(NOW))
    assert actions.clear(shelf, at(NOW) + 2 * DAY, lambda digests: {kept} & set(digests)) == 1
    assert shelf.path_of(kept).exists()
    assert not shelf.path_of(dropped).exists()
