"""Pages of agreements: who reads what, proposing with several promises, answering, history and differences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.sla import queries
from servicedesk.sla.agreement_rules import FIRST_DAY, Line
from tests.build import hand_over, open_ticket
from tests.cast import department
from tests.sla.test_agreements import ANSWERED, TERMS, accept, agreed, decree, propose

TODAY = now().date()
FORM = {
    "seen": "0", "supplier": "it", "customer": "sales", "services": "Desks and printers.", "mission": "", "calendar": "",
    "customer_provides": "A number to call back.", "valid_from": TODAY.isoformat(), "valid_until": "", "review_on": "",
    "promises-0-request_type": "it.incident", "promises-0-priority": "", "promises-0-resolution": "8h",
}  # fmt: skip


def only_agreement():
    db.session.expire_all()
    (row,) = queries.agreements_between(department("it").id, department("sales").id)
    return row


def test_a_lead_proposes_and_the_other_lead_accepts(client, olga, boris):
    client.sign_in(olga)
    assert "Choose a department" in client.get("/agreements/new").text
    page = client.get("/agreements/new?supplier=it&customer=sales").text
    assert "Something is broken" in page and 'name="promises-0-resolution"' in page
    answer = client.post("/agreements", data=FORM)
    row = only_agreement()
    assert (answer.status_code, answer.location) == (303, f"/agreements/{row.id}")
    page = client.get(f"/agreements/{row.id}").text
    assert "Version 1 is proposed" in page and f"/agreements/{row.id}/versions/1/withdraw" in page
    assert f"/agreements/{row.id}/versions/1/accept" not in page

    client.sign_in(boris)
    listed = client.get("/agreements").text
    assert "1 proposal waits for your answer." in listed and "Your answer is awaited" in listed
    page = client.get(f"/agreements/{row.id}").text
    assert "8\xa0h of working time" in page and "A number to call back." in page
    assert client.post(f"/agreements/{row.id}/versions/1/accept").status_code == 303
    page = client.get(f"/agreements/{row.id}").text
    assert "In force" in page and "Accepted: Boris" in page and "proposed by Olga" in page
    assert only_agreement().versions[0].state == "accepted"


def test_lines_are_added_and_taken_without_a_script_and_nothing_typed_is_lost(client, olga):
    client.sign_in(olga)
    page = client.post("/agreements", data=FORM | {"add": "1"})
    assert page.status_code == 200 and "Desks and printers." in page.text
    assert 'name="promises-1-resolution"' in page.text and 'value="8h"' in page.text
    more = {"promises-1-priority": "urgent", "promises-1-reply": "45m"}
    page = client.post("/agreements", data=FORM | more | {"take": "0"}).text
    assert 'name="promises-0-reply"' in page and 'value="45m"' in page and 'value="8h"' not in page
    assert "promises-1" not in page
    assert queries.agreements_between(department("it").id, department("sales").id) == []
    client.post("/agreements", data=FORM | more | {"promises-2-reply": ""})
    (version,) = only_agreement().versions
    assert [line["targets"] for line in version.promises] == [{"resolution": "8h"}, {"reply": "45m"}]


@pytest.mark.parametrize(
    ("wrong", "place", "sentence"),
    [
        ({"promises-0-resolution": "soon"}, "promises-0-resolution", "Write it like 8h"),
        ({"promises-0-request_type": "hr.certificate"}, "promises-0-request_type", "The supplier has no such kind"),
        ({"promises-0-resolution": "", "promises-0-request_type": ""}, "promises", "at least one promise"),
        ({"promises-0-resolution": ""}, "promises-0-resolution", "at least one thing"),
        ({"valid_from": ""}, "valid_from", "Enter a day."),
        ({"valid_until": "2020-01-01"}, "valid_until", "It ends before it begins."),
        ({"review_on": "2020-01-01"}, "review_on", "The review is before"),
        ({"calendar": "moon"}, "calendar", "no calendar"),
        ({"promises-1-reply": "", "promises-2-reply": "later"}, "promises-2-reply", "Write it like 8h"),
        ({"promises-²-reply": "1h", "promises-0-stay": "?"}, "promises-0-stay", "Write it like 8h"),
        ({f"promises-{number}-reply": f"{number}h" for number in range(40)}, "promises", "At most 30 promises"),
    ],
)
def test_a_refused_proposal_comes_back_filled_with_the_fault_at_its_field(client, olga, wrong, place, sentence):
    answer = client.sign_in(olga).post("/agreements", data=FORM | wrong)
    assert answer.status_code == 422
    assert "Desks and printers." in answer.text
    assert f'href="#{place}"' in answer.text and f'id="{place}"' in answer.text
    assert sentence in answer.text
    assert queries.agreements_between(department("it").id, department("sales").id) == []


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("supplier=it&customer=it", "makes no agreement with itself"),
        ("supplier=it&customer=", "Choose a department."),
        ("supplier=hr&customer=legal", "that you lead"),
        ("supplier=moon&customer=it", "Choose a department."),
    ],
)
def test_a_pair_that_cannot_be_is_said_at_its_field(client, olga, pair, sentence):
    assert sentence in client.sign_in(olga).get(f"/agreements/new?{pair}").text


def test_a_counter_is_told_and_the_earlier_proposal_keeps_its_place_in_the_history(client, olga, boris):
    first = propose(olga)
    address = f"/agreements/{first.agreement_id}"
    client.sign_in(boris)
    page = client.get(f"{address}/propose").text
    assert "Counter the proposal" in page and "A number to call back." in page and 'value="30m"' in page
    answer = client.post(f"{address}/versions", data=FORM | {"seen": "1", "mission": "Sales sells."})
    assert answer.location == address
    page = client.get(address).text
    assert "Countered: Boris" in page and "Version 2 is proposed" in page
    page = client.get(f"{address}/diff?from=1&to=2").text
    assert "Added" in page and "Sales sells." in page
    assert "Removed" in page and "30\xa0min of working time" in page


def test_whoever_counters_what_has_changed_meanwhile_is_told_and_loses_nothing(client, olga, boris):
    first = propose(olga)
    propose(olga, replace(TERMS, mission="Better words."), first.agreement, ANSWERED)
    typed = FORM | {"seen": "1", "mission": "Sales sells."}
    answer = client.sign_in(boris).post(f"/agreements/{first.agreement_id}/versions", data=typed)
    assert (
        answer.status_code == 409
        and "Sales sells." in answer.text
        and 'name="seen" type="hidden" value="2"' in answer.text
    )
    assert client.post(f"/agreements/{first.agreement_id}/versions", data=typed | {"seen": "2"}).status_code == 303


def test_declining_needs_a_note_which_both_sides_read(client, olga, boris):
    version = propose(olga)
    address = f"/agreements/{version.agreement_id}"
    client.sign_in(boris)
    answer = client.post(f"{address}/versions/1/decline", data={"note": " "})
    assert answer.status_code == 422 and "Say in a sentence why." in answer.text
    assert client.post(f"{address}/versions/1/decline", data={"note": "Too slow for us."}).location == address
    page = client.sign_in(olga).get(address).text
    assert "Declined: Boris" in page and "Too slow for us." in page


def test_a_stale_answer_is_a_conflict_and_keeps_the_note(client, olga, boris):
    version = propose(olga)
    address = f"/agreements/{version.agreement_id}"
    accept(boris, version)
    client.sign_in(boris)
    assert client.post(f"{address}/versions/1/accept").status_code == 409
    answer = client.post(f"{address}/versions/1/decline", data={"note": "Too slow for us."})
    assert answer.status_code == 409 and "Too slow for us." in answer.text
    assert client.sign_in(olga).post(f"{address}/versions/1/withdraw").status_code == 409


def test_the_proposer_takes_it_back(client, olga):
    version = propose(olga)
    address = f"/agreements/{version.agreement_id}"
    client.sign_in(olga)
    assert client.post(f"{address}/versions/1/withdraw").location == address
    assert "Taken back" in client.get(address).text


def test_agents_read_and_do_not_answer(client, olga, igor):
    version = propose(olga)
    address = f"/agreements/{version.agreement_id}"
    page = client.sign_in(igor).get(address).text
    assert "8\xa0h of working time" in page
    assert "/propose" not in page and "/withdraw" not in page and "/accept" not in page
    assert client.get(f"{address}/propose").status_code == 403
    assert client.post(f"{address}/versions", data=FORM).status_code == 403
    assert client.post(f"{address}/versions/1/accept").status_code == 403


def test_the_customers_people_read_what_was_accepted_and_nothing_else(client, olga, boris, maria):
    version = propose(olga)
    address = f"/agreements/{version.agreement_id}"
    client.sign_in(maria)
    assert client.get(address).status_code == 404
    accept(boris, version)
    propose(olga, replace(TERMS, mission="A secret plan."), version.agreement, "2026-04-06 13:00")
    page = client.get(address).text
    assert "8\xa0h of working time" in page and "A secret plan." not in page and "Version 2" not in page
    assert client.get(f"{address}/versions/1").status_code == 200
    for hidden in ("versions/2", "diff?from=1&to=2", "propose"):
        assert client.get(f"{address}/{hidden}").status_code in ((404,) if hidden != "propose" else (403,))
    listed = client.get("/agreements").text
    assert address in listed and "is proposed" not in listed and "A change is proposed" not in listed
    assert address not in client.get("/agreements?state=proposed").text


@pytest.mark.parametrize("who", ["anna", "stranger", "rita"])
def test_others_cannot_tell_an_agreement_from_nothing(client, cast, olga, boris, who):
    version = agreed(olga, boris)
    client.sign_in(getattr(cast, who))
    address = f"/agreements/{version.agreement_id}"
    for path in (
        address,
        f"{address}/versions/1",
        f"{address}/diff?from=1&to=1",
        f"{address}/propose",
        "/agreements/99999",
    ):
        assert client.get(path).status_code == 404
    assert address not in client.get("/agreements").text


def test_an_administrator_reads_all_of_it(client, olga, adam):
    version = propose(olga)
    page = client.sign_in(adam).get(f"/agreements/{version.agreement_id}").text
    assert "8\xa0h of working time" in page and "/accept" not in page


def test_the_difference_names_each_field(client, olga, boris):
    first = agreed(olga, boris, replace(TERMS, services="Desks.\nPrinters."))
    lines = (Line("it.incident", None, {"resolution": "4h"}), Line(None, "urgent", {"reply": "1h"}))
    later = date(2026, 5, 1)
    changed = replace(
        TERMS, promises=lines, services="Desks.\nPhones.", calendar="short", valid_from=later, valid_until=later + timedelta(90),
        customer_provides="",
    )  # fmt: skip
    agreed(olga, boris, changed, first.agreement, ANSWERED)
    page = client.sign_in(olga).get(f"/agreements/{first.agreement_id}/diff?from=1&to=2").text
    for words in (
        "8\xa0h of working time",
        "4\xa0h of working time",
        "30\xa0min of working time",
        "short",
        "1 May 2026",
        "30 Jul 2026",
    ):
        assert words in page
    assert (
        "<del>Printers.</del>" in page and "<ins>Phones.</ins>" in page and "<del>A number to call back.</del>" in page
    )
    assert {"Added", "Removed", "Changed"} <= set(page.replace("<", " <").replace(">", "> ").split())
    assert client.get(f"/agreements/{first.agreement_id}/diff").status_code == 422
    assert "Both say the same" in client.get(f"/agreements/{first.agreement_id}/diff?from=2&to=2").text


def test_the_list_is_filtered_by_department_and_state(client, olga, boris):
    version = agreed(olga, boris)
    address = f'"/agreements/{version.agreement_id}"'
    client.sign_in(olga)
    assert address in client.get("/agreements?department=sales&state=in_force").text
    assert address not in client.get("/agreements?department=hr").text
    assert address not in client.get("/agreements?state=ended").text
    assert client.get("/agreements?state=lost").status_code == 404
    assert client.get("/agreements?department=moon").status_code == 404
    assert client.get("/agreements?cursor=bad").status_code == 422


def test_the_page_of_a_department_names_its_agreements_to_those_who_may_know_them(client, olga, boris, maria, anna):
    version = agreed(olga, boris)
    propose(olga, replace(TERMS, promises=(Line(None, "low", {"stay": "9h"}),)))
    address = f'href="/agreements/{version.agreement_id}"'
    for page in ("/departments/it", "/departments/sales"):
        shown = client.sign_in(maria).get(page).text
        assert address in shown and "It for Sales" in shown and shown.count('href="/agreements/') == 1
        assert client.sign_in(olga).get(page).text.count('href="/agreements/') == 2
        assert address not in client.sign_in(anna).get(page).text


def test_a_request_is_promised_the_hours_of_the_agreement_before_it_is_sent(client, olga, boris, maria):
    decree(replace(TERMS, calendar="short", promises=(Line("it.incident", None, {"resolution": "200h"}),)))
    page = client.sign_in(maria).get("/requests/new/it.incident").text
    assert "Agreed between It and Sales." in page


def test_an_agreement_without_a_first_day_is_told_without_one(client, olga):
    version = decree(replace(TERMS, valid_from=FIRST_DAY))
    for page in (f"/agreements/{version.agreement_id}", "/agreements"):
        shown = client.sign_in(olga).get(page).text
        assert "1990" not in shown and "without beginning and end" in shown


def test_why_a_deadline_is_names_the_agreement_and_leads_those_to_it_who_may_read_it(client, cast, olga, boris, maria):
    version = agreed(olga, boris)
    ticket = open_ticket(maria, when="2026-04-06 13:00")
    hand_over(ticket, cast.igor, "2026-04-06 14:00", "hr")
    for person, link in ((maria, True), (olga, True), (cast.adam, True), (cast.anna, False)):
        page = client.sign_in(person).get(f"/tickets/{ticket.id}/why").text
        assert "Set by the agreement It – Sales, version 1." in page
        assert (f'href="/agreements/{version.agreement_id}/versions/1"' in page) is link


def test_leads_find_it_in_the_navigation(client, olga, igor):
    assert 'href="/agreements"' in client.sign_in(olga).get("/").text
    assert 'href="/agreements"' not in client.sign_in(igor).get("/").text


def test_a_text_that_was_typed_is_kept_when_the_session_has_ended(client):
    answer = client.post("/agreements", data=FORM)
    assert answer.status_code == 401 and "Desks and printers." in answer.text
