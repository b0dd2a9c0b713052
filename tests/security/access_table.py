"""Who gets in at every address of the desk. A new route must be given its line here; how it is tried is in test_matrix.py.

`ACCESS` says what each kind of access means in the scene of scene.py: who gets in, and who is told that the thing
is there but not theirs (403). Everybody else is answered as if it did not exist (404); without signing in one is
led to the sign-in page, a program without a token gets 401.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EVERYBODY = "maria boris igor olga anna stranger adam rita"


@dataclass(frozen=True)
class Access:
    """`nobody`: whether one gets in without signing in."""

    inside: str
    refused: str = ""
    nobody: bool = False


@dataclass(frozen=True)
class Route:
    """`values` fill the address: names of the scene's things; `body` is what a caller may rightly send."""

    access: str
    values: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


ACCESS = {
    "public": Access(EVERYBODY, nobody=True),
    "signed in": Access(EVERYBODY),
    "administrator": Access("adam"),
    # Maria's request, held by IT.
    "who sees the ticket": Access("maria boris igor olga adam"),
    "who serves the ticket": Access("igor olga", refused="maria boris adam"),
    "both sides of the ticket": Access("maria igor olga", refused="boris adam"),
    "who asked": Access("maria", refused="boris igor olga adam"),
    "the lead of the department": Access("olga", refused="maria boris igor adam"),
    "who has a queue": Access("igor olga anna boris"),
    "who works in IT": Access("igor olga"),
    "who has breaches": Access("igor olga anna boris"),
    "who leads something": Access("olga boris adam"),
    "readers of the company's report": Access("boris olga adam rita"),
    "readers of IT's report": Access("olga adam rita"),
    "maria's own": Access("maria"),
}

TICKET = {"ticket_id": "ticket"}
TEXT = {"text": "A word about it."}

# endpoint and method -> who gets in and how it is tried
WEB = {
    "GET static": Route("public", {"filename": "src/img/favicon.svg"}),
    "GET dist_file": Route("public", {"filename": "built"}),
    "GET health.live": Route("public"),
    "GET health.ready": Route("public"),
    "GET health.metrics": Route("public"),  # to this machine alone; tests/web says the rest
    "GET api_pages.docs": Route("public"),
    "GET people.sign_in": Route("public"),
    "POST people.prove_identity": Route("public", body={"email": "nobody@example.com", "password": "not the right one"}),
    "POST people.sign_out": Route("public"),
    "POST people.choose_language": Route("public", body={"language": "ru"}),
    "POST people.choose_theme": Route("public", body={"theme": "dark"}),
    "GET ratings.question": Route("public", {"token": "link"}),
    "POST ratings.answer": Route("public", {"token": "link"}, {"quality": "9", "speed": "9", "helpfulness": "9"}),
    "GET ratings.thanks": Route("public"),
    "GET home.home": Route("signed in"),
    "GET catalog.choose": Route("signed in"),
    "GET catalog.form": Route("signed in", {"key": "it.incident"}),
    "POST catalog.send": Route("signed in", {"key": "it.incident"}, {"subject": "Silence", "description": "No sound."}),
    "GET tickets.mine": Route("signed in"),
    "GET search.search": Route("signed in", query={"q": "printer"}),
    "GET people.directory": Route("signed in"),
    "GET people.department": Route("signed in", {"key": "it"}),
    "GET people.account": Route("signed in"),
    "POST people.change_account": Route("signed in", body={"name": "Somebody", "language": "en", "timezone": "", "theme": "system"}),
    "POST people.change_password": Route("signed in", body={"current": "", "password": "x" * 12, "again": "x" * 12}),
    "POST people.issue_token": Route("signed in", body={"name": "script"}),
    "POST people.revoke_token": Route("maria's own", {"token_id": "token"}),
    "POST people.end_session": Route("maria's own", {"session_id": "session"}),
    "GET notifications.bell": Route("signed in"),
    "POST notifications.read_all": Route("signed in"),
    "POST notifications.open_line": Route("maria's own", {"notice_id": "notice"}),
    "GET queue.queue": Route("who has a queue"),
    "GET queue.queue <key>": Route("who works in IT", {"key": "it"}),
    "GET tickets.ticket": Route("who sees the ticket", TICKET),
    "GET tickets.why": Route("who sees the ticket", TICKET),
    "POST tickets.watch": Route("who sees the ticket", TICKET),
    "POST tickets.add_message": Route("both sides of the ticket", TICKET, {"kind": "reply", **TEXT}),
    "POST tickets.reopen": Route("both sides of the ticket", {"ticket_id": "resolved"}, TEXT),
    "POST tickets.close": Route("who asked", {"ticket_id": "resolved"}),
    "POST tickets.cancel": Route("who asked", TICKET),
    "POST tickets.assign": Route("who serves the ticket", TICKET, {"assignee": ""}),
    "POST tickets.hand_over": Route("who serves the ticket", TICKET, {"department": "hr", "note": ""}),
    "POST tickets.hold": Route("who serves the ticket", TICKET, {"reason": "third_party", **TEXT}),
    "POST tickets.end_hold": Route("who serves the ticket", TICKET),
    "POST tickets.resolve": Route("who serves the ticket", TICKET, TEXT),
    "POST tickets.change_priority": Route("who serves the ticket", TICKET, {"priority": "high"}),
    "POST tickets.rename": Route("who serves the ticket", TICKET, {"subject": "Another name"}),
    "POST tickets.switch_type": Route("who serves the ticket", TICKET, {"request_type": "it.access"}),
    "GET sla.breaches": Route("who has breaches"),
    "GET sla.breach": Route("the lead of the department", {"clock_id": "breach"}),
    "POST sla.give_reason": Route("the lead of the department", {"clock_id": "breach"}, {"code": "workload", **TEXT}),
    "GET reports.reports": Route("readers of the company's report"),
    "GET reports.live": Route("who leads something"),
    "GET reports.company": Route("readers of the company's report", {"month": "2026-04"}),
    "GET reports.department": Route("readers of IT's report", {"month": "2026-04", "key": "it"}),
    "GET admin.overview": Route("administrator"),
    "GET admin.audit_entries": Route("administrator"),
    "GET admin.calendars": Route("administrator"),
    "GET admin.departments": Route("administrator"),
    "GET admin.policies": Route("administrator"),
    "GET admin.mails": Route("administrator"),
    "GET admin.mail": Route("administrator", {"mail_id": "mail"}),
    "GET admin.mail_html": Route("administrator", {"mail_id": "mail"}),
    "POST admin.send_again": Route("administrator", {"mail_id": "mail"}),
    "GET admin.people": Route("administrator"),
    "GET admin.new_person": Route("administrator"),
    "POST admin.add_person": Route("administrator", body={"email": "x@example.com", "name": "X", "department": "", "language": "en"}),
    "GET admin.person": Route("administrator", {"person_id": "person"}),
    "POST admin.change_person": Route("administrator", {"person_id": "person"}, {"name": "Stranger", "department": "", "active": "y"}),
    "POST admin.set_roles": Route("administrator", {"person_id": "person"}),
    "POST admin.temporary_password": Route("administrator", {"person_id": "person"}),
}  # fmt: skip

