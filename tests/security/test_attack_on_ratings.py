"""An administrator with everything the desk has written down tries to learn who thinks what, day by day."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from sqlalchemy import select, text

from servicedesk.jobs.months import close_months
from servicedesk.jobs.upkeep import sweep
from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings.actions import wipe_traces_of_opinions
from servicedesk.ratings.models import Invitation, Rating
from servicedesk.ratings.rules import sign
from servicedesk.reports.actions import close_month
from tests.build import assign, open_ticket, resolve
from tests.cast import at, by, load_cast
from tests.cli.conftest import runner_of
from tests.opinions import KEYS, rate
from tests.security import attacker

# IT has five raters, HR a single one.
RATERS = ("maria", "boris", "stranger", "adam", "rita")
ALONE = "Only one of us ever asks HR"
SAID = {name: f"A word by number {number} of many" for number, name in enumerate(RATERS)}
LOW = {"quality": 3, "speed": 2, "helpfulness": 4}


def ask(person, server, kind, day):
    ticket = open_ticket(person, kind, when=f"{day} 10:00")
    assign(ticket, server, f"{day} 11:00", server)
    resolve(ticket, server, f"{day} 12:00")
    return db.session.scalars(select(Invitation).where(Invitation.ticket_id == ticket.id)).one()


def asked(cast):
    """One question to each, all before the first answer; a second rater of HR is asked and never answers."""
    found = [(ask(getattr(cast, name), cast.igor, "it.incident", "2026-04-06"), SAID[name]) for name in RATERS]
    ask(cast.boris, cast.anna, "hr.certificate", "2026-04-06")
    return [*found, (ask(cast.maria, cast.anna, "hr.certificate", "2026-04-07"), ALONE)]


@pytest.fixture
def story(own_desk):
    """Copies made before and after each of six answers; the words of each."""
    with own_desk.app_context():
        questions = asked(load_cast())
        copies = [attacker.copy()]
        for number, (invitation, words) in enumerate(questions):
            rate(invitation, f"2026-04-{8 + number:02d} 10:00", LOW, words)
            db.session.rollback()
            copies.append(attacker.copy(with_files=invitation is questions[-1][0]))
        yield copies


def by_worker(_desk):
    close_months(at("2026-05-20 12:00"))


def by_hand(desk):
    assert "is closed" in runner_of(desk)("desk", "report", "close", "2026-04").stdout


def test_while_the_month_is_open_the_database_gives_nothing_away(story):
    said = [*SAID.values(), ALONE]
    for before, after in pairwise(story):
        came = attacker.changes(before, after)
        came.pop("rating_month", None)  # with the month's first answer
        assert came == {"rating": (0, 1), "rating_answered": (0, 1)}
        assert attacker.suspects(before, after) == set()
        assert attacker.plain(after, said) == set()
        assert attacker.opened(after) == []
        assert attacker.answered(after) == set()
        assert len(attacker.shapes(after)) == 1
    # The rows stand in the order of random keys, so neither does their place say which came first.
    assert len({row["id"] for row in story[-1].rows("rating")}) == 6
    if db.engine.dialect.name == "sqlite":
        assert "WITHOUT ROWID" in db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'rating'"))
    # With the other half it is open. Not what we want, but what is true, and what docs/anonymity.md says; it also shows
    # that this attacker can attack.
    assert {facts["comment"] for facts in attacker.opened(story[-1], KEYS)} == set(said)
    people = {row["email"].partition("@")[0]: row["id"] for row in story[-1].rows("person")}
    assert attacker.answered(story[-1], KEYS) == {people[name] for name in RATERS}


@pytest.mark.parametrize("close", [by_worker, by_hand])
def test_after_the_close_only_what_is_published_is_left(own_desk, story, close):
    open_one = story[-1]
    marks = [bytes(row["sealed"])[1000:1060] for row in open_one.rows("rating")]
    marks += [bytes(row["secret"]) for row in open_one.rows("rating_month")]
    if db.engine.dialect.name != "sqlite":
        attacker.alone("ANALYZE", "CHECKPOINT")
    assert [mark for mark in marks if any(mark in stored for stored in attacker.files().values())]
    close(own_desk)
    # Other tests' transactions on the same server may have kept dead rows in their place: the daily sweep goes on.
    for _ in range(5):
        if any(mark in stored for stored in attacker.files().values() for mark in marks):
            wipe_traces_of_opinions()
    closed = attacker.copy()
    assert not [mark for mark in marks if any(mark in stored for stored in closed.files.values())]
    assert closed.rows("rating") == []
    assert attacker.opened(closed, KEYS) == []
    # The words of the five about IT as well: how many there are would say how many there are about HR.
    assert attacker.plain(closed, [*SAID.values(), ALONE]) == set()
    (issue,) = closed.rows("report_issue")
    document = json.loads(issue["document"])
    parts = {part["key"]: part for part in document["departments"]}
    # The company minus IT would be HR.
    assert document["index"]["raters"] == 5
    assert parts["it"]["ratings"]["index"]["hidden"] and parts["hr"]["ratings"]["index"]["hidden"]
    assert parts["hr"]["responses"]["answered"] is None and parts["it"]["responses"]["answered"] is None


def test_later_there_is_less_and_less(own_desk, story):
    """What differs between two issues of a month could be one person's opinion; nothing about opinions differs. When
    the links have expired, nobody was even asked."""
    by_worker(own_desk)
    ask(load_cast().maria, load_cast().anna, "hr.certificate", "2026-04-20")
    with transaction():
        close_month(by(None, "2026-05-21 12:00"), "2026-04", keys=KEYS, reason="A request was forgotten.")
    db.session.rollback()
    first, second = (json.loads(row["document"]) for row in attacker.copy().rows("report_issue"))
    assert first["ratings"] == second["ratings"] and first["responses"] == second["responses"]
    assert [part["ratings"] for part in first["departments"]] == [part["ratings"] for part in second["departments"]]
    sweep(at("2026-05-22 12:00"))
    after = attacker.copy()
    assert after.rows("rating_invitation") == [] and after.rows("rating_answered") == []
    names = [row["name"].encode() for row in story[-1].rows("rating_answered")]
    for _ in range(5):
        if any(name in stored for stored in attacker.files().values() for name in names):
            wipe_traces_of_opinions()
    assert not [name for name in names if any(name in stored for stored in attacker.files().values())]


def test_no_log_no_mail_no_audit_and_no_metric_tells_of_an_answer(client, maria, igor, capfd):
    ticket = open_ticket(maria, when=now())
    resolve(ticket, igor, now())
    invitation = db.session.scalars(select(Invitation).where(Invitation.ticket_id == ticket.id)).one()
    token = sign(KEYS[0], invitation.id)
    client.sign_in(maria)
    first = _tables()
    capfd.readouterr()
    metrics = client.get("/metrics").text
    answer = {"quality": "3", "speed": "none", "helpfulness": "9", "comment": ALONE}
    assert client.get(f"/rate/{token}?quality=3").status_code == 200
    assert client.post(f"/rate/{token}", data=answer).status_code == 303
    # Not even that a signed-in browser was there.
    assert attacker.changes(first, _tables()) == {"rating": (0, 1), "rating_answered": (0, 1), "rating_month": (0, 1)}
    written = "".join(capfd.readouterr()) + client.get("/metrics").text
    assert token not in written and invitation.id not in written and ALONE not in written
    assert metrics.count("rate") == written.count("rate")


def test_this_attacker_finds_what_is_planted(own_desk):
    """So that the tests above cannot pass because the attacker is blind."""
    with own_desk.app_context():
        invitation, words = asked(load_cast())[0]
        before = attacker.copy(with_files=False)
        rate(invitation, "2026-04-08 10:00", LOW, words)
        for leak, plant in LEAKS.items():
            db.session.rollback()
            plant(invitation, words)
            db.session.flush()
            # Read where it was planted, and taken back by the copy.
            after = attacker.copy(with_files=False)
            assert {
                "a comment in a notice": attacker.plain(after, [words]) == {"table notice"},
                "a touched invitation": attacker.suspects(before, after) >= {invitation.person_id},
                "another size": len(attacker.shapes(after)) > 1,
                "a plain score": len(attacker.shapes(after)) > 1,
                "the key": [facts["comment"] for facts in attacker.opened(after)] == [words],
            }[leak], leak


def _notice(invitation, words):
    db.session.execute(text("UPDATE notice SET facts = :facts"), {"facts": json.dumps({"ticket": words})})


def _touch(invitation, words):
    db.session.execute(
        text("UPDATE rating_invitation SET reminded = :yes WHERE id = :id"), {"yes": True, "id": invitation.id}
    )


def _longer(invitation, words):
    db.session.add(Rating(id="0" * 32, month="2026-04", sealed=b"x" * 4200))


def _score(invitation, words):
    db.session.add(Rating(id="0" * 32, month="2026:03", sealed=b"x" * 4124))


def _key(invitation, words):
    db.session.execute(text("UPDATE company SET name = :key"), {"key": KEYS[0]})


LEAKS = {
    "a comment in a notice": _notice, "a touched invitation": _touch, "another size": _longer, "a plain score": _score,
    "the key": _key,
}  # fmt: skip


def _tables():
    return attacker.Copy(attacker.copy_of_tables(), {})
