"""What became of a letter and why, in words. Asks for no rows."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from servicedesk.kernel.text import N_

OUTCOME_NAMES = {
    "opened": N_("New request"),
    "replied": N_("Message in a request"),
    "thanked": N_("Thanks"),
    "noted": N_("Automatic answer"),
    "bounced": N_("Did not arrive"),
    "logged": N_("Nothing follows"),
    "refused": N_("Unknown sender"),
    "quarantined": N_("Waits for a decision"),
    "duplicate": N_("Came twice"),
    "loop": N_("Our own mail"),
    "too_large": N_("Too large"),
    "unparsable": N_("Unreadable"),
}
# Where no cause says more.
BECAUSE = {
    "opened": N_("It became a new request."),
    "replied": N_("It became a message in a request."),
    "thanked": N_("It only says thank you, so the request stayed done."),
    "noted": N_("An automatic answer to a mail of ours; it stands in the history of its request."),
    "bounced": N_("A report that a mail of ours did not arrive."),
    "logged": N_("No person wrote it, so nothing follows from it."),
    "refused": N_("Its sender is not known here."),
    "quarantined": N_("The desk could not decide by itself what it belongs to."),
    "duplicate": N_("The very same letter came before; that one was delivered."),
    "loop": N_("A mail of ours came back to us; answering it would go on for ever."),
    "too_large": N_("It is larger than letters may be. It was not fetched and still lies on the mail server."),
    "unparsable": N_("It is so broken or so tangled that it could not be taken apart."),
}
# (outcome, cause) -> the whole sentence.
CAUSES: dict[tuple[str, str], str] = {}


def outcome_name(outcome: str) -> str:
    return _(OUTCOME_NAMES[outcome])


def letter_why(letter: Any) -> str:
    """Why the letter is where it is, as one whole sentence."""
    return _(CAUSES.get((letter.outcome, letter.why), BECAUSE[letter.outcome]))
