"""Version 1 of the API, one file per resource. Each registers its calls on a door of its own."""

from servicedesk.api.v1 import (
    breaches,
    clocks,
    departments,
    endings,
    history,
    me,
    messages,
    moving,
    ratings,
    reports,
    request_types,
    tickets,
)

DOORS = [
    module.door
    for module in (
        me, departments, request_types, tickets, messages, moving, endings, clocks, history, ratings, reports, breaches,
    )
]  # fmt: skip
