"""Use cases of outgoing mail, one file per kind: queueing, delivering what is queued, what came back. None sends itself."""

from servicedesk.mailout.actions.bouncing import mark_bounced, trust_again
from servicedesk.mailout.actions.delivering import (
    claim,
    mark_failed,
    mark_refused,
    mark_sent,
    put_back,
    send_again,
)
from servicedesk.mailout.actions.domains import refused_by, taken_by
from servicedesk.mailout.actions.queueing import (
    Letter,
    forget_ended,
    queue_mail,
    queue_mails,
    wait_until,
    withdraw,
    withdraw_about,
)

__all__ = [
    "Letter", "claim", "forget_ended", "mark_bounced", "mark_failed", "mark_refused", "mark_sent", "put_back", "queue_mail",
    "queue_mails", "refused_by", "send_again", "taken_by", "trust_again", "wait_until", "withdraw", "withdraw_about",
]  # fmt: skip
