"""The kinds of news: which way each travels, and what its line under the bell says."""

from __future__ import annotations

from dataclasses import dataclass

from servicedesk.kernel.text import N_


@dataclass(frozen=True)
class Kind:
    """How one kind of news travels: a line under the bell, a mail of this template, or both.

    `once`: the line keeps what it is about, so that nobody is told of it again, whichever way they chose to hear.
    """

    bell: bool
    mail: str | None
    once: bool = False


KINDS: dict[str, Kind] = {
    "request_received": Kind(bell=True, mail="request_received"),
    "new_request": Kind(bell=True, mail=None),
    "reply": Kind(bell=True, mail="reply"),
    "requester_wrote": Kind(bell=True, mail="requester_wrote"),
    "thanked": Kind(bell=True, mail=None),
    "exchange_stopped": Kind(bell=True, mail=None),
    "mail_missed": Kind(bell=True, mail=None),
    "answer_held": Kind(bell=True, mail="answer_held"),
    "letter_too_large": Kind(bell=True, mail=None),
    "note": Kind(bell=True, mail=None),
    "assigned": Kind(bell=True, mail="assigned"),
    "handed_over": Kind(bell=True, mail=None),
    "cancelled": Kind(bell=True, mail=None),
    "on_hold": Kind(bell=True, mail="on_hold"),
    "resolved": Kind(bell=True, mail="resolved"),
    "closed": Kind(bell=True, mail="closed"),
    "rating_asked": Kind(bell=True, mail="rating_asked"),
    # By mail alone: a second line under the bell would say for ever that no answer had come by then.
    "rating_reminder": Kind(bell=False, mail="rating_reminder"),
    "rating_signed": Kind(bell=True, mail="rating_signed"),
    "survey_asked": Kind(bell=True, mail="survey_asked"),
    "survey_reminder": Kind(bell=False, mail="survey_reminder"),
    "survey_closed": Kind(bell=True, mail=None),
    "promises_digest": Kind(bell=True, mail="promises_digest"),
    "breaches_unexplained": Kind(bell=True, mail="breaches_unexplained"),
    "action_given": Kind(bell=True, mail=None),
    "cases_opened": Kind(bell=True, mail=None),
    "thanks_kept": Kind(bell=True, mail=None),
    "term_proposed": Kind(bell=True, mail="term_proposed"),
    "term_accepted": Kind(bell=True, mail="term_accepted"),
    "term_refused": Kind(bell=True, mail="term_refused"),
    "month_closed": Kind(bell=True, mail="month_closed", once=True),
    "approval_asked": Kind(bell=True, mail="approval_asked"),
    "approval_reminder": Kind(bell=True, mail="approval_reminder"),
    "approval_granted": Kind(bell=True, mail="approval_granted"),
    "approval_refused": Kind(bell=True, mail="approval_refused"),
    "agreement_proposed": Kind(bell=True, mail="agreement_proposed"),
    "agreement_accepted": Kind(bell=True, mail="agreement_accepted"),
    "agreement_declined": Kind(bell=True, mail="agreement_declined"),
    "agreement_withdrawn": Kind(bell=True, mail=None),
    "agreement_ends": Kind(bell=True, mail="agreement_ends"),
    "calendar_runs_out": Kind(bell=True, mail="calendar_runs_out"),
    "cover_began": Kind(bell=True, mail="cover_began", once=True),
    "cover_for_you": Kind(bell=True, mail="cover_for_you", once=True),
    "cover_missing": Kind(bell=True, mail="cover_missing", once=True),
    "absence_summary": Kind(bell=True, mail="absence_summary"),
    "child_resolved": Kind(bell=True, mail="child_resolved"),
    "children_done": Kind(bell=True, mail="children_done"),
    "child_cancelled": Kind(bell=True, mail=None),
    "child_reopened": Kind(bell=True, mail=None),
    "seal_broken": Kind(bell=True, mail="seal_broken"),
}

# Mails without a line of their own, and the kind whose line says it already.
SAID_BEFORE = {"rating_reminder": "rating_asked", "survey_reminder": "survey_asked"}

