"""Report pages: rendered from the stored document, each reader's part of it, and the running month for who leads."""

import json
import re
from datetime import timedelta

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.queries import department_by_key
from servicedesk.ratings.queries import waiting_of
from servicedesk.reports import actions, queries, rules
from servicedesk.reports.figures import METRICS
from servicedesk.reports.figures.surveys import QUESTIONS
from servicedesk.reports.models import ReportIssue, ReportListPage
from tests import build, opinions
from tests.cast import at, by, department
from tests.opinions import KEYS


@pytest.fixture
def april(maria, boris, igor, anna, stranger, olga):
    """A closed April: IT kept one promise and broke one, HR handed one over, nobody rated."""
    kept = build.open_ticket(maria, subject="Kept")
    build.reply(kept, igor, "2026-04-06 11:00")
    build.resolve(kept, igor, "2026-04-06 12:00")
    late = build.open_ticket(boris, subject="Late")
    build.resolve(late, igor, "2026-04-13 12:00")
    moved = build.open_ticket(stranger, "hr.certificate", subject="Moved")
    build.hand_over(moved, anna, "2026-04-07 12:00", "it")
    build.resolve(moved, igor, "2026-04-08 12:00")
    close("2026-04")
    return {"kept": kept, "late": late, "moved": moved}


def close(month):
    with transaction():
        return actions.close_month(by(None, at(f"{rules.shifted(month, 1)}-08 12:00"), "worker"), month, keys=KEYS)


@pytest.mark.parametrize("who", ["olga", "boris", "rita", "adam"])
def test_leads_readers_and_administrators_read_the_company_report(client, april, cast, who):
    client.sign_in(getattr(cast, who))
    assert client.get("/reports").status_code == 200
    page = client.get("/reports/2026-04")
    assert page.status_code == 200
    assert "Internal service, April 2026" in page.text


@pytest.mark.parametrize("who", ["maria", "igor", "anna", "stranger"])
@pytest.mark.parametrize(
    "path", ["/reports", "/reports/2026-04", "/reports/2026-04/it", "/reports/live", "/reports/2026-03"]
)
def test_for_everybody_else_there_are_no_reports(client, april, cast, who, path):
    answer = client.sign_in(getattr(cast, who)).get(path)
    assert answer.status_code == 404
    assert "not closed yet" not in answer.text


def test_a_department_report_is_for_its_lead_readers_and_administrators(client, april, olga, boris, rita, adam):
    for reader, code in ((olga, 200), (rita, 200), (adam, 200), (boris, 404)):
        assert client.sign_in(reader).get("/reports/2026-04/it").status_code == code
    assert client.sign_in(boris).get("/reports/2026-04/sales").status_code == 200
    assert client.sign_in(olga).get("/reports/2026-04/nowhere").status_code == 404


def test_the_page_shows_what_is_stored_and_not_what_has_changed_since(client, april, olga, igor):
    client.sign_in(olga)
    before = client.get("/reports/2026-04/it").text
    with transaction():
        people.change_department(by(None, now()), department_by_key("it"), {"name": {"en": "Robots"}})
    build.reopen(april["kept"], igor, now())
    after = client.get("/reports/2026-04/it").text
    for page in (before, after):
        assert "It, April 2026" in page
        assert "2 of 3" in page


def test_every_figure_of_the_page_is_the_documents(client, april, olga):
    with transaction():
        issue = db.session.query(ReportIssue).one()
        document = json.loads(issue.document)
        document["promises"]["resolution"] |= {"kept": 1234, "broken": 766, "share": 0.617}
        issue.document = json.dumps(document)
    page = client.sign_in(olga).get("/reports/2026-04").text
    assert "1,234 of 2,000" in page
    assert "62%" in page


