"""Pure sums over plain rows, one file per family, every figure with its definition. No session, no clock."""

from servicedesk.reports.figures.balls import BALLS, Ball, HolderTime, ball
from servicedesk.reports.figures.chains import Chain, ChainLink, chains, links_of, weakest_link, weakest_of
from servicedesk.reports.figures.definitions import DEFINITIONS
from servicedesk.reports.figures.hiding import LEAST_RATERS, TOTAL, few, hidden_cells
from servicedesk.reports.figures.load import (
    AGES,
    FIX_LASTS,
    Bounces,
    Findability,
    FirstTimeFix,
    backlog_by_age,
    bounces,
    findability,
    first_time_fix,
    is_decided,
    load_by_customer,
)
from servicedesk.reports.figures.outcomes import AIMS, FEWER_IS_BETTER, Outcome, Sample, count_change, outcome
from servicedesk.reports.figures.promises import METRICS, Kept, Times, kept, nearest_rank, share_change, times, wilson
from servicedesk.reports.figures.ratings import (
    SCORES,
    WEIGHT_CAP,
    Score,
    change,
    count_raters,
    index,
    is_clear,
    raters_of,
    response_rate,
    score,
    t_quantile,
    weights,
)
from servicedesk.reports.figures.rows import (
    BallRow,
    ClockRow,
    DepartmentRow,
    HandOverRow,
    HoldRow,
    Journey,
    Link,
    MonthRows,
    RatingRow,
    ResolutionRow,
    StayRow,
    TermRow,
    TicketRow,
)
from servicedesk.reports.figures.terms import AgreedTerms, agreed_terms

__all__ = [
    "AGES", "AIMS", "BALLS", "DEFINITIONS", "FEWER_IS_BETTER", "FIX_LASTS", "LEAST_RATERS", "METRICS", "SCORES", "TOTAL", "WEIGHT_CAP",
    "AgreedTerms", "Ball", "BallRow", "Bounces", "Chain", "ChainLink", "ClockRow", "DepartmentRow", "Findability", "FirstTimeFix", "HandOverRow", "HoldRow", "HolderTime", "Journey",
    "Kept", "Link", "MonthRows", "Outcome", "RatingRow", "ResolutionRow", "Sample", "Score", "StayRow", "TermRow", "TicketRow", "Times",
    "agreed_terms", "backlog_by_age", "ball", "bounces", "chains", "change", "count_change", "count_raters", "few", "findability", "first_time_fix", "hidden_cells", "index",
    "is_clear", "is_decided", "kept", "links_of", "load_by_customer", "nearest_rank", "outcome", "raters_of", "response_rate",
    "score", "share_change", "t_quantile", "times", "weakest_link", "weakest_of", "weights", "wilson",
]  # fmt: skip
