"""The desk that the gates look at: a small told demo in which every page has something to show, served to browsers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from config import Mailbox
from servicedesk import demo
from servicedesk.catalog import queries as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.rules import sign as sign_ending
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from servicedesk.people.models import Person
from servicedesk.ratings import queries as invitations
from servicedesk.ratings.rules import sign
from servicedesk.reports.actions.hearing import open_cases
from servicedesk.reports.models import Improvement, LowRatingCase, ReportIssue
from servicedesk.sla import access as promises
from servicedesk.sla import actions as sla
from servicedesk.sla.actions import rolling_out
from servicedesk.sla.agreement_rules import Line, Terms
from servicedesk.sla.models import Agreement, Clock, Policy, PolicyVersion
from servicedesk.surveys import actions as survey_actions
from servicedesk.surveys import queries as surveys
from servicedesk.surveys.models import SurveyWave
from servicedesk.surveys.rules import sign as sign_survey
from servicedesk.surveys.rules import unanswered
from servicedesk.tickets import access, actions
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.models import ChildRequest, Ticket
from servicedesk.workbench import actions as workbench
from servicedesk.workbench.rules import Asked, Picked
from tests import doors
from tests.cast import at
from tests.conftest import Templates
from tests.demo.conftest import empty_desk
from tests.flows.gates.reading import shape_of
from tests.flows.pages import ERRORS, PAGES, REFUSALS, ROLES
from tests.flows.serving import serve
from tests.letters.rows import shelved, written
from tests.uploads import PNG, upload

# Whoever has this role in the demo's list of sign-ins first.
END = "2026-06-17 15:00"


@dataclass
class World:
    """`things` fill the names in the addresses of pages.py; `people` are the roles' e-mail addresses."""

    desk: Flask
    address: str
    things: dict[str, Any]
    people: dict[str, str]
    painted: list[tuple[str, str]] | None = None

    def person(self, role: str) -> Person:
        found = who.person_by_email(self.people[role])
        assert found is not None
        return found

    def speak(self, language: str) -> None:
        """From now on everybody reads in this language."""
        with transaction():
            db.session.execute(update(Person).values(language=language, theme="light"))
        db.session.remove()

    def client(self, role: str, language: str) -> doors.Browser:
        """A browser without Chromium."""
        browser = doors.browser(self.desk)
        with self.desk.app_context(), browser.session_transaction() as kept:
            kept.update(self._session(role, language))
        return browser

    def cookie(self, role: str, language: str) -> dict[str, str]:
        """What a real browser keeps of somebody signed in."""
        signer = self.desk.session_interface.get_signing_serializer(self.desk)  # type: ignore[attr-defined]
        value = signer.dumps(self._session(role, language))
        return {"name": self.desk.config["SESSION_COOKIE_NAME"], "value": value, "url": self.address}

    def _session(self, role: str, language: str) -> dict[str, Any]:
        if role == "stranger":
            return {"language": language, "theme": "light"}
        return {"_user_id": self._keys[role], "_fresh": True}

    @cached_property
    def _keys(self) -> dict[str, str]:
        with transaction():
            people_of = {role: self.person(role) for role in self.people}
            return {
                role: people.open_session(Stamp(one.id, now(), "web"), one, "Браузер")
                for role, one in people_of.items()
            }

    def fill(self, address: str) -> str:
        return address.format_map(self.things)


@contextmanager
def served_world(templates: Templates, files: Path) -> Iterator[World]:
    """Told once, served until the end."""
    with empty_desk(templates) as desk:
        demo.tell(tickets=80, months=3, seed=1, end=at(END))
        desk.config["SETTINGS"] = replace(
            desk.config["SETTINGS"], files_dir=files, mail_authserv_id="mail.example.com",
            mailboxes=(Mailbox("it", "imaps", "mail.example.com", 993, "it", "secret", department="it"),),
        )  # fmt: skip
        roles = {}
        for _name, email, what in demo.sign_ins():
            roles.setdefault(re.split(r"\W", what)[0], email)
        things = _things(desk, roles)
        db.session.remove()
        with serve(desk) as address:
            yield World(desk, address, things, roles)