def test_a_breach_says_whose_turn_it_was_and_a_document_from_before_says_nothing_of_it(client, april, olga):
    breaches = queries.whole_document_of(queries.issue("2026-04"))["departments"]
    assert {row["ball"] for part in breaches for row in part["breaches"]} == {"supplier"}
    assert "With the department" in client.sign_in(olga).get("/reports/2026-04/it").text
    with transaction():
        for page in db.session.query(ReportListPage):
            page.rows = [{name: value for name, value in row.items() if name != "ball"} for row in page.rows]
    page = client.get("/reports/2026-04/it")
    assert page.status_code == 200
    assert "With the department" not in page.text


def test_breaches_lead_a_lead_to_the_tickets_and_a_reader_nowhere(client, april, olga, rita):
    link = f'href="/tickets/{april["late"].id}"'
    assert link in client.sign_in(olga).get("/reports/2026-04/it").text
    page = client.sign_in(rita).get("/reports/2026-04/it").text
    assert link not in page
    assert "Not explained" in page


def test_requests_behind_the_figures_are_listed_as_far_as_one_may_see_them(client, april, olga, rita):
    page = client.sign_in(olga).get("/reports/2026-04/it").text
    links = re.findall(r'href="(/search\?q=department:it\+(?:filed|closed):2026-04)"', page)
    assert len(links) == 2
    listed = client.get(links[-1]).text
    assert 'class="hit"' in listed and "there may be more behind a figure" in listed
    client.sign_in(rita)
    assert 'href="/search?q=filed:2026-04"' in client.get("/reports/2026-04").text
    assert 'class="hit"' not in client.get(links[-1]).text


def test_a_route_over_departments_names_its_links(client, april, rita):
    page = client.sign_in(rita).get("/reports/2026-04").text
    assert "Hr → It" in page
    # None of its promises broke, so no link was weak.
    assert "Most of the time: It" in page
    assert "Weakest link: " not in page


def test_the_month_is_told_in_a_sentence_before_the_figures(client, april, rita):
    page = " ".join(client.sign_in(rita).get("/reports/2026-04").text.split())
    assert "The index is not shown: too few people answered. <strong>67% of resolutions in time</strong>." in page


def test_what_changed_is_said_only_where_it_is_clear(client, april, rita):
    with transaction():
        issue = db.session.query(ReportIssue).one()
        document = json.loads(issue.document)
        document["ratings"]["index"] |= {"value": 7.8, "low": 7.5, "high": 8.1, "n": 40, "raters": 20}
        change = {"low": 0.1, "high": 0.5, "difference": 0.3, "clear": True}
        kept = {"low": -0.3, "high": 0.2, "difference": -0.04, "clear": False}
        document["changes"] = {"since": "2026-03", "index": change, "kept": kept}
        issue.document = json.dumps(document)
    page = " ".join(client.sign_in(rita).get("/reports/2026-04").text.split())
    assert "<strong>Index 7.8</strong> (7.5 – 8.1), better than in March 2026 by 0.3." in page
    assert "67% of resolutions in time</strong>, no clear change since March 2026." in page


def test_tables_add_up_to_the_document(client, april, rita):
    document = json.loads(db.session.query(ReportIssue).one().document)
    page = client.sign_in(rita).get("/reports/2026-04").text
    rows = [part["tickets"] for part in document["departments"]]
    assert sum(rows) == document["tickets"] == 3
    table = page[page.index("Departments in this month</caption>") :]
    table = table[: table.index("</table>")]
    assert [int(cell) for cell in re.findall(r'class="number">(\d+)</td></tr>', table)] == [
        part["tickets"] for part in sorted(document["departments"], key=lambda part: part["name"]["en"].casefold())
    ]
    spread = page[page.index("Promises by the share of the promised time that was used</caption>") :]
    counts = [int(cell) for cell in re.findall(r'class="number">(\d+)</td>', spread[: spread.index("</table>")])]
    assert counts == [band["count"] for metric in METRICS for band in document["times_distribution"][metric]]
    assert sum(counts) == sum(part["kept"] + part["broken"] for part in document["promises"].values())


