"""Use cases of people and departments, one file per subject. None of them commits; each publishes what it did."""

from servicedesk.people.actions.absences import (
    begin_absence,
    cancel_absence,
    change_absence,
    end_absence,
    plan_absence,
)
from servicedesk.people.actions.checking import THEMES
from servicedesk.people.actions.importing import Entry, enter_absence, person_meant
from servicedesk.people.actions.persons import add_person, change_person, choose_keys, grant, set_roles
from servicedesk.people.actions.places import add_department, change_department, describe_company
from servicedesk.people.actions.signing_in import (
    count_failure,
    end_all_sessions,
    end_other_sessions,
    end_session,
    open_session,
    prove,
    set_password,
    sign_out,
    sweep,
)
from servicedesk.people.actions.tokens import issue_token, revoke_token

__all__ = [
    "THEMES", "Entry", "add_department", "add_person", "begin_absence", "cancel_absence", "change_absence", "change_department",
    "change_person", "choose_keys", "count_failure", "describe_company", "end_absence", "end_all_sessions", "end_other_sessions", "end_session", "enter_absence", "grant",
    "issue_token", "open_session", "person_meant", "plan_absence", "prove", "revoke_token", "set_password", "set_roles", "sign_out",
    "sweep",
]  # fmt: skip
