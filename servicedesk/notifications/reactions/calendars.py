"""Who is told that a calendar needs next year's holidays."""

from __future__ import annotations

from servicedesk.notifications import rules
from servicedesk.notifications.actions import News, tell
from servicedesk.notifications.reactions.telling import in_the_present
from servicedesk.people import queries as people
from servicedesk.sla.events import CalendarRunsOut


@in_the_present
def tell_of_next_year(event: CalendarRunsOut) -> None:
    """Administrators, by bell and mail: next year's holidays are not sure in a calendar."""
    facts = {"calendar": event.key, "year": event.year, "why_unsure": event.why}
    news = News(
        kind="calendar_runs_out", line=f"calendar_runs_out.{event.why}",
        about=f"calendar:{event.calendar_id}:{event.year}", bell=facts, mail=facts,
    )  # fmt: skip
    tell(event.stamp, news, [(person, "admin") for person in rules.those_told(people.administrators())])
