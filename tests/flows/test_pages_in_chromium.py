"""Every page of every role in Chromium: accessible, nothing from outside, no complaint, no sideways scroll on a phone."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from config import Mailbox
from servicedesk import demo
from servicedesk.kernel.db import db as handle
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.notifications.rules import sign as sign_ending
from servicedesk.people import queries as who
from servicedesk.ratings import queries as invitations
from servicedesk.ratings.rules import sign
from servicedesk.surveys import actions as survey_actions
from servicedesk.surveys import queries as surveys
from servicedesk.surveys.rules import sign as sign_survey
from servicedesk.tickets import actions as tickets
from tests.cast import at
from tests.conftest import Templates
from tests.demo.conftest import empty_desk
from tests.letters.rows import shelved, written
from tests.uploads import PNG, upload

pytestmark = [pytest.mark.browser, pytest.mark.flow]

# role of the demo's list of sign-ins -> pages; "first …" is the first link of that kind on the page before
PAGES = {
    "employee": ["/", "/requests/new", "/requests/new?q=x", "/find?q=access", "/requests/new/unknown", "/requests/new/it.incident", "/requests", "first /tickets/", "/directory",
                 "/requests/new/it.purchase", "/requests/new/hr.newcomer", "/approvals", "/absences", "/departments/it",
                 "/departments/it/improvements", "/departments/it/thanks", "/account", "/account/notifications", "/account/thanks", "/notifications", "/search?q=a"],
    "agent": ["/", "/account/notifications", "/queue", "first /tickets/", "why", "chain", "children/new", "children/new?q=badge", "children/new?type=hr.certificate",
              "children/template", "children/template?template=hr.newcomer", "/queue/it",
              "by mail", "whole letter"],
    "lead": ["/reports/signed", "/reports/breaches", "/reports/breaches?metric=resolution&chosen=all", "breach", "/reports", "/reports/live", "/reports/live?department=it",
             "/reports/2026-05/it", "/reports/2026-05/it/breaches", "/queue/it?age=7",
             "/agreements", "first /agreements/", "diff", "propose", "/agreements/new", "/agreements/new?supplier=it&customer=sales",
             "/departments/it/promises", "first /promises/", "/departments/it/promises/new", "/departments/it/catalog",
             "/departments/it/catalog/it.purchase", "/departments/it/catalog/new", "/departments/it/templates/new",
             "/approvals", "first /tickets/", "chain", "/absences", "/absences/import", "/departments/it/absences", "/departments/it/about",
             "/departments/it/improvements", "/departments/it/improvements/new", "/improvements", "/reports/cases",
             "/reports/what-if?department=it&metric=resolution&month=2026-05&target=16h"],
    "director": ["/reports", "month", "month/it", "/surveys", "first /surveys/", "/surveys/2026-Q1/it"],
    "administrator": ["/admin", "/admin/seals", "/admin/mail", "first /admin/mail/", "/admin/mail/incoming", "/admin/mail/incoming?show=waiting&sender=a", "waiting letter", "/admin/mailboxes", "/admin/audit", "/admin/people", "/admin/departments",
                      "/admin/people/new", "/admin/calendars", "/admin/calendars/office/edit", "/admin/calendars/office/versions",
                      "/admin/calendars/new", "/admin/calendars?at=2026-05-01T12:00&amount=8h", "/admin/policies", "/promises", "/rollouts/policy/1", "/rollouts/calendar/1", "/admin/surveys"],
}  # fmt: skip
STRANGERS = [
    "/sign-in",
    "/nowhere",
    "/rate/forged",
    "opinion",
    "/rate/thanks",
    "/survey/forged",
    "survey",
    "finished",
    "ending",
]
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # What is in order is not told one by one: telling takes longer than looking.
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="module")
def demo_address(
    templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, str]]]:
    """A served small demo, told once, and the e-mail address of somebody in each role."""
    with empty_desk(templates) as desk:
        demo.tell(tickets=80, months=3, seed=1, end=at("2026-06-17 15:00"))
        ending = f"/unsubscribe/{sign_ending(str(desk.secret_key), 1)}"
        desk.config["SETTINGS"] = replace(
            desk.config["SETTINGS"], files_dir=tmp_path_factory.mktemp("files"), mail_authserv_id="mail.example.com",
            mailboxes=(Mailbox("it", "imaps", "mail.example.com", 993, "it", "secret", department="it"),),
        )  # fmt: skip
        addresses: dict[str, str] = {
            "opinion": opinion_link(desk),
            "ending": ending,
            **survey_links(desk),
            **mail_links(),
        }
        for _name, email, what in demo.sign_ins():
            addresses.setdefault(re.split(r"\W", what)[0], email)
        handle.session.remove()
        server = make_server("127.0.0.1", 0, desk, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", addresses
        server.shutdown()
        thread.join()


def opinion_link(desk: Flask) -> str:
    """The path of a fresh rating link: a request filed and resolved now."""
    asker, agent = who.person_by_email("mariya.yaseneva@north.example"), who.people_page(text="igor.polozov").items[0]
    assert asker is not None
    with transaction():
        ticket = tickets.open_ticket(
            Stamp(asker.id, now(), "api"),
            asker,
            subject="The mouse is stuck",
            description="",
            department=who.department_by_key("it"),
        )
    with transaction():
        tickets.resolve(Stamp(agent.id, now(), "api"), ticket, agent, "Here is another.")
    waiting = invitations.waiting_of(desk.config["SETTINGS"].keys, ticket.id, asker.id, now().date())
    assert waiting is not None
    return "/rate/" + sign(str(desk.secret_key), waiting.id)


def survey_links(desk: Flask) -> dict[str, str]:
    """The paths of two links of the survey that runs: one to be answered, one that is finished."""
    keys, at_end = desk.config["SETTINGS"].keys, at("2026-06-17 15:00")
    wave = surveys.running()
    assert wave is not None
    with transaction():
        wave.closes_on = now().date() + timedelta(days=9)
    people = (surveys.waiting_for(person.id, now().date()) for person in who.people_page(limit=200).items)
    rows = [row[0] for row in people if row is not None]
    first, last = rows[0], rows[-1]
    for department_id in last.department_ids:
        with transaction():
            survey_actions.answer(
                Stamp(None, at_end, "web"), last, wave, keys, department_id=department_id, scores={"quality": 9}
            )
    return {name: f"/survey/{sign_survey(keys[0], row.id)}" for name, row in (("survey", first), ("finished", last))}


def mail_links() -> dict[str, str]:
    """A request that came by mail, its letter with pictures, and a letter that waits for a decision."""
    asker, it = who.person_by_email("mariya.yaseneva@north.example"), who.department_by_key("it")
    assert asker is not None and it is not None
    with transaction():
        ticket = tickets.open_ticket(
            Stamp(asker.id, now(), "mail"), asker, subject="The printer is silent", description="Look.", department=it
        )
    picture = upload(asker, PNG, "sticker.png")
    with transaction():
        tickets.attach(ticket, [picture])
    html = '<p>Look <img src="cid:pic@x" alt="the sticker"></p><img src="https://elsewhere.example/logo.png" alt="">'
    raw = written("Look.", html, files=[("cid:pic@x", PNG), ("log.txt", b"It failed."), ("setup.exe", b"MZ\0\0")])
    letter = shelved("opened", raw, why="new", ticket_id=ticket.id, person_id=asker.id, subject="The printer is silent")
    shelved("noted", why="auto_replied", ticket_id=ticket.id, subject="I am away")
    waiting = shelved("quarantined", why="no_department", subject="A question that leads nowhere")
    path = f"/tickets/{ticket.id}"
    return {
        "by mail": path, "whole letter": f"{path}/mail/{letter.id}", "waiting letter": f"/admin/mail/incoming/{waiting.id}",
    }  # fmt: skip


@pytest.mark.parametrize("role", ["strangers", *PAGES])
@pytest.mark.parametrize(("language", "theme"), [("ru", "dark"), ("en", "light")])
def test_every_page_is_sound(
    chromium: Browser, demo_address: tuple[str, dict[str, str]], language: str, theme: Any, role: str
) -> None:
    address, people = demo_address
    faults: list[str] = []
    context = chromium.new_context(
        base_url=address, color_scheme=theme, locale="ru-RU" if language == "ru" else "en-GB"
    )
    page = context.new_page()
    watch(page, address, faults)
    if role in PAGES:
        enter(page, people[role], language, theme)
    for wanted in PAGES.get(role, STRANGERS):
        where = (
            people[wanted]
            if wanted in ("opinion", "by mail", "whole letter", "waiting letter")
            else f"{people[wanted]}?lang={language}"
            if wanted in ("survey", "finished", "ending")
            else address_of(page, wanted)
        )
        if where is None:
            faults.append(f"no link for {wanted!r} on {page.url}")
            continue
        page.goto(where)
        faults.extend(f"{page.url}: {fault}" for fault in faults_of(page, language))
    context.close()
    assert not faults, "\n".join(faults)


def watch(page: Page, address: str, faults: list[str]) -> None:
    page.on("pageerror", lambda fault: faults.append(f"{page.url}: {fault}"))
    page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if _is_fault(said) else None)
    page.on(
        "request",
        lambda sent: faults.append(f"foreign: {sent.url}") if not sent.url.startswith((address, "data:")) else None,
    )


def _is_fault(said: Any) -> bool:
    return said.type == "error" and "status of 404" not in said.text


def enter(page: Page, email: str, language: str, theme: str) -> None:
    page.goto("/sign-in")
    page.locator("main input[name=email]").first.fill(email)
    page.locator("main input[name=password]").first.fill(demo.PASSWORD)
    page.locator("main form").filter(has=page.locator("input[name=password][type=password]")).locator(
        "button"
    ).first.click()
    page.wait_for_url("**/")
    for name, value in (("language", language), ("theme", theme)):
        page.locator("details.menu > summary").click()
        page.locator(f"details.menu button[name={name}][value={value}]").click()


def address_of(page: Page, wanted: str) -> str | None:
    if wanted in ("why", "chain"):
        return re.sub(r"(/tickets/\d+).*", rf"\1/{wanted}", page.url)
    if wanted.startswith("children/"):
        return re.sub(r"(/tickets/\d+).*", rf"\1/{wanted}", page.url)
    if wanted in ("diff", "propose"):
        return re.sub(r"(/agreements/\d+).*", rf"\1/{wanted}", page.url)
    if wanted == "breach":
        reasons = page.locator("main form[action*='/reason']").first.get_attribute("action")
        return reasons and reasons.split("/reason")[0]
    if wanted == "month":
        return next((link for link in hrefs(page, "/reports/20") if re.fullmatch(r"/reports/\d{4}-\d\d", link)), None)
    if wanted == "month/it":
        return page.url + "/it"
    if wanted.startswith("first "):
        kind = wanted.removeprefix("first ")
        return next((link for link in hrefs(page, kind) if link != kind and "?" not in link), None)
    return wanted


def hrefs(page: Page, beginning: str) -> list[str]:
    links = page.locator(f"main a[href^='{beginning}']").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return [str(link) for link in links]


def faults_of(page: Page, language: str) -> Iterator[str]:
    page.set_viewport_size({"width": 1280, "height": 900})
    if page.locator("h1").count() != 1:
        yield f"{page.locator('h1').count()} headings of the first level"
    # A rating link speaks the language of the person who was asked.
    if "/rate/" not in page.url and page.locator("html").get_attribute("lang") != language:
        yield f"the page says it is in {page.locator('html').get_attribute('lang')}"
    for violation in Axe().run(page, options=RULES).response["violations"]:
        yield f"axe {violation['id']}: {violation['help']} {[node['target'] for node in violation['nodes']][:3]}"
    page.set_viewport_size({"width": 320, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        yield f"scrolls {wide} px sideways at 320 px"
