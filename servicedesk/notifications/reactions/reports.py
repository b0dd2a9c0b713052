"""Who is told that a month's report is out, before it that reasons are missing, and what the month
brought them: low ratings, thanks, actions to see to."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.notifications import queries, rules
from servicedesk.notifications.actions import News, tell, tell_each
from servicedesk.notifications.reactions.summaries import summary_for
from servicedesk.notifications.reactions.telling import in_the_present
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.reports import queries as reports
from servicedesk.reports.events import CasesOpened, ImprovementSet, MonthClosed, ReasonsAsked, ThanksKept
from servicedesk.reports.models import Improvement
from servicedesk.reports.rules import is_overdue

# The mail names so many open actions; the page has all of them.
MOST_TITLES = 10


@in_the_present
def announce_report(event: MonthClosed) -> None:
    """Leads and report readers get the month on one page, each with what their own pages of it show, and a link.

    Whether the report comes as a PDF as well is a wish in the mail's row; the file is made when the mail is sent.
    """
    facts = {"month": event.month, "number": event.number}
    told: list[tuple[News, Person, str]] = []
    counted: dict[str, int] = {}
    for person in rules.those_told(queries.report_audience(), but=[event.stamp.actor_id]):
        mail = (
            facts
            | summary_for(person, event.month, event.number, counted)
            | {"paper": person.id if person.report_as_pdf else None}
        )
        news = News(
            kind="month_closed", line="month_closed.corrected" if event.number > 1 else "month_closed",
            about=f"month:{event.month}:{event.number}", bell=facts, mail=mail,
        )  # fmt: skip
        told.append((news, person, "lead" if person.leads else "reader"))
    tell_each(event.stamp, told)


@in_the_present
def ask_for_reasons(event: ReasonsAsked) -> None:
    """One line and one mail for both: promises to explain, actions to finish."""
    told = rules.those_told([people.person(event.person_id)])
    facts: dict[str, Any] = {"month": event.month, "count": event.count, "closes_on": event.closes_on.isoformat()}
    bell, titles, line = facts, [], None
    if event.open_actions and told:
        bell = facts | {"open": event.open_actions, "overdue": event.overdue}
        line = "breaches_unexplained.both" if event.count else "breaches_unexplained.actions"
        # The day on which those that are overdue were counted.
        today = event.stamp.at.astimezone(ZoneInfo(reports.company_zone())).date()
        titles = [_action(row, today) for row in reports.open_actions(told[0].leads)[:MOST_TITLES]]
    mail = facts | {"open": event.open_actions, "overdue": event.overdue, "actions": titles}
    news = News(kind="breaches_unexplained", line=line, about=f"reasons:{event.month}", bell=bell, mail=mail)
    tell(event.stamp, news, [(person, "lead") for person in told])


@in_the_present
def tell_new_owner(event: ImprovementSet) -> None:
    """Who is to see to an action hears of it under the bell."""
    row = reports.improvement(event.improvement_id)
    told = rules.those_told([people.person(event.given_to_id)] if event.given_to_id else [])
    if row is None or not told:
        return
    facts = {"title": row.title, "page": f"action:{row.department.key}:{row.id}"}
    news = News(kind="action_given", about=f"action:{row.id}:{row.version}", bell=facts, mail={})
    tell(event.stamp, news, [(person, "owner") for person in told])


@in_the_present
def tell_of_cases(event: CasesOpened) -> None:
    """The leads of the department, once for all cases of the month."""
    told = rules.those_told(people.team(event.department_id, "lead", with_roles=False))
    department = people.department(event.department_id)
    facts = {
        "month": event.month, "count": event.count, "department": dict(department.name) if department else {},
        "page": "cases",
    }  # fmt: skip
    news = News(kind="cases_opened", about=f"cases:{event.department_id}:{event.month}", bell=facts, mail={})
    tell(event.stamp, news, [(person, "lead") for person in told])


@in_the_present
def tell_of_thanks(event: ThanksKept) -> None:
    """All notes of the month at once, and not how many: nobody can tell by the moment whose they are."""
    facts = {"month": event.month, "page": "thanks"}
    news = News(kind="thanks_kept", about=f"thanks:{event.month}", bell=facts, mail={})
    tell(event.stamp, news, [(person, "thanked") for person in rules.those_told([people.person(event.person_id)])])


def _action(row: Improvement, today: date) -> dict[str, Any]:
    due = row.due_on.isoformat() if row.due_on else ""
    return {"title": row.title, "due_on": due, "overdue": is_overdue(row.due_on, row.state, today)}
