"""Pages of surveys for those who read results and for administrators."""

from __future__ import annotations

import json

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.reports import queries
from servicedesk.reports.actions import close_month, close_wave
from servicedesk.surveys import queries as surveys
from servicedesk.surveys.models import SurveySheet
from tests.cast import by
from tests.surveys.waves import KEYS, answer, colleagues, dealt, start


@pytest.fixture
def closed(maria, igor):
    """Six judged IT in the first quarter."""
    people = [maria, *colleagues(5)]
    for person in people:
        dealt(person, "it.incident", server=igor)
    start()
    for place, person in enumerate(people):
        answer(person, "it", {"quality": 7 + place % 2, "in_time": 9}, suggestion=f"<b>More {place}</b>")
    with transaction():
        close_wave(by(None, "2026-05-10 10:00", "worker"), "2026-Q1", KEYS)


def test_results_are_a_page_by_department_and_a_file(client, rita, closed):
    client.sign_in(rita)
    assert "quarter 1 of 2026" in client.get("/surveys").text
    page = client.get("/surveys/2026-Q1").text
    assert "6 of 6 asked" in page and "7.5" in page
    file = client.get("/surveys/2026-Q1.csv")
    assert file.mimetype == "text/csv"
    lines = file.get_data(as_text=True).splitlines()
    assert len(lines) == 1 + 2 * 5 and lines[1].startswith("Company,Reply in the agreed time,9.0")


def test_a_lead_reads_suggestions_about_the_own_department_as_text(client, olga, closed):
    page = client.sign_in(olga).get("/surveys/2026-Q1/it").text
    assert "&lt;b&gt;More 0&lt;/b&gt;" in page and "<b>More" not in page


@pytest.mark.parametrize(
    "path", ["/surveys/2026-Q9", "/surveys/2025-Q4", "/surveys/x", "/surveys/2026-Q1/nowhere", "/surveys/x.csv"]
)
def test_what_is_not_there_is_not_found(client, rita, closed, path):
    assert client.sign_in(rita).get(path).status_code == 404


def test_a_page_of_suggestions_that_is_none_of_ours_is_refused(client, olga, closed):
    assert client.sign_in(olga).get("/surveys/2026-Q1/it?cursor=9").status_code == 422


def test_the_report_of_a_month_repeats_the_newest_survey_closed_before(client, rita, closed):
    with transaction():
        close_month(by(None, "2026-06-10 10:00", "worker"), "2026-05", keys=KEYS)
    document = json.loads(queries.issue("2026-05").document)
    assert document["survey"]["wave"] == "2026-Q1"
    assert document["survey"]["questions"]["quality"]["value"] == 7.5
    parts = {part["key"]: part["survey"] for part in document["departments"]}
    assert parts["it"]["response"] == {"invited": 6, "answered": 6, "rate": 1.0} and parts["hr"] is None
    assert "All of it, by department" in client.sign_in(rita).get("/reports/2026-05").text


def test_an_administrator_sees_a_number_alone_and_not_a_small_one(client, adam, maria, igor):
    people = [maria, *colleagues(5)]
    for person in people:
        dealt(person, "it.incident", server=igor)
    client.sign_in(adam)
    assert "No survey is running." in client.get("/admin/surveys").text
    start()
    for person in people[:4]:
        answer(person, "it")
    assert "fewer than five" in client.get("/admin/surveys").text
    answer(people[4], "it")
    page = client.get("/admin/surveys").text
    assert "fewer than five" not in page and maria.email not in page
    assert db.session.query(SurveySheet).count() == 5


def test_an_administrator_sets_the_rhythm_and_starts_and_ends_a_survey(client, adam, maria):
    from datetime import timedelta

    from servicedesk.kernel.now import now
    from tests.build import open_ticket

    client.sign_in(adam)
    assert client.post("/admin/surveys/rhythm", data={"rhythm": "half_yearly"}).status_code == 303
    assert surveys.rhythm() == "half_yearly"
    assert client.post("/admin/surveys/rhythm", data={"rhythm": "hourly"}).status_code == 422
    assert client.post("/admin/surveys").status_code == 409
    open_ticket(maria, "it.incident", now() - timedelta(days=2))
    assert client.post("/admin/surveys").status_code == 303
    wave = surveys.running()
    assert client.post(f"/admin/surveys/{wave.key}/close").status_code == 303
    assert "takes no more answers" in client.get("/admin/surveys").text
    assert client.post("/admin/surveys/2020-Q1/close").status_code == 404


def test_programs_read_the_same(api, rita, boris, olga, maria, closed):
    wave = api.as_person(rita).get("/api/v1/surveys").json["items"][0]
    assert (wave["wave"], wave["method"]) == ("2026-Q1", 2)
    document = api.get("/api/v1/surveys/2026-Q1").json
    assert document["questions"]["quality"]["value"] == 7.5
    part = api.as_person(olga).get("/api/v1/surveys/2026-Q1/departments/it").json["department"]
    assert (part["key"], part["suggestions"]["rows"]) == ("it", 6)
    page = api.get("/api/v1/surveys/2026-Q1/departments/it/suggestions").json
    assert len(page["items"]) == 6 and page["next"] is None
    assert api.get("/api/v1/surveys/2026-Q1/departments/it/suggestions?cursor=7").status_code == 422
    assert api.as_person(boris).get("/api/v1/surveys/2026-Q1/departments/it").status_code == 404
    assert api.as_person(maria).get("/api/v1/surveys/2026-Q1").status_code == 404
