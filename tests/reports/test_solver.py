"""Somebody with pencil and linear algebra tries to compute what a report hides, from everything it shows.

The reader is assumed to know more than the report says: who rated in which cell, how much each rating weighs, and the
signed ratings of any departments. With scores inside the scale, a linear figure is known if and only if it is a combination
of the figures that are shown.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from itertools import chain, combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.reports import document, figures
from servicedesk.reports.figures import LEAST_RATERS, SCORES, TOTAL, DepartmentRow, MonthRows, RatingRow, TicketRow
from tests.reports.solving import ends, unexplained

BEGIN, END = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
KEYS = ("a", "b", "c")
DEPARTMENTS = [DepartmentRow(number, key, {}) for number, key in enumerate(KEYS)]
EVERY_CELL = [(supplier, customer) for supplier in KEYS for customer in KEYS]
# Whose signed ratings a reader may know: nobody's, those of the departments they lead, all of them.
LED = list(chain.from_iterable(combinations(KEYS, most) for most in range(len(KEYS) + 1)))


def told_by(crowds, seed):
    """Ratings of so many persons in each cell. People belong to one department and rate several; a few of them often."""
    dice, found = random.Random(seed), []
    thanking = {supplier: dice.choice((0, 0.3, 1)) for supplier in KEYS}
    for (supplier, customer), persons in crowds.items():
        signing = dice.choice((0, 0, 0.2, 1))
        for person in dice.sample(range(8), persons):
            for _ in range(dice.choice((1, 1, 1, 4))):
                given = [None if dice.random() < 0.08 else dice.randint(2, 9) for _ in SCORES]
                token, signed = bytes([KEYS.index(customer), person]), dice.random() < signing
                row = (KEYS.index(supplier), KEYS.index(customer), *given, token, dice.choice(("", "word")), signed)
                thanks = "Thank you." if any(given) and dice.random() < thanking[supplier] else ""
                found.append(RatingRow(*row, thanks=thanks))
    dice.shuffle(found)
    return found


crowds = st.fixed_dictionaries({cell: st.sampled_from((0, 0, 1, 2, 5, 6, 8)) for cell in EVERY_CELL})
months = st.builds(told_by, crowds, st.integers(0, 2**32)).filter(bool)


def published(ratings, before=()):
    """The document of a month in which everybody who rated had filed a request as well; `before` are earlier summaries."""
    tickets = [TicketRow(n, row.department_id, row.customer_department_id, BEGIN) for n, row in enumerate(ratings)]
    # In some months everybody who was asked has answered.
    answered = Counter(row.department_id for row in ratings)
    invited = {n: answered[n] + n * len(ratings) % 2 for n in range(len(KEYS))}
    lists = {}
    report = document.build(
        MonthRows("2026-04", BEGIN, END, departments=DEPARTMENTS, tickets=tickets, invited=invited),
        document.opinions_of(ratings, DEPARTMENTS, invited, {}),
        document.Lists(lambda key, name, _page, rows: lists.setdefault((key, name), []).extend(rows)),
        company="North", number=1, closed_at=END, previous=before[-1] if before else None, trend=before,
    )  # fmt: skip
    return report, lists


def inner(cell):
    """The cells that a figure is summed over."""
    return [(s, c) for s, c in EVERY_CELL if cell[0] in (TOTAL, s) and cell[1] in (TOTAL, c)]


def every_figure():
    sides = (*KEYS, TOTAL)
    return [(supplier, customer) for supplier in sides for customer in sides]


class Reader:
    """Holds a month against its report. Unknown are the sums of scores by cell and question, signed and not, and the counts
    by cell."""

    def __init__(self, ratings):
        self.report, self.lists = published(ratings)
        every = ((cell, name, signed) for cell in EVERY_CELL for name in SCORES for signed in (False, True))
        self.places = {place: number for number, place in enumerate(every)}
        self.weight, self.people, self.signed_thanks = {}, {}, dict.fromkeys(KEYS, 0)
        self.count, self.unsigned = dict.fromkeys(EVERY_CELL, 0), dict.fromkeys(EVERY_CELL, 0)
        for row, weight in zip(ratings, figures.weights(ratings), strict=True):
            cell = (KEYS[row.department_id], KEYS[row.customer_department_id])
            answered = any(getattr(row, name) is not None for name in SCORES)
            self.count[cell] += answered
            self.unsigned[cell] += answered and not row.signed
            self.signed_thanks[cell[0]] += row.signed and bool(row.thanks)
            for name in SCORES:
                if getattr(row, name) is not None:
                    place = (cell, name, row.signed)
                    self.weight[place] = self.weight.get(place, 0.0) + weight
                    if not row.signed:
                        self.people.setdefault((cell, name), set()).add(row.token)
        cells = {(cell["supplier"], cell["customer"]): cell["index"] for cell in self.report["matrix"]["cells"]}
        self.shown = {cell: index for cell, index in cells.items() if not index["hidden"]}
        self.parts = {TOTAL: self.report} | {part["key"]: part for part in self.report["departments"]}

    def mean(self, cell, name):
        """The mean of a question as a combination of the unknown sums; None where nobody judged it."""
        places = [
            place for part in inner(cell) for place in ((part, name, False), (part, name, True)) if place in self.weight
        ]
        row = np.zeros(len(self.places))
        for place in places:
            row[self.places[place]] = 1 / sum(self.weight[other] for other in places)
        return row if places else None

    def index(self, cell):
        means = [self.mean(cell, name) for name in SCORES]
        return None if any(mean is None for mean in means) else sum(means) / len(means)

    def known(self):
        """What the report says about sums of scores."""
        rows = [self.index(cell) for cell, index in self.shown.items() if index["value"] is not None]
        for key, part in self.parts.items():
            rows += [self.mean((key, TOTAL), name) for name in SCORES if part["ratings"][name]["value"] is not None]
        return np.array([row for row in rows if row is not None]).reshape(-1, len(self.places))

    def known_by(self, led):
        """Which of the sums are signed ratings of the departments `led`."""
        return np.array([signed and cell[0] in led for cell, _, signed in self.places])

    def hidden(self):
        return [cell for cell in every_figure() if cell not in self.shown and any(self.count[p] for p in inner(cell))]

    def counted(self):
        """What report and lists say about numbers of unsigned ratings to who knows the signed ones: coefficients and the
        number, then coefficients and a bound from below. After the cells stands how many each department asked."""
        rows, least = [], []
        for cell, index in self.shown.items():
            signed = sum(self.count[part] - self.unsigned[part] for part in inner(cell))
            rows.append((summed(cell), index["n"] - signed))
        for key, part in self.parts.items():
            if part["responses"]["invited"] is not None:
                rows.append((asked(key), part["responses"]["invited"]))
        for key in KEYS:
            signed = sum(self.count[part] - self.unsigned[part] for part in inner((key, TOTAL)))
            least.append((asked(key) - summed((key, TOTAL)), signed))
            for name, known in (("comments", 0), ("low_ratings", 0), ("thanks", self.signed_thanks[key])):
                if found := self.lists.get((key, name)):
                    enough = LEAST_RATERS if name != "thanks" else 0
                    least.append((summed((key, TOTAL)), max(enough, len(found) - known)))
        sides = []
        for pairs in (rows, least):
            sides += [np.array([row for row, _ in pairs]), np.array([float(n) for _, n in pairs])]
        return sides


def summed(cell):
    return np.array([float(part in inner(cell)) for part in EVERY_CELL] + [0.0] * len(KEYS))


def asked(key):
    return np.array([0.0] * len(EVERY_CELL) + [float(key in (TOTAL, other)) for other in KEYS])


@settings(max_examples=150)
@given(months)
def test_no_hidden_score_follows_from_what_is_shown(ratings):
    """Whoever knows the signed ratings of some departments, of all or of none: of a hidden figure what they do not know
    already does not follow."""
    reader = Reader(ratings)
    wanted = [(cell, name) for cell in reader.hidden() for name in SCORES if reader.mean(cell, name) is not None]
    if not wanted:
        return
    means = np.array([reader.mean(*figure) for figure in wanted])
    for led in LED:
        theirs = reader.known_by(led)
        left, known = means[:, ~theirs], reader.known()[:, ~theirs]
        rest = unexplained(known, left.T).T
        for figure, before, after in zip(wanted, left, rest, strict=True):
            assert not before.any() or np.abs(after).max() > 1e-7, (figure, led)
        for cell in reader.hidden():
            index = reader.index(cell)
            if index is not None and index[~theirs].any():
                assert np.abs(unexplained(known, index[~theirs])).max() > 1e-7, (cell, led)


@settings(max_examples=150)
@given(months)
def test_no_hidden_number_of_answers_follows_from_what_is_shown(ratings):
    """Numbers are bounded from below, also by the lengths of lists, and from above by how many were asked, so a linear
    programme finds the least and the most that fit what is shown."""
    reader = Reader(ratings)
    for cell in reader.hidden():
        if any(reader.unsigned[part] for part in inner(cell)):
            least, most = ends(summed(cell), *reader.counted())
            assert most - least > 0.5, cell


@settings(max_examples=150)
@given(months)
def test_what_is_left_of_a_shown_total_is_the_opinion_of_five(ratings):
    """Total minus what is shown is a figure too, of each question."""
    reader = Reader(ratings)
    sides = [[(key, other) for other in KEYS] for key in (*KEYS, TOTAL)]
    lines = [(line, (line[0][0], TOTAL)) for line in sides]
    lines += [([(c, s) for s, c in line], (TOTAL, line[0][0])) for line in sides]
    for line, total in lines:
        if total not in reader.shown:
            continue
        left = [part for cell in line if cell not in reader.shown for part in inner(cell)]
        for name in SCORES:
            people = set().union(*(reader.people.get((part, name), set()) for part in left))
            assert not people or len(people) >= LEAST_RATERS, (total, name)


@settings(max_examples=60)
@given(months)
def test_a_report_does_not_say_who_answered(ratings):
    """Hidden is the same whether few answered or nobody, in every table that tells of answers."""
    report, lists = published(ratings)
    for key, part in ({TOTAL: report} | {part["key"]: part for part in report["departments"]}).items():
        raters = {row.token for row in ratings if key in (TOTAL, KEYS[row.department_id]) and not row.signed}
        if part["ratings"]["index"]["hidden"]:
            assert set(part["responses"].values()) == {None}
            assert not any(lists.get((key, name)) for name in ("comments", "low_ratings", "thanks"))
            assert {score["n"] for score in part["ratings"].values()} == {None}
        else:
            assert len(raters) >= LEAST_RATERS
        if len(raters) < LEAST_RATERS:
            assert part["ratings"]["index"]["hidden"]
    filed = {(row.department_id, row.customer_department_id) for row in ratings}
    empty = [(s, c) for s in KEYS for c in KEYS if (KEYS.index(s), KEYS.index(c)) not in filed]
    assert not {(cell["supplier"], cell["customer"]) for cell in report["matrix"]["cells"]}.intersection(empty)


@settings(max_examples=40)
@given(months)
def test_a_correction_shows_no_opinion_that_the_first_issue_did_not(ratings):
    """Else the difference of two issues would be a figure."""
    report, lists = published(ratings)
    for part in report["departments"]:
        part |= {name: lists.get((part["key"], name), []) for name in document.LISTS}
    again = document.build(
        MonthRows("2026-04", BEGIN, END, departments=DEPARTMENTS, tickets=[TicketRow(1, 0, 1, BEGIN)]),
        document.opinions_in(report), document.Lists(lambda *_: None), company="North", number=2, closed_at=END,
        reason="Tickets were missing.",
    )  # fmt: skip
    assert (again["ratings"], again["responses"]) == (report["ratings"], report["responses"])
    shown, before = (
        {(cell["supplier"], cell["customer"]): cell["index"] for cell in issue["matrix"]["cells"] if not cell["index"]["hidden"]}
        for issue in (again, report)
    )  # fmt: skip
    assert shown == before
    for old, new in zip(report["departments"], again["departments"], strict=True):
        assert (new["ratings"], new["responses"]) == (old["ratings"], old["responses"])
        assert new["lists"]["comments"]["sha256"] == old["lists"]["comments"]["sha256"]


@settings(max_examples=30)
@given(months, months)
def test_the_next_month_tells_no_more_of_the_one_before(before, now):
    """A trend is made of what each month shows, a change only of two figures that are shown."""
    first, _ = published(before)
    second, _ = published(now, [document.summary_of(first)])
    parts = {TOTAL: first} | {part["key"]: part for part in first["departments"]}
    for key, part in ({TOTAL: second} | {part["key"]: part for part in second["departments"]}).items():
        was = [parts[key]] if key in parts else []
        assert [point["index"] for point in part["trend"]] == [told["ratings"]["index"] for told in [*was, part]]
        hides = any(told["ratings"]["index"]["hidden"] for told in [*was, part])
        assert not (hides or not was) or not (part["changes"] or {}).get("index")
