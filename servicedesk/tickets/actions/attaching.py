"""Files that come with words instead of answering a field of the form."""

from __future__ import annotations

from collections.abc import Sequence

from servicedesk.files import actions as files
from servicedesk.files.models import StoredFile
from servicedesk.files.shelf import Readable, Shelf
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import queries, rules
from servicedesk.tickets.models import Attachment, Hold, Message, Ticket


def attach(ticket: Ticket, rows: Sequence[StoredFile], message: Message | None = None) -> None:
    """Make stored files part of a message, whose visibility they have, or of the description where there is none."""
    message_id = message.id if message is not None else None
    db.session.add_all(Attachment(ticket_id=ticket.id, file_id=file.id, message_id=message_id) for file in rows)
    db.session.flush()


def keep_file(stamp: Stamp, shelf: Shelf, stream: Readable, name: str, sender: Person) -> StoredFile:
    """Keep a file that `sender` will make part of something. Raises `TooLarge`, or `Invalid` at file: also where so much of
    what they sent is part of nothing that first some of it must be sent, or swept away."""
    count, size = queries.waiting_files(sender.id)
    if count >= rules.MOST_WAITING or size >= rules.MOST_WAITING_BYTES:
        raise Invalid(
            fields={
                "file": N_("Many files that you chose wait to be sent. Send or remove some, or try again tomorrow.")
            }
        )
    return files.store(stamp, shelf, stream, name, sender.id)


def attach_sent(ticket: Ticket, sender: Person, keys: Sequence[str], to: Message | Hold | None) -> None:
    """Make files that `sender` has sent before part of what they say now, in the order of `keys`; of the description where
    that is None.

    Raises `Invalid` at files for one that is not theirs, is part of something already or has been swept away, and for too
    many of them.
    """
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return
    if len(wanted) > rules.MOST_FILES:
        raise Invalid(
            fields={"files": DeskError(N_("At most %(most)d files go with one message."), most=rules.MOST_FILES)}
        )
    found = {row.key: row for row in queries.files_for(wanted, [sender.id], None)}
    if len(found) < len(wanted):
        raise Invalid(fields={"files": N_("This file cannot be found any more. Choose it again.")})
    db.session.flush()
    place = {"hold_id": to.id} if isinstance(to, Hold) else {"message_id": to.id} if to is not None else {}
    db.session.add_all(Attachment(ticket_id=ticket.id, file_id=found[key].id, **place) for key in wanted)
    db.session.flush()
