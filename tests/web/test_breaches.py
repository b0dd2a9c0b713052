"""Broken promises: who sees the list, what it says, and who may give which reason."""

import csv
import io
import re

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as person_rows
from servicedesk.sla.queries import clocks_of, reasons_of
from tests import build
from tests.cast import by, department
from tests.web.sheets import cells_of

REASON = {"code": "workload", "text": "Two of us were ill.", "excused": "1"}


def late(requester, server, kind="it.incident", when="2026-04-06 09:00", **more):
    """A request answered after nine working hours, where four were promised; gives its broken first reply."""
    ticket = build.open_ticket(requester, kind, when, **more)
    build.reply(ticket, server, "2026-04-10 17:00")
    return next(clock for clock in clocks_of([ticket.id])[ticket.id] if clock.metric == "first_reply")


def reason(clock):
    db.session.expire_all()
    return reasons_of([clock.id]).get(clock.id)


def test_a_lead_sees_the_broken_promises_of_the_department(client, maria, igor, olga):
    clock = late(maria, igor, subject="Nobody answered me")
    page = client.sign_in(olga).get("/reports/breaches").text
    assert "Nobody answered me" in page
    assert "No reason yet" in page
    assert f'action="/reports/breaches/{clock.id}/reason"' in page
    assert f"/tickets/{clock.ticket_id}/why" in page


def test_an_agent_reads_and_gives_no_reasons(client, maria, igor):
    clock = late(maria, igor, subject="Nobody answered me")
    page = client.sign_in(igor).get("/reports/breaches").text
    assert "Nobody answered me" in page
    assert "/reason" not in page
    assert client.post(f"/reports/breaches/{clock.id}/reason", data=REASON).status_code == 403
    assert client.get(f"/reports/breaches/{clock.id}").status_code == 403


@pytest.mark.parametrize("who", ["maria", "stranger", "adam", "rita"])
def test_for_who_serves_nowhere_there_is_no_list(client, cast, who):
    assert client.sign_in(getattr(cast, who)).get("/reports/breaches").status_code == 404


def test_a_lead_elsewhere_sees_nothing_of_it_and_finds_nothing(client, maria, igor, boris):
    clock = late(maria, igor, subject="Nobody answered me")
    client.sign_in(boris)
    assert "Nobody answered me" not in client.get("/reports/breaches").text
    assert client.get("/reports/breaches?department=it").status_code == 404
    # Boris leads the department that asked: he sees the ticket, but the reason is not his to give.
    assert client.post(f"/reports/breaches/{clock.id}/reason", data=REASON).status_code == 403


def test_a_stranger_cannot_tell_a_breach_from_nothing(client, maria, igor, stranger):
    clock = late(maria, igor)
    client.sign_in(stranger)
    for clock_id in (clock.id, 999_999, 2**40):
        assert client.post(f"/reports/breaches/{clock_id}/reason", data=REASON).status_code == 404


def test_a_reason_is_saved_and_leads_back_to_where_one_was(client, maria, igor, olga):
    clock = late(maria, igor)
    data = REASON | {"next": "/reports/breaches?unexplained=1"}
    answer = client.sign_in(olga).post(f"/reports/breaches/{clock.id}/reason", data=data)
    assert (answer.status_code, answer.location) == (303, "/reports/breaches?unexplained=1")
    saved = reason(clock)
    assert (saved.code, saved.text, saved.excused, saved.by_id) == ("workload", "Two of us were ill.", True, olga.id)
    page = client.get("/reports/breaches").text
    assert "Too much work for the team" in page
    assert "Two of us were ill." in page


