"""Fetches what an answer about tickets needs besides the rows, in a number of statements that does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app

from servicedesk.api import shapes
from servicedesk.api.auth import may, me, stamp
from servicedesk.api.shapes import Json, Names
from servicedesk.catalog import queries as catalog
from servicedesk.people import queries as people
from servicedesk.ratings import access as rating_access
from servicedesk.ratings import queries as ratings
from servicedesk.ratings import rules as rating_rules
from servicedesk.sla import queries as sla
from servicedesk.tickets import access
from servicedesk.tickets import queries as tickets


def names(*, people_ids: Iterable[int | None] = (), policy_versions: Iterable[int | None] = ()) -> Names:
    """Names of all departments and request types, and of these people and policies."""
    return Names(
        departments=people.departments_by_id(), request_types=catalog.request_types_by_id(),
        people=people.people_by_id(people_ids), policies=sla.policy_names(set(policy_versions)),
    )  # fmt: skip


def tickets_as_json(found: Sequence[Any], *, asked_to_rate: bool = False) -> list[Json]:
    """Tickets with their clocks as of now; `asked_to_rate` adds the link to the reader's own open questions.

    Everything that is pending in the session is written first, so that versions are the stored ones.
    """
    rows = sla.rows(found, stamp().at)
    known = names(
        people_ids={
            key for row in found for key in (row.requester_id, row.assignee_id, row.cover_id, row.registrar_id)
        },
        policy_versions={reading.clock.policy_version_id for row in rows for reading in row.clocks},
    )
    holds = tickets.holds_in_force([ticket.id for ticket in found])
    kin = _kin(found)
    forms = catalog.form_fields((ticket.request_type_id, ticket.form_number) for ticket in found)
    # The link saves an opinion, which a token for reading must not.
    links = _rating_links() if asked_to_rate and may("tickets:write") else {}
    return [
        shapes.ticket(
            row.ticket, [shapes.clock(reading, known) for reading in row.clocks], known, holds.get(row.ticket.id),
            links.get(row.ticket.id), kin[row.ticket.id], forms.get((row.ticket.request_type_id, row.ticket.form_number), ()),
        )
        for row in rows
    ]  # fmt: skip


def ticket_as_json(ticket: Any, *, asked_to_rate: bool = False) -> Json:
    return tickets_as_json([ticket], asked_to_rate=asked_to_rate)[0]


def clocks_as_json(ticket: Any) -> list[Json]:
    readings = sla.rows([ticket], stamp().at)[0].clocks
    known = names(policy_versions={reading.clock.policy_version_id for reading in readings})
    return [shapes.clock(reading, known) for reading in readings]


def _kin(found: Sequence[Any]) -> dict[int, tuple[int | None, int, int | None]]:
    """Of each ticket the parent that the reader may see, how many children they may know of, and into which one that they see it
    was merged."""
    above = access.parents_of(me(), found)
    below = Counter(child.row.parent_id for child in access.known_children(me(), found) if child.row.dropped_at is None)
    visible = {number: link.row.parent_id for number, link in above.items() if link.visible}
    merged = {ticket.id: ticket.merged_into_id for ticket in found if ticket.merged_into_id is not None}
    seen = access.visible_ids(me(), set(merged.values())) if merged else set()
    into = {key: target for key, target in merged.items() if target in seen}
    return {ticket.id: (visible.get(ticket.id), below[ticket.id], into.get(ticket.id)) for ticket in found}


def _rating_links() -> dict[int, tuple[str, str]]:
    """Address and token of each open question to the reader, by ticket."""
    settings = current_app.config["SETTINGS"]
    today = rating_rules.day_of(stamp().at, rating_access.company_timezone())
    links = {}
    for invitation in ratings.waiting_for(settings.keys, me().id, today):
        token = rating_rules.sign(settings.secret_key, invitation.id)
        links[invitation.ticket_id] = (f"{settings.public_url}/rate/{token}", token)
    return links
