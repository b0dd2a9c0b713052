"""Confidential requests of four kinds, and everything that somebody can look at, to be compared before and after."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.sla import actions as sla
from servicedesk.tickets import access, actions
from servicedesk.tickets.models import Ticket
from tests.build import all_clocks, hand_over, hold, note, open_ticket, propose, reply
from tests.cast import Cast, at, by, department
from tests.security.access_table import API
from tests.security.trying import TABLE, Caller

LOOKED_AT = at("2026-11-20 12:00")
# Files, and figures of the whole machine: they count mails and say of none what it is about.
OF_THE_MACHINE = {"GET static", "GET dist_file", "GET health.metrics"}
# Words that stand in no other request, by where they are written.
WORDS = ("quagga", "numbat", "axolotl", "kakapo", "okapi", "tapir", "fossa")
SUBJECT, STORY, REPLY, NOTE, ANSWER, HOLD, CHILD = WORDS


def _file(cast: Cast, kind: str = "hr.trouble", **more: Any) -> Ticket:
    about = {"subject": f"About the {SUBJECT}", "description": f"It began with a {STORY}."} | more
    return open_ticket(cast.maria, kind, "2026-04-02 11:00", **about)


def prepare(cast: Cast) -> None:
    """Anna leads HR as well, which has a confidential kind of request that Boris approves."""
    with transaction():
        stamp = by(None, "2026-04-01 09:00")
        people.grant(stamp, cast.anna, "lead", department("hr"))
        catalog.add_request_type(
            stamp, department("hr"), key="hr.quiet", name={"ru": "Тихо", "en": "Quiet"}, confidential=True,
            approvals=[{"who": "people", "people": [cast.boris.id], "need": "any"}],
            fields=[{"key": "whom", "type": "text", "label": {"ru": "Кто", "en": "Whom"}}],
        )  # fmt: skip


def held(cast: Cast) -> list[Ticket]:
    """By HR; its promises are broken, a date is proposed, it was on hold."""
    ticket = _file(cast)
    reply(ticket, cast.maria, "2026-04-02 12:00", f"And a {REPLY} came.")
    _look(ticket)
    note(ticket, cast.anna, "2026-04-13 13:00", f"The {NOTE} knows more.")
    hold(ticket, cast.anna, "2026-04-13 14:00", "third_party", note=f"Waiting for the {HOLD}.")
    reply(ticket, cast.anna, "2026-04-13 15:00", f"Tell us of the {REPLY}.")
    propose(ticket, cast.anna, "2026-04-13 16:00", "2027-03-01 15:00", f"The {HOLD} is away.")
    return [ticket]


def handed_over(cast: Cast) -> list[Ticket]:
    """By HR to IT, with a note."""
    ticket = _file(cast)
    note(ticket, cast.anna, "2026-04-02 13:00", f"The {NOTE} knows more.")
    _look(ticket)
    hand_over(ticket, cast.anna, "2026-04-13 14:00", "it", f"Ask the {HOLD}.")
    return [ticket]


def to_be_approved(cast: Cast) -> list[Ticket]:
    """By Boris."""
    return [_file(cast, "hr.quiet", answers={"whom": f"The {ANSWER}"})]


def child(cast: Cast) -> list[Ticket]:
    """Asked of IT from within a confidential request that HR holds; the parent is not among them."""
    parent = _file(cast)
    with transaction():
        made = actions.ask_department(
            by(cast.anna, "2026-04-02 12:00"), access.ticket_for(cast.anna, parent.id, to="ask_others"), cast.anna,
            subject=f"A {CHILD}", description=f"For the {STORY}.", department=department("it"),
        )  # fmt: skip
    for ticket in (made, parent):
        _look(ticket)
    return [made, parent]


# Who may know of it: those it is from and for, and the team that holds it.
KINDS: dict[str, tuple[Callable[[Cast], list[Ticket]], frozenset[str]]] = {
    "held": (held, frozenset({"maria", "anna"})),
    "handed over": (handed_over, frozenset({"maria", "igor", "olga"})),
    "to be approved": (to_be_approved, frozenset({"maria", "anna", "boris"})),
    "child": (child, frozenset({"maria", "anna", "igor", "olga"})),
}


def pages(
    app: Any, scene: Any, browser: Caller, program: Caller, numbers: list[int], **other: Any
) -> Iterator[tuple[str, str]]:
    """Every address that answers this person, with what is said there; those with filters too. `other` takes the place of
    what the access table says."""
    for name, route in TABLE.items():
        if name.startswith("GET ") and name not in OF_THE_MACHINE:
            caller = program if name in API else browser
            answer = caller.call(
                app, name, route, scene, **{key: other[key] for key in route.values.keys() & other.keys()}
            )
            yield name, f"{answer.status_code} {answer.headers.get('ETag', '')} {_told(answer)}"
    for where in addresses(numbers):
        client = (program if where.startswith("/api/") else browser).client
        db.session.rollback()
        answer = client.get(where)
        yield where, f"{answer.status_code} {_told(answer)}"


def addresses(numbers: list[int]) -> Iterator[str]:
    """Searches for the very words and numbers, lists by every filter, exports."""
    for text in (*WORDS, *(f"%23{number}" for number in numbers)):
        yield from (f"/search?q={text}", f"/api/v1/tickets?q={text}")
    yield from (f"/queue?q={text}" for text in WORDS[:2])
    for name, values in {
        "department": ("hr", "it", "sales"), "requester": ("maria@example.com", "anna@example.com", "me"),
        "assignee": ("anna@example.com", "none", "me"), "request_type": ("hr.trouble", "it.incident", "hr.quiet"),
        "status": ("new", "open", "awaiting_approval", "waiting,on_hold"), "priority": ("normal",), "sort": ("due", "updated", "created"),
    }.items():  # fmt: skip
        yield from (f"/api/v1/tickets?{name}={value}&limit=200" for value in values)
    yield from (f"/requests?tab={tab}" for tab in ("open", "waiting", "done"))
    for query in ("department=hr", "department=it", "metric=first_reply", "standing=unexplained", "month=2026-04"):
        yield from (f"/reports/breaches{form}?{query}" for form in ("", ".csv", ".xlsx"))
    yield from (f"/api/v1/breaches?{query}" for query in ("department=hr", "department=it", "from=2026-04-01"))
    yield from (f"/reports/live?department={key}" for key in ("hr", "it", "sales"))
    for key in ("hr", "it"):
        yield f"/departments/{key}"
        yield f"/reports/what-if?department={key}&metric=first_reply&month=2026-04&target=8h"
    yield from (f"/admin/audit?what={what}" for what in ("TicketOpened", "MessageAdded", "ChildAsked", "ClockBreached"))
    yield from (f"/admin/mail?state={state}" for state in ("queued", "sent", "failed"))


def hidden(app: Any, scene: Any, browser: Caller, program: Caller, number: int) -> dict[str, int]:
    """How each address of a ticket answers, for this number: 404 wherever there is something to look at or to change."""
    found = {}
    for name, route in TABLE.items():
        if "ticket_id" in route.values:
            caller = program if name in API else browser
            found[name] = caller.call(app, name, route, scene, ticket_id=number).status_code
    return found


def _told(answer: Any) -> str:
    """What stands there, without nonces, tokens and the moment at which it was asked."""
    if answer.mimetype.endswith("sheet"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return "\n".join(book.read(part).decode() for part in book.namelist() if part.startswith("xl/"))
    if not (answer.mimetype.startswith("text/") or "json" in answer.mimetype):
        return str(len(answer.data))
    text = answer.get_data(as_text=True)
    text = re.sub(r'(nonce|content|value)="[\w.\-]{16,}"', "", text)
    text = re.sub(r"\b[0-9a-f]{16}\b|X-CSRFToken[^}]*}", "", text)
    return re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[^\s\"<]*", "", text)


def _look(ticket: Ticket) -> None:
    """As the worker does, until nothing is due: what breaks has broken."""
    with transaction():
        for clock in all_clocks(ticket):
            while clock.next_look_at is not None and clock.next_look_at <= LOOKED_AT:
                sla.look_at_clock(by(None, LOOKED_AT, "worker"), clock.id)
