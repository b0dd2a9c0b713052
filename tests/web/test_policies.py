"""Promises as leads edit them, applying a version to what runs, and trying another promise on a month."""

from __future__ import annotations

import re

import pytest

from servicedesk.jobs import rollouts as job
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.sla import actions, queries
from servicedesk.sla.queries import promising
from tests.build import clocks, open_ticket, reply, resolve
from tests.cast import at, by, department, request_type

NOW = "2026-04-06 09:30"
SAID = {
    "first_reply": "4h", "reply": "9h", "resolution": "27h", "stay": "18h", "warn_at": "75, 90", "calendar": "",
    "steps-0-after": "0h", "steps-0-to": "assignee", "steps-1-after": "2h", "steps-1-to": "leads",
    "steps-2-after": "8h", "steps-2-to": "above", "steps-3-after": "", "steps-3-to": "",
}  # fmt: skip


def it(name="department=it"):
    db.session.expire_all()
    return promising.policy_by_name(name)


def edit(client, seen=1, **said):
    return client.post(f"/promises/{it().id}", data=SAID | {"seen": str(seen)} | said)


def newest(name="department=it"):
    return promising.shown(it(name))


def test_a_lead_finds_the_promises_of_the_department(client, olga):
    page = client.sign_in(olga).get("/departments/it/promises").text
    assert f'href="/promises/{it().id}"' in page
    assert "Every request" in page and "27\N{NO-BREAK SPACE}h of working time" in page
    assert client.get("/departments/hr/promises").status_code == 404
    assert client.get("/promises").status_code == 404
    assert client.get("/departments/nowhere/promises").status_code == 404


def test_ways_lead_there(client, olga, adam, maria):
    assert 'href="/departments/it/promises"' in client.sign_in(olga).get("/departments/it").text
    assert "/departments/it/promises" not in client.sign_in(maria).get("/departments/it").text
    page = client.sign_in(adam).get("/admin/policies").text
    assert 'href="/departments/it/promises"' in page and 'href="/promises"' in page


def test_an_edited_promise_is_a_new_version_for_what_begins_from_now_on(client, olga, maria):
    before = open_ticket(maria)
    answer = edit(client.sign_in(olga), resolution="20h", warn_at="50, 75 90%")
    assert (answer.status_code, answer.location) == (303, f"/promises/{it().id}")
    found = newest()
    assert (found.number, found.row.targets["resolution"], found.row.warn_at) == (2, "20h", (50, 75, 90))
    assert clocks(before)["resolution"].target == "27h"
    assert clocks(open_ticket(maria))["resolution"].target == "20h"


def test_the_form_shows_what_is_promised(client, olga):
    page = client.sign_in(olga).get(f"/promises/{it().id}").text
    assert 'value="27h"' in page and 'value="75, 90"' in page
    assert re.search(r'<option selected value="leads">', page)


def test_what_is_left_empty_is_not_promised(client, olga):
    edit(
        client.sign_in(olga),
        stay="",
        warn_at="",
        **{f"steps-{n}-{part}": "" for n in range(3) for part in ("after", "to")},
    )
    row = newest().row
    assert ("stay" in row.targets, row.warn_at, row.escalate) == (False, (), ())


def test_saving_without_a_change_makes_no_version(client, olga):
    page = edit(client.sign_in(olga)).location
    assert "Nothing was changed." in client.get(page).text
    assert newest().number == 1


