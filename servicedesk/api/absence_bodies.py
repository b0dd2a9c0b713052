"""What calls about absences take. Shape only; what is possible is said by the slice."""

from __future__ import annotations

from servicedesk.api.bodies import NAME, Page
from servicedesk.api.fields import Body, DayOrMoment, Fits, Text
from servicedesk.people.absence_rules import NOTE_LENGTH

_NOTE = Fits(max=NOTE_LENGTH)
_FIRST = "The first day, meant whole on the person's wall clock, or the exact moment."
_LAST = "The last day, meant whole, or the moment at which the person is back."


class AbsencePage(Page):
    person = Text(validate=NAME, metadata={"description": "An e-mail address or `me`."})
    department = Text(validate=NAME, metadata={"description": "Key of the department whose people are asked for."})
    since = DayOrMoment(data_key="from", metadata={"description": "Not over before this day or moment."})
    until = DayOrMoment(data_key="to", metadata={"description": "Begun on this day or earlier, or before this moment."})


class NewAbsence(Body):
    person = Text(
        load_default=None, allow_none=True, validate=NAME, metadata={"description": "E-mail; without it, your own."}
    )
    first = DayOrMoment(data_key="from", required=True, metadata={"description": _FIRST})
    last = DayOrMoment(data_key="to", required=True, metadata={"description": _LAST})
    substitute = Text(
        load_default=None, allow_none=True, validate=NAME, metadata={"description": "E-mail of who stands in."}
    )
    note = Text(load_default="", validate=_NOTE, metadata={"description": "For the team alone."})


class AbsenceChange(Body):
    first = DayOrMoment(data_key="from", metadata={"description": _FIRST})
    last = DayOrMoment(data_key="to", metadata={"description": _LAST})
    substitute = Text(allow_none=True, validate=NAME, metadata={"description": "E-mail; null for nobody."})
    note = Text(validate=_NOTE)
