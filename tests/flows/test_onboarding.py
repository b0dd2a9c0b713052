"""A newcomer's first day runs through five departments, one of them is late, and the chain names it.

HR asks IT for an account and facilities for a pass and a desk, then legal for the contract, then accounting for payroll.
The whole is promised by Monday 2026-04-13 16:00. The pass is promised in 18 hours and takes until Friday.
"""

from __future__ import annotations

import datetime as calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from servicedesk.catalog import actions as catalog
from servicedesk.catalog import queries as catalog_rows
from servicedesk.jobs import promises
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from servicedesk.people.models import Person
from servicedesk.sla import actions as sla
from servicedesk.tickets import queries as tickets
from tests import doors
from tests.build import ask_by_template, open_ticket, resolve
from tests.cast import FOUNDED, at, by, department, request_type
from tests.flows.conftest import set_passwords
from tests.flows.gates.looking import faults_of_shape
from tests.flows.test_story_in_a_browser import write

PARTS = (
    ("it.account", "An account and mail", 1), ("facilities.pass", "A pass", 1), ("facilities.desk", "A desk", 1),
    ("legal.contract", "The contract", 2), ("accounting.payroll", "Payroll", 3),
)  # fmt: skip
WORKERS = {"fred": "facilities", "lara": "legal", "gala": "accounting"}
ASKED, PLANNED = "2026-04-06 10:00", "2026-04-06 10:30"
# Whose part is done when, in the order in which it happens. Facilities promised the pass by Wednesday 10:30.
DONE = (
    ("igor", "An account and mail", "2026-04-06 15:00"), ("fred", "A desk", "2026-04-06 16:00"),
    ("fred", "A pass", "2026-04-10 11:00"), ("lara", "The contract", "2026-04-13 12:00"),
    ("gala", "Payroll", "2026-04-14 11:00"),
)  # fmt: skip
END = "2026-04-14 11:30"


def found_the_rest() -> None:
    """The departments, people, requests and promises that the story needs besides the cast's, and HR's template."""
    stamp = by(None, FOUNDED, "cli")
    with transaction():
        for key in ("facilities", "accounting"):
            people.add_department(stamp, key=key, name={"ru": key, "en": key.capitalize()}, email=None)
    with transaction():
        for name, place in WORKERS.items():
            person = people.add_person(
                stamp, email=f"{name}@example.com", name=name.capitalize(), department=department(place), language="en"
            )
            people.grant(stamp, person, "agent", department(place))
        for key in ("hr.newcomer", *(kind for kind, _, _ in PARTS)):
            name = key.partition(".")[2].capitalize()
            catalog.add_request_type(stamp, department(key.partition(".")[0]), key=key, name={"ru": name, "en": name})
    with transaction():
        whole = request_type("hr.newcomer").id
        sla.set_policy(stamp, name="a newcomer", request_type_id=whole, targets={"resolution": "4bd"})
        facilities = department("facilities").id
        sla.set_policy(stamp, name="facilities", department_id=facilities, targets={"resolution": "18h"})
        lines = [
            {"request_type_id": request_type(kind).id, "step": step, "subject": subject}
            for kind, subject, step in PARTS
        ]
        catalog.set_template(
            stamp, department("hr"), key="hr.first_day", name={"ru": "Первый день", "en": "First day"}, lines=lines
        )


def person(name: str) -> Person:
    found = who.person_by_email(f"{name}@example.com")
    assert found is not None
    return found


def part(parent_id: int, subject: str) -> int:
    return next(row.ticket_id or 0 for row in tickets.children(parent_id) if row.subject == subject)


def says_who_broke_it(answer: dict[str, Any], late: int) -> None:
    """What the API tells at the end: the promise of the whole is broken, and the pass broke it."""
    assert answer["end_to_end"]["state"] == "broken"
    assert answer["end_to_end"]["due_at"] == "2026-04-13T13:00:00Z"
    links = answer["links"]
    assert [(link["kind"], link["department"], link["state"]) for link in links] == [
        ("stay", "hr", "broken"), ("child", "it", "kept"), ("child", "facilities", "broken"),
        ("child", "facilities", "kept"), ("child", "legal", "kept"), ("child", "accounting", "kept"),
    ]  # fmt: skip
    culprit = links[answer["culprit"]]
    assert (culprit["ticket"], culprit["department"], answer["culprit_how"]) == (late, "facilities", "late")
    assert culprit["promise"]["due_at"] == "2026-04-08T07:30:00Z"
    # Wednesday 10:30 to Friday 11:00, 9 hours a day.
    assert culprit["late_seconds"] == 18.5 * 3600
    assert [link["parent"] for link in links] == [None, 0, 0, 0, 0, 0]


def test_the_chain_names_the_link_that_broke_it(app: Flask) -> None:
    """Through the actions, with the jobs in between; the page and the API tell it."""
    found_the_rest()
    root = open_ticket(person("boris"), "hr.newcomer", when=ASKED, subject="Nina begins on Tuesday", description="")
    anna, template = person("anna"), catalog_template()
    ask_by_template(root, anna, PLANNED, template)
    for name, subject, when in DONE:
        promises.look_at_clocks(at(when))
        child = tickets.tickets_by_id([part(root.id, subject)])
        resolve(next(iter(child.values())), person(name), when, "Done.")
    resolve(tickets.tickets_by_id([root.id])[root.id], anna, END, "Welcome, Nina.")
    late = part(root.id, "A pass")
    program = doors.program(app).as_person(anna)
    says_who_broke_it(program.get(f"/api/v1/tickets/{root.id}/chain").json, late)
    page = doors.browser(app).sign_in(anna).get(f"/tickets/{root.id}/chain").text
    assert f"#{late} Facilities broke it" in page
    assert f"#{late} Facilities broke it" in doors.browser(app).sign_in(anna).get(f"/tickets/{root.id}").text


