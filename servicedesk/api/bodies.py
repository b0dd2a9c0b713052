"""What calls take: bodies and parameters. Shape only; what is possible is said by the slices."""

from __future__ import annotations

from servicedesk.api.fields import (
    Anything,
    Between,
    Body,
    DayOrMoment,
    Digits,
    Fits,
    Keys,
    Moment,
    Numbers,
    Query,
    Text,
    TrueOrFalse,
    Whole,
    Word,
    Words,
)
from servicedesk.kernel.paging import LARGEST
from servicedesk.sla.rules import BALLS, BREACH_REASONS, METRICS, MOST_AT_ONCE, TERM_REASON_LENGTH
from servicedesk.tickets.rules import MOST_CHILDREN

PRIORITIES = ("low", "normal", "high", "urgent")
STATUSES = ("new", "awaiting_approval", "open", "waiting", "on_hold", "resolved", "closed", "cancelled")
SUBJECT, TEXT, NAME, COMMENT = Fits(max=300), Fits(max=50_000), Fits(max=254), Fits(max=4000)


class Page(Query):
    limit = Digits(load_default=50, validate=Between(1, LARGEST), metadata={"description": "How many at most."})
    cursor = Text(load_default=None, metadata={"description": "`next` of the page before."})


class StoredPage(Query):
    cursor = Text(load_default=None, metadata={"description": "`next` of the page before."})


class TicketPage(Page):
    department = Text(metadata={"description": "Key of the department that holds the ticket."})
    status = Words(STATUSES, metadata={"description": "One status, or several with commas between."})
    assignee = Text(validate=NAME, metadata={"description": "An e-mail address, `me` or `none`."})
    requester = Text(validate=NAME, metadata={"description": "An e-mail address or `me`."})
    priority = Word(PRIORITIES)
    request_type = Text(metadata={"description": "Key of the request type."})
    external_id = Text(validate=Fits(max=64), metadata={"description": "Number in the system it came from."})
    q = Text(
        load_default="",
        validate=Fits(max=200),
        metadata={
            "description": "Words, a number, filters such as `due:<2d`: what the search of the pages understands."
        },
    )
    sort = Word(("due", "created", "updated"), load_default="created")


class ToFind(Query):
    q = Text(required=True, validate=Fits(max=200), metadata={"description": "Words as people type them."})
    limit = Digits(load_default=5, validate=Between(1, 20), metadata={"description": "How many of each at most."})


class RequestTypePage(Page):
    department = Text(metadata={"description": "Key of the department that offers it."})


class LivePage(Page):
    department = Text(metadata={"description": "Key of a department; without it all that you lead."})


class BreachPage(Page):
    department = Text(metadata={"description": "Key of the department that broke the promise."})
    since = DayOrMoment(data_key="from", metadata={"description": "Broken at this date or moment or later."})
    until = DayOrMoment(
        data_key="to", metadata={"description": "Broken on this date or earlier, or before this moment."}
    )
    unexplained = Word(
        ("true", "false"), load_default="false", metadata={"description": "Only those without a reason."}
    )
    metric = Word(METRICS)
    reason = Word(tuple(BREACH_REASONS), metadata={"description": "Only those with this reason."})
    ball = Word(BALLS, metadata={"description": "Who had to act when it broke."})


class CalendarHours(Body):
    timezone = Text(required=True, validate=Fits(max=64), metadata={"description": "IANA name."})
    week = Anything(required=True, metadata={"description": 'Weekday (mon … sun) to pairs like ["09:00", "18:00"].'})
    holidays = Text(
        load_default=None, allow_none=True, validate=Fits(max=8), metadata={"description": "Country, like RU."}
    )
    exceptions = Anything(load_default=dict, metadata={"description": "Date to the pairs that replace its hours."})
    names = Anything(
        load_default=None,
        allow_none=True,
        metadata={"description": "Date to a name in ru, en or both; null keeps them."},
    )


class NewTicket(Body):
    request_type = Text(required=True, metadata={"description": "Key, as in GET /request-types."})
    subject = Text(required=True, validate=SUBJECT)
    description = Text(load_default="", validate=TEXT)
    fields_ = Anything(
        data_key="fields", load_default=dict, metadata={"description": "Answers by key of the form's fields."}
    )
    priority = Word(PRIORITIES, load_default="normal")
    on_behalf_of = Text(
        load_default=None, allow_none=True, validate=NAME, metadata={"description": "E-mail of who asks."}
    )