def _things(desk: Flask, roles: dict[str, str]) -> dict[str, Any]:
    asker, agent, lead = (_by(roles[role]) for role in ("employee", "agent", "lead"))
    ticket = _mailed(asker)
    resolved = _filed(asker, "Мышь заела", "it.incident")
    with transaction():
        actions.resolve(_now(agent), resolved, agent, "Вот другая.")
    waiting = invitations.waiting_of(desk.config["SETTINGS"].keys, resolved.id, asker.id, now().date())
    assert waiting is not None
    key = str(desk.secret_key)
    return {
        "ticket": ticket["ticket"], "resolved": resolved.id, "came_by": ticket["came_by"],
        "waiting_letter": shelved("quarantined", why="no_department", subject="Вопрос в никуда").id,
        "opinion": "/rate/" + sign(key, waiting.id), "ending": f"/unsubscribe/{sign_ending(key, asker.id)}",
        **_approvals(asker), **_survey_links(desk), **_figures(lead), **_promised(lead),
        "parent": _first(select(ChildRequest.parent_id).join(Ticket, Ticket.id == ChildRequest.parent_id).where(Ticket.department_id == agent.department_id))
        or _first(select(ChildRequest.parent_id)),
        "absence": _away(agent), "bulk": _changed(agent, resolved.id), **_prepared(agent), "mail": _first(select(OutgoingMail.id)), "person": asker.id,
    }  # fmt: skip


def _by(email: str) -> Person:
    found = who.person_by_email(email)
    assert found is not None
    return found


def _now(person: Person) -> Stamp:
    return Stamp(person.id, now(), "web")


def _first(statement: Any) -> Any:
    return db.session.scalars(statement.limit(1)).first()


def _filed(asker: Person, subject: str, kind: str, **answers: Any) -> Ticket:
    with transaction():
        return actions.open_ticket(
            _now(asker), asker, subject=subject, description="", request_type=catalog.request_type_by_key(kind), answers=answers, complete=False,
        )  # fmt: skip


def _mailed(asker: Person) -> dict[str, int]:
    """A request that came by mail, its letter with pictures, and an answer that came to it by itself."""
    with transaction():
        ticket = actions.open_ticket(
            Stamp(asker.id, now(), "mail"), asker, subject="Принтер молчит", description="Посмотрите.",
            department=who.department_by_key("it"),
        )  # fmt: skip
    picture = upload(asker, PNG, "sticker.png")
    with transaction():
        actions.attach(ticket, [picture])
    html = '<p>Посмотрите <img src="cid:pic@x" alt="наклейка"></p><img src="https://elsewhere.example/logo.png" alt="">'
    raw = written(
        "Посмотрите.",
        html,
        From="Мария <maria@example.com>",
        files=[("cid:pic@x", PNG), ("log.txt", "Не вышло.".encode()), ("setup.exe", b"MZ\0\0")],
    )
    letter = shelved("opened", raw, why="new", ticket_id=ticket.id, person_id=asker.id, subject="Принтер молчит")
    shelved("noted", why="auto_replied", ticket_id=ticket.id, subject="Меня нет")
    return {"ticket": ticket.id, "came_by": letter.id}


def _approvals(asker: Person) -> dict[str, int]:
    """A dear purchase that its lead approved and the director has not yet, and one that the lead refused."""
    answers = {"item": "Кресло", "cost": "300000"}
    unapproved, refused = (_filed(asker, subject, "it.purchase", **answers) for subject in ("Кресло", "Трон"))
    for ticket, decide, word in ((unapproved, actions.approve, ""), (refused, actions.refuse, "В этом году дорого.")):
        approver = db.session.get(Person, tickets.approvals(ticket.id)[0].approver_id)
        assert approver is not None
        with transaction():
            row, approval = access.approval_for(approver, ticket.id, tickets.approvals(ticket.id)[0].id)
            decide(_now(approver), row, approval, approver, word)
    return {"unapproved": unapproved.id, "refused": refused.id}


def _survey_links(desk: Flask) -> dict[str, str]:
    """Two links of the survey that runs, one to be answered and one that is finished; and one that is over."""
    keys, wave = desk.config["SETTINGS"].keys, surveys.running()
    assert wave is not None
    with transaction():
        wave.closes_on = now().date() + timedelta(days=9)
    waiting = (surveys.waiting_for(one.id, now().date()) for one in who.people_page(limit=200).items)
    asked = [
        row[0] for row in waiting if row and unanswered(surveys.sheet_of(wave, row[0].id, keys), row[0].department_ids)
    ]
    first, last = asked[:2]
    for department_id in last.department_ids:
        with transaction():
            stamp = Stamp(None, at(END), "web")
            survey_actions.answer(stamp, last, wave, keys, department_id=department_id, scores={"quality": 9})
    over = _first(select(SurveyWave.key).where(SurveyWave.key != wave.key))
    links = {name: f"/survey/{sign_survey(keys[0], row.id)}" for name, row in (("survey", first), ("finished", last))}
    return links | {"wave": over}


