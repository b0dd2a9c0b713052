"""What every figure means, in the sentence shown on hover. The function that sums it says the same (tested)."""

from __future__ import annotations

from servicedesk.kernel.text import N_

DEFINITIONS: dict[str, str] = {
    "month": N_(
        "A promise belongs to the month in which it was decided: kept when it stopped, broken when it fell due."
    ),
    "kept": N_(
        "Kept promises as a share of kept and broken ones. Excused breaches stay in it and are counted beside it."
    ),
    "times": N_(
        "Median and 90th percentile of business time, pauses excluded. A promise that still runs counts as the longest."
    ),
    "times_distribution": N_(
        "Promises by the share of the promised business time that was used. One that still runs is beyond every band."
    ),
    "score": N_('The mean of the ratings of one question, 1 to 10. "Cannot judge" is not counted.'),
    "index": N_("The mean of the three scores: quality, speed, helpfulness. Each counts the same, 1 to 10."),
    "interval": N_(
        "A t interval whose unit is the person, not the rating: with 95-percent certainty the mean lies in it."
    ),
    "response_rate": N_("Ratings given as a share of invitations sent in the month."),
    "weight_cap": N_("One person's ratings of a department in a month together weigh no more than three ratings."),
    "change": N_(
        "Two months differ only if the 95-percent interval of their difference excludes zero; otherwise: no clear change."
    ),
    "survey_score": N_(
        'The mean of the answers to one question of the survey, 1 to 10. "Cannot judge" and "did not deal with them" are '
        "not counted."
    ),
    "survey_change": N_(
        "Two surveys differ only if the 95-percent interval of their difference excludes zero; otherwise: no clear change."
    ),
    "outcome": N_(
        "The metric of the action in the last closed month before it was decided on, and in the newest closed month "
        "after it was done: a change only if the 95-percent interval of the difference excludes zero."
    ),
    "hiding": N_(
        "A figure with fewer than five raters is hidden, and where it could be computed, the next smallest with it. "
        "Raters who signed do not count."
    ),
    "first_time_fix": N_(
        "Requests resolved and not reopened within seven days, as a share of those decided in the month."
    ),
    "bounces": N_(
        "Hand-overs to another department in the month because the request was misdirected, or without a word: given "
        "away and received."
    ),
    "findability": N_(
        "Requests of people who did not know whom to ask: how many came to the triage department in the month, how "
        "many it handed on, and to whom."
    ),
    "backlog": N_("Requests not resolved at the end of the month, by age in days since they were filed."),
    "load": N_("Requests filed in the month, by the department of the requester."),
    "agreed_terms": N_(
        "Requests with an agreed date whose resolution was decided in the month: how many kept the first date that was "
        "agreed, how many the last one, and for how many it was agreed anew."
    ),
    "chain": N_(
        "Business time of requests that crossed departments, link by link: each stay, and the waiting by its reason."
    ),
    "ball": N_(
        "Business time of requests resolved in the month, from the first word to the resolution, by who had to act."
    ),
    "weakest_link": N_(
        "The stay with the lowest share of kept promises; where that is equal, the one that took more of the time."
    ),
}
