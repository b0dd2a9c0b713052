"""Hand-overs by their reason: what bounced, what was the next step, and what the triage found a department for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from servicedesk.reports import queries
from servicedesk.reports.actions import close_month
from servicedesk.reports.document import METHOD, checksum_of, text_of
from servicedesk.reports.models import ReportIssue
from tests import build
from tests.cast import by, department

NOON = "2026-04-07 12:00"


@pytest.fixture
def april(cast):
    """IT finds out whose a request is. Three came; one went to HR, one to sales, one stays. Two others moved on."""
    maria, igor, anna = cast.maria, cast.igor, cast.anna
    company = who.company()
    with transaction():
        people.describe_company(
            by(cast.adam, build.MONDAY), name=company.name, language=company.language, timezone=company.timezone,
            triage_department_id=department("it").id,
        )  # fmt: skip
    for to in ("hr", "sales", None):
        ticket = build.open_ticket(maria, "it", "2026-04-07 10:00")
        if to:
            build.hand_over(ticket, igor, NOON, to)
    build.hand_over(build.open_ticket(maria, "hr.certificate"), anna, NOON, "it", because="misdirected")
    build.hand_over(build.open_ticket(maria, "hr.certificate"), anna, NOON, "it", because="next_step")
    build.hand_over(build.open_ticket(maria, "it.incident"), igor, NOON, "hr")
    with transaction():
        issue = close_month(by(None, "2026-05-12 09:00", "worker"), "2026-04")
    return queries.whole_document_of(issue)


def test_what_was_misdirected_or_unsaid_bounces(april):
    assert april["bounces"] == {"given": 2, "received": 2}
    parts = {part["key"]: part["bounces"] for part in april["departments"]}
    assert (parts["hr"], parts["it"]) == ({"given": 1, "received": 1}, {"given": 1, "received": 1})


def test_what_came_to_the_triage_is_counted_apart(april):
    assert april["method"] == METHOD
    assert april["findability"] == {
        "arrived": 3, "handed_on": 2, "to": [{"department": "hr", "tickets": 1}, {"department": "sales", "tickets": 1}],
    }  # fmt: skip


def test_the_company_page_shows_it(client, april, rita):
    page = client.sign_in(rita).get("/reports/2026-04").text
    assert "Did not know whom to ask" in page and "Handed on by the triage" in page


def test_a_report_from_before_is_still_read(client, april, rita, db):
    """Stored documents stay as they are: what was not counted then is not shown."""
    row = db.session.scalars(select(ReportIssue)).one()
    old = {key: value for key, value in april.items() if key != "findability"} | {"method": 2}
    row.document = text_of(old)
    row.checksum = checksum_of(row.document)
    db.session.commit()
    page = client.sign_in(rita).get("/reports/2026-04")
    assert page.status_code == 200 and "Did not know whom to ask" not in page.text