def test_the_newest_survey_stands_beside_the_ratings(client, april, rita):
    assert "The five questions" not in client.sign_in(rita).get("/reports/2026-04").text
    told = {"value": 7.3, "low": 6.9, "high": 7.7, "error": 0.2, "n": 9, "raters": 9, "hidden": False}
    with transaction():
        issue = db.session.query(ReportIssue).one()
        document = json.loads(issue.document)
        survey = {
            "wave": "2026-Q1", "questions": dict.fromkeys(QUESTIONS, told), "changes": None,
            "response": {"invited": 12, "answered": 9, "rate": 0.75},
        }  # fmt: skip
        for part in (document, *document["departments"]):
            part["survey"] = survey
        issue.document = json.dumps(document)
    for path in ("/reports/2026-04", "/reports/2026-04/it"):
        page = client.get(path).text
        assert "Survey: quarter 1 of 2026" in page and page.count("6.9 – 7.7") == 5


def test_what_was_undertaken_stands_before_what_came_of_the_month(client, april, rita):
    with transaction():
        issue = db.session.query(ReportIssue).one()
        document = json.loads(issue.document)
        action = {
            "title": "A stand-in on Fridays", "state": "open", "due_on": "2026-05-01", "done_on": None, "dropped_on": None,
            "owner": "Igor", "metric": None, "outcome": None, "baseline": None, "said": "", "did": "", "overdue": False,
            "published": True,
        }  # fmt: skip
        for part in document["departments"]:
            part["improvements"] = [action]
        issue.document = json.dumps(document)
    page = client.sign_in(rita).get("/reports/2026-04/it").text
    assert page.index("A stand-in on Fridays") < page.index("Month by month")
    assert "until 1 May 2026" in page
    page = client.get("/reports/2026-04").text
    assert page.index("A stand-in on Fridays") < page.index("Month by month")


def test_scores_of_few_people_are_a_dash_with_the_reason(client, maria, igor, olga):
    ticket = build.open_ticket(maria)
    build.resolve(ticket, igor, "2026-04-06 12:00")
    invitation = waiting_of(KEYS, ticket.id, maria.id, at("2026-04-07 12:00").date())
    opinions.rate(invitation, "2026-04-07 12:00", scores={"quality": 2}, comment="Only I could write this.")
    close("2026-04")
    page = client.sign_in(olga).get("/reports/2026-04/it").text
    assert "too few answers to show" in page
    assert "Only I could write this." not in page


def test_a_correction_says_so_and_the_first_issue_stays(client, april, olga):
    with transaction():
        actions.close_month(by(olga, "2026-05-20 12:00"), "2026-04", reason="A hand-over was missing.")
    client.sign_in(olga)
    assert "Issue 2, corrected: A hand-over was missing." in client.get("/reports/2026-04").text
    first = client.get("/reports/2026-04?issue=1").text
    assert "Issue 2, corrected" not in first
    assert "This is issue 1. A later one corrects it:" in first
    assert 'href="/reports/2026-04?issue=2"' in first
    assert client.get("/reports/2026-04?issue=7").status_code == 404
    assert client.get("/reports/2026-04?issue=first").status_code == 422


def test_a_month_that_is_not_closed_says_so_to_who_will_read_it(client, olga):
    here = rules.month_of(now(), queries.company_zone())
    answer = client.sign_in(olga).get(f"/reports/{here}")
    assert answer.status_code == 404
    assert "is not closed yet" in answer.text
    assert "/reports/live" in answer.text


@pytest.mark.parametrize("month", ["2026-13", "april", "9999-01", "1960-01", "2026-4"])
def test_what_is_no_month_is_not_found(client, olga, month):
    answer = client.sign_in(olga).get(f"/reports/{month}")
    assert answer.status_code == 404
    assert "not closed yet" not in answer.text


def test_the_running_month_is_for_who_leads(client, maria, olga, boris, rita):
    build.open_ticket(maria, when=now())
    page = client.sign_in(olga).get("/reports/live")
    assert page.status_code == 200
    assert "Due within seven days" in page.text
    assert client.get("/reports/live?department=it").status_code == 200
    assert client.get("/reports/live?department=sales").status_code == 404
    assert client.sign_in(rita).get("/reports/live").status_code == 404


