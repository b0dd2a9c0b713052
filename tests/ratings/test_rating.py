"""Giving an opinion: the link, the scale, the comment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings import access, actions, rules
from servicedesk.ratings.models import Invitation, Rating, RatingMonth
from tests import opinions as opinion
from tests.build import open_ticket, resolve
from tests.cast import at, by, load_cast
from tests.opinions import KEYS, opinions

SECRET = "a secret of the desk"
GOOD = {"quality": 9, "speed": 8, "helpfulness": 10}


@pytest.fixture
def invitation(maria, igor):
    resolve(open_ticket(maria), igor, "2026-04-06 16:00")
    return db.session.scalars(select(Invitation)).one()


def rate(invitation, scores=GOOD, comment="", when="2026-04-07 10:00"):
    opinion.rate(invitation, when, scores, comment)


def test_three_scores_are_kept_with_who_served_and_no_more(invitation):
    rate(invitation, comment=" Quick! ")
    (row,) = opinions()
    assert (row.quality, row.speed, row.helpfulness, row.comment) == (9, 8, 10, "Quick!")
    assert (row.department_id, row.customer_department_id) == (
        invitation.department_id,
        invitation.customer_department_id,
    )


def test_cannot_judge_is_not_a_zero(invitation):
    rate(invitation, {"quality": 7, "speed": None})
    (row,) = opinions()
    assert (row.quality, row.speed, row.helpfulness) == (7, None, None)


@pytest.mark.parametrize("score", [0, 11, -1, 5.5, "7", True])
def test_a_score_is_a_whole_number_from_one_to_ten(score):
    assert set(rules.faults({"quality": score}, "why")) == {"quality"}


@pytest.mark.parametrize("comment", ["a\0b", "half of a pair \ud800"])
def test_a_comment_that_no_database_keeps_is_refused(comment):
    assert set(rules.faults(GOOD, comment)) == {"comment"}


def test_nothing_at_all_is_no_opinion():
    assert set(rules.faults({}, "Nice.")) == {"quality"}
    assert set(rules.faults(dict.fromkeys(rules.METRICS), "")) == {"quality"}


@given(
    st.fixed_dictionaries({metric: st.one_of(st.none(), st.integers(1, 10)) for metric in rules.METRICS}),
    st.sampled_from(["", "  \n", " \u200b\u2060", "Slow."]),
)
def test_five_or_below_asks_for_a_comment_and_only_that(scores, comment):
    given_scores = [score for score in scores.values() if score is not None]
    wanted = set()
    if not given_scores:
        wanted.add("quality")
    if any(score <= 5 for score in given_scores) and comment != "Slow.":
        wanted.add("comment")
    assert set(rules.faults(scores, comment)) == wanted


def test_a_comment_has_a_length():
    assert set(rules.faults(GOOD, "x" * 4001)) == {"comment"}


def test_a_refused_opinion_leaves_the_question_open(invitation):
    with pytest.raises(Invalid):
        rate(invitation, {"quality": 3})
    rate(invitation, {"quality": 3}, "It took three visits.")


def test_the_second_answer_is_refused(invitation):
    rate(invitation)
    with pytest.raises(Conflict, match="used already"):
        rate(invitation)
    assert db.session.scalar(select(func.count()).select_from(Rating)) == 1


def test_of_two_answers_at_once_one_counts(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        resolve(open_ticket(cast.maria), cast.igor, "2026-04-06 16:00")
    start = threading.Barrier(4)

    def answer(_):
        start.wait()
        with own_desk.app_context():
            try:
                with transaction():
                    row = db.session.scalars(select(Invitation)).one()
                    actions.rate(by(None, "2026-04-07 10:00"), row, keys=KEYS, scores=GOOD)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(answer, range(4))).count(True) == 1
    with own_desk.app_context():
        assert db.session.scalar(select(func.count()).select_from(Rating)) == 1


def test_after_its_month_is_out_an_answer_counts_for_the_present_one(invitation):
    with transaction():
        db.session.add(RatingMonth(month="2026-04", secret=None))
    rate(invitation, when="2026-05-07 10:00")
    assert db.session.scalars(select(Rating.month)).one() == "2026-05"


def test_the_same_person_is_one_rater_in_a_month_and_another_in_the_next(maria, igor):
    for day in ("2026-04-06", "2026-04-20", "2026-05-04"):
        resolve(open_ticket(maria, when=f"{day} 10:00"), igor, f"{day} 16:00")
        rate(db.session.scalars(select(Invitation).order_by(Invitation.issued_on.desc())).first(), when=f"{day} 17:00")
    tokens = {month: {row.rater for row in opinions(month)} for month in ("2026-04", "2026-05")}
    assert [len(tokens[month]) for month in ("2026-04", "2026-05")] == [1, 1]
    assert tokens["2026-04"] != tokens["2026-05"]


def test_the_link_leads_to_its_invitation(invitation):
    link = rules.sign(SECRET, invitation.id)
    assert access.invitation_for((SECRET,), link, at("2026-04-20 23:59")) is invitation


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "", lambda link: link[:-1], lambda link: link + "x", lambda link: "x" + link, lambda link: link.replace(".", ""),
        lambda _: rules.sign("another secret", "0" * 32), lambda _: "é", lambda _: "." * 40,
    ],
)  # fmt: skip
def test_a_link_that_is_not_ours_is_not_found(invitation, spoil):
    with pytest.raises(NotFound):
        access.invitation_for((SECRET,), spoil(rules.sign(SECRET, invitation.id)), at("2026-04-07 10:00"))


def test_a_signed_text_that_is_no_id_is_not_found(invitation):
    from itsdangerous import URLSafeSerializer

    for content in (7, None, [invitation.id], {"id": invitation.id}):
        with pytest.raises(NotFound):
            access.invitation_for(
                (SECRET,), URLSafeSerializer(SECRET, salt="rate a ticket").dumps(content), at("2026-04-07 10:00")
            )


def test_an_expired_and_a_used_link_say_so(invitation):
    link = rules.sign(SECRET, invitation.id)
    with pytest.raises(Conflict, match="expired"):
        access.invitation_for((SECRET,), link, at("2026-04-21 00:00"))
    rate(invitation)
    db.session.expire_all()
    with pytest.raises(Conflict, match="used already"):
        access.invitation_for((SECRET, *KEYS), link, at("2026-04-07 11:00"))
    with pytest.raises(Conflict, match="expired"):
        access.invitation_for((SECRET, *KEYS), link, at("2026-04-21 00:00"))
