"""Version 1 of the API, one file per resource. Each registers its calls on a door of its own."""

from servicedesk.api.v1 import (
    absences,
    agreements,
    approvals,
    breaches,
    calendars,
    children,
    clocks,
    departments,
    endings,
    files,
    finding,
    history,
    improvements,
    links,
    live,
    me,
    messages,
    moving,
    ratings,
    reports,
    request_types,
    surveys,
    terms,
    tickets,
)

DOORS = [
    module.door
    for module in (
        me, departments, improvements, finding, absences, agreements, calendars, request_types, tickets, messages, files, moving, endings, children, links, approvals, terms, clocks, history, ratings, live, reports, surveys, breaches,
    )
]  # fmt: skip