API = {
    "GET openapi.spec": Route("public"),
    "POST api_ratings.rate": Route("public", {"token": "link"}, {"quality": 9}),
    "GET api_me.whose_token": Route("signed in"),
    "GET api_departments.departments": Route("signed in"),
    "GET api_departments.department": Route("signed in", {"key": "it"}),
    "GET api_request_types.request_types": Route("signed in"),
    "GET api_tickets.tickets": Route("signed in"),
    "POST api_tickets.file_ticket": Route("signed in", body={"request_type": "it.incident", "subject": "Silence"}),
    "GET api_tickets.ticket": Route("who sees the ticket", TICKET),
    "PATCH api_tickets.edit_ticket": Route("who serves the ticket", TICKET, {"priority": "high"}),
    "GET api_messages.messages": Route("who sees the ticket", TICKET),
    "POST api_messages.write_message": Route("both sides of the ticket", TICKET, TEXT),
    "PUT api_moving.assign": Route("who serves the ticket", TICKET, {"assignee": None}),
    "POST api_moving.hand_over": Route("who serves the ticket", TICKET, {"department": "hr"}),
    "PUT api_moving.hold": Route("who serves the ticket", TICKET, {"reason": "third_party"}),
    "DELETE api_moving.resume": Route("who serves the ticket", TICKET),
    "PUT api_endings.resolve": Route("who serves the ticket", TICKET, TEXT),
    "DELETE api_endings.reopen": Route("both sides of the ticket", {"ticket_id": "resolved"}, TEXT),
    "PUT api_endings.close": Route("who asked", {"ticket_id": "resolved"}),
    "GET api_clocks.clocks": Route("who sees the ticket", TICKET),
    "GET api_clocks.explanation": Route("who sees the ticket", TICKET | {"clock_id": "breach"}),
    "GET api_history.events": Route("who sees the ticket", TICKET),
    "GET api_breaches.breaches": Route("signed in"),  # each gets those of their own departments; others an empty list
    "PUT api_breaches.explain_breach": Route("the lead of the department", {"clock_id": "breach"}, {"code": "workload", **TEXT}),
    "GET api_reports.reports": Route("signed in"),  # an empty list for who reads none
    "GET api_reports.report": Route("readers of the company's report", {"month": "2026-04"}),
    "GET api_reports.department_report": Route("readers of IT's report", {"month": "2026-04", "key": "it"}),
}  # fmt: skip
