"""An administrator issues a closed month anew, with a reason its readers see."""

from __future__ import annotations

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.reports import actions, queries
from tests import build
from tests.cast import by


@pytest.fixture
def april(maria, igor):
    build.resolve(build.open_ticket(maria), igor, "2026-04-06 12:00")
    with transaction():
        actions.close_month(by(None, "2026-05-08 12:00", "worker"), "2026-04")


def test_the_reason_stands_on_the_corrected_report(client, april, adam, rita):
    page = client.sign_in(adam).get("/reports/2026-04").text
    assert "/reports/2026-04/issues/new" in page
    assert "as issue 2" in client.get("/reports/2026-04/issues/new").text
    answer = client.post("/reports/2026-04/issues", data={"reason": "A hand-over was missing."})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reports/2026-04")
    assert queries.issue("2026-04").number == 2
    read = client.sign_in(rita).get("/reports/2026-04").text
    assert "A hand-over was missing." in read and "issues/new" not in read


def test_without_a_reason_the_form_comes_back_and_nothing_is_issued(client, april, adam):
    answer = client.sign_in(adam).post("/reports/2026-04/issues", data={"reason": "  "})
    assert answer.status_code == 422 and "Say what is corrected" in answer.text
    answer = client.post("/reports/2026-04/issues", data={"reason": "x" * 2001})
    assert answer.status_code == 422 and "x" * 2001 in answer.text
    assert queries.issue("2026-04").number == 1


def test_there_is_nothing_to_correct_in_an_open_month(client, april, adam):
    for month in ("2026-05", "2030-01", "nonsense"):
        assert client.sign_in(adam).get(f"/reports/{month}/issues/new").status_code == 404
        assert client.post(f"/reports/{month}/issues", data={"reason": "A word."}).status_code == 404
