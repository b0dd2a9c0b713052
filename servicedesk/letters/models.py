"""Tables of letters that came in. What they say is in the raw mail on the shelf, not here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base

# What became of it.
OUTCOMES = (
    "opened",  # a new request
    "replied",  # a message in a request
    "thanked",  # the same, but its thanks reopen nothing
    "noted",  # an automatic answer to one of our mails, kept in the history of its request
    "bounced",  # a report that a mail of ours did not arrive
    "logged",  # a receipt, an answer to an appointment, an automatic letter: nothing follows
    "refused",  # from somebody we do not know
    "quarantined",  # somebody must look at it
    "duplicate",
    "loop",  # our own mail, come back
    "too_large",
    "unparsable",
)
# Whether our mail server vouches for the sender; none where it says nothing.
VERIFIED = ("pass", "fail", "none")

_FIRST = text("outcome != 'duplicate'")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class ReceivedMail(Base):
    """One letter and what became of it. Nothing that arrived is without a row.

    `mailbox` is the name of the mailbox it was read from, empty for one that came through the command; `uid` its number
    there. `digest` names the raw mail on the shelf (SHA-256), empty where it was left on the server. `message_key` is its
    normalised Message-ID, or what stands for one, and `canonical` the SHA-256 of the mail without the headers of its way:
    a letter with the same pair came before. `why` says which rule decided.
    """

    __tablename__ = "received_mail"
    __table_args__ = (
        UniqueConstraint("mailbox", "uid_validity", "uid"),
        Index(
            "uq_received_mail_first", "message_key", "canonical", unique=True, sqlite_where=_FIRST, postgresql_where=_FIRST
        ),
        CheckConstraint(_one_of("outcome", OUTCOMES), name="known_outcome"),
        CheckConstraint(_one_of("verified", VERIFIED), name="known_verification"),
        Index("ix_received_mail_outcome", "outcome", "id"),
        Index("ix_received_mail_from_address", "from_address", "fetched_at"),
        Index("ix_received_mail_mailbox", "mailbox", "id"),
        Index("ix_received_mail_digest", "digest"),
        # Few: how often the desk has answered by itself lately.
        Index("ix_received_mail_answered", "fetched_at", sqlite_where=text("answered"), postgresql_where=text("answered")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(64), default="")
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    uid: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int]
    message_key: Mapped[str] = mapped_column(String(255))
    canonical: Mapped[str] = mapped_column(String(64))
    from_address: Mapped[str] = mapped_column(String(254), default="")
    # The address of ours to which it was written, where one is known.
    recipient: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(300), default="")
    # When our mail server took it, from which promises run, and when the desk fetched it.
    received_at: Mapped[datetime]
    fetched_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(String(40), default="")
    # Whether our mail server vouches for the sender: pass, fail, or none where it says nothing.
    verified: Mapped[str] = mapped_column(String(4), default="none")
    # Its Message-ID came before, on a letter that said something else.
    same_id_differs: Mapped[bool] = mapped_column(default=False)
    # Whether the desk answered it by itself.
    answered: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    # A request it may belong to, though nothing proves it.
    related_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    released_at: Mapped[datetime | None]
    # Who looked at it and decided that nothing shall follow.
    left_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    left_at: Mapped[datetime | None]


class MailboxState(Base):
    """How far a mailbox was read, by whom it is read now, and what is wrong with it."""

    __tablename__ = "mailbox_state"

    mailbox: Mapped[str] = mapped_column(String(64), primary_key=True)
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int | None] = mapped_column(BigInteger)
    # The worker that reads it, until the lease ends.
    reader: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    # When the newest letter that was read had come to the server, and how many wait there.
    newest_at: Mapped[datetime | None]
    waiting: Mapped[int | None]
    failure: Mapped[str | None] = mapped_column(String(500))
    failing_since: Mapped[datetime | None]
