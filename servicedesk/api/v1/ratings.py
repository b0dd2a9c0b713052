"""POST /ratings/{token}: an opinion, without sign-in. Nothing here says who gave it: no key, no id, no log."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from servicedesk.api import answers, bodies
from servicedesk.api.auth import needs_nobody
from servicedesk.api.doors import new_door, says
from servicedesk.api.reading import body
from servicedesk.api.replying import Answer, reply
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings import access, actions, rules

door = new_door("ratings", "Ratings")


@door.post("/ratings/<token>")
@says(door, answers.Saved, 201)
@body(door, bodies.Opinion, {"quality": 9, "speed": 4, "helpfulness": None, "comment": "It took three days."})
@needs_nobody
def rate(token: str, sent: dict[str, Any]) -> Response:
    """Say what you think of a solution

    The token is the one of the link, it works once. null means "cannot judge"; a score of 5 or lower needs a comment.
    What is saved names neither a person nor a ticket nor a moment, unless it is `signed`, so the answer has no address either.
    """
    stamp = Stamp(None, now(), "api")
    scores = {metric: sent[metric] for metric in rules.METRICS}
    keys = current_app.config["SETTINGS"].keys
    with transaction():
        invitation = access.invitation_for(keys, token, stamp.at)
        more = {name: sent[name] for name in ("comment", "thanks", "thanks_shown", "signed")}
        actions.rate(stamp, invitation, keys=keys, scores=scores, **more)
    return reply(Answer({"saved": True}, 201))
