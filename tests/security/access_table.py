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
    "nobody at all": Access(""),
    "who may change IT's promises": Access("olga adam"),
    "who edits IT's catalog": Access("olga adam"),
    # Maria's request, held by IT.
    "who sees the ticket": Access("maria boris igor olga adam"),
    "who reads the letter": Access("maria igor olga adam"),
    "who serves the ticket": Access("igor olga", refused="maria boris adam"),
    "both sides of the ticket": Access("maria igor olga", refused="boris adam"),
    "who asked": Access("maria", refused="boris igor olga adam"),
    "who is asked to approve": Access("boris", refused="maria igor olga adam"),
    "the lead of the department": Access("olga", refused="maria boris igor adam"),
    "who has a queue": Access("igor olga anna boris"),
    "who works in IT": Access("igor olga"),
    "igor's own": Access("igor"),
    "who may change Igor's view": Access("igor olga"),
    "who has breaches": Access("igor olga anna boris"),
    "who leads a department that serves": Access("olga boris", refused="igor anna"),
    "who is told of signed opinions": Access("olga boris"),
    "who leads something": Access("olga boris adam"),
    "readers of the company's report": Access("boris olga adam rita"),
    "readers of IT's report": Access("olga adam rita"),
    "maria's own": Access("maria"),
    "who may enter Igor's absences": Access("igor olga adam", refused="maria boris anna stranger rita"),
    "who keeps IT's page": Access("olga adam", refused="maria boris igor anna stranger rita"),
    # An action of IT that is not published and is Igor's to see to.
    "who reads IT's action": Access("igor olga adam"),
    "who may end IT's action": Access("igor olga adam"),
    "who leads IT": Access("olga"),
    "who answers low ratings": Access("olga boris"),
    "who may change IT's action": Access("olga adam", refused="igor"),
    "who leads a department": Access("olga boris", refused="maria igor anna stranger adam rita"),
    # Between IT and sales: one version is accepted, Olga has proposed the next.
    "who knows the agreement": Access("maria boris igor olga adam"),
    "who knows its proposals": Access("boris igor olga adam"),
    "leads of the two departments": Access("olga boris", refused="maria igor adam"),
    "who may answer it": Access("boris", refused="igor olga adam"),
    "leads who see the proposal": Access("olga boris", refused="igor adam"),
    "who proposed it": Access("olga", refused="boris igor adam"),
}

TICKET = {"ticket_id": "ticket"}
FILE = TICKET | {"attachment_id": "file"}
# Maria's letter, by which her ticket was opened.
BY_MAIL = TICKET | {"letter_id": "came_by"}
ABSENCE = {"absence_id": "absence"}
VIEW = {"view_id": "view"}
# Waits for a decision.
LETTER = {"letter_id": "letter"}
TEXT = {"text": "A word about it."}
CHILD = {"subject": "A badge", "description": "For the newcomer."}
TERM = TICKET | {"number": "term"}
KIND = {"key": "it", "type_key": "it.incident"}
TEMPLATE = {
    "seen": "1",
    "name_en": "Newcomer",
    "lines-0-step": "1",
    "lines-0-request_type": "1",
    "lines-0-subject": "A",
}
APPROVAL = {"ticket_id": "unapproved", "number": "approval"}
REFUSED = {"ticket_id": "disapproved"}
AGREEMENT = {"agreement_id": "agreement"}
PROPOSAL = AGREEMENT | {"number": "proposed_version"}
NEW_AGREEMENT = {
    "supplier": "it",
    "customer": "sales",
    "seen": "0",
    "valid_from": "2027-01-01",
    "promises-0-stay": "9h",
}
TERMS = {"from": "2027-01-01", "promises": [{"stay": "9h"}]}
IMPROVEMENT = {"title": "Fast", "said": "It is slow.", "did": "It is fast.", "done_on": "2026-04-01"}
ACTION = {"key": "it", "improvement_id": "improvement"}
NEW_TERM = {"due_at": "2027-03-01T15:00:00Z", "reason": "The part comes then."}