def _figures(lead: Person) -> dict[str, Any]:
    """A closed month, an action, a low rating to answer and a broken promise of the lead's department."""
    month = _first(select(ReportIssue.month).order_by(ReportIssue.month.desc()))
    with transaction():
        told = {"it": [{"metric": "speed", "score": 3, "comment": "Три дня за проводом."}]}
        open_cases(Stamp(None, now(), "worker"), month, told)
    action = _first(select(Improvement).where(Improvement.department_id == lead.department_id)) or _first(
        select(Improvement)
    )
    return {
        "month": month, "improvement": action.id,
        "improving": who.departments_by_id()[action.department_id].key,
        "case": _first(select(LowRatingCase.id).where(LowRatingCase.department_id == lead.department_id)),
        "breach": _first(select(Clock.id).where(Clock.breached_at.is_not(None), Clock.department_id == lead.department_id)),
    }  # fmt: skip


def _promised(lead: Person) -> dict[str, Any]:
    """What IT promises, that being applied to what runs, and an agreement."""
    policy = _first(select(Policy).where(Policy.department_id == lead.department_id)) or _first(select(Policy))
    version_id = _first(select(PolicyVersion.id).where(PolicyVersion.policy_id == policy.id))
    with transaction():
        version = promises.applicable_version(lead, "policy", version_id)
        rollout = rolling_out.ask_for_rollout(_now(lead), version, lead)
    return {"policy": policy.id, "policy_version": version_id, "rollout": rollout.id, "agreement": _agreed(lead)}


def _agreed(lead: Person) -> int:
    """An agreement of the lead's department with a version on top of the accepted one, which the lead proposes."""
    of_theirs = Agreement.supplier_id == lead.department_id
    agreement = _first(select(Agreement).where(of_theirs))
    with transaction():
        terms = Terms(promises=(Line(None, None, {"resolution": "20h"}),), valid_from=now().date() + timedelta(days=30))
        sides = (who.departments_by_id()[agreement.supplier_id], who.departments_by_id()[agreement.customer_id])
        sla.propose_agreement(_now(lead), lead, *sides, terms, agreement)
    return int(agreement.id)


def _away(agent: Person) -> int:
    with transaction():
        begins = now() + timedelta(days=365)
        return people.plan_absence(_now(agent), agent, agent, begins_at=begins, ends_at=begins + timedelta(days=7)).id


def asked_by(world: World, language: str) -> dict[tuple[str, str], TestResponse]:
    """What every role gets under every address: what is kept from it left out."""
    found = {}
    for role in ROLES:
        client = world.client(role, language)
        for address in (*(one for several in PAGES.values() for one in several), *ERRORS):
            answer = client.get(world.fill(address))
            if answer.status_code == REFUSALS.get(address, 200):
                found[role, address] = answer
    return found


def to_paint(world: World) -> list[tuple[str, str]]:
    """(role, address) of the pages made of something that no page before it showed, under any address; of all there are
    where DESK_TEST_EVERY_PAGE is set, which takes a quarter of an hour."""
    if world.painted is None and os.environ.get("DESK_TEST_EVERY_PAGE"):
        world.painted = list(asked_by(world, "ru"))
    if world.painted is None:
        seen: set[str] = set()
        chosen = []
        for (role, address), answer in asked_by(world, "ru").items():
            shape = shape_of(answer.text)
            if not shape <= seen or address not in {other for _role, other in chosen}:
                chosen.append((role, address))
            seen |= shape
        world.painted = chosen
    return world.painted


def _changed(agent: Person, ticket_id: int) -> int:
    """One of many requests changed at once."""
    with transaction():
        change = workbench.begin_change(_now(agent), agent, "follow", {}, [Picked(ticket_id, None)])
        workbench.change_one(_now(agent), change, change.lines[0], access.ticket_for(agent, ticket_id, "watch"), agent)
        workbench.finish_change(_now(agent), change)
    return change.id


def _prepared(agent: Person) -> dict[str, int]:
    """A view that the agent keeps, and a reply that the department has ready."""
    department = who.department_by_key("it")
    assert department is not None
    with transaction():
        view = workbench.save_view(
            _now(agent), agent, name="Наши", asked=Asked(assignee="none"), shared_with_id=department.id
        )
        reply = workbench.add_reply(
            _now(agent), department, agent, workbench.Prepared("hello", {"ru": "Привет"}, {"ru": "Здравствуйте!"})
        )
        return {"view": view.id, "reply": reply.id}
