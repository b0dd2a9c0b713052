"""The request to answer a survey, and that its results are out. Nothing here knows whether somebody has answered."""

from __future__ import annotations

from servicedesk.notifications import queries, rules
from servicedesk.notifications.actions import News, tell
from servicedesk.notifications.reactions.telling import in_the_present
from servicedesk.people import queries as people
from servicedesk.reports.events import WaveClosed
from servicedesk.surveys import queries as surveys
from servicedesk.surveys.events import SurveyAsked


@in_the_present
def ask_for_answers(event: SurveyAsked) -> None:
    """The mail says how many departments it is about and not which: whom somebody asked is nobody else's business."""
    invitation, wave = surveys.invitation(event.invitation_id), surveys.wave_by_id(event.wave_id)
    told = rules.those_told([people.person(event.person_id)])
    if invitation is None or wave is None or not told:
        return
    kind = "survey_reminder" if event.reminder else "survey_asked"
    mail = {
        "invitation_id": invitation.id, "departments": len(invitation.department_ids),
        "valid_until": wave.closes_on.isoformat(),
    }  # fmt: skip
    news = News(kind=kind, about=f"survey:{wave.id}:{kind}", bell={}, mail=mail)
    tell(event.stamp, news, [(person, "surveyed") for person in told])


@in_the_present
def announce_survey(event: WaveClosed) -> None:
    """Leads and report readers find the results on their page."""
    news = News(kind="survey_closed", about=f"survey:{event.key}:closed", bell={"wave": event.key}, mail={})
    told = rules.those_told(queries.report_audience(), but=[event.stamp.actor_id])
    tell(event.stamp, news, [(person, "lead" if person.leads else "reader") for person in told])