CANNED = {"shortcut": "thanks", "title_en": "Thanks", "text_en": "Thank you, {first name}.", "version": "1"}

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
    "GET opinions.signed": Route("who is told of signed opinions"),
    "GET home.home": Route("signed in"),
    "GET finding.find_page": Route("signed in", query={"q": "printer"}),
    "GET finding.file_unknown": Route("signed in"),
    "POST finding.send_unknown": Route("signed in", body={"subject": "Whom do I ask?", "description": "No idea."}),
    "GET catalog.choose": Route("signed in"),
    "GET catalog.form": Route("signed in", {"key": "it.incident"}),
    "GET catalog.known": Route("signed in", {"key": "it.incident"}, query={"subject": "silence"}),
    "GET catalog.sent": Route("who sees the ticket", TICKET),
    "POST catalog.send": Route("signed in", {"key": "it.incident"}, {"subject": "Silence", "description": "No sound."}),
    "GET catalog_editing.listed": Route("who edits IT's catalog", {"key": "it"}),
    "GET catalog_editing.new_type": Route("who edits IT's catalog", {"key": "it"}),
    "POST catalog_editing.add_type": Route("who edits IT's catalog", {"key": "it"}, {"seen": "0", "key": "desk", "name_en": "Desk"}),
    "GET catalog_editing.edit_type": Route("who edits IT's catalog", KIND),
    "POST catalog_editing.save_type": Route("who edits IT's catalog", KIND, {"seen": "1", "name_en": "Fault"}),
    "GET catalog_editing.new_template": Route("who edits IT's catalog", {"key": "it"}),
    "POST catalog_editing.add_template": Route("who edits IT's catalog", {"key": "it"}, TEMPLATE | {"seen": "0", "key": "other"}),
    "GET catalog_editing.edit_template": Route("who edits IT's catalog", {"key": "it", "template_key": "it.newcomer"}),
    "POST catalog_editing.save_template": Route("who edits IT's catalog", {"key": "it", "template_key": "it.newcomer"}, TEMPLATE),
    "GET tickets.mine": Route("signed in"),
    "GET search.search": Route("signed in", query={"q": "printer"}),
    "GET people.directory": Route("signed in"),
    "GET people.suggest": Route("signed in", query={"q": "a"}),
    "GET people.department": Route("signed in", {"key": "it"}),
    "GET people.about_department": Route("who keeps IT's page", {"key": "it"}),
    "POST people.describe_department": Route("who keeps IT's page", {"key": "it"}, {"mission_en": "Work."}),
    "GET people.improvements": Route("signed in", {"key": "it"}),
    "GET people.new_improvement": Route("who keeps IT's page", {"key": "it"}),
    "POST people.add_improvement": Route("who keeps IT's page", {"key": "it"}, IMPROVEMENT),
    "GET people.department_thanks": Route("signed in", {"key": "it"}),
    "GET people.my_thanks": Route("signed in"),
    "GET wishes.chosen": Route("signed in"),
    "POST wishes.choose": Route("signed in", body={"rhythm": "hourly", "way_own": "bell"}),
    "POST wishes.mute": Route("who sees the ticket", TICKET, {"mute": "1"}),
    "GET unsubscribing.question": Route("public", {"token": "ending"}),
    "POST unsubscribing.end": Route("public", {"token": "ending"}, {"List-Unsubscribe": "One-Click"}),
    "GET people.my_improvements": Route("signed in"),
    "GET people.improvement": Route("who reads IT's action", ACTION),
    "GET people.edit_improvement": Route("who may change IT's action", ACTION),
    "POST people.change_improvement": Route("who may change IT's action", ACTION, {"title": "Faster"}),
    "POST people.finish_improvement": Route("who may end IT's action", ACTION, {"did": "It is fast."}),
    "POST people.drop_improvement": Route("who may change IT's action", ACTION, {"why": "Too dear."}),
    "POST people.reopen_improvement": Route("who may change IT's action", ACTION),
    "GET people.account": Route("signed in"),
    "POST people.change_account": Route("signed in", body={"name": "Somebody", "language": "en", "timezone": "", "theme": "system"}),
    "POST people.change_password": Route("signed in", body={"current": "", "password": "x" * 12, "again": "x" * 12}),
    "POST people.issue_token": Route("signed in", body={"name": "script"}),
    "POST people.revoke_token": Route("maria's own", {"token_id": "token"}),
    "POST people.end_other_sessions": Route("signed in"),
    "POST people.end_session": Route("maria's own", {"session_id": "session"}),
    "GET notifications.bell": Route("signed in"),
    "GET canned.replies": Route("who has a queue"),
    "GET canned.replies <key>": Route("who works in IT", {"key": "it"}),
    "GET canned.new_reply": Route("who has a queue"),
    "GET canned.new_reply <key>": Route("who works in IT", {"key": "it"}),
    "POST canned.add_reply": Route("who has a queue", body=CANNED),
    "POST canned.add_reply <key>": Route("who works in IT", {"key": "it"}, CANNED),
    "GET canned.reply": Route("igor's own", {"reply_id": "own_reply"}),
    "GET canned.reply <key> <reply_id>": Route("who works in IT", {"key": "it", "reply_id": "reply"}),
    "POST canned.change_reply": Route("igor's own", {"reply_id": "own_reply"}, CANNED),
    "POST canned.change_reply <key> <reply_id>": Route("who works in IT", {"key": "it", "reply_id": "reply"}, CANNED),
    "POST canned.drop_reply": Route("igor's own", {"reply_id": "own_reply"}),
    "POST canned.drop_reply <key> <reply_id>": Route("who works in IT", {"key": "it", "reply_id": "reply"}),
    "POST tickets.add_follower": Route("both sides of the ticket", TICKET, {"who": "olga@example.com"}),
    "POST tickets.remove_follower": Route("both sides of the ticket", TICKET | {"person_id": "person"}),
    "GET tickets.people_here": Route("both sides of the ticket", TICKET, query={"q": "o"}),
    "GET tickets.replies_here": Route("who serves the ticket", TICKET),
    "POST tickets.insert_reply": Route("who serves the ticket", TICKET, {"kind": "reply", "text": "Hello."}),
    "POST composer.upload": Route("signed in"),
    "POST composer.preview": Route("signed in", body={"text": "*Well*"}),
    "PUT drafts.keep": Route("signed in", {"place": "new:it.incident"}, {"seen": "", "fields": {"text": "Hello"}}),
    "DELETE drafts.discard": Route("signed in", {"place": "new:it.incident"}),
    "POST drafts.discard_and_return": Route("signed in", {"place": "new:it.incident"}),
    "POST drafts.restore": Route("signed in", {"place": "new:it.incident"}),
    "POST notifications.read_all": Route("signed in"),
    "POST notifications.open_line": Route("maria's own", {"notice_id": "notice"}),
    "GET keys.listed": Route("signed in"),
    "POST keys.choose": Route("signed in", body={"keys": "off"}),
    "POST looks.looked": Route("who has a queue", body={"place": "queue:" + "0" * 32, "at": "2026-04-07T10:00:00+00:00"}),
    "POST bulk.change": Route("who has a queue", body={"do": "assign:me"}),
    "GET bulk.outcome": Route("igor's own", {"change_id": "bulk"}),
    "POST bulk.go_on": Route("igor's own", {"change_id": "bulk"}),
    "POST bulk.undo": Route("igor's own", {"change_id": "bulk"}),
    "GET queue.queue": Route("who has a queue"),
    "GET queue.queue <key>": Route("who works in IT", {"key": "it"}),
    "GET queue.choices": Route("who has a queue"),
    "GET queue.load": Route("who leads IT", {"key": "it"}),
    "GET views.listed": Route("who has a queue"),
    "GET views.new": Route("who has a queue"),
    "POST views.save": Route("who has a queue", body={"name": "Mine"}),
    "POST views.choose_opening": Route("who has a queue", body={"view": "mine"}),
    "GET views.edit": Route("who may change Igor's view", VIEW),
    "POST views.change": Route("who may change Igor's view", VIEW, {"name": "Ours"}),
    "POST views.overwrite": Route("who may change Igor's view", VIEW),
    "POST views.move": Route("who may change Igor's view", VIEW),
    "POST views.remove": Route("who may change Igor's view", VIEW),
    "POST views.bring_back": Route("who may change Igor's view", {"view_id": "removed_view"}),
    "GET absences.mine": Route("signed in"),
    "POST absences.add": Route("signed in", body={"first": "2027-05-03", "last": "2027-05-14"}),  # one's own
    "GET absences.edit": Route("who may enter Igor's absences", ABSENCE),
    "POST absences.change": Route("who may enter Igor's absences", ABSENCE, {"first": "2027-05-03", "last": "2027-05-14"}),
    "POST absences.cancel": Route("who may enter Igor's absences", ABSENCE),
    "GET absences.month": Route("signed in", {"key": "it"}),
    "GET absences.import_form": Route("who leads something"),
    "POST absences.import_file": Route("who leads something", body={"kind": "csv", "text": "olga@example.com,2027-05-03,2027-05-14"}),
    "GET tickets.ticket": Route("who sees the ticket", TICKET),
    "GET tickets.why": Route("who sees the ticket", TICKET),
    "GET tickets.choose_target": Route("who serves the ticket", TICKET, query={"q": "printer"}),
    "POST tickets.merge": Route("who serves the ticket", TICKET, {"into": "1"}),
    "POST tickets.unmerge": Route("who serves the ticket", TICKET),
    "POST tickets.contest_merge": Route("who asked", TICKET, TEXT),
    "GET tickets.split_form": Route("who serves the ticket", TICKET),
    "POST tickets.split": Route("who serves the ticket", TICKET, {"subject": "The lamp", "description": "It is out.", "place": "d1"}),
    "POST tickets.add_link": Route("who serves the ticket", TICKET, {"kind": "related", "to": "1"}),
    "POST tickets.remove_link": Route("who serves the ticket", TICKET | {"link_id": "link_between"}),
    "GET tickets.file": Route("who sees the ticket", FILE),
    "GET tickets.letter": Route("who reads the letter", BY_MAIL),
    "GET tickets.letter_page": Route("who reads the letter", BY_MAIL),
    "GET tickets.letter_file": Route("who reads the letter", BY_MAIL | {"number": "part"}),
    "GET tickets.letter_raw": Route("who reads the letter", BY_MAIL),
    "POST tickets.answer_fields": Route("who asked", TICKET, {"fields.device": "HP-7"}),
    "GET tickets.message": Route("who sees the ticket", TICKET | {"message_id": "word"}),
    "POST tickets.choose_order": Route("who sees the ticket", TICKET, {"order": "newest"}),
    "POST tickets.presence": Route("who serves the ticket", TICKET, {"writing": "reply"}),
    "GET tickets.live": Route("who sees the ticket", TICKET),
    "GET tickets.printed": Route("who sees the ticket", TICKET),
    "GET tickets.chain": Route("who sees the ticket", TICKET),
    "POST tickets.watch": Route("who sees the ticket", TICKET),
    "POST tickets.add_message": Route("both sides of the ticket", TICKET, {"kind": "reply", **TEXT}),
    "POST tickets.reopen": Route("both sides of the ticket", {"ticket_id": "resolved"}, TEXT),
    "POST tickets.reopen_after_thanks": Route("both sides of the ticket", {"ticket_id": "resolved", "message_id": "thanks"}),
    "POST tickets.close": Route("who asked", {"ticket_id": "resolved"}),
    "POST tickets.cancel": Route("who asked", TICKET),
    "POST tickets.assign": Route("who serves the ticket", TICKET, {"assignee": ""}),
    "GET approvals.waiting": Route("signed in"),  # each gets what waits for them
    "POST approvals.decide": Route("who is asked to approve", APPROVAL, {"decision": "approved"}),
    "GET approvals.rework": Route("who asked", REFUSED),
    "POST approvals.send_again": Route("who asked", REFUSED, {"subject": "A smaller one"}),
    "POST tickets.hand_over": Route("who serves the ticket", TICKET, {"department": "hr", "note": ""}),
    "POST tickets.hold": Route("who serves the ticket", TICKET, {"reason": "third_party", **TEXT}),
    "POST tickets.end_hold": Route("who serves the ticket", TICKET),
    "POST tickets.resolve": Route("who serves the ticket", TICKET, TEXT),
    "POST tickets.change_priority": Route("who serves the ticket", TICKET, {"priority": "high"}),
    "POST tickets.rename": Route("who serves the ticket", TICKET, {"subject": "Another name"}),
    "POST tickets.switch_type": Route("who serves the ticket", TICKET, {"request_type": "it.access"}),
    "GET tickets.new_child": Route("who serves the ticket", TICKET),
    "POST tickets.ask_department": Route("who serves the ticket", TICKET, CHILD | {"key": "once"}, {"type": "hr.certificate"}),
    "GET tickets.choose_template": Route("who serves the ticket", TICKET, query={"template": "it.newcomer"}),
    "POST tickets.ask_by_template": Route("who serves the ticket", TICKET, {"template": "it.newcomer", "chosen": "0", "key": "once"}),
    "POST tickets.adopt": Route("who serves the ticket", TICKET, {"ticket": "1"}),
    "POST tickets.propose_term": Route("both sides of the ticket", TICKET, {"due_at": "2027-03-01T15:00", "reason": "Parts."}),
    "POST tickets.accept_term": Route("who asked", TERM),  # Igor has proposed
    "POST tickets.refuse_term": Route("both sides of the ticket", TERM),
    "GET sla.breaches": Route("who has breaches"),
    "GET sla.breach": Route("the lead of the department", {"clock_id": "breach"}),
    "GET sla.breaches_csv": Route("who has breaches"),
    "GET sla.breaches_xlsx": Route("who has breaches"),
    "POST sla.give_reasons": Route("who leads a department that serves", body={"ids": "1", "code": "workload", **TEXT}),
    "POST sla.give_reason": Route("the lead of the department", {"clock_id": "breach"}, {"code": "workload", **TEXT}),
    "GET agreements.listed": Route("signed in"),  # each gets those they may know
    "GET agreements.new": Route("who leads a department"),
    "POST agreements.propose_first": Route("who leads a department", body=NEW_AGREEMENT),
    "GET agreements.agreement": Route("who knows the agreement", AGREEMENT),
    "GET agreements.version": Route("who knows the agreement", AGREEMENT | {"number": "accepted_version"}),
    "GET agreements.diff": Route("who knows its proposals", AGREEMENT, query={"from": "1", "to": "2"}),
    "GET agreements.propose": Route("leads of the two departments", AGREEMENT),
    "POST agreements.propose_version": Route("leads of the two departments", AGREEMENT, NEW_AGREEMENT | {"seen": "2"}),
    "POST agreements.accept": Route("who may answer it", PROPOSAL),  # Olga has proposed
    "POST agreements.decline": Route("who may answer it", PROPOSAL, {"note": "Too slow."}),
    "POST agreements.withdraw": Route("who proposed it", PROPOSAL),
    "GET reports.reports": Route("readers of the company's report"),
    "GET policies.listed": Route("administrator"),
    "GET policies.listed <key>": Route("who may change IT's promises", {"key": "it"}),
    "GET policies.new": Route("administrator"),
    "GET policies.new <key>": Route("who may change IT's promises", {"key": "it"}),
    "POST policies.add": Route("administrator", body={"priority": "low", "resolution": "90h"}),
    "POST policies.add <key>": Route("who may change IT's promises", {"key": "it"}, {"priority": "low", "resolution": "90h"}),
    "GET policies.policy": Route("who may change IT's promises", {"policy_id": "promise"}),
    "POST policies.change": Route("who may change IT's promises", {"policy_id": "promise"}, {"seen": "1", "resolution": "90h"}),
    "POST policies.withdraw": Route("who may change IT's promises", {"policy_id": "promise"}),
    "GET rollouts.prepare": Route("who may change IT's promises", {"what": "policy", "version_id": "policy_version"}),
    "POST rollouts.ask": Route("who may change IT's promises", {"what": "policy", "version_id": "policy_version"}),
    "GET rollouts.progress": Route("who may change IT's promises", {"rollout_id": "rollout"}),
    "GET what_if.ask": Route("who leads something", query={"target": "8h"}),
    "GET reports.cases": Route("who answers low ratings"),
    "GET reports.case": Route("who leads IT", {"case_id": "case"}),
    "POST reports.answer_case": Route("who leads IT", {"case_id": "case"}, {"title": "Faster", "said": "It is slow."}),
    "POST reports.close_case": Route("who leads IT", {"case_id": "case"}, {"note": "Told to the team."}),
    "GET reports.live": Route("who leads something"),
    "GET reports.company": Route("readers of the company's report", {"month": "2026-04"}),
    "GET reports.company_file": Route("readers of the company's report", {"month": "2026-04", "kind": "csv"}),
    "GET reports.department_file": Route("readers of IT's report", {"month": "2026-04", "key": "it", "kind": "xlsx"}),
    "GET reports.new_issue": Route("administrator", {"month": "2026-04"}),
    "POST reports.correct": Route("administrator", {"month": "2026-04"}),
    "GET reports.department": Route("readers of IT's report", {"month": "2026-04", "key": "it"}),
    "GET reports.rows": Route("readers of IT's report", {"month": "2026-04", "key": "it", "name": "breaches"}),
    "GET surveys.questions": Route("public", {"token": "survey"}),
    "POST surveys.answer": Route("public", {"token": "survey", "key": "it"}, {"quality": "9"}),
    "GET survey_results.waves": Route("readers of the company's report"),
    "GET survey_results.company": Route("readers of the company's report", {"wave": "2026-Q2"}),
    "GET survey_results.table": Route("readers of the company's report", {"wave": "2026-Q2"}),
    "GET survey_results.department": Route("readers of IT's report", {"wave": "2026-Q2", "key": "it"}),
    "GET admin.surveys": Route("administrator"),
    "GET admin.components": Route("administrator"),
    # One is running, so a second is refused after the question who asks.
    "POST admin.start_survey": Route("administrator"),
    "POST admin.close_survey": Route("administrator", {"wave": "running_survey"}),
    "POST admin.set_survey_rhythm": Route("administrator", body={"rhythm": "off"}),
    "GET admin.overview": Route("administrator"),
    "GET admin.audit_entries": Route("administrator"),
    # Leads get in only where their departments alone work by a calendar: tests/web/test_calendars.py.
    "GET admin.calendars": Route("administrator"),
    "GET admin.new_calendar": Route("administrator"),
    "POST admin.add_calendar": Route("administrator", body={"key": "late", "timezone": "UTC", "mon": "9-18"}),
    "GET admin.edit_calendar": Route("administrator", {"key": "office"}),
    "POST admin.save_calendar": Route("administrator", {"key": "office"}, {"timezone": "UTC", "mon": "9-18", "version": "1"}),
    "GET admin.calendar_versions": Route("administrator", {"key": "office"}),
    "POST admin.refresh_calendar": Route("administrator", {"key": "office"}),
    "POST admin.assign_calendar": Route("administrator", {"key": "office"}),
    "GET admin.departments": Route("administrator"),
    "POST admin.choose_triage": Route("administrator", body={"department": "it"}),
    "POST admin.choose_quota": Route("administrator", body={"a_week": "3"}),
    "GET admin.policies": Route("administrator"),
    "GET admin.mails": Route("administrator"),
    "GET admin.mail": Route("administrator", {"mail_id": "mail"}),
    "GET admin.mail_html": Route("administrator", {"mail_id": "mail"}),
    "POST admin.send_again": Route("administrator", {"mail_id": "mail"}),
    "GET admin.incoming": Route("administrator"),
    "GET admin.letter": Route("administrator", LETTER),
    "GET admin.letter_raw": Route("administrator", LETTER),
    "POST admin.release_letter": Route("administrator", LETTER, {"department": "it"}),
    "POST admin.leave_letter": Route("administrator", LETTER),
    "GET admin.mailboxes": Route("administrator"),
    "POST admin.try_mailbox": Route("nobody at all", {"name": "none"}),  # none is set
    "GET admin.seals": Route("administrator"),
    "POST admin.break_seal": Route("administrator", body={"number": "1", "reason": "A complaint about a leak."}),
    "POST admin.close_seal": Route("administrator", {"seal_id": "seal"}),
    "GET admin.people": Route("administrator"),
    "GET admin.new_person": Route("administrator"),
    "POST admin.add_person": Route("administrator", body={"email": "x@example.com", "name": "X", "department": "", "language": "en"}),
    "GET admin.person": Route("administrator", {"person_id": "person"}),
    "POST admin.change_person": Route("administrator", {"person_id": "person"}, {"name": "Stranger", "department": "", "active": "y"}),
    "POST admin.set_roles": Route("administrator", {"person_id": "person"}),
    "POST admin.temporary_password": Route("administrator", {"person_id": "person"}),
    "POST admin.trust_address": Route("administrator", {"person_id": "person"}),
}  # fmt: skip

