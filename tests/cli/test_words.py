"""How commands end: a sentence and the right code, whatever is wrong with settings or database."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import BadSetting, for_tests, from_env
from servicedesk.app import create_app
from servicedesk.cli.words import need_database
from servicedesk.kernel.db import db
from tests.cli.conftest import runner_of

ROOT = Path(__file__).parents[2]
COMMANDS = [
    ["desk", "setup", "apply", "pyproject.toml"],
    ["desk", "setup", "export"],
    ["desk", "init", "--company", "N", "--lang", "ru", "--timezone", "UTC", "--admin", "a@b"],
    ["desk", "token", "a@b", "--name", "x"],
    ["desk", "report", "close", "2026-01"],
    ["desk", "report", "show", "2026-01", "--json"],
    ["desk", "import", "incidents", "pyproject.toml"],
    ["desk", "serve"],
    ["worker", "--once"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_without_tables_they_name_the_command_that_makes_them(tmp_path, words):
    result = runner_of(create_app(for_tests(f"sqlite:///{tmp_path / 'empty.sqlite'}")))(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "run flask db upgrade first" in result.stderr


def test_without_a_database_it_is_a_fault(tmp_path):
    result = runner_of(create_app(for_tests(f"sqlite:///{tmp_path}")))("desk", "setup", "export")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "The database does not answer" in result.stderr


def test_asking_for_the_database_leaves_nothing_open(bare_desk):
    with bare_desk.app_context():
        need_database()
        assert not db.session().in_transaction()


@pytest.mark.parametrize("words", [["desk", "doctor"], ["db", "upgrade"]])
def test_a_bad_setting_ends_every_command_with_its_sentence(tmp_path, words):
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite'}", "SECRET_KEY": "short"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    sentence = "SECRET_KEY is too short: give it at least 16 characters, best 32 random ones.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)


def test_a_bad_setting_stops_gunicorn(tmp_path):
    environment = os.environ | {"DATABASE_URL": "mysql://x", "SECRET_KEY": "0123456789abcdef"}
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"unix:{tmp_path / 'desk'}", "--no-control-socket", "--log-level", "critical"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode == 0, "Traceback" in done.stderr) == (False, False)
    assert "DATABASE_URL must begin with sqlite:/// or postgresql://." in done.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with"),
        ({"DATABASE_URL": "sqlite:/x"}, "DATABASE_URL must begin with"),
        ({"DATABASE_URL": "postgresql://user:pa/ss@host/db"}, "write special characters of the password as %XX"),
        ({"DATABASE_URL": "sqlite:////dev/null/x/desk.sqlite"}, "which cannot be made"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"SECRET_KEY": "0123456789abcdef", "SECRET_KEY_FILE": "x"}, "are both set"),
        ({"SECRET_KEY_FILE": "/nowhere/at/all"}, "which cannot be read"),
        ({"SECRET_KEY_FILE": sys.executable}, "which is not UTF-8 text"),
        ({"PUBLIC_URL": "desk.example.com"}, "PUBLIC_URL must be the address people type"),
        ({"SMTP_URL": "mail.example.com"}, "SMTP_URL must begin with"),
        ({"REDIS_URL": "http://x"}, "REDIS_URL must begin with"),
        ({"TRUSTED_PROXIES": "all"}, "TRUSTED_PROXIES must be a small whole number"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be one of text, json."),
        ({"DEMO": "yes"}, "DEMO must be one of 0, 1."),
    ],
)
def test_every_setting_is_refused_by_name(tmp_path, environment, words):
    with pytest.raises(BadSetting) as refused:
        from_env({"DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite'}"} | environment)
    assert words in str(refused.value)


def test_every_setting_is_documented():
    read = set(re.findall(r'read\.text\("(\w+)"\)', (ROOT / "config.py").read_text(encoding="utf-8")))
    told = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(read) > 8
    assert read == told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["desk", "init", "--company", "N"],
            "Missing option '--lang'. Choose from: ru, en; see flask desk init --help.",
        ),
        (["desk", "serve", "--port", "99999"], "99999 is not in the range 1<=x<=65535; see flask desk serve --help."),
        (["desk", "setup", "apply"], "Missing argument 'FILE'; see flask desk setup apply --help."),
        (["desk", "report", "close", "2026-01", "x"], "see flask desk report close --help."),
        (["desk", "nothing"], "No such command 'nothing'; see flask desk --help."),
        (["desk", "--nothing"], "No such option '--nothing'; see flask desk --help."),
        (["worker", "--nothing"], "No such option '--nothing'; see flask worker --help."),
    ],
)
def test_words_that_a_command_does_not_take_are_told_in_one_sentence(tmp_path, words, said):
    result = runner_of(create_app(for_tests(f"sqlite:///{tmp_path / 'empty.sqlite'}")))(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.endswith(said + "\n")