def catalog_template() -> Any:
    found = catalog_rows.template_by_key("hr.first_day")
    assert found is not None
    return found


@dataclass
class Clock:
    """What the doors read instead of the clock on the wall: `at` a Moscow time that the story sets."""

    at: datetime = field(default_factory=lambda: at(ASKED))

    def now(self, zone: calendar.tzinfo) -> datetime:
        return self.at.astimezone(zone)

    def strike(self, when: str) -> None:
        self.at = at(when)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    moved = Clock()
    monkeypatch.setattr("servicedesk.kernel.now.datetime", moved)
    return moved  # type: ignore[return-value]


@pytest.mark.browser
@pytest.mark.flow
def test_a_newcomer_through_five_departments(
    clock: Clock, own_desk: Flask, visit: Callable[..., Page], served: str
) -> None:
    with own_desk.app_context():
        found_the_rest()
        set_passwords()
    boris, anna = visit("boris"), visit("anna")
    root = ask_for_a_newcomer(boris)
    clock.strike(PLANNED)
    ask_everybody(anna, root)
    windows = {name: visit(name) for name in ("igor", "fred", "lara", "gala")}
    for name, subject, when in DONE:
        clock.strike(when)
        run_the_clocks(own_desk, when)
        if subject == "The contract":
            the_side_names_facilities(anna, root)
        finish(windows[name], number_of(own_desk, root, subject))
    clock.strike(END)
    anna.goto(f"/tickets/{root}")
    write(anna, "Resolve", "Welcome, Nina.", "Resolve")
    expect(anna.locator("main")).to_contain_text("Resolved")
    late = number_of(own_desk, root, "A pass")
    the_chain_names_the_late_link(anna, root, late)
    the_child_shows_where_it_stands(windows["fred"], root, late)
    with own_desk.app_context():
        program = doors.program(own_desk).as_person(person("anna"))
        says_who_broke_it(program.get(f"/api/v1/tickets/{root}/chain").json, late)


def ask_for_a_newcomer(page: Page) -> int:
    page.goto("/requests/new/hr.newcomer")
    page.get_by_label("What is it about?").fill("Nina begins on Tuesday")
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url(re.compile(r"/tickets/\d+"))
    return int(re.findall(r"/tickets/(\d+)", page.url)[0])


def ask_everybody(page: Page, root: int) -> None:
    page.goto(f"/tickets/{root}")
    page.get_by_role("link", name="Ask by a template").click()
    page.get_by_role("link", name=re.compile("First day")).click()
    expect(page.get_by_label("Payroll")).to_be_checked()
    page.get_by_role("button", name="Ask them").click()
    page.wait_for_url(re.compile(rf"/tickets/{root}#children"))
    expect(page.locator("#children")).to_contain_text("Accounting will be asked in step 3.")
    expect(page.locator("#chain")).to_contain_text("6 links in 5 departments")


def run_the_clocks(desk: Flask, when: str) -> None:
    with desk.app_context():
        promises.look_at_clocks(at(when))


def number_of(desk: Flask, root: int, subject: str) -> int:
    with desk.app_context():
        return part(root, subject)


def finish(page: Page, number: int) -> None:
    page.goto(f"/tickets/{number}")
    write(page, "Resolve", "Done.", "Resolve")
    expect(page.locator("main")).to_contain_text("Resolved")


def the_side_names_facilities(page: Page, root: int) -> None:
    """On Monday at noon four working hours are left of the whole."""
    page.goto(f"/tickets/{root}")
    expect(page.locator("#chain")).to_contain_text("At risk")
    expect(page.locator("#chain")).to_contain_text("is about to break it")


def the_chain_names_the_late_link(page: Page, root: int, late: int) -> None:
    page.goto(f"/tickets/{root}")
    expect(page.locator("#chain")).to_contain_text(f"#{late} Facilities broke it")
    page.locator("#chain").get_by_role("link", name="Every link").click()
    page.wait_for_url(f"**/tickets/{root}/chain")
    expect(page.locator("#end-to-end")).to_contain_text(f"#{late} Facilities broke it: due there Wed, 8 Apr, 10:30.")
    row = page.get_by_role("row", name=re.compile(f"#{late}"))
    expect(row).to_contain_text("Broken")
    expect(row).to_contain_text("18 h 30 min")
    expect(page.get_by_role("img", name="The links of the chain").first).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(7)
    assert list(faults_of_shape(page)) == []


def the_child_shows_where_it_stands(page: Page, root: int, late: int) -> None:
    """Fred sees his own part alone: the whole is HR's."""
    page.goto(f"/tickets/{late}/chain")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"The chain of #{late}")
    expect(page.locator("main")).not_to_contain_text(f"#{root}")
