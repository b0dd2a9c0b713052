"""The pages by subject: every blueprint of the web door."""

from __future__ import annotations

from flask import Blueprint, Flask

from servicedesk.web import (
    absence_import,
    account,
    admin_letters,
    admin_questions,
    admin_surveys,
    admin_triage,
    calendar_editing,
    children,
    components,
    composer,
    directory,
    heard,
    improvements,
    linking,
    mailboxes,
    merging,
    missing,
    own_requests,
    presence,
    seals,
    splitting,
    team_calendar,
    ticket_files,
    ticket_thanks,
    watchers,
    whole_letter,
)
from servicedesk.web.absences import absences

# The module with the pages about people, so that they are there when the blueprint is registered.
from servicedesk.web.admin_people import admin
from servicedesk.web.agreements import agreements
from servicedesk.web.approvals import approvals

# The module with the tables, so that they are there when the blueprint is registered.
from servicedesk.web.breach_tables import sla
from servicedesk.web.bulk import bulk
from servicedesk.web.canned import canned
from servicedesk.web.catalog import catalog

# The module with the templates, so that they are there when the blueprint is registered.
from servicedesk.web.catalog_templates import catalog_editing

# The module with the files, so that they are there when the blueprint is registered.
from servicedesk.web.corrections import reports

# The module with the pages of departments, so that they are there when the blueprint is registered.
from servicedesk.web.departments import people
from servicedesk.web.drafts import drafts
from servicedesk.web.health import health
from servicedesk.web.home import home_pages
from servicedesk.web.keys import keys
from servicedesk.web.looks import looks
from servicedesk.web.notifications import notifications
from servicedesk.web.opinions import opinions
from servicedesk.web.policies import policies
from servicedesk.web.queue import queue_pages
from servicedesk.web.ratings import ratings
from servicedesk.web.rollouts import rollouts
from servicedesk.web.search import search_pages
from servicedesk.web.survey_results import survey_results
from servicedesk.web.surveys import surveys

# The module with the changes, so that they are there when the blueprint is registered.
from servicedesk.web.ticket_changes import tickets

# The module with the requests of who does not know whom to ask, so that they are there when the blueprint is registered.
from servicedesk.web.triage import finding
from servicedesk.web.views import saved_views
from servicedesk.web.what_if import what_if
from servicedesk.web.wishes import unsubscribing, wishes

# More pages of administration, named so that they are there when the blueprint is registered.
ADMIN_PAGES = (
    calendar_editing,
    seals,
    admin_questions,
    admin_triage,
    admin_surveys,
    admin_letters,
    mailboxes,
    components,
)
# More pages about people.
PEOPLE_PAGES = (account, directory, heard, improvements)
# More pages of absences.
ABSENCE_PAGES = (absence_import, team_calendar)
# More pages of tickets.
TICKET_PAGES = (
    children, composer, linking, merging, missing, own_requests, presence, splitting, ticket_files, ticket_thanks, watchers,
    whole_letter,
)  # fmt: skip

BLUEPRINTS: list[Blueprint] = [
    home_pages,
    finding,
    catalog,
    catalog_editing,
    tickets,
    composer.composer,
    canned,
    drafts,
    approvals,
    queue_pages,
    bulk,
    keys,
    looks,
    saved_views,
    search_pages,
    people,
    absences,
    ratings,
    opinions,
    surveys,
    survey_results,
    sla,
    agreements,
    policies,
    rollouts,
    what_if,
    reports,
    notifications,
    wishes,
    unsubscribing,
    admin,
    health,
]


def install(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
