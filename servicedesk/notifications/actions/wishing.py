"""What people wish to be written about: ways of groups of news, hours of mail, muted tickets, and an end to gathered mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import delete, select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.mailout import actions as mailout
from servicedesk.notifications import queries, rules
from servicedesk.notifications.actions.gathering import free
from servicedesk.notifications.models import MutedTicket, Notice, NotificationChoice, NotificationHours
from servicedesk.people.models import Person
from servicedesk.tickets.models import Ticket

MINUTES_OF_A_DAY = range(24 * 60)


def choose(
    stamp: Stamp, person: Person, modes: Mapping[str, str], *, rhythm: str, quiet: tuple[int, int] | None
) -> None:
    """Set the modes of these groups and the hours of mail; groups that `modes` leaves out stay as they are.

    What already waits to be gathered is written, unless its group is left to the bell now; mail that waits for the end of
    quiet hours waits for that of the new ones. Raises `Invalid` for a group
    or mode that there is not, and for quiet hours without a beginning and another end.
    """
    _refuse_unknown(modes, rhythm, quiet)
    _lock(person.id)
    _keep_modes(person.id, modes)
    row = db.session.get(NotificationHours, person.id)
    if row is None:
        row = NotificationHours(person_id=person.id)
        db.session.add(row)
    row.rhythm = rhythm
    row.quiet_from, row.quiet_until = quiet or (None, None)
    mailout.wait_until(stamp, person.email, rules.end_of_quiet(quiet, queries.zone_of(person), stamp.at))


def end_gathered_mail(person_id: int) -> None:
    """Gather nothing more for this person: what was gathered is left to the bell, and approvals come by mail at once.

    Doing it twice is doing it once. Raises `NotFound` for nobody.
    """
    if _lock(person_id) is None:
        raise NotFound()
    chosen = queries.wishes_of([person_id])[person_id].choices
    gathered = [key for key in rules.GROUPS if rules.mode_of(key, chosen) == rules.GATHERED]
    _keep_modes(person_id, {key: rules.without_gathering(key) for key in gathered})
    _free_lines(person_id, lambda _key: True)


def mute(stamp: Stamp, ticket: Ticket, person: Person) -> None:
    """Hear nothing more of a ticket one sees, unless asked; muting twice is muting once."""
    if db.session.get(MutedTicket, (person.id, ticket.id)) is None:
        db.session.add(MutedTicket(person_id=person.id, ticket_id=ticket.id, muted_at=stamp.at))


def unmute(ticket: Ticket, person: Person) -> None:
    row = db.session.get(MutedTicket, (person.id, ticket.id))
    if row is not None:
        db.session.delete(row)


def _refuse_unknown(modes: Mapping[str, str], rhythm: str, quiet: tuple[int, int] | None) -> None:
    faults = {
        key: N_("Choose one of the list.")
        for key, mode in modes.items()
        if key not in rules.GROUPS or mode not in rules.GROUPS[key].modes
    }
    if rhythm not in rules.RHYTHMS:
        faults["rhythm"] = N_("Choose one of the list.")
    if quiet is not None and (quiet[0] == quiet[1] or not set(quiet) <= set(MINUTES_OF_A_DAY)):
        faults["quiet_until"] = N_("Quiet hours end at another time than they begin.")
    if faults:
        raise Invalid(fields=faults)


def _keep_modes(person_id: int, modes: Mapping[str, str]) -> None:
    """Only what differs from everybody's way is a row: who never chose follows when that changes."""
    rows = NotificationChoice.person_id == person_id
    db.session.execute(
        delete(NotificationChoice)
        .where(rows, NotificationChoice.group_key.in_(modes))
        .execution_options(synchronize_session=False)
    )
    for key, mode in modes.items():
        if mode != rules.GROUPS[key].default:
            db.session.add(NotificationChoice(person_id=person_id, group_key=key, mode=mode))
    db.session.flush()
    _free_lines(person_id, lambda key: modes.get(key) == rules.BELL)


def _free_lines(person_id: int, unwanted: Callable[[str], bool]) -> None:
    waiting = select(Notice.id, Notice.kind).where(Notice.person_id == person_id, Notice.gather_at.is_not(None))
    free([number for number, kind in db.session.execute(waiting) if unwanted(rules.group_of(kind))])


def _lock(person_id: int) -> Person | None:
    """Two saves of one person at the same moment come one after the other."""
    return db.session.get(Person, person_id, with_for_update=True)
