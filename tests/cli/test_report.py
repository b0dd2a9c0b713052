"""flask desk report: closing is idempotent, showing prints what was stored."""

from __future__ import annotations

import json

import pytest

from servicedesk.reports import queries
from servicedesk.reports.document import text_of
from tests.cli.conftest import runner_of


@pytest.fixture
def run(own_desk):
    """On a database of its own: closing a month also cleans the files, which no savepoint allows."""
    with own_desk.app_context():
        yield runner_of(own_desk)


def test_a_closed_month_stays_as_it_is(run):
    first = run("desk", "report", "close", "2026-01")
    assert (first.exit_code, first.stdout) == (0, "2026-01 is closed (issue 1).\n")
    second = run("desk", "report", "close", "2026-01")
    assert (second.exit_code, "closed already" in second.stdout) == (0, True)
    assert [(row.month, row.number) for row in queries.issues()] == [("2026-01", 1)]


def test_a_correction_is_a_new_issue(run):
    run("desk", "report", "close", "2026-01")
    assert (
        run("desk", "report", "close", "2026-01", "--reason", "A wrong calendar.").stdout
        == "2026-01 is closed (issue 2).\n"
    )
    assert queries.document_of("2026-01")["reason"] == "A wrong calendar."


def test_a_correction_without_a_reason_is_refused(run):
    run("desk", "report", "close", "2026-01")
    refused = run("desk", "report", "close", "2026-01", "--reason", " ")
    assert (refused.exit_code, "Say what is corrected" in refused.stderr) == (2, True)
    assert queries.issue("2026-01").number == 1


def test_it_prints_the_stored_document_letter_by_letter(run):
    run("desk", "report", "close", "2026-01")
    assert (
        run("desk", "report", "show", "2026-01", "--json").stdout
        == text_of(queries.whole_document_of(queries.issue("2026-01"))) + "\n"
    )


def test_it_prints_the_part_of_one_department(run):
    run("desk", "report", "close", "2026-01")
    found = json.loads(run("desk", "report", "show", "2026-01", "--json", "--department", "it").stdout)
    whole = queries.whole_document_of(queries.issue("2026-01"))
    assert found["department"] == next(part for part in whole["departments"] if part["key"] == "it")
    assert (found["month"], found["closed_at"], "departments" in found) == ("2026-01", whole["closed_at"], False)


def test_people_get_a_table(run):
    run("desk", "report", "close", "2026-01")
    table = run("desk", "report", "show", "2026-01").stdout.splitlines()
    assert table[0].startswith("2026-01, issue 1, closed ")
    assert [line.split()[0] for line in table[3:-2]] == ["North", "Hr", "It", "Legal", "Management", "Sales"]
    one = run("desk", "report", "show", "2026-01", "--department", "it").stdout.splitlines()
    assert [line.split()[0] for line in one[3:-2]] == ["North", "It"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["close", "2026-13"], "A month is written as year and number, like 2026-04, not 2026-13."),
        (["close", "last"], "like 2026-04, not last."),
        (["close", "2199-01"], "not over yet"),
        (
            ["close", "2025-12", "--reason", "A wrong calendar."],
            "2025-12 is not closed, so there is nothing to correct",
        ),
        (["show", "2026-1"], "like 2026-04, not 2026-1."),
        (["show", "2025-12"], "2025-12 is not closed; close it with flask desk report close 2025-12."),
        (
            ["show", "2026-01", "--json", "--department", "zz"],
            "The report of 2026-01 has no department zz; it has hr, it,",
        ),
    ],
)
def test_it_refuses_with_one_sentence(run, words, sentence):
    run("desk", "report", "close", "2026-01")
    result = run("desk", "report", *words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert sentence in result.stderr