# What a line under the bell says. "#1042 Printer" stands for the ticket, of a confidential one only "#1042".
SENTENCES: dict[str, str] = {
    "request_received": N_("We have your request: %(ticket)s"),
    "new_request": N_("%(author)s asks: %(ticket)s"),
    "new_request.quiet": N_("New confidential request: %(ticket)s"),
    "reply": N_("%(author)s replied: %(ticket)s"),
    "reply.quiet": N_("New reply: %(ticket)s"),
    "requester_wrote": N_("%(author)s wrote: %(ticket)s"),
    "requester_wrote.quiet": N_("New message: %(ticket)s"),
    "thanked": N_("%(author)s says thanks: %(ticket)s"),
    "thanked.quiet": N_("Thanks: %(ticket)s"),
    "exchange_stopped": N_("Letters keep coming, and you are told of none of the next ones: %(ticket)s"),
    "mail_missed": N_("Mail to the requester has not arrived: %(ticket)s"),
    "answer_held": N_("The requester has not got your answer by mail; write it here: %(ticket)s"),
    "letter_too_large": N_("A letter of %(size)s MB is too large and stays on the mail server"),
    "note": N_("%(author)s left a note: %(ticket)s"),
    "note.quiet": N_("New note: %(ticket)s"),
    "assigned": N_("Assigned to you: %(ticket)s"),
    "handed_over": N_("Handed over to your department: %(ticket)s"),
    "cancelled": N_("The requester took it back: %(ticket)s"),
    "child_resolved": N_("%(department)s has done what you asked: %(ticket)s"),
    "child_resolved.quiet": N_("Something asked from here is done: %(ticket)s"),
    "children_done": N_("Everything is back: %(ticket)s"),
    "child_cancelled": N_("%(department)s need not do it any more: %(ticket)s"),
    "child_cancelled.quiet": N_("Something asked from here was taken back: %(ticket)s"),
    "child_reopened": N_("%(department)s has to go on: %(ticket)s"),
    "child_reopened.quiet": N_("Something asked from here is not done after all: %(ticket)s"),
    "on_hold.waiting_for_requester": N_("Your answer is needed: %(ticket)s"),
    "on_hold.missing": N_("Please fill in %(fields)s: %(ticket)s"),
    "on_hold.missing.quiet": N_("Your answer is needed: %(ticket)s"),
    "on_hold.third_party": N_("Waiting for somebody outside: %(ticket)s"),
    "on_hold.scheduled": N_("Scheduled for later: %(ticket)s"),
    "resolved": N_("Resolved: %(ticket)s"),
    "closed": N_("Closed after some quiet days: %(ticket)s"),
    "rating_asked": N_("How did it go? %(ticket)s"),
    "rating_signed": N_("%(author)s signed an opinion and may be contacted: %(ticket)s"),
    "rating_signed.quiet": N_("A signed opinion: %(ticket)s"),
    "survey_asked": N_("A survey waits for you: how do other departments work with you?"),
    "survey_closed": N_("The results of survey %(wave)s are out"),
    "clock_warned.first_reply": N_("The first reply is due soon: %(ticket)s"),
    "clock_warned.reply": N_("A reply is due soon: %(ticket)s"),
    "clock_warned.resolution": N_("The resolution is due soon: %(ticket)s"),
    "clock_warned.stay": N_("The department's time is nearly used up: %(ticket)s"),
    "clock_breached.first_reply": N_("The first reply is late: %(ticket)s"),
    "clock_breached.reply": N_("A reply is late: %(ticket)s"),
    "clock_breached.resolution": N_("The resolution is late: %(ticket)s"),
    "clock_breached.stay": N_("The department's time is used up: %(ticket)s"),
    "clock_escalated.first_reply": N_("%(department)s is late with the first reply: %(ticket)s"),
    "clock_escalated.reply": N_("%(department)s is late with a reply: %(ticket)s"),
    "clock_escalated.resolution": N_("%(department)s is late with the resolution: %(ticket)s"),
    "clock_escalated.stay": N_("%(department)s has used up its time: %(ticket)s"),
    "clock_escalated.first_reply.quiet": N_("The first reply is late: %(ticket)s"),
    "clock_escalated.reply.quiet": N_("A reply is late: %(ticket)s"),
    "clock_escalated.resolution.quiet": N_("The resolution is late: %(ticket)s"),
    "clock_escalated.stay.quiet": N_("The department's time is used up: %(ticket)s"),
    "promises_digest": N_("Promises that need you: %(count)s"),
    "calendar_runs_out.missing": N_("Calendar %(calendar)s: moved and shortened days of %(year)s are not known"),
    "calendar_runs_out.provisional": N_("Calendar %(calendar)s: the holidays of %(year)s are provisional"),
    "calendar_runs_out.outdated": N_("Calendar %(calendar)s needs the holidays of %(year)s"),
    "breaches_unexplained": N_(
        "Broken promises without a reason, %(month)s: %(count)s. The report closes on %(closes_on)s."
    ),
    "breaches_unexplained.actions": N_(
        "Actions still open: %(open)s, overdue: %(overdue)s. The report of %(month)s closes on %(closes_on)s."
    ),
    "breaches_unexplained.both": N_(
        "Broken promises without a reason, %(month)s: %(count)s. Actions still open: %(open)s, overdue: %(overdue)s. "
        "The report closes on %(closes_on)s."
    ),
    "cases_opened": N_("Low ratings of %(month)s to answer, %(department)s: %(count)s"),
    "thanks_kept": N_("Colleagues thanked you in %(month)s"),
    "action_given": N_("An action is yours to see to: %(title)s"),
    "approval_asked": N_("%(author)s needs your approval: %(ticket)s"),
    "approval_asked.quiet": N_("Your approval is needed: %(ticket)s"),
    "approval_asked.cover": N_("You stand in for %(whom)s, whose approval is needed: %(ticket)s"),
    "approval_asked.cover.quiet": N_("You stand in for somebody whose approval is needed: %(ticket)s"),
    "approval_reminder": N_("Still waiting for your approval: %(ticket)s"),
    "approval_reminder.cover": N_("Still waiting for the approval of %(whom)s, for whom you stand in: %(ticket)s"),
    "approval_reminder.cover.quiet": N_("Still waiting for an approval for which you stand in: %(ticket)s"),
    "approval_granted": N_("Approved: %(ticket)s"),
    "approval_refused": N_("%(author)s refused your request: %(ticket)s"),
    "approval_refused.quiet": N_("Your request was refused: %(ticket)s"),
    "agreement_proposed": N_("%(author)s proposes an agreement: %(supplier)s for %(customer)s"),
    "agreement_proposed.counter": N_("%(author)s proposes another wording: %(supplier)s for %(customer)s"),
    "agreement_accepted": N_("Agreement accepted: %(supplier)s for %(customer)s, version %(version)s"),
    "agreement_declined": N_("%(author)s declined the proposal: %(supplier)s for %(customer)s"),
    "agreement_withdrawn": N_("The proposal was taken back: %(supplier)s for %(customer)s"),
    "agreement_ends.end": N_("Agreement ends on %(on)s: %(supplier)s for %(customer)s"),
    "agreement_ends.review": N_("Agreement to be reviewed on %(on)s: %(supplier)s for %(customer)s"),
    "term_proposed": N_("%(author)s proposes a date: %(ticket)s"),
    "term_proposed.quiet": N_("A date is proposed: %(ticket)s"),
    "term_accepted": N_("%(author)s agreed to the date: %(ticket)s"),
    "term_accepted.quiet": N_("A date is agreed on: %(ticket)s"),
    "term_refused.declined": N_("%(author)s declined the date: %(ticket)s"),
    "term_refused.declined.quiet": N_("The proposed date was declined: %(ticket)s"),
    "term_refused.withdrawn": N_("%(author)s took the proposed date back: %(ticket)s"),
    "term_refused.withdrawn.quiet": N_("The proposed date was taken back: %(ticket)s"),
    "seal_broken": N_("An administrator opened a confidential request: %(ticket)s"),
    "cover_began": N_("While %(absent)s is away, %(cover)s looks after it: %(ticket)s"),
    "cover_began.quiet": N_("A colleague looks after it for now: %(ticket)s"),
    "cover_for_you": N_("You stand in for %(absent)s until %(until)s. Open requests: %(count)s"),
    "cover_missing": N_("%(absent)s is away until %(until)s, and nobody stands in. Open requests: %(count)s"),
    "absence_summary": N_("While you were away: resolved %(resolved)s, open %(open)s, decided for you %(decided)s"),
    "month_closed": N_("The report is published: %(month)s"),
    "month_closed.corrected": N_("The report is published anew: %(month)s"),
}
