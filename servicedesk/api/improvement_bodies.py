"""What calls about actions of departments take. Shape only; what is possible is said by the slice."""

from __future__ import annotations

from servicedesk.api.bodies import NAME, Page
from servicedesk.api.fields import Body, Day, Fits, Text, TrueOrFalse, Word
from servicedesk.reports.actions.improving import LONGEST_IMPROVEMENT, LONGEST_TITLE
from servicedesk.reports.figures import AIMS
from servicedesk.reports.queries import STATES

_TITLE, _TEXT = Fits(max=LONGEST_TITLE), Fits(max=LONGEST_IMPROVEMENT)
_OWNER = {"description": "E-mail of who sees to it, somebody of the department; null for nobody."}
_AIM = {"description": "The figure it aims at, compared before and after; null for none."}


class ImprovementPage(Page):
    state = Word(STATES, metadata={"description": "Only those in this state."})


class NewImprovement(Body):
    title = Text(required=True, validate=_TITLE, metadata={"description": "What will be different, in one line."})
    said = Text(load_default="", validate=_TEXT, metadata={"description": "What was heard."})
    owner = Text(load_default=None, allow_none=True, validate=NAME, metadata=_OWNER)
    due_on = Day(load_default=None, allow_none=True)
    metric = Word(tuple(AIMS), load_default=None, allow_none=True, metadata=_AIM)
    published = TrueOrFalse(load_default=False, metadata={"description": "Whether everybody may read it."})
    did = Text(load_default="", validate=_TEXT, metadata={"description": "What was done; with `done_on` alone."})
    done_on = Day(load_default=None, allow_none=True, metadata={"description": "Of one that is done already."})


class ImprovementChange(Body):
    title = Text(validate=_TITLE)
    said = Text(validate=_TEXT)
    owner = Text(allow_none=True, validate=NAME, metadata=_OWNER)
    due_on = Day(allow_none=True)
    metric = Word(tuple(AIMS), allow_none=True, metadata=_AIM)
    published = TrueOrFalse()
    state = Word(STATES, metadata={"description": "done needs `did`, dropped needs `why`."})
    did = Text(validate=_TEXT)
    done_on = Day(allow_none=True, metadata={"description": "Today where it is left out."})
    why = Text(validate=_TEXT, metadata={"description": "Why it is given up."})