API = {
    "GET openapi.spec": Route("public"),
    "POST api_ratings.rate": Route("public", {"token": "link"}, {"quality": 9}),
    "GET api_me.whose_token": Route("signed in"),
    "GET api_departments.departments": Route("signed in"),
    "GET api_departments.department": Route("signed in", {"key": "it"}),
    "GET api_improvements.improvements": Route("signed in", {"key": "it"}),
    "POST api_improvements.decide": Route("who keeps IT's page", {"key": "it"}, {"title": "Fast"}),
    "GET api_improvements.improvement": Route("who reads IT's action", ACTION),
    "PATCH api_improvements.change_improvement": Route("who may change IT's action", ACTION, {"title": "Faster"}),
    "GET api_calendars.calendars": Route("signed in"),  # an empty list for who may change none
    "GET api_calendars.calendar": Route("administrator", {"key": "office"}),
    "PUT api_calendars.set_calendar": Route("administrator", {"key": "office"}, {"timezone": "UTC", "week": {"mon": [["09:00", "18:00"]]}}),
    "GET api_request_types.request_types": Route("signed in"),
    "GET api_tickets.tickets": Route("signed in"),
    "POST api_tickets.file_ticket": Route("signed in", body={"request_type": "it.incident", "subject": "Silence"}),
    "GET api_tickets.ticket": Route("who sees the ticket", TICKET),
    "PATCH api_tickets.edit_ticket": Route("who serves the ticket", TICKET, {"priority": "high"}),
    "GET api_messages.messages": Route("who sees the ticket", TICKET),
    "POST api_messages.write_message": Route("both sides of the ticket", TICKET, TEXT),
    "PUT api_moving.assign": Route("who serves the ticket", TICKET, {"assignee": None}),
    "GET api_finding.whom_to_ask": Route("signed in", query={"q": "printer"}),
    "GET api_children.children": Route("who sees the ticket", TICKET),
    "GET api_links.links": Route("who sees the ticket", TICKET),
    "POST api_links.add_link": Route("who serves the ticket", TICKET, {"kind": "related", "to": 1}),
    "DELETE api_links.remove_link": Route("who serves the ticket", TICKET | {"link_id": "link_between"}),
    "PUT api_links.merge": Route("who serves the ticket", TICKET, {"into": 1}),
    "DELETE api_links.unmerge": Route("both sides of the ticket", TICKET, TEXT),
    "POST api_children.ask": Route("who serves the ticket", TICKET, CHILD | {"request_type": "hr.certificate"}),
    "POST api_moving.hand_over": Route("who serves the ticket", TICKET, {"department": "hr"}),
    "POST api_files.send": Route("signed in", query={"name": "a.txt"}, body={"a": "text"}),
    "GET api_files.files": Route("who sees the ticket", TICKET),
    "GET api_files.file": Route("who sees the ticket", FILE),
    "PUT api_moving.answer_fields": Route("who asked", TICKET, {"fields": {"device": "HP-7"}}),
    "PUT api_moving.hold": Route("who serves the ticket", TICKET, {"reason": "third_party"}),
    "DELETE api_moving.resume": Route("who serves the ticket", TICKET),
    "PUT api_endings.resolve": Route("who serves the ticket", TICKET, TEXT),
    "DELETE api_endings.reopen": Route("both sides of the ticket", {"ticket_id": "resolved"}, TEXT),
    "PUT api_endings.close": Route("who asked", {"ticket_id": "resolved"}),
    "GET api_approvals.waiting": Route("signed in"),  # each gets what waits for them
    "GET api_approvals.approvals": Route("who sees the ticket", {"ticket_id": "unapproved"}),
    "PUT api_approvals.decide": Route("who is asked to approve", APPROVAL, {"decision": "approved"}),
    "POST api_approvals.send_again": Route("who asked", REFUSED),
    "GET api_terms.terms": Route("who sees the ticket", TICKET),
    "GET api_terms.term": Route("who sees the ticket", TERM),
    "POST api_terms.propose": Route("both sides of the ticket", TICKET, NEW_TERM),
    "PUT api_terms.accept": Route("who asked", TERM),  # Igor has proposed
    "DELETE api_terms.refuse": Route("both sides of the ticket", TERM),
    "GET api_agreements.agreements": Route("signed in"),  # each gets those they may know
    "POST api_agreements.propose": Route("who leads a department", body={"supplier": "it", "customer": "sales"} | TERMS),
    "GET api_agreements.agreement": Route("who knows the agreement", AGREEMENT),
    "POST api_agreements.propose_version": Route("leads of the two departments", AGREEMENT, TERMS),
    "PUT api_agreements.accept": Route("who may answer it", PROPOSAL),  # Olga has proposed
    "DELETE api_agreements.refuse": Route("leads who see the proposal", PROPOSAL, {"note": "Too slow."}),
    "GET api_absences.absences": Route("signed in"),
    "POST api_absences.plan": Route("signed in", body={"from": "2027-05-03", "to": "2027-05-14"}),  # one's own
    "GET api_absences.absence": Route("signed in", ABSENCE),
    "PATCH api_absences.change_absence": Route("who may enter Igor's absences", ABSENCE, {"note": "Vacation"}),
    "DELETE api_absences.cancel": Route("who may enter Igor's absences", ABSENCE),
    "GET api_clocks.clocks": Route("who sees the ticket", TICKET),
    "GET api_clocks.explanation": Route("who sees the ticket", TICKET | {"clock_id": "breach"}),
    "GET api_clocks.ledger": Route("who sees the ticket", TICKET),
    "GET api_clocks.chain": Route("who sees the ticket", TICKET),
    "GET api_history.events": Route("who sees the ticket", TICKET),
    "GET api_breaches.breaches": Route("signed in"),  # each gets those of their own departments; others an empty list
    "POST api_breaches.explain_breaches": Route("signed in", body={"ids": [1], "code": "workload", **TEXT}),  # each row has its outcome
    "PUT api_breaches.explain_breach": Route("the lead of the department", {"clock_id": "breach"}, {"code": "workload", **TEXT}),
    "GET api_live.live": Route("who leads something"),
    "GET api_reports.reports": Route("signed in"),  # an empty list for who reads none
    "GET api_reports.report": Route("readers of the company's report", {"month": "2026-04"}),
    "POST api_reports.correct": Route("administrator", {"month": "2026-04"}, {"reason": "One was forgotten."}),
    "GET api_reports.report_file": Route("readers of the company's report", {"month": "2026-04", "kind": "xlsx"}),
    "GET api_reports.department_report_file": Route("readers of IT's report", {"month": "2026-04", "key": "it", "kind": "csv"}),
    "GET api_reports.department_report": Route("readers of IT's report", {"month": "2026-04", "key": "it"}),
    "GET api_surveys.surveys": Route("signed in"),  # an empty list for who reads none
    "GET api_surveys.survey": Route("readers of the company's report", {"wave": "2026-Q2"}),
    "GET api_surveys.department_survey": Route("readers of IT's report", {"wave": "2026-Q2", "key": "it"}),
    "GET api_surveys.suggestions": Route("readers of IT's report", {"wave": "2026-Q2", "key": "it"}),
    "GET api_reports.breaches": Route("readers of IT's report", {"month": "2026-04", "key": "it"}),
    "GET api_reports.comments": Route("readers of IT's report", {"month": "2026-04", "key": "it"}),
    "GET api_reports.thanks": Route("readers of IT's report", {"month": "2026-04", "key": "it"}),
}  # fmt: skip