def test_the_history_says_who_changed_what(client, olga):
    edit(client.sign_in(olga), resolution="20h", stay="")
    page = client.get(f"/promises/{it().id}").text
    assert "Olga" in page
    assert re.search(r"<del>27\sh of working time</del> → <ins>20\sh of working time</ins>", page)
    assert "<ins>not promised</ins>" in page
    assert "the desk itself" in page


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"resolution": "soon"}, "resolution"),
        ({"resolution": "0h"}, "resolution"),
        ({"reply": "99999999h"}, "reply"),
        ({"first_reply": "at 2026-12-01T15:00:00Z"}, "first_reply"),
        ({"first_reply": "", "reply": "", "resolution": "", "stay": ""}, "resolution"),
        ({"warn_at": "0"}, "warn_at"),
        ({"warn_at": "100"}, "warn_at"),
        ({"warn_at": "half"}, "warn_at"),
        ({"calendar": "999"}, "calendar"),
        ({"calendar": "office"}, "calendar"),
        ({"steps-1-after": "later"}, "steps-1-after"),
        ({"steps-1-after": "", "steps-1-to": "leads"}, "steps-1-after"),
        ({"steps-1-to": ""}, "steps-1-to"),
        ({"steps-1-to": "mayor"}, "steps-1-to"),
        ({"steps-2-after": "1h"}, "steps-2-after"),
        ({"steps-2-after": "1bd"}, "steps-2-after"),
        ({"steps-2-after": "2h", "steps-2-to": "leads"}, "steps-2-to"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(client, olga, said, field):
    answer = edit(client.sign_in(olga), **({"first_reply": "3h"} | said))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text and f'href="#{field}"' in answer.text
    if "first_reply" not in said:
        assert 'value="3h"' in answer.text
    assert newest().number == 1


def test_two_who_edit_at_once_see_each_other(client, olga, adam):
    edit(client.sign_in(olga), resolution="20h")
    answer = edit(client.sign_in(adam), seen=1, resolution="30h")
    assert answer.status_code == 409
    assert 'value="30h"' in answer.text and "20\N{NO-BREAK SPACE}h of working time" in answer.text
    assert newest().row.targets["resolution"] == "20h"
    assert re.search(r'name="seen"[^>]*value="2"', answer.text)
    assert edit(client, seen=2, resolution="30h").status_code == 303


def test_a_promise_for_a_kind_of_request_and_priority_is_added(client, olga, maria):
    kind = request_type("it.access")
    data = SAID | {"request_type": str(kind.id), "priority": "urgent", "resolution": "2h", "stay": ""}
    answer = client.sign_in(olga).post("/departments/it/promises", data=data)
    assert answer.status_code == 303
    assert newest("request_type=it.access priority=urgent").row.targets["resolution"] == "2h"
    again = client.post("/departments/it/promises", data=data)
    assert again.status_code == 422 and 'id="priority-error"' in again.text


@pytest.mark.parametrize(
    ("said", "field"),
    [({}, "priority"), ({"priority": "soon"}, "priority"), ({"request_type": "99999"}, "request_type"), ({"request_type": "x"}, "request_type")],
)  # fmt: skip
def test_a_second_promise_for_a_case_or_an_unknown_case_is_refused(client, olga, said, field):
    answer = client.sign_in(olga).post("/departments/it/promises", data=SAID | said)
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text


def test_a_lead_promises_nothing_for_the_requests_of_others(client, olga):
    foreign = str(request_type("hr.trouble").id)
    answer = client.sign_in(olga).post("/departments/it/promises", data=SAID | {"request_type": foreign})
    assert answer.status_code == 422 and 'id="request_type-error"' in answer.text


def test_an_administrator_sets_what_the_company_promises(client, adam):
    client.sign_in(adam)
    assert client.post("/promises", data=SAID | {"priority": "low", "resolution": "90h"}).status_code == 303
    assert newest("priority=low").row.targets["resolution"] == "90h"
    assert "Everywhere in the company" in client.get("/promises").text


def test_a_withdrawn_promise_can_be_made_again(client, olga, maria):
    number = it("department=it priority=urgent").id
    client.sign_in(olga).post(f"/promises/{number}/withdraw")
    assert f'href="/promises/{number}"' not in client.get("/departments/it/promises").text
    assert f'href="/promises/{number}"' in client.get("/departments/it/promises?withdrawn=1").text
    assert "Withdrawn" in client.get(f"/promises/{number}").text
    data = SAID | {"priority": "urgent", "resolution": "3h"}
    assert client.post("/departments/it/promises", data=data).status_code == 303
    assert newest("department=it priority=urgent").number == 2


def test_a_line_of_an_agreement_is_shown_and_not_edited(client, olga, adam):
    with transaction():
        row = actions.set_policy(
            by(adam, NOW), name="it for sales", department_id=department("it").id, customer_department_id=department("sales").id,
            targets={"resolution": "8h"},
        )  # fmt: skip
    page = client.sign_in(olga).get("/departments/it/promises").text
    assert "agreement with Sales" in page and f'href="/promises/{row.id}"' not in page
    assert client.get(f"/promises/{row.id}").status_code == 403
    assert "agreement with Sales" not in client.sign_in(adam).get("/departments/it/promises").text


def test_a_list_of_promises_costs_the_same_however_long(client, olga, count_queries):
    client.sign_in(olga)
    address = f"/promises/{it().id}"

    def statements(where):
        count_queries()
        assert client.get(where).status_code == 200
        return count_queries()

    edit(client, resolution="26h")
    few = statements("/departments/it/promises"), statements(address)
    for n, priority in enumerate(("low", "normal", "high")):
        client.post("/departments/it/promises", data=SAID | {"priority": priority})
        edit(client, seen=n + 2, resolution=f"{20 + n}h")
    assert (statements("/departments/it/promises"), statements(address)) == few


def test_a_new_version_is_applied_to_what_runs_after_a_look(client, olga, maria):
    ticket = open_ticket(maria, when="2026-04-06 10:00")
    edit(client.sign_in(olga), first_reply="", reply="", stay="", resolution="30000h")
    edit(client, first_reply="5h", reply="", stay="", resolution="40000h", seen=2)
    address = f"/rollouts/policy/{newest().row.version_id}"
    assert f'href="{address}"' in client.get(f"/promises/{it().id}").text
    page = client.get(address).text
    # Only what is not overdue by now is counted; the ticket is of April.
    assert "No running promise keeps an older version" in page or f'href="/tickets/{ticket.id}"' in page
    answer = client.post(address)
    assert answer.status_code == 303
    assert "A worker begins within ten seconds" in client.get(answer.location).text
    assert "being applied already" in client.get(address).text
    job.apply_versions(at("2026-04-06 12:00"))
    page = client.get(answer.location).text
    assert "Done." in page and "3 of 3 running promises" in page
    assert clocks(ticket)["resolution"].target == "40000h"
    assert "promises moved" in client.get(f"/promises/{it().id}").text


def test_the_look_lists_the_most_affected(client, olga, adam):
    from servicedesk.kernel.now import now

    tickets = [open_ticket(adam, when=now()) for _ in range(3)]
    edit(client.sign_in(olga), resolution="60h", stay="")
    page = client.get(f"/rollouts/policy/{newest().row.version_id}").text
    assert "9 running promises keep an older version." in page
    assert all(f'href="/tickets/{ticket.id}"' in page for ticket in tickets)
    assert "Promise withdrawn" in page
    assert clocks(tickets[0])["resolution"].target == "27h"


def test_an_older_version_cannot_be_applied(client, olga):
    first = newest().row.version_id
    edit(client.sign_in(olga), resolution="20h")
    assert "There is a newer version by now" in client.get(f"/rollouts/policy/{first}").text
    assert client.post(f"/rollouts/policy/{first}").status_code == 409
    assert client.get(f"/rollouts/nothing/{first}").status_code == 404


def test_a_new_version_of_hours_is_applied_too(client, adam):
    with transaction():
        actions.set_calendar(by(adam, NOW), key="office", timezone="Europe/Moscow", week={"mon": [["09:00", "18:00"]]})
    version = queries.newest_version(queries.calendar_by_key("office").id)
    page = client.sign_in(adam).get(f"/rollouts/calendar/{version.id}").text
    assert "Calendar office, version 2" in page
    assert client.post(f"/rollouts/calendar/{version.id}").status_code == 303


def test_what_if_says_what_another_promise_would_have_kept(client, olga, maria, igor):
    for hour in ("11:00", "15:00"):
        ticket = open_ticket(maria, when="2026-04-06 10:00")
        reply(ticket, igor, f"2026-04-06 {hour}")
        resolve(ticket, igor, "2026-04-06 16:00")
    client.sign_in(olga)
    asked = {"department": "it", "metric": "first_reply", "month": "2026-04", "target": "6h"}
    page = client.get("/reports/what-if", query_string=asked).text
    assert "50%" in page and "100%" in page
    assert f'href="/tickets/{ticket.id}"' in page
    assert clocks(ticket)["first_reply"].target == "4h"


@pytest.mark.parametrize(
    ("said", "field"),
    [({"target": "soon"}, "target"), ({"target": ""}, "target"), ({"metric": "joy"}, "metric"), ({"month": "2026-13"}, "month"), ({"priority": "x"}, "priority"), ({"calendar": "moon", "target": "8h"}, "calendar")],
)  # fmt: skip
def test_a_question_that_cannot_be_is_refused_at_its_field(client, olga, said, field):
    answer = client.sign_in(olga).get("/reports/what-if", query_string={"target": "8h"} | said)
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text


def test_nobody_asks_about_departments_of_others(client, olga, maria):
    assert client.sign_in(olga).get("/reports/what-if?department=hr&target=8h").status_code == 404
    assert client.sign_in(maria).get("/reports/what-if").status_code == 404
    assert client.sign_in(olga).get("/reports/what-if").status_code == 200


def test_pages_are_said_in_russian(client, olga):
    with transaction():
        people.change_person(by(olga, NOW), olga, {"language": "ru"})
    client.sign_in(olga)
    for address in (
        "/departments/it/promises",
        "/departments/it/promises/new",
        f"/promises/{it().id}",
        "/reports/what-if",
    ):
        assert client.get(address).status_code == 200
