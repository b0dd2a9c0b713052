"""From the first request to the stored report, through the actions of every slice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings.actions import rate
from servicedesk.ratings.models import Invitation, Rating
from servicedesk.reports import queries
from servicedesk.reports.access import department_report_for
from servicedesk.reports.actions import close_month
from servicedesk.tickets.actions import hand_over, open_ticket, reopen, reply, resolve
from tests.cast import by, department
from tests.opinions import KEYS


@pytest.fixture
def april(app, cast):
    """Five people ask IT and rate it, one request goes by HR first and breaks its promise, one is reopened."""
    it, hr = department("it"), department("hr")
    for i, name in enumerate(("maria", "boris", "stranger", "adam", "rita")):
        person, day = getattr(cast, name), f"2026-04-{6 + i:02d}"
        with transaction():
            ticket = open_ticket(by(person, f"{day} 10:00"), person, subject="x", description="x", department=it)
        with transaction():
            reply(by(cast.igor, f"{day} 11:00"), ticket, cast.igor, "looking")
        with transaction():
            resolve(by(cast.igor, f"{day} 13:00"), ticket, cast.igor, "done")
        with transaction():
            invitation = db.session.scalars(select(Invitation).where(Invitation.ticket_id == ticket.id)).one()
            scores = {"quality": 6 + i, "speed": 8, "helpfulness": 10 - i}
            rate(by(None, f"{day} 14:00"), invitation, keys=KEYS, scores=scores, comment=f"word {i}")
    with transaction():
        reopen(by(cast.rita, "2026-04-13 10:00"), ticket, cast.rita, "not done")
    with transaction():
        resolve(by(cast.igor, "2026-04-13 12:00"), ticket, cast.igor, "now it is")
    with transaction():
        lost = open_ticket(by(cast.maria, "2026-04-14 10:00"), cast.maria, subject="y", description="y", department=hr)
    with transaction():
        hand_over(by(cast.anna, "2026-04-15 12:00"), lost, cast.anna, it, "not ours")
    with transaction():
        resolve(by(cast.igor, "2026-04-24 12:00"), lost, cast.igor, "done")
    with transaction():
        issue = close_month(by(None, "2026-05-07 09:00", "worker"), "2026-04", keys=KEYS)
    return queries.whole_document_of(issue)


def test_the_report_tells_what_happened(april):
    assert april["index"]["value"] == pytest.approx(8)
    assert (april["index"]["n"], april["index"]["raters"]) == (5, 5)
    assert april["responses"]["invited"] == 7 and april["responses"]["answered"] == 5
    # Whether the last one holds is known in May.
    assert april["first_time_fix"] == {"fixed": 4, "reopened": 1, "share": 0.8}
    resolution = april["promises"]["resolution"]
    assert resolution["kept"] + resolution["broken"] == 6
    it, hr = (next(row for row in april["departments"] if row["key"] == key) for key in ("it", "hr"))
    assert it["times"]["resolution"]["median"] == 3 * 3600
    assert sorted(row["text"] for row in it["comments"]) == [f"word {i}" for i in range(5)]
    (chain,) = april["chains"]
    # HR works Monday to Thursday 10-16, IT in office hours.
    assert chain["route"] == ["hr", "it"]
    assert [link["seconds"] for link in chain["links"]] == [8 * 3600, (6 + 6 * 9 + 3) * 3600]
    assert all(band["tickets"] == 0 for band in april["backlog"])
    ball = {(part["holder"], part["department"]): part["seconds"] for part in april["ball"]["holders"]}
    # Three hours each, two more after the reopening; and the parts of the chain.
    assert april["ball"]["tickets"] == 6
    assert ball == {("supplier", "it"): (5 * 3 + 2 + 63) * 3600, ("supplier", "hr"): 8 * 3600}
    assert [part["seconds"] for part in it["ball"]["holders"]] == [ball["supplier", "it"]]
    assert april["ball"]["closed"] == it["ball"]["closed"] + hr["ball"]["closed"]


def test_nothing_stored_tells_raters_apart_any_more(april):
    assert db.session.scalars(select(Rating.id)).all() == []


def test_the_lead_reads_it_at_once(april, cast):
    found = department_report_for(cast.olga, "2026-04", "it")
    assert found["department"]["ratings"]["index"]["raters"] == 5