def test_the_running_month_has_no_opinions(client, maria, igor, olga):
    ticket = build.open_ticket(maria, when=now())
    build.resolve(ticket, igor, now())
    page = client.sign_in(olga).get("/reports/live").text
    assert "Index" not in page
    assert "Quality" not in page


def test_the_running_month_asks_the_same_for_few_and_for_many(client, maria, olga, count_queries):
    build.open_ticket(maria, when=now())
    client.sign_in(olga).get("/reports/live")
    count_queries()
    client.get("/reports/live")
    few = count_queries()
    for _ in range(6):
        build.open_ticket(maria, when=now())
        build.open_ticket(maria, when=now() - timedelta(days=3))
    count_queries()
    assert client.get("/reports/live").status_code == 200
    assert count_queries() == few


def test_what_broke_in_the_running_month_leads_to_the_breaches_behind_it(client, maria, olga, adam):
    build.open_ticket(maria, when=now() - timedelta(days=40))
    broken = queries.live([department("it").id], rules.month_of(now(), queries.company_zone()), now())
    month = f"month={broken.month}"
    page = client.sign_in(olga).get("/reports/live?department=it").text
    assert ("Not explained</span>" in page) == bool(broken.broken)
    assert (f"/reports/breaches?{month}&amp;department=it&amp;standing=unexplained" in page) == bool(broken.broken)
    assert "/reports/breaches" not in client.sign_in(adam).get("/reports/live?department=it").text


def test_the_ages_of_the_running_month_lead_to_the_queue_that_holds_them(client, maria, olga):
    old, young = build.open_ticket(maria, when=now() - timedelta(days=9)), build.open_ticket(maria, when=now())
    page = client.sign_in(olga).get("/reports/live?department=it").text
    assert 'href="/queue/it?age=30"' in page
    queue = client.get("/queue/it?age=30").text
    assert f"/tickets/{old.id}" in queue
    assert f"/tickets/{young.id}" not in queue


def test_the_list_names_each_month_once_and_the_running_one(client, april, olga):
    page = client.sign_in(olga).get("/reports").text
    assert page.count('href="/reports/2026-04"') == 1
    assert 'href="/reports/2026-04/it"' in page
    assert "its report closes on" in page


def test_a_report_asks_the_same_for_few_and_for_many_departments(client, april, olga, count_queries):
    client.sign_in(olga).get("/reports/2026-04")
    count_queries()
    client.get("/reports/2026-04")
    before = count_queries()
    with transaction():
        for number in range(15):
            people.add_department(by(None, "2026-04-20 12:00"), key=f"d{number}", name={"en": f"Number {number}"})
        actions.close_month(by(olga, "2026-05-20 12:00"), "2026-04", reason="More departments.")
    count_queries()
    assert "Number 14" in client.get("/reports/2026-04").text
    assert count_queries() == before
    assert department("d3").active


def test_the_report_says_who_held_the_ball(client, april, olga):
    page = client.sign_in(olga).get("/reports/2026-04").text.replace("\u00a0", " ")
    assert 'id="ball"' in page and "3 requests resolved." in page
    assert "Business time of requests resolved in the month" in page
    # IT: 2 h, then 47 h from Monday to Monday, then 9 h of what HR had for 8 h.
    assert '<td class="number">58 h</td>' in page and '<td class="number">8 h</td>' in page
    own = client.get("/reports/2026-04/it").text
    assert 'id="ball"' in own


def test_an_issue_of_before_is_shown_without_what_it_does_not_have(client, april, olga):
    row = db.session.query(ReportIssue).one()
    document = json.loads(row.document)
    del document["ball"]
    for part in document["departments"]:
        del part["ball"]
    with transaction():
        row.document = json.dumps(document)
    for path in ("/reports/2026-04", "/reports/2026-04/it"):
        page = client.sign_in(olga).get(path)
        assert page.status_code == 200 and 'id="ball"' not in page.text
