"""Closing a month: once, for good, and without anybody being able to tell afterwards who rated."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import current_app
from sqlalchemy import event, func, select

from servicedesk.kernel.db import KNOWN, db
from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings.models import Rating, RatingMonth
from servicedesk.reports import document, queries
from servicedesk.reports.actions import close_month, correct_month
from servicedesk.reports.models import ReportIssue
from tests.reports.conftest import APRIL, MAY, hours


def closed(month="2026-04", stamp=MAY, reason=""):
    with transaction():
        issue = close_month(stamp, month, reason=reason)
        return issue, queries.whole_document_of(issue)


def part(report, key):
    return next(row for row in report["departments"] if row["key"] == key)


def cell(report, supplier, customer):
    return next(c for c in report["matrix"]["cells"] if (c["supplier"], c["customer"]) == (supplier, customer))


def test_an_empty_company_gets_a_report_without_nonsense(company):
    _, report = closed()
    assert report["index"] == {
        "value": None, "low": None, "high": None, "error": None, "n": 0, "raters": 0, "hidden": False,
    }  # fmt: skip
    assert report["promises"]["resolution"]["share"] is None
    assert report["responses"] == {"invited": 0, "held_back": 0, "answered": 0, "rate": None}
    assert [row["key"] for row in report["departments"]] == ["hr", "it", "sales"]
    assert report["changes"] is None


def test_it_keeps_the_text_with_its_checksum_and_says_so_once(company, report_database):
    issue, report = closed()
    assert issue.checksum == hashlib.sha256(issue.document.encode()).hexdigest()
    assert issue.document == document.text_of(queries.document_of("2026-04"))
    assert (issue.number, issue.method, report["closed_at"]) == (1, document.METHOD, "2026-05-12T00:00:00Z")
    assert [(heard.month, heard.number) for heard in report_database] == [("2026-04", 1)]


def test_closing_twice_gives_the_same_issue(company, report_database):
    first, _ = closed()
    again, _ = closed()
    assert again.id == first.id
    assert len(report_database) == 1


def test_four_workers_at_once_make_one_issue_and_announce_it_once(company, report_database):
    app = current_app._get_current_object()
    faults = []

    def work():
        with app.app_context():
            try:
                closed()
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(4)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    assert faults == []
    assert db.session.scalar(select(func.count()).select_from(ReportIssue)) == 1
    assert [(heard.month, heard.number) for heard in report_database] == [("2026-04", 1)]


@pytest.mark.parametrize(
    "month", ["", "2026", "2026-13", "2026-4", "2026-04 ", "٢٠٢٦-04", "2026-05", "2027-01", "0000-01"]
)
def test_it_refuses_what_is_no_month_or_not_over(company, month):
    with pytest.raises(Invalid):
        closed(month)
    assert queries.closed_months() == []


def test_a_month_ends_at_midnight_of_the_company(company):
    just_before = Stamp(None, datetime(2026, 4, 30, 20, 59, 59, tzinfo=UTC), "worker")
    with pytest.raises(Invalid):
        closed(stamp=just_before)
    issue, _ = closed(stamp=Stamp(None, just_before.at + timedelta(seconds=1), "worker"))
    assert issue.number == 1


def test_promises_belong_to_the_month_in_which_they_were_decided(company):
    edge = datetime(2026, 4, 30, 21, tzinfo=UTC)  # midnight in Moscow
    with transaction():
        ticket = company.ticket(APRIL)
        company.clock(ticket, stopped=edge - timedelta(seconds=1))
        company.clock(ticket, stopped=edge, metric="stay")
        company.clock(ticket, broken=edge - timedelta(seconds=1), stopped=edge + hours(9), excused=True, metric="reply")
    _, report = closed()
    assert {metric: (row["kept"], row["broken"], row["excused"]) for metric, row in report["promises"].items()} == {
        "first_reply": (0, 0, 0), "reply": (0, 1, 1), "resolution": (1, 0, 0), "stay": (0, 0, 0),
    }  # fmt: skip
    (breach,) = part(report, "it")["breaches"]
    assert (breach["ticket_id"], breach["reason_code"], breach["excused"]) == (ticket.id, "third_party", True)
    assert breach["breached_at"] == "2026-04-30T20:59:59Z"


def test_a_confidential_breach_is_counted_and_leads_nowhere(company):
    with transaction():
        company.clock(company.ticket(confidential=True), broken=APRIL + hours(9), excused=False)
    _, report = closed()
    (breach,) = part(report, "it")["breaches"]
    assert (breach["ticket_id"], breach["clock_id"], breach["reason_text"]) == (None, None, None)
    assert part(report, "it")["promises"]["resolution"]["broken"] == 1
    assert "the vendor" not in document.text_of(report)


def test_a_small_cell_with_a_confidential_ticket_is_not_even_counted(company):
    with transaction():
        company.ticket(to=company.hr, confidential=True)
        company.ticket(to=company.hr, asker=company.agent)
        company.ticket()
        company.ticket(asker=company.agent)
    _, report = closed()
    assert cell(report, "hr", "sales")["hidden"] and cell(report, "hr", "sales")["tickets"] is None
    # Row and column would give it away otherwise; no other department's cells pay for it.
    assert cell(report, "hr", "it")["hidden"] and cell(report, "*", "sales")["hidden"]
    assert cell(report, "it", "sales")["tickets"] == 1
    assert cell(report, "hr", "*")["tickets"] == 2
    assert {"customer": "sales", "tickets": None, "hidden": True} in part(report, "hr")["load_by_customer"]


def test_a_correction_goes_on_hiding_what_the_first_issue_hid(company):
    """Else the two issues together would tell the one cell that both hide."""
    with transaction():
        secret = company.ticket(to=company.hr, asker=company.agent, confidential=True)
        company.ticket(to=company.hr, asker=company.reader)
        for _ in range(5):
            company.ticket(to=company.hr, asker=company.person(f"more-{_}", company.sales))
    _, first = closed()
    with transaction():
        secret.confidential = False
    _, second = closed(reason="It was confidential by mistake.")
    assert document.hidden_in(first) and document.hidden_in(second) == document.hidden_in(first)


def test_opinions_and_secret_are_gone_with_the_closing(company):
    with transaction():
        for who in range(6):
            company.rating(who, comment=f"comment {who}")
    _, report = closed()
    assert report["index"]["raters"] == 6
    assert sorted(row["text"] for row in part(report, "it")["comments"]) == [f"comment {who}" for who in range(6)]
    db.session.rollback()
    assert db.session.scalars(select(Rating.id)).all() == []
    month = db.session.get(RatingMonth, "2026-04")
    assert (month.secret, month.check) == (None, None)


def test_a_month_nobody_rated_is_closed_for_ratings_too(company):
    closed()
    db.session.rollback()
    assert db.session.get(RatingMonth, "2026-04").secret is None


def test_fewer_than_five_raters_are_hidden_with_their_comments(company):
    with transaction():
        company.ticket()
        for who in range(4):
            company.rating(who, scores=(2, 2, 2), comment="bad")
            company.rating(who, scores=(2, 2, 2), comment="bad again")
    _, report = closed()
    for figure in (report["index"], part(report, "it")["ratings"]["quality"], cell(report, "it", "sales")["index"]):
        assert figure["hidden"] and figure["value"] is None and figure["n"] is None
    assert part(report, "it")["comments"] == []
    assert part(report, "it")["responses"]["answered"] is None


def test_a_department_that_could_be_computed_from_the_company_is_hidden_too(company):
    with transaction():
        for who in range(6):
            company.rating(who, of=company.it)
        company.rating(20, of=company.hr, scores=(1, 1, 1), comment="alone")
    _, report = closed()
    assert part(report, "hr")["ratings"]["index"]["hidden"]
    assert part(report, "it")["ratings"]["index"]["hidden"] or report["index"]["hidden"]


def test_a_correction_is_a_new_issue_with_the_ratings_of_the_first(company, report_database):
    with transaction():
        for who in range(5):
            company.rating(who, scores=(7, 8, 9), comment=str(who))
        company.clock(company.ticket(), stopped=APRIL + hours(1))
    first, before = closed()
    with transaction():
        company.clock(company.ticket(), stopped=APRIL + hours(2))
    second, after = closed(reason="one ticket was missing")
    assert (second.number, second.reason, after["reason"]) == (2, "one ticket was missing", "one ticket was missing")
    assert after["promises"]["resolution"]["kept"] == 2
    assert after["index"] == before["index"] and part(after, "it")["comments"] == part(before, "it")["comments"]
    assert queries.whole_document_of(queries.issue("2026-04", 1)) == before
    assert queries.issue("2026-04").id == second.id != first.id
    assert [heard.number for heard in report_database] == [1, 2]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_correction_without_a_reason_is_refused(company, reason):
    closed()
    with transaction(), pytest.raises(Invalid) as refusal:
        correct_month(MAY, "2026-04", reason=reason)
    assert set(refusal.value.fields) == {"reason"}
    assert [row.number for row in queries.issues()] == [1]


def test_a_month_that_is_open_cannot_be_corrected(company):
    with transaction(), pytest.raises(NotFound):
        correct_month(MAY, "2026-04", reason="Too early.")
    assert queries.closed_months() == []


def test_a_reason_for_a_first_issue_is_no_correction(company):
    issue, _ = closed(reason="early")
    assert (issue.number, issue.reason) == (1, "")


def test_trend_and_change_come_from_stored_issues(company):
    with transaction():
        for who in range(6):
            company.rating(who, scores=(6, 6, 6), month="2026-03")
            company.rating(who, scores=(9, 9, 9), month="2026-04")
    closed("2026-03")
    _, report = closed("2026-04")
    assert [(point["month"], point["index"]["value"]) for point in report["trend"]] == [
        ("2026-03", 6.0),
        ("2026-04", 9.0),
    ]
    change = report["changes"]
    assert (change["since"], change["index"]["difference"], change["index"]["clear"]) == ("2026-03", 3.0, True)
    assert change["kept"] is None


def test_chains_say_which_link_broke_the_promise(company):
    resolved, moved = APRIL + hours(7), APRIL + hours(5)
    with transaction():
        ticket = company.ticket(moved=(moved, company.hr), resolved=resolved)
        company.clock(ticket, broken=APRIL + hours(6), stopped=resolved)
        company.ticket(resolved=resolved)
    _, report = closed()
    (chain,) = report["chains"]
    assert (chain["route"], chain["tickets"], chain["broken"], chain["weakest"]) == (["it", "hr"], 1, 1, 1)
    assert [(link["department"], link["seconds"], link["broke"]) for link in chain["links"]] == [
        ("it", 5 * 3600, 0), ("hr", 2 * 3600, 1),
    ]  # fmt: skip
    assert part(report, "it")["bounces"] == {"given": 1, "received": 0}
    assert part(report, "hr")["bounces"] == {"given": 0, "received": 1}


def test_backlog_is_that_of_the_months_end_whatever_happened_since(company):
    later = datetime(2026, 5, 4, tzinfo=UTC)
    with transaction():
        company.ticket(APRIL)
        company.ticket(datetime(2026, 4, 30, 10, tzinfo=UTC), resolved=later)
        company.ticket(APRIL, resolved=APRIL + hours(1))
        reopened = company.ticket(APRIL, resolved=APRIL + hours(1))
        reopened.status, reopened.resolved_at, reopened.reopen_count = "open", None, 1
        company.happened(reopened, "TicketReopened", later)
        company.ticket(later)
    _, report = closed()
    assert [(band["up_to_days"], band["tickets"]) for band in report["backlog"]] == [(2, 1), (7, 0), (30, 1), (None, 0)]


def test_first_time_fix_follows_the_first_resolution(company):
    with transaction():
        company.ticket(resolved=APRIL)
        again = company.ticket(resolved=APRIL)
        company.happened(again, "TicketReopened", APRIL + hours(24))
        company.happened(again, "TicketResolved", APRIL + hours(25), department_id=company.it.id)
        company.ticket(APRIL, resolved=datetime(2026, 4, 29, tzinfo=UTC))
    _, report = closed()
    assert report["first_time_fix"] == {"fixed": 1, "reopened": 1, "share": 0.5}


def test_the_worker_finds_months_whose_third_working_day_is_over(company):
    with transaction():
        company.clock(company.ticket(APRIL - timedelta(days=40)), stopped=APRIL)
    # 1 May is a Friday: the third working day is Tuesday the 5th, until 18:00 in Moscow.
    evening = datetime(2026, 5, 5, 15, tzinfo=UTC)
    assert queries.closing_moment("2026-04") == evening
    assert queries.open_months_to_close(evening - timedelta(seconds=1)) == ["2026-02", "2026-03"]
    assert queries.open_months_to_close(evening) == ["2026-02", "2026-03", "2026-04"]
    closed("2026-03")
    assert queries.open_months_to_close(evening) == ["2026-02", "2026-04"]
    # One quiet month is reported, ten silent years are not.
    assert queries.open_months_to_close(datetime(2036, 5, 5, tzinfo=UTC)) == ["2026-02", "2026-04", "2026-05"]


def test_reading_a_month_costs_the_same_number_of_statements_for_any_number_of_rows(company):
    def statements():
        seen = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        db.session.rollback()
        db.session.expunge_all()
        current_app.extensions.pop(KNOWN, None)
        event.listen(db.engine, "before_cursor_execute", listener)
        queries.month_rows("2026-04", "Europe/Moscow")
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    def fill(times):
        with transaction():
            for i in range(times):
                ticket = company.ticket(moved=(APRIL + hours(1), company.hr), resolved=APRIL + hours(2))
                company.clock(ticket, stopped=APRIL + hours(2))
                company.ticket()
                company.rating(i)

    fill(1)
    few = statements()
    fill(20)
    assert statements() == few


def test_seventy_imported_departments_without_ratings(company):
    with transaction():
        for i in range(70):
            group = company.department(f"group-{i}")
            asker = company.person(f"p{i}", group)
            company.clock(company.ticket(to=group, asker=asker), stopped=APRIL + hours(3), seconds=100 * i)
    _, report = closed()
    assert len(report["departments"]) == 73
    assert report["promises"]["resolution"]["kept"] == 70
    assert report["times"]["resolution"]["median"] == 3400
    assert all(
        row["ratings"]["index"]["value"] is None and not row["ratings"]["index"]["hidden"]
        for row in report["departments"]
    )
