"""Letters are taken apart in a process that may hang, eat memory or die, and the next letter is read all the same."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from servicedesk.mailin.parse import Limits, apart, new_text_apart, parse, parse_apart
from servicedesk.mailin.shapes import Unparsable
from servicedesk.mailin.text import new_text

LETTER = (
    b"From: Anna <anna@example.org>\r\nSubject: Printer\r\nDate: Mon, 30 Nov 2026 09:00:00 +0300\r\n\r\nIt burns.\r\n"
)


def test_it_is_the_same_as_in_this_process():
    assert parse_apart(LETTER) == parse(LETTER)


def test_files_of_any_bytes_come_through():
    content = bytes(range(256)) * 1000
    raw = b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(
        content
    )
    (file,) = parse_apart(raw).attachments
    assert (file.name, file.content) == ("a.zip", content)


def test_one_that_is_too_slow_is_given_up_and_the_next_one_is_read():
    long = b"Subject: x\n\n" + b"abc def\n" * 1_000_000
    began = time.monotonic()
    with pytest.raises(Unparsable, match="too slow"):
        parse_apart(long, Limits(seconds=0.05))
    assert time.monotonic() - began < 2
    assert parse_apart(LETTER).subject == "Printer"


def test_one_that_eats_memory_is_given_up_and_the_next_one_is_read():
    with pytest.raises(Unparsable, match=r"too much memory|crashed"):
        parse_apart(b"Subject: x\n\n" + b"a" * 40_000_000, Limits(memory_bytes=100_000_000, decoded_bytes=10**9))
    assert parse_apart(LETTER).subject == "Printer"


def test_a_process_that_somebody_ends_is_replaced():
    parse_apart(LETTER)
    process = apart._child.process
    process.kill()
    assert parse_apart(LETTER).subject == "Printer"
    assert apart._child.process.pid != process.pid


def test_what_is_past_a_limit_is_said():
    with pytest.raises(Unparsable, match="too large"):
        parse_apart(b"Subject: x\n\nlong enough", Limits(decoded_bytes=5))


def test_it_ends_with_its_parent():
    program = (
        "import os, signal\n"
        "from servicedesk.mailin.parse import parse_apart, apart\n"
        "parse_apart(b'Subject: x')\n"
        "print(apart._child.process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    child = int(done.stdout)
    until = time.monotonic() + 5
    while time.monotonic() < until and _runs(child):
        os.sched_yield()
    assert not _runs(child)


def test_larger_letters_get_more_time_where_larger_ones_are_allowed():
    assert Limits().for_size(1000) == Limits()
    assert Limits().for_size(80_000_000) == Limits(seconds=10, memory_bytes=2_000_000_000)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that ended and that nobody asked about yet.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_its_text_is_read_there_too():
    bodies = ("Thank you.\n\nOn Mon, 30 Nov 2026 at 09:00, Desk <desk@example.org> wrote:\n> Ready?\n", None)
    assert new_text_apart(*bodies) == new_text(*bodies)
    assert new_text_apart(None, "<p>Thank <b>you</b>.</p>").text == "Thank you."


@pytest.mark.parametrize("line", ["-" * 49, "_" * 49, "-- ", "On Mon, 30 Nov 2026 wrote: "])
def test_lines_made_to_keep_rules_busy_are_given_up(line):
    """Or read, in the time that a letter has; the next one is read all the same."""
    began = time.monotonic()
    with suppress(Unparsable):
        new_text_apart("\n".join([line] * 19_990), None, limits=Limits(seconds=0.3))
    assert time.monotonic() - began < 2
    assert new_text_apart("Hello.", None).text == "Hello."
