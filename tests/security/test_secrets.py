"""Nobody but its own people and the team that holds it can tell that a confidential request is there.

Everything that somebody can look at is read before and after it was filed: not one byte may differ.
"""

from __future__ import annotations

import difflib
import re
from contextlib import contextmanager
from datetime import datetime

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from tests.databases import KIND
from tests.security.secrets import CHILD, KINDS, SUBJECT, hidden, pages, prepare

EVERYBODY = ("maria", "boris", "igor", "olga", "anna", "stranger", "adam", "rita")
# Of which kinds each person may not know.
OUTSIDE = {
    name: kinds for name in EVERYBODY if (kinds := [kind for kind, (_, insiders) in KINDS.items() if name not in insiders])
}  # fmt: skip
# Who reads all pages twice: everybody on SQLite; on PostgreSQL, where the same conditions are asked, one of each kind:
# who approves and leads a department of requesters, who serves, who administers.
READERS = [name for name in OUTSIDE if KIND == "sqlite" or name in ("boris", "igor", "adam")]


@contextmanager
def filed(cast, *kinds):
    """Requests of these kinds are there for a while; their numbers."""
    db.session.rollback()
    nested = db.engine.begin_nested()
    try:
        yield [ticket.id for kind in kinds for ticket in KINDS[kind][0](cast)]
    finally:
        db.session.rollback()
        nested.rollback()
        db.session.expire_all()


@pytest.fixture(scope="module", autouse=True)
def still(scene, cast):
    """The clock stands still meanwhile, so that nothing but the request makes a difference."""
    prepare(cast)
    moment = now()

    class Still(datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("servicedesk.kernel.now.datetime", Still)
        yield


@pytest.fixture(scope="module")
def numbers(cast, scene):
    """The numbers that such requests will have here."""
    with filed(cast, *KINDS) as found:
        return sorted(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_an_outsider_reads_the_same_as_if_they_were_not_there(app, cast, scene, browsers, programs, numbers, name):
    before = dict(pages(app, scene, browsers[name], programs[name], numbers))
    with filed(cast, *OUTSIDE[name]):
        after = dict(pages(app, scene, browsers[name], programs[name], numbers))
    assert {where: _difference(before[where], said) for where, said in after.items() if said != before[where]} == {}


@pytest.mark.parametrize("name", OUTSIDE)
def test_to_an_outsider_their_addresses_do_not_exist(app, cast, scene, browsers, programs, name):
    for kind in OUTSIDE[name]:
        with filed(cast, kind) as tickets:
            answers = hidden(app, scene, browsers[name], programs[name], tickets[0])
        assert {where: code for where, code in answers.items() if code != 404} == {}, kind


@pytest.mark.parametrize("kind", KINDS)
def test_those_who_may_know_of_it_read_it(app, cast, scene, browsers, kind):
    with filed(cast, kind) as tickets:
        for name in KINDS[kind][1] - ({"maria"} if kind == "child" else set()):
            assert browsers[name].client.get(f"/tickets/{tickets[0]}").status_code == 200, name


@pytest.mark.slow
@pytest.mark.parametrize(("name", "place", "word"), [("maria", 0, CHILD), ("igor", 1, SUBJECT), ("olga", 1, SUBJECT)])
def test_of_a_parent_and_its_child_each_side_reads_its_own(
    app, cast, scene, browsers, programs, numbers, name, place, word
):
    """Maria asked for the parent and does not hear of the child; IT works on the child and does not hear of the parent."""
    with filed(cast, "child") as tickets:
        own, other = tickets[1 - place], tickets[place]
        assert set(hidden(app, scene, browsers[name], programs[name], other).values()) == {404}
        said = dict(pages(app, scene, browsers[name], programs[name], [], ticket_id=own))
    leaks = re.compile(rf"{word}|tickets/{other}\b|#{other}\b")
    assert {
        where: leaks.findall(text) for where, text in said.items() if "?q=" not in where and leaks.search(text)
    } == {}


def _difference(one, other):
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)
    return [line[:300] for line in lines if line[:3] not in ("---", "+++")][:12]
