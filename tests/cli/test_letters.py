"""flask desk mail: a letter from a mail server's pipe, letters from files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from servicedesk.kernel.db import db
from servicedesk.letters.models import ReceivedMail
from servicedesk.tickets.models import Ticket
from tests.cast import department
from tests.mailin.conftest import mail
from tests.mailin.letters import letter, settings

__all__ = ["mail"]
pytestmark = pytest.mark.usefixtures("mail")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def it(app):
    department("it").email = "it@example.com"
    db.session.commit()


def rows():
    return list(db.session.scalars(select(ReceivedMail).order_by(ReceivedMail.id)))


def test_a_letter_from_a_pipe_becomes_a_request(run, it):
    done = run("desk", "mail", "receive", "--to", "it+printer@example.com", input=letter(to="team@example.com"))
    assert (done.exit_code, done.output) == (0, "")
    (row,) = rows()
    assert (row.outcome, row.mailbox, row.uid, row.recipient) == ("opened", "", None, "it+printer@example.com")


@pytest.mark.parametrize(
    "raw", [b"", b"\0\xff" * 100, letter("Eve <eve@elsewhere.example>"), letter(Auto_Submitted="auto-replied")]
)
def test_whatever_becomes_of_it_the_mail_server_need_not_keep_it(run, raw):
    assert run("desk", "mail", "receive", input=raw).exit_code == 0
    assert len(rows()) == 1


def test_one_that_is_too_large_is_not_kept_but_told_of(run):
    with settings(file_max_bytes=1000):
        assert run("desk", "mail", "receive", input=letter(text="x" * 5000)).exit_code == 0
    (row,) = rows()
    assert (row.outcome, row.digest, row.size > 5000) == ("too_large", "", True)


def test_letters_from_files_say_what_became_of_each(run, it, tmp_path):
    files = {"a.eml": letter(), "b.eml": letter("Eve <eve@elsewhere.example>"), "c.eml": b"\0"}
    for name, raw in files.items():
        (tmp_path / name).write_bytes(raw)
    paths = [str(tmp_path / name) for name in files]
    looked = run("desk", "mail", "replay", "--dry-run", *paths)
    assert [line.split("\t")[1:] for line in looked.output.splitlines()][:2] == [
        ["opened", "new", "-"],
        ["refused", "unknown_sender", "-"],
    ]
    assert (rows(), db.session.scalar(select(func.count()).select_from(Ticket))) == ([], 0)
    done = run("desk", "mail", "replay", *paths)
    ticket = db.session.scalars(select(Ticket)).one()
    assert done.output.splitlines()[0] == f"{paths[0]}\topened\tnew\t#{ticket.id}"
    assert run("desk", "mail", "replay", paths[0]).output.split("\t")[1:] == ["duplicate", "same_letter", "-\n"]


def test_a_file_that_is_not_there_is_said_in_a_sentence(run, tmp_path):
    done = run("desk", "mail", "replay", str(tmp_path / "no.eml"))
    assert (done.exit_code, done.stderr) == (2, f"{tmp_path / 'no.eml'} cannot be read: No such file or directory.\n")


@pytest.mark.parametrize("fault", ["no tables", "no place"])
def test_a_fault_leaves_the_letter_to_the_mail_server(tmp_path, bare_desk, fault):
    """EX_TEMPFAIL: every other exit would make it send the letter back."""
    place = tmp_path / "files"
    place.write_text("a file where the folder should be")
    url = f"sqlite:///{tmp_path}/empty.sqlite" if fault == "no tables" else bare_desk.config["SETTINGS"].database_url
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "FILES_DIR": str(place),
        "SECRET_KEY": "only for tests, long enough",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "desk", "mail", "receive"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=letter(), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 75, done.stderr.decode()[-1000:]
    assert done.stderr
