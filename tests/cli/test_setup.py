"""flask desk setup: what it prints, what it refuses, what it leaves unwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from servicedesk.people import queries as people
from tests.cast import department

COMPANY = Path(__file__).parents[1] / "organisation" / "company.yaml"


@pytest.fixture
def write(tmp_path):
    def write_file(text: str) -> str:
        path = tmp_path / "file.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_file


def test_the_second_run_has_nothing_to_change(run_bare):
    first = run_bare("desk", "setup", "apply", str(COMPANY))
    assert (first.exit_code, first.stderr) == (0, "")
    assert "added department it\n" in first.stdout
    second = run_bare("desk", "setup", "apply", str(COMPANY))
    assert (second.exit_code, second.stdout) == (0, "nothing to change\n")


def test_a_dry_run_says_the_same_and_writes_nothing(bare_desk, run_bare):
    dry = run_bare("desk", "setup", "apply", str(COMPANY), "--dry-run")
    with bare_desk.app_context():
        assert people.company() is None
    wet = run_bare("desk", "setup", "apply", str(COMPANY))
    assert dry.stdout == wet.stdout + "dry run: none of this was written\n"
    assert run_bare("desk", "setup", "apply", str(COMPANY), "--dry-run").stdout == "nothing to change\n"


def test_an_exported_file_is_read_back_without_a_change(run_bare, write):
    run_bare("desk", "setup", "apply", str(COMPANY))
    exported = run_bare("desk", "setup", "export")
    assert exported.exit_code == 0
    assert run_bare("desk", "setup", "apply", write(exported.stdout)).stdout == "nothing to change\n"


def test_it_tells_every_fault_with_file_and_line_and_writes_nothing(run, write):
    path = write("departments:\n  it: {email: it@example.com, agens: []}\npolicies:\n- {resolution: 27}\n")
    result = run("desk", "setup", "apply", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == [f"{path}:2", f"{path}:4"]
    assert department("it").email is None


def test_it_reads_standard_input(run):
    result = run("desk", "setup", "apply", "-", input="departments: {it: {email: it@example.com}}")
    assert result.stdout == "changed department it: email\n"
    assert run("desk", "setup", "apply", "-", input="a: [").stderr.startswith("-:1: This is not YAML")


@pytest.mark.parametrize("path", ["nowhere.yaml", "."])
def test_a_file_that_cannot_be_read_is_one_sentence(run, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("desk", "setup", "apply", path)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "cannot be read" in result.stderr


def test_an_empty_desk_has_nothing_to_export(run_bare):
    result = run_bare("desk", "setup", "export")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing to export" in result.stderr
