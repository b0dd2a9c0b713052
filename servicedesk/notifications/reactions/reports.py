"""Who is told that a month's report is out, and before it that reasons are missing."""

from __future__ import annotations

from servicedesk.notifications import queries, rules
from servicedesk.notifications.actions import News, tell
from servicedesk.notifications.reactions.telling import in_the_present
from servicedesk.people import queries as people
from servicedesk.reports.events import MonthClosed, ReasonsAsked


@in_the_present
def announce_report(event: MonthClosed) -> None:
    """Leads and report readers get a link; the figures stay on the page, which shows each reader what is theirs."""
    facts = {"month": event.month, "number": event.number}
    news = News(
        kind="month_closed", line="month_closed.corrected" if event.number > 1 else "month_closed",
        about=f"month:{event.month}:{event.number}", bell=facts, mail=facts,
    )  # fmt: skip
    told = rules.those_told(queries.report_audience(), but=[event.stamp.actor_id])
    tell(event.stamp, news, [(person, "lead" if person.leads else "reader") for person in told])


@in_the_present
def ask_for_reasons(event: ReasonsAsked) -> None:
    facts = {"month": event.month, "count": event.count, "closes_on": event.closes_on.isoformat()}
    news = News(kind="breaches_unexplained", about=f"reasons:{event.month}", bell=facts, mail=facts)
    tell(event.stamp, news, [(person, "lead") for person in rules.those_told([people.person(event.person_id)])])
