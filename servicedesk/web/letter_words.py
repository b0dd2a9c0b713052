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
# (outcome, cause) -> the whole sentence; causes are those of mailin/route.py.
CAUSES = {
    ("opened", "new"): N_("It belongs to nothing that is here, so it became a new request."),
    ("opened", "machine"): N_("A machine whose letters are taken wrote it. It became a new request, and nobody is answered."),
    ("opened", "released"): N_("Somebody who may decide had it delivered; it became a new request."),
    ("opened", "not_part"): N_(
        "Its sender sees the request that it answers, but only follows it. So it became a new request beside that one."
    ),
    ("opened", "ended"): N_(
        "The request that it answers was withdrawn or closed too long ago to be opened again. So it became a new request beside that one."
    ),
    ("replied", "address"): N_("It was written to the address of a request, which only we can make, so it became a message there."),
    ("replied", "reference"): N_("It answers a mail of ours about a request, so it became a message there."),
    ("replied", "exchange"): N_(
        "It became a message in a request; so many came from there within minutes that nobody is told of each."
    ),
    ("replied", "tag"): N_("Its subject names a request that its sender takes part in, so it became a message there."),
    ("thanked", "address"): BECAUSE["thanked"],
    ("thanked", "reference"): BECAUSE["thanked"],
    ("thanked", "tag"): BECAUSE["thanked"],
    ("noted", "auto_replied"): N_("An answering machine wrote it, such as “I am away”. It stands in the history of its request."),
    ("noted", "auto_generated"): N_("A machine wrote it about a request. It stands in the history of that request."),
    ("noted", "auto_bulk"): N_("It was sent to many at once, about a request. It stands in the history of that request."),
    ("bounced", "report"): N_("It says that a mail of ours did not arrive. The mail and its address are marked."),
    ("bounced", "other_mail"): N_("It says that a mail did not arrive, but not which one of ours. Nothing follows from it."),
    ("logged", "receipt"): N_("It says that somebody has opened a mail of ours. Nothing follows from it."),
    ("logged", "delivered"): N_("It says that a mail of ours has arrived. Nothing follows from it."),
    ("logged", "calendar"): N_("It answers an appointment. Nothing follows from it."),
    ("logged", "auto_replied"): N_("An answering machine wrote it, such as “I am away”, and it names no request. Nothing follows from it."),
    ("logged", "auto_generated"): N_("A machine wrote it that is not named in MAIL_MACHINES. Nothing follows from it."),
    ("logged", "auto_bulk"): N_("It was sent to many at once: a newsletter or a mailing list. Nothing follows from it."),
    ("refused", "unknown_sender"): N_(
        "Its sender is nobody here, and the domain is not one whose people may write without being known (MAIL_DOMAINS)."
    ),
    ("opened", "number_alone"): N_(
        "It names a request by its number alone, and our mail server does not vouch for its sender. So it became a new request beside that one."
    ),
    ("quarantined", "no_sender"): N_("It names no sender, so nobody knows for whom it asks."),
    ("quarantined", "several_senders"): N_("It names several senders, so nobody knows for whom it asks."),
    ("quarantined", "switched_off"): N_("Its sender is known here but switched off."),
    ("quarantined", "spoofed"): N_("Our mail server says that its sender is not who the letter says."),
    ("quarantined", "unproven"): N_(
        "It answers a request for its department, but our mail server does not vouch for its sender, or it did not come to the signed address. Its sender was told that the answer did not arrive."
    ),
    ("quarantined", "too_many_new"): N_(
        "More people than usual have become known by their first letter within an hour, and our mail server does not vouch for this one."
    ),
    ("quarantined", "too_many"): N_("Its sender has made more requests by mail within an hour than the desk takes by itself."),
    ("quarantined", "confidential"): N_(
        "It belongs to a confidential request that takes no more, and a new request made of it would not be confidential."
    ),
    ("too_large", "size"): BECAUSE["too_large"],
    ("quarantined", "no_department"): N_("No department is found for the address to which it was written."),
    ("duplicate", "same_letter"): BECAUSE["duplicate"],
    ("loop", "own_header"): N_("The desk wrote it itself, and it came back; answering it would go on for ever."),
    ("loop", "own_address"): N_("It says that it comes from an address of the desk; answering it would go on for ever."),
    ("loop", "hops"): N_("It has passed more than 50 mail servers and goes round in circles."),
}  # fmt: skip
# Of what passes a limit of mailin/parse, by its code.
TANGLED = {
    "too long headers": N_("Its headers are longer than any mail program writes them, so it was not taken apart."),
    "too many parameters": N_(
        "Its headers are more tangled than any mail program writes them, so it was not taken apart."
    ),
    "too many addresses": N_("It names more addresses than letters to a desk do, so it was not taken apart."),
    "too many parts": N_("It has more parts than letters have, so it was not taken apart."),
    "too many levels": N_("It holds letters within letters, deeper than people send them, so it was not taken apart."),
    "too many attachments": N_("It has more attachments than are taken, so it was not taken apart."),
    "too large": N_("What it holds is larger than files may be, so it was not taken apart."),
    "too much memory": N_("Taking it apart took too much memory, as it does with letters made to hurt."),
    "too slow": N_("Taking it apart took too long, as it does with letters made to hurt."),
    "crashed": N_("The program that takes letters apart broke down over it, as it does with letters made to hurt."),
}


def outcome_name(outcome: str) -> str:
    return _(OUTCOME_NAMES[outcome])


def letter_why(letter: Any) -> str:
    """Why the letter is where it is, as one whole sentence."""
    return _(TANGLED.get(letter.why) or CAUSES.get((letter.outcome, letter.why)) or BECAUSE[letter.outcome])
