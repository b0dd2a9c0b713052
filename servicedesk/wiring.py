"""Who reacts to what, on one page. Reactions run in this order, inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from servicedesk.audit.reactions import record
from servicedesk.catalog import events as catalog
from servicedesk.catalog import reactions as finding
from servicedesk.kernel.events import Event, Reaction
from servicedesk.letters import events as letters
from servicedesk.mailout import events as mail
from servicedesk.notifications import reactions as notify
from servicedesk.people import events as people
from servicedesk.ratings import events as ratings
from servicedesk.ratings import reactions as rate
from servicedesk.reports import events as reports
from servicedesk.sla import events as sla
from servicedesk.sla import reactions as clocks
from servicedesk.surveys import events as surveys
from servicedesk.tickets import events as tickets
from servicedesk.tickets import reactions as flow

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    # people, catalog
    people.PersonAdded: [record, finding.renew_index],
    people.PersonChanged: [
        record,
        finding.renew_index,
        flow.replace_who_left,
        flow.replace_requesters,
        flow.keep_names,
    ],
    people.RolesChanged: [record],
    people.SignedIn: [record],
    people.SignedOut: [record],
    people.TokenIssued: [record],
    people.TokenRevoked: [record],
    people.DepartmentAdded: [record, finding.renew_index],
    people.DepartmentChanged: [record, finding.renew_index],
    people.CompanyChanged: [record],
    people.AbsencePlanned: [record],
    people.AbsenceCancelled: [record],
    people.AbsenceBegan: [record],
    people.AbsenceEnded: [record, notify.tell_what_happened],
    catalog.RequestTypeAdded: [record, finding.renew_index],
    catalog.RequestTypeChanged: [record, finding.renew_index],
    catalog.TemplateSet: [record],
    # tickets
    tickets.TicketOpened: [
        record,
        flow.keep_index,
        clocks.start_clocks,
        clocks.place_in_queue,
        notify.confirm_request,
        notify.tell_team,
    ],
    tickets.TicketSplit: [record, notify.tell_of_split],
    tickets.MessageAdded: [record, flow.keep_index, clocks.answer, notify.tell_other_side],
    tickets.PersonMentioned: [record, notify.tell_of_mention],
    tickets.FollowerAdded: [record, notify.tell_new_follower],
    tickets.FollowerRemoved: [record],
    tickets.ThanksContested: [record, clocks.answer_after_all, notify.tell_of_contested_thanks],
    tickets.TicketAssigned: [record, flow.keep_index, notify.tell_assignee],
    tickets.TicketHeld: [record, clocks.pause_clocks, notify.tell_requester_of_hold],
    tickets.TicketResumed: [record, clocks.resume_clocks],
    tickets.TicketHandedOver: [
        record,
        flow.keep_index,
        clocks.move_clocks,
        clocks.place_in_queue,
        clocks.lapse_proposal,
        notify.tell_new_team,
    ],
    tickets.TicketResolved: [
        record,
        clocks.stop_clocks,
        clocks.place_in_queue,
        clocks.lapse_proposal,
        notify.tell_requester_of_solution,
        rate.ask_for_opinion,
        notify.tell_those_merged_of_solution,
        flow.drop_what_was_planned,
        flow.report_to_parent,
    ],
    tickets.TicketReopened: [
        record,
        clocks.reopen_clocks,
        clocks.place_in_queue,
        rate.withdraw_question,
        flow.warn_parent,
    ],
    tickets.TicketClosed: [record, clocks.forget_term, notify.tell_requester_of_closing],
    tickets.TicketCancelled: [
        record,
        clocks.cancel_clocks,
        clocks.place_in_queue,
        clocks.lapse_proposal,
        notify.tell_of_withdrawal,
        flow.drop_what_was_planned,
        flow.report_to_parent,
        flow.release_what_was_merged,
    ],
    tickets.PriorityChanged: [record, clocks.retarget_clocks],
    tickets.RequestTypeSwitched: [record, clocks.retarget_clocks, flow.hide_children],
    tickets.SubjectChanged: [record, flow.keep_index],
    # merging, links
    tickets.TicketMerged: [
        record,
        clocks.cancel_clocks_of_merged,
        clocks.place_in_queue,
        clocks.lapse_proposal,
        notify.tell_of_merge,
    ],
    tickets.MergeReceived: [record, notify.tell_who_has_it_of_merge],
    tickets.TicketUnmerged: [record, clocks.restore_clocks, clocks.place_in_queue, notify.tell_of_return],
    tickets.MergeReturned: [record],
    tickets.TicketLinked: [record],
    tickets.LinkRemoved: [record],
    # letters
    letters.LetterLeft: [record],
    letters.LetterReleased: [record],
    letters.LetterTooLarge: [record, notify.tell_of_large_letter],
    letters.AnswerNoted: [record],
    mail.MailMissed: [record, notify.tell_of_missed_mail],
    letters.AnswerHeld: [record, notify.tell_of_held_answer],
    letters.ExchangeStopped: [record, notify.tell_of_stopped_exchange],
    # approvals
    tickets.ApprovalAsked: [record, notify.ask_approver],
    tickets.ApprovalCovered: [record, notify.ask_who_stands_in],
    tickets.ApprovalReminded: [record, notify.remind_approver],
    tickets.ApprovalGiven: [record],
    tickets.ApprovalWaived: [record],
    tickets.TicketApproved: [record, clocks.start_after_approval, notify.tell_team, notify.tell_of_approval],
    tickets.TicketRefused: [record, clocks.cancel_clocks, notify.tell_of_refused_approval],
    tickets.TicketResubmitted: [record, flow.keep_index, clocks.start_anew],
    # child requests
    tickets.ChildAsked: [record],
    tickets.ChildrenPlanned: [record],
    tickets.ChildEnded: [record, notify.tell_of_result],
    tickets.ChildReopened: [record, notify.tell_of_reopened_child],
    tickets.RequesterReplaced: [record, flow.keep_index, flow.spare_the_new_requester],
    # absence
    tickets.CoverBegan: [record],
    tickets.CoverEnded: [record],
    tickets.TicketsCovered: [record, notify.tell_requesters_of_cover, notify.pass_alerts_on],
    # confidential requests opened for a reason
    tickets.SealBroken: [record, notify.tell_of_broken_seal],
    tickets.SealClosed: [record],
    # promises
    sla.ClockWarned: [record, notify.alert_of_warning],
    sla.ClockBreached: [record],
    sla.ClockEscalated: [record, notify.alert_of_breach],
    sla.ClockRetargeted: [record],
    sla.ClocksRebuilt: [record],
    sla.BreachExplained: [record],
    sla.TermProposed: [record, notify.ask_about_term],
    sla.TermAccepted: [record, notify.tell_of_agreed_term],
    sla.TermRefused: [record, notify.tell_of_refused_term],
    sla.AgreementProposed: [record, notify.ask_other_side],
    sla.AgreementAccepted: [record, notify.tell_of_acceptance],
    sla.AgreementRefused: [record, notify.tell_of_refusal],
    sla.AgreementEnds: [record, notify.remind_both_sides],
    sla.RolloutAsked: [record],
    sla.RolloutFinished: [record],
    sla.CalendarChanged: [record],
    sla.CalendarRunsOut: [record, notify.tell_of_next_year],
    sla.PolicyChanged: [record],
    sla.DepartmentCalendarChanged: [record],
    # ratings: that somebody was asked is no secret, that somebody answered is nobody's business unless they signed
    ratings.RatingAsked: [notify.ask_for_rating],
    ratings.RatingSigned: [notify.tell_of_signature],
    ratings.RatingWithdrawn: [notify.drop_question],
    # surveys: the same holds for them
    surveys.WaveStarted: [record],
    surveys.WaveEnded: [record],
    surveys.SurveyAsked: [notify.ask_for_answers],
    surveys.RhythmSet: [record],
    # reports
    reports.ReasonsAsked: [record, notify.ask_for_reasons],
    reports.ImprovementSet: [record, notify.tell_new_owner],
    reports.ImprovementEnded: [record],
    reports.CasesOpened: [record, notify.tell_of_cases],
    reports.CaseAnswered: [record],
    # who was thanked is told to nobody else
    reports.ThanksKept: [notify.tell_of_thanks],
    reports.ImprovementReopened: [record],
    reports.MonthClosed: [record, notify.announce_report],
    reports.WaveClosed: [record, notify.announce_survey],
}
