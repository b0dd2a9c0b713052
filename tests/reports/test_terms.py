"""Dates agreed for single tickets in the report: the first and the last one apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.reports import figures, queries
from servicedesk.reports.actions import close_month
from servicedesk.reports.document import METHOD
from servicedesk.reports.figures import AgreedTerms, TermRow
from servicedesk.reports.models import ReportIssue
from tests import build
from tests.cast import by

FIRST = datetime(2026, 4, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def row(agreed=1, *, kept=True, stopped_at=FIRST - DAY, department_id=10):
    return TermRow(1, department_id, FIRST, agreed, kept, stopped_at)


@pytest.mark.parametrize(
    ("one", "first", "last"),
    [
        (row(), 1, 1),
        (row(kept=False, stopped_at=FIRST + DAY), 0, 0),
        (row(kept=False, stopped_at=None), 0, 0),
        # Resolved, opened again and resolved: the date has moved by the time spent resolved.
        (row(stopped_at=FIRST + DAY), 1, 1),
        (row(2), 1, 1),
        (row(2, stopped_at=FIRST), 1, 1),
        (row(2, stopped_at=FIRST + DAY), 0, 1),
        # Agreed anew to an earlier date.
        (row(2, kept=False), 1, 0),
        (row(3, kept=False, stopped_at=None), 0, 0),
    ],
)
def test_the_first_date_and_the_last_one_are_judged_apart(one, first, last):
    assert figures.agreed_terms([one]) == AgreedTerms(1, first, last, int(one.agreed > 1))


def test_nothing_agreed_is_nothing_to_count():
    assert figures.agreed_terms([]) == AgreedTerms(0, 0, 0, 0)


@pytest.fixture
def april(cast):
    """IT: one date kept, one agreed anew and kept, one broken; HR: one kept. One more is decided in May."""
    maria, igor = cast.maria, cast.igor

    def agreed(requester, *dates, agent=igor, kind="it.incident"):
        ticket = build.open_ticket(requester, kind)
        for minute, due in enumerate(dates):
            build.agree(ticket, agent, requester, f"2026-04-06 11:{minute:02d}", due)
        return ticket

    build.resolve(agreed(maria, "2026-04-08 15:00"), igor, "2026-04-08 15:00")
    build.resolve(agreed(cast.boris, "2026-04-08 15:00", "2026-04-10 15:00"), igor, "2026-04-09 15:00")
    build.resolve(agreed(cast.rita, "2026-04-08 15:00"), igor, "2026-04-08 15:01")
    build.resolve(agreed(maria, "2026-05-13 15:00"), igor, "2026-05-05 15:00")
    build.resolve(
        agreed(cast.stranger, "2026-04-09 15:00", agent=cast.anna, kind="hr.trouble"), cast.anna, "2026-04-08 15:00"
    )
    declined = build.open_ticket(maria)
    build.propose(declined, igor, "2026-04-06 11:00", "2026-04-08 15:00")
    build.decline(declined, maria, "2026-04-06 12:00")
    build.resolve(declined, igor, "2026-04-06 13:00")
    with transaction():
        issue = close_month(by(None, "2026-05-12 09:00", "worker"), "2026-04")
    return queries.whole_document_of(issue)


def test_the_document_counts_what_was_decided_in_the_month(april):
    assert april["method"] == METHOD
    assert april["agreed_terms"] == {"tickets": 4, "kept_first": 2, "kept_last": 3, "renegotiated": 1}
    parts = {part["key"]: part["agreed_terms"] for part in april["departments"]}
    assert parts["it"] == {"tickets": 3, "kept_first": 1, "kept_last": 2, "renegotiated": 1}
    assert parts["hr"] == {"tickets": 1, "kept_first": 1, "kept_last": 1, "renegotiated": 0}
    assert parts["sales"] == {"tickets": 0, "kept_first": 0, "kept_last": 0, "renegotiated": 0}


def test_the_pages_show_it_with_its_definition(client, april, olga):
    client.sign_in(olga)
    for path, words in (("/reports/2026-04", "3 of 4"), ("/reports/2026-04/it", "2 of 3")):
        page = client.get(path).text
        assert "Agreed dates" in page and "Kept the last agreed date" in page and words in page
        assert "how many kept the first date that was agreed" in page


def test_a_month_closed_before_dates_were_agreed_still_shows(client, db, april, olga):
    old = {key: value for key, value in april.items() if key != "agreed_terms"} | {"method": 1}
    old["departments"] = [
        {key: value for key, value in part.items() if key != "agreed_terms"} for part in april["departments"]
    ]
    with transaction():
        db.session.query(ReportIssue).update({"document": json.dumps(old), "method": 1})
    client.sign_in(olga)
    for path in ("/reports/2026-04", "/reports/2026-04/it"):
        answer = client.get(path)
        assert answer.status_code == 200 and "Agreed dates" not in answer.text


def test_the_api_gives_the_same(api, april, olga):
    found = api.as_person(olga).get("/api/v1/reports/2026-04/departments/it").json
    assert found["department"]["agreed_terms"]["tickets"] == 3