def test_a_reason_can_be_changed(client, maria, igor, olga):
    clock = late(maria, igor)
    client.sign_in(olga).post(f"/reports/breaches/{clock.id}/reason", data=REASON)
    client.post(f"/reports/breaches/{clock.id}/reason", data={"code": "overlooked", "text": "We forgot."})
    assert (reason(clock).code, reason(clock).excused) == ("overlooked", False)


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"code": ""}, "code"), ({"code": "magic"}, "code"), ({"text": "  "}, "text"), ({"text": "a" * 2001}, "text")],
)
def test_a_refused_reason_comes_back_filled(client, maria, igor, olga, sent, field):
    clock = late(maria, igor)
    answer = client.sign_in(olga).post(f"/reports/breaches/{clock.id}/reason", data=REASON | sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    if field == "code":
        assert "Two of us were ill." in answer.text
    else:
        assert '<option value="workload" selected>' in answer.text
    assert reason(clock) is None


def test_the_way_back_stays_on_the_desk(client, maria, igor, olga):
    clock = late(maria, igor)
    data = REASON | {"next": "//elsewhere.example"}
    assert client.sign_in(olga).post(f"/reports/breaches/{clock.id}/reason", data=data).location == "/reports/breaches"


def test_the_list_is_filtered_by_month_day_and_reason(client, maria, igor, olga):
    april = late(maria, igor, subject="The April one")
    may = build.open_ticket(maria, when="2026-05-11 09:00", subject="The May one")
    build.reply(may, igor, "2026-05-15 17:00")
    client.sign_in(olga).post(f"/reports/breaches/{april.id}/reason", data=REASON)
    for query, shown in (
        ({"month": "2026-04"}, {"The April one"}),
        ({"from": "2026-05-01", "to": "2026-05-31"}, {"The May one"}),
        ({"unexplained": "1"}, {"The May one"}),
        ({"department": "it"}, {"The April one", "The May one"}),
        ({"month": "2026-03"}, set()),
    ):
        page = client.get("/reports/breaches", query_string=query).text
        assert {name for name in ("The April one", "The May one") if name in page} == shown, query


@pytest.mark.parametrize(
    "query",
    [
        "month=2026-13", "month=x", "from=yesterday", "to=2026-02-30", "cursor=zzz", "metric=speed", "standing=new",
        "reason=magic", "ball=mine", "assignee=igor", "assignee=-1",
    ],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused_in_words(client, olga, query):
    assert client.sign_in(olga).get(f"/reports/breaches?{query}").status_code == 422


def test_a_lead_of_two_departments_sees_both_and_chooses(client, maria, igor, anna, olga):
    with transaction():
        people.grant(by(None, "2026-04-06 08:00"), person_rows.person(olga.id), "lead", department("hr"))
    late(maria, igor, subject="Silence in IT")
    late(maria, anna, "hr.certificate", subject="Silence in HR")
    client.sign_in(olga)
    both, one = client.get("/reports/breaches").text, client.get("/reports/breaches?department=hr").text
    assert "Silence in IT" in both
    assert "Silence in HR" in both
    assert "Silence in IT" not in one


def test_the_list_is_paged_and_asks_the_same_for_one_row_and_for_many(client, maria, igor, olga, count_queries):
    late(maria, igor)
    client.sign_in(olga).get("/reports/breaches")
    count_queries()
    client.get("/reports/breaches")
    before = count_queries()
    for _ in range(32):
        late(maria, igor)
    count_queries()
    page = client.get("/reports/breaches").text
    assert count_queries() == before
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(following).text.count('class="breach"') >= 3


# filters and sums


def shown(client, **query):
    page = client.get("/reports/breaches", query_string=query).text
    return {name for name in ("The plain one", "The waiting one") if name in page}


@pytest.fixture
def two(maria, igor, olga):
    """Two broken first replies: one while it was IT's turn and nobody had it, one of Igor's while a third party was waited for."""
    plain = late(maria, igor, subject="The plain one")
    ticket = build.open_ticket(maria, "it.incident", "2026-04-06 09:00", subject="The waiting one")
    build.assign(ticket, olga, "2026-04-06 09:30", igor)
    build.hold(ticket, igor, "2026-04-06 10:00", reason="third_party")
    build.reply(ticket, igor, "2026-04-06 15:00")
    waiting = next(clock for clock in clocks_of([ticket.id])[ticket.id] if clock.metric == "first_reply")
    return plain, waiting


def test_every_filter_stands_in_the_address(client, igor, olga, two):
    both, plain, waiting = {"The plain one", "The waiting one"}, {"The plain one"}, {"The waiting one"}
    client.sign_in(olga).post(f"/reports/breaches/{two[0].id}/reason", data=REASON)
    for query, found in (
        ({"metric": "first_reply"}, both), ({"metric": "stay"}, set()), ({"standing": "unexplained"}, waiting),
        ({"standing": "excused"}, plain), ({"standing": "explained"}, set()), ({"reason": "workload"}, plain),
        ({"reason": "outage"}, set()), ({"ball": "third_party"}, waiting), ({"ball": "supplier"}, plain),
        ({"assignee": str(igor.id)}, waiting), ({"assignee": "none"}, plain), ({"assignee": "99999"}, set()),
        ({"metric": "first_reply", "ball": "supplier", "month": "2026-04", "department": "it"}, plain),
    ):  # fmt: skip
        assert shown(client, **query) == found, query


def test_the_list_says_when_it_was_due_how_late_and_whose_turn_it_was(client, olga, two):
    page = " ".join(client.sign_in(olga).get("/reports/breaches").text.split()).replace("\N{NO-BREAK SPACE}", " ")
    assert "4 h of working time" in page
    assert "due 6 Apr 2026, 13:00" in page
    assert "done 6 Apr 2026, 15:00, late by 2 h" in page
    assert "With a third party · Igor" in page
    assert "policy “department=it”, version 1" in page


def test_the_line_above_counts_and_leads_to_the_rows(client, olga, two):
    client.sign_in(olga).post(f"/reports/breaches/{two[0].id}/reason", data=REASON)
    page = client.get("/reports/breaches?month=2026-04&standing=unexplained").text
    assert "<strong>2</strong> promises broken" in page
    assert '"/reports/breaches?month=2026-04&amp;standing=unexplained" aria-current="true"><strong>1</strong>' in page
    assert '"/reports/breaches?month=2026-04&amp;standing=excused"><strong>1</strong>' in page
    assert '"/reports/breaches?month=2026-04&amp;reason=workload"><strong>1</strong> Too much work' in page


def test_an_assignee_who_left_can_still_be_asked_for(client, igor, olga, two):
    with transaction():
        people.change_person(by(None, "2026-04-20 08:00"), person_rows.person(igor.id), {"active": False})
    page = client.sign_in(olga).get(f"/reports/breaches?assignee={igor.id}").text
    assert f'<option value="{igor.id}" selected>Igor</option>' in page


# one reason for several


def test_several_get_one_reason(client, olga, two):
    data = REASON | {"ids": [clock.id for clock in two]}
    answer = client.sign_in(olga).post("/reports/breaches/reasons?month=2026-04", data=data)
    assert (answer.status_code, answer.location) == (303, "/reports/breaches?month=2026-04")
    assert [reason(clock).text for clock in two] == ["Two of us were ill."] * 2
    assert "The reason is saved for 2 broken promises." in client.get(answer.location).text


def test_those_that_are_not_hers_are_left_out_and_told_of(client, maria, igor, anna, boris, olga, stranger, two):
    foreign = late(stranger, anna, "hr.certificate")
    ours = build.open_ticket(igor, "sales.offer", "2026-04-06 09:00")
    build.resolve(ours, boris, "2026-04-20 15:00")
    seen = next(clock for clock in clocks_of([ours.id])[ours.id] if clock.metric == "resolution")
    data = REASON | {"ids": [two[0].id, foreign.id, seen.id, "999999", "x"]}
    answer = client.sign_in(olga).post("/reports/breaches/reasons", data=data)
    page = client.get(answer.location).text
    assert reason(two[0]).code == "workload"
    assert reason(foreign) is None and reason(seen) is None
    assert "saved for 1 broken promise." in page
    assert "2 were left out: There is nothing here that you may see." in page
    assert (
        f"1 was left out: Reasons are given by the lead of the department that made the promise. (#{ours.id})" in page
    )
    assert f"#{foreign.ticket_id})" not in page


def test_where_all_are_refused_nothing_is_lost(client, anna, olga, stranger, two):
    foreign = late(stranger, anna, "hr.certificate")
    answer = client.sign_in(olga).post("/reports/breaches/reasons", data=REASON | {"ids": [foreign.id]})
    assert answer.status_code == 422
    assert "Two of us were ill." in answer.text
    assert reason(foreign) is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"code": ""}, "code-several"), ({"text": " "}, "text-several"), ({"ids": []}, "ids"), ({"ids": ["x"]}, "ids")],
)
def test_a_refused_form_keeps_what_was_typed_and_ticked(client, olga, two, sent, field):
    data = REASON | {"ids": [two[1].id]} | sent
    answer = client.sign_in(olga).post("/reports/breaches/reasons?month=2026-04", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Two of us were ill." in answer.text or "text" in sent
    assert '<option value="workload" selected>' in answer.text.split('id="code-several"')[1] or "code" in sent
    assert f'id="tick-{two[0].id}" aria-label="Choose #{two[0].ticket_id}, First reply">' in answer.text
    assert ('First reply" checked>' in answer.text) == ("ids" not in sent)
    assert [reason(clock) for clock in two] == [None, None]


def test_a_refused_form_comes_back_also_when_its_rows_are_gone(client, olga, two):
    client.sign_in(olga)
    for clock in two:
        client.post(f"/reports/breaches/{clock.id}/reason", data=REASON)
    data = {"code": "", "text": "Both of them were late.", "ids": [clock.id for clock in two]}
    answer = client.post("/reports/breaches/reasons?standing=unexplained", data=data)
    assert answer.status_code == 422
    assert "Both of them were late." in answer.text
    assert 'id="code-several-error"' in answer.text


def test_all_of_a_page_are_ticked_without_a_script(client, olga, two):
    page = client.sign_in(olga).get("/reports/breaches?month=2026-04").text
    assert page.count(" checked>") == 0
    every = page.split(" data-choose=")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert every == "/reports/breaches?month=2026-04&chosen=all"
    assert client.get(every).text.count(" checked>") == 2


def test_who_leads_nothing_gives_no_reason_to_several(client, igor, maria, stranger, two):
    data = REASON | {"ids": [clock.id for clock in two]}
    assert client.sign_in(igor).post("/reports/breaches/reasons", data=data).status_code == 403
    assert 'name="ids"' not in client.get("/reports/breaches").text
    for person in (maria, stranger):
        assert client.sign_in(person).post("/reports/breaches/reasons", data=data).status_code == 404
    assert [reason(clock) for clock in two] == [None, None]


def test_more_than_fit_at_once_are_refused(client, olga, two):
    data = REASON | {"ids": [two[0].id, *range(10_000, 10_101)]}
    answer = client.sign_in(olga).post("/reports/breaches/reasons", data=data)
    assert (answer.status_code, reason(two[0])) == (422, None)
    assert "At most 100 can be explained at once." in answer.text


def test_the_page_of_a_breach_keeps_what_was_said_before(client, olga, two):
    clock = two[0]
    client.sign_in(olga).post(f"/reports/breaches/{clock.id}/reason", data=REASON)
    client.post(f"/reports/breaches/{clock.id}/reason", data={"code": "overlooked", "text": "We forgot."})
    page = client.get(f"/reports/breaches/{clock.id}").text
    said = page.split('id="said"')[1]
    assert said.index("We forgot.") < said.index("Two of us were ill.")
    assert "no longer excused" in said
    assert said.count("Olga") == 2


def test_an_excuse_without_a_sentence_is_refused_at_its_field(client, olga, two):
    answer = client.sign_in(olga).post(f"/reports/breaches/{two[0].id}/reason", data=REASON | {"text": ""})
    assert answer.status_code == 422
    assert "An excuse needs a sentence that says what excuses it." in answer.text.split('id="text-error"')[1]


# as a file


def test_the_list_comes_as_csv(client, olga, two):
    client.sign_in(olga).post(f"/reports/breaches/{two[0].id}/reason", data=REASON)
    answer = client.get("/reports/breaches.csv?month=2026-04&standing=excused")
    assert answer.mimetype == "text/csv"
    assert "breaches-2026-04.csv" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert row["Request"] == str(two[0].ticket_id)
    assert row["Due (Europe/Moscow)"] == "2026-04-06 13:00"
    assert row["Done (Europe/Moscow)"] == "2026-04-10 17:00"
    assert (row["Late by, h:min"], row["Time used, h:min"]) == ("40:00", "44:00")
    assert (row["Reason"], row["What happened"], row["Excused"]) == (
        "Too much work for the team", "Two of us were ill.", "yes",
    )  # fmt: skip
    assert row["Whose turn it was"] == "With the department"


def test_the_list_comes_as_xlsx_in_the_readers_language_and_zone(client, olga, two):
    with transaction():
        change = {"language": "ru", "timezone": "Asia/Tokyo"}
        people.change_person(by(None, "2026-04-06 08:00"), person_rows.person(olga.id), change)
    answer = client.sign_in(olga).get("/reports/breaches.xlsx")
    head, *rows = cells_of(answer.data)
    assert any("(Asia/Tokyo)" in title for title in head)
    assert len(rows) == 2
    due = rows[0][6]
    assert (due.kind, due.moment) == ("n", "2026-04-06 19:00")
    assert [cell.kind for cell in rows[0]][:2] == ["n", "s"]


def test_nothing_typed_becomes_a_formula(client, maria, igor, olga):
    typed = ["=cmd|' /C calc'!A0", "+1", "@x", "-2", "\t=1", "fine;=1+1"]
    broken = [late(maria, igor, subject=text.strip() or "x") for text in typed]
    client.sign_in(olga)
    for clock, text in zip(broken, typed, strict=True):
        client.post(f"/reports/breaches/{clock.id}/reason", data={"code": "other", "text": text})
    rows = list(csv.DictReader(io.StringIO(client.get("/reports/breaches.csv").data.decode("utf-8-sig"))))
    for row in rows:
        for text in (row["Subject"], row["What happened"]):
            assert text[0] not in "=+-@\t", text
            assert ";=" not in text
    answer = client.get("/reports/breaches.xlsx")
    assert {cell.text for row in cells_of(answer.data)[1:] for cell in row} >= {"=cmd|' /C calc'!A0", "+1", "@x", "-2"}
    assert not any(cell.formula for row in cells_of(answer.data) for cell in row)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_for_those_who_see_the_list_and_has_no_more(client, maria, igor, anna, stranger, olga, two, kind):
    late(stranger, anna, "hr.certificate", subject="Not theirs")
    secret = late(maria, anna, "hr.trouble", subject="A secret")
    for person in (maria, stranger):
        assert client.sign_in(person).get(f"/reports/breaches.{kind}").status_code == 404
    assert client.sign_in(olga).get(f"/reports/breaches.{kind}?department=hr").status_code == 404
    for person, texts in ((olga, {"The plain one", "The waiting one"}), (igor, {"The plain one", "The waiting one"})):
        assert subjects(client.sign_in(person).get(f"/reports/breaches.{kind}"), kind) == texts
    assert subjects(client.sign_in(anna).get(f"/reports/breaches.{kind}"), kind) == {"Not theirs", "A secret"}
    # Once somebody else holds it, it is nobody else's to count.
    build.hand_over(build.Ticket(id=secret.ticket_id), anna, "2026-04-13 11:00", "it")
    assert "A secret" not in subjects(client.sign_in(anna).get(f"/reports/breaches.{kind}"), kind)


def subjects(answer, kind):
    if kind == "csv":
        return {row["Subject"] for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))}
    return {row[1].text for row in cells_of(answer.data)[1:]}


