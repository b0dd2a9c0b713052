"""Who is told of an agreement: the leads of the other side when it is proposed, those of both when it is settled or ends."""

from __future__ import annotations

from typing import Any

from servicedesk.notifications import rules
from servicedesk.notifications.actions import News, tell
from servicedesk.notifications.reactions.telling import in_the_present
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.sla import events
from servicedesk.sla import queries as sla
from servicedesk.sla.models import AgreementVersion


@in_the_present
def ask_other_side(event: events.AgreementProposed) -> None:
    """The leads who may answer."""
    version = _version(event)
    other = ({event.supplier_id, event.customer_id} - {event.by_department_id}).pop()
    facts = {"author": _author(event), "counters": event.counters, "valid_from": version.valid_from.isoformat()}
    line = "agreement_proposed.counter" if event.counters else None
    _tell(event, "agreement_proposed", _leads(other), facts, line=line)


@in_the_present
def tell_of_acceptance(event: events.AgreementAccepted) -> None:
    """Who proposed it and the leads of both; of a decree the leads of both."""
    version = _version(event)
    facts = {
        "author": "" if event.decreed else _author(event), "valid_from": version.valid_from.isoformat(),
        "valid_until": version.valid_until.isoformat() if version.valid_until else "",
    }  # fmt: skip
    _tell(event, "agreement_accepted", [version.proposed_by, *_both(event)], facts)


@in_the_present
def tell_of_refusal(event: events.AgreementRefused) -> None:
    """A refusal with its note to who proposed it and the leads of both; what was taken back by the bell alone."""
    version = _version(event)
    if event.how == "declined":
        facts = {"author": _author(event), "note": version.answer_note}
        _tell(event, "agreement_declined", [version.proposed_by, *_both(event)], facts)
    else:
        _tell(event, "agreement_withdrawn", _both(event), {})


@in_the_present
def remind_both_sides(event: events.AgreementEnds) -> None:
    facts = {"what": event.what, "on": event.on.isoformat()}
    _tell(event, "agreement_ends", _both(event), facts, line=f"agreement_ends.{event.what}")


def _tell(
    event: events.AgreementEvent, kind: str, to: list[Person | None] | list[Person], facts: dict[str, Any], *,
    line: str | None = None,
) -> None:  # fmt: skip
    departments = people.departments_by_id()
    known = {
        "supplier": dict(departments[event.supplier_id].name), "customer": dict(departments[event.customer_id].name),
        "version": event.version, **facts,
    }  # fmt: skip
    bell = {key: value for key, value in known.items() if key in ("supplier", "customer", "version", "author", "on")}
    what = line or kind
    news = News(
        kind=kind, line=line, about=f"{what}:{event.agreement_id}:{event.version}",
        bell=bell | {"agreement": event.agreement_id}, mail=known | {"agreement_id": event.agreement_id},
    )  # fmt: skip
    told = rules.those_told(to, but=[event.stamp.actor_id])
    tell(event.stamp, news, [(person, "lead") for person in told])


def _both(event: events.AgreementEvent) -> list[Person]:
    return [*_leads(event.supplier_id), *_leads(event.customer_id)]


def _leads(department_id: int) -> list[Person]:
    return people.team(department_id, "lead", with_roles=False)


def _author(event: events.AgreementEvent) -> str:
    found = people.person(event.stamp.actor_id) if event.stamp.actor_id is not None else None
    return found.name if found else ""


def _version(event: events.AgreementEvent) -> AgreementVersion:
    return next(row for row in sla.versions(event.agreement_id) if row.number == event.version)
