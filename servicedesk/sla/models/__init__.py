"""Tables of promises, one file per subject."""

from servicedesk.sla.models.agreements import Agreement, AgreementVersion
from servicedesk.sla.models.calendars import Calendar, CalendarVersion, DepartmentCalendar
from servicedesk.sla.models.clocks import Clock, Mark
from servicedesk.sla.models.endings import BreachReason, ClosingTerm
from servicedesk.sla.models.places import QueuePlace
from servicedesk.sla.models.policies import Policy, PolicyVersion
from servicedesk.sla.models.rollouts import Rollout
from servicedesk.sla.models.terms import Term

__all__ = [
    "Agreement", "AgreementVersion", "BreachReason", "Calendar", "CalendarVersion", "Clock", "ClosingTerm",
    "DepartmentCalendar", "Mark", "Policy", "PolicyVersion", "QueuePlace", "Rollout", "Term",
]  # fmt: skip
