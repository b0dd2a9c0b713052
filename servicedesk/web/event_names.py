"""What the audit page calls each event. An event without a name here shows under its own."""

from __future__ import annotations

from servicedesk.kernel.text import N_

EVENT_NAMES = {
    "PersonAdded": N_("Person added"),
    "PersonChanged": N_("Person changed"),
    "RolesChanged": N_("Roles changed"),
    "SignedIn": N_("Signed in"),
    "SignedOut": N_("Signed out"),
    "TokenIssued": N_("Token issued"),
    "TokenRevoked": N_("Token revoked"),
    "DepartmentAdded": N_("Department added"),
    "DepartmentChanged": N_("Department changed"),
    "CompanyChanged": N_("Company changed"),
    "RequestTypeAdded": N_("Request type added"),
    "RequestTypeChanged": N_("Request type changed"),
    "TicketOpened": N_("Request filed"),
    "MessageAdded": N_("Message written"),
    "TicketAssigned": N_("Request assigned"),
    "TicketHeld": N_("Request put on hold"),
    "TicketResumed": N_("Request resumed"),
    "TicketHandedOver": N_("Request handed over"),
    "TicketResolved": N_("Request resolved"),
    "TicketReopened": N_("Request reopened"),
    "TicketClosed": N_("Request closed"),
    "TicketCancelled": N_("Request taken back"),
    "PriorityChanged": N_("Priority changed"),
    "RequestTypeSwitched": N_("Kind of request changed"),
    "SubjectChanged": N_("Subject changed"),
    "ClockWarned": N_("Warned of a deadline"),
    "ClockBreached": N_("Promise broken"),
    "BreachExplained": N_("Breach explained"),
    "CalendarChanged": N_("Calendar changed"),
    "PolicyChanged": N_("Promise changed"),
    "DepartmentCalendarChanged": N_("Department's calendar changed"),
    "MonthClosed": N_("Month closed"),
}