def test_a_long_file_costs_two_statements_for_each_page_of_rows(client, maria, igor, olga, count_queries, monkeypatch):
    monkeypatch.setattr("servicedesk.sla.queries.breached.LARGEST", 4)
    for _ in range(4):
        late(maria, igor)
    client.sign_in(olga).get("/reports/breaches.csv")
    count_queries()
    client.get("/reports/breaches.csv")
    one = count_queries()
    for _ in range(8):
        late(maria, igor)
    count_queries()
    assert client.get("/reports/breaches.csv").data.count(b"\r\n") == 13
    assert count_queries() == one + 2 * 2


def test_a_reason_given_meanwhile_is_not_written_over(client, maria, igor, olga):
    clock = late(maria, igor)
    client.sign_in(olga)
    page = f"/reports/breaches/{clock.id}"
    assert 'name="seen" value=""' in client.get(page).text
    said = {"code": "outage", "text": "No power in the server room.", "seen": ""}
    assert client.post(f"{page}/reason", data=said).status_code == 303
    refused = client.post(f"{page}/reason", data=said | {"text": "We forgot it."})
    assert refused.status_code == 409
    assert "We forgot it." in refused.text and "No power in the server room." in refused.text
    seen = re.search(r'name="seen" value="([^"]+)"', refused.text)[1]
    assert client.post(f"{page}/reason", data=said | {"text": "We forgot it.", "seen": seen}).status_code == 303