class NewChild(NewTicket):
    """One of three: a new request, an existing one (`ticket`), several by a template (`template`)."""

    class Meta:
        exclude = ("on_behalf_of",)

    request_type = Text(metadata={"description": "Of a new request: key, as in GET /request-types."})
    subject = Text(validate=SUBJECT, metadata={"description": "Needed for a new request."})
    waits = TrueOrFalse(
        load_default=True,
        metadata={"description": "Whether the parent waits for it; of a template its lines say so."},
    )
    ticket = Whole(metadata={"description": "Number of an existing request that is put below this one."})
    template = Text(metadata={"description": "Key of a template."})
    chosen = Numbers(
        MOST_CHILDREN, metadata={"description": "Places in the template, from 0; all where it is left out."}
    )


class TicketChange(Body):
    priority = Word(PRIORITIES)
    request_type = Text(metadata={"description": "Key of a type of the department that holds the ticket."})
    subject = Text(validate=SUBJECT)


class NewMessage(Body):
    text = Text(required=True, validate=TEXT)
    visibility = Word(("public", "internal"), load_default="public")


class Assignment(Body):
    assignee = Text(
        required=True, allow_none=True, validate=NAME, metadata={"description": "E-mail, or null for nobody."}
    )


class NewHold(Body):
    reason = Word(("waiting_for_requester", "third_party", "scheduled"), required=True)
    note = Text(load_default="", validate=TEXT, metadata={"description": "The requester reads it."})
    until = Moment(load_default=None, allow_none=True, metadata={"description": "The hold ends by itself then."})
    missing = Keys(
        load_default=(),
        metadata={"description": "Keys of the form's fields that the requester is asked to fill; see PUT …/answers."},
    )


class FileName(Query):
    name = Text(
        load_default="", validate=Fits(max=1000), metadata={"description": "Needed where the body is the file itself."}
    )


class MissingAnswers(Body):
    fields_ = Anything(
        required=True, data_key="fields", metadata={"description": "Answers by key of the form's fields."}
    )
    text = Text(load_default="", validate=TEXT, metadata={"description": "Words that go with them."})


class Decision(Body):
    decision = Word(("approved", "refused"), required=True)
    reason = Text(load_default="", validate=TEXT, metadata={"description": "Needed to refuse; the requester reads it."})


class Submission(Body):
    subject = Text(validate=SUBJECT)
    description = Text(validate=TEXT)
    fields_ = Anything(data_key="fields", metadata={"description": "All answers, by key of the form's fields."})


class HandOver(Body):
    department = Text(required=True, metadata={"description": "Key of the department that gets it."})
    note = Text(load_default="", validate=TEXT, metadata={"description": "Becomes an internal note."})
    because = Word(
        ("misdirected", "next_step"),
        load_default=None,
        allow_none=True,
        metadata={
            "description": "misdirected (the default) counts as a bounce; next_step says that the work goes on there."
        },
    )


class NewTerm(Body):
    due_at = Moment(required=True, metadata={"description": "When it is to be done, to the second; fractions are cut."})
    reason = Text(
        required=True, validate=Fits(max=TERM_REASON_LENGTH), metadata={"description": "The other side reads it."}
    )


class Solution(Body):
    text = Text(required=True, validate=TEXT, metadata={"description": "A public message that says what was done."})
    despite_children = TrueOrFalse(
        load_default=False, metadata={"description": "Resolve although requests asked from here are not done."}
    )


class WithText(Body):
    text = Text(
        required=True,
        validate=TEXT,
        metadata={"description": "A public message that says what was done, or why it is not done."},
    )


class Opinion(Body):
    quality = Whole(required=True, allow_none=True, validate=Between(1, 10))
    speed = Whole(required=True, allow_none=True, validate=Between(1, 10))
    helpfulness = Whole(required=True, allow_none=True, validate=Between(1, 10))
    comment = Text(load_default="", validate=COMMENT, metadata={"description": "Needed where a score is 5 or lower."})
    thanks = Text(load_default="", validate=Fits(max=500), metadata={"description": "For the person who served."})
    thanks_shown = TrueOrFalse(
        load_default=False, metadata={"description": "The report may show the note; needed with one."}
    )
    signed = TrueOrFalse(
        load_default=False, metadata={"description": "The heads of the department see name and request at once."}
    )


class Reason(Body):
    code = Word(tuple(BREACH_REASONS), required=True)
    text = Text(required=True, validate=Fits(max=2000))
    excused = TrueOrFalse(load_default=False)


class Correction(Body):
    reason = Text(
        required=True, validate=Fits(max=2000), metadata={"description": "What is corrected, for its readers."}
    )


class Reasons(Reason):
    ids = Numbers(MOST_AT_ONCE, required=True, metadata={"description": "Ids of breaches, as in GET /breaches."})
