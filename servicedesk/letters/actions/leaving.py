"""Deciding that nothing shall follow from a letter, and forgetting what letters said from which nothing came."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.letters import rules
from servicedesk.letters.events import LetterLeft
from servicedesk.letters.models import ReceivedMail


def leave_undelivered(stamp: Stamp, letter: ReceivedMail) -> None:
    """Nothing follows from the letter; it stays in the log and can be delivered later all the same.

    Publishes `LetterLeft`. Raises `Conflict` where somebody has decided before.
    """
    if not rules.waits(letter):
        raise Conflict(N_("Somebody has decided about this letter meanwhile."))
    letter.left_by_id, letter.left_at = stamp.actor_id, stamp.at
    publish(LetterLeft(stamp=stamp, letter_id=letter.id, outcome=letter.outcome, why=letter.why))


def forget_old(at: datetime) -> None:
    """Let go of the raw mail of letters from which nothing came, `rules.KEPT_FOR` after they came: whoever clears the shelf
    removes the bytes then, unless another letter has the same. The rows stay, with what they say of each."""
    over = ReceivedMail.outcome.in_(rules.FORGETTABLE), ReceivedMail.fetched_at < at - rules.KEPT_FOR
    old = update(ReceivedMail).where(*over, ReceivedMail.digest != "")
    db.session.execute(old.values(digest="").execution_options(synchronize_session=False))
