"""Broken promises by the API: narrowed in every way, and one reason for several at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servicedesk.people.models import Person
from tests.build import assign, clocks, hold, open_ticket, reply
from tests.cast import Cast
from tests.doors import Program

REASON = {"code": "outage", "text": "No power in the server room.", "excused": True}


@pytest.fixture
def late(cast: Cast) -> list[int]:
    """Two first replies that IT broke: one while it was IT's turn, one while a third party was waited for."""
    numbers = []
    for third_party in (False, True):
        ticket = open_ticket(cast.maria, when="2026-04-06 09:00")
        assign(ticket, cast.olga, "2026-04-06 09:30", cast.igor)
        if third_party:
            hold(ticket, cast.igor, "2026-04-06 10:00", reason="third_party")
        reply(ticket, cast.igor, "2026-04-06 15:00")
        numbers.append(clocks(ticket)["first_reply"].id)
    return numbers


def found(api: Program, query: str = "") -> list[int]:
    return sorted(row["id"] for row in api.get(f"/api/v1/breaches?{query}").json["items"])


def test_a_breach_says_how_late_it_was_and_who_had_to_act(api: Program, olga: Person, late: list[int]) -> None:
    rows = {row["id"]: row for row in api.as_person(olga).get("/api/v1/breaches").json["items"]}
    plain, waiting = (rows[number] for number in late)
    assert (plain["ball_at_breach"], waiting["ball_at_breach"]) == ("supplier", "third_party")
    assert (plain["target"], plain["late_seconds"], plain["policy"]) == ("4h", 2 * 3600, "department=it")


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("metric=first_reply", [0, 1]), ("metric=resolution", []), ("ball=third_party", [1]), ("ball=requester", []),
        ("reason=outage", [0]), ("reason=workload", []), ("unexplained=true", [1]),
        ("ball=supplier&reason=outage&metric=first_reply", [0]),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(api: Program, olga: Person, late: list[int], query: str, which: list[int]) -> None:
    api.as_person(olga).put(f"/api/v1/breaches/{late[0]}/reason", json=REASON)
    assert found(api, query) == [late[place] for place in which]


@pytest.mark.parametrize("query", ["metric=speed", "ball=me", "reason=magic", "unexplained=1"])
def test_a_filter_that_is_none_is_refused(api: Program, olga: Person, query: str) -> None:
    answer = api.as_person(olga).get(f"/api/v1/breaches?{query}")
    assert (answer.status_code, set(answer.json["errors"])) == (422, {query.partition("=")[0]})


def test_several_get_one_reason_and_each_has_its_outcome(api: Program, cast: Cast, late: list[int]) -> None:
    foreign = open_ticket(cast.stranger, "hr.certificate", "2026-04-06 09:00")
    reply(foreign, cast.anna, "2026-04-09 15:00")
    other = clocks(foreign)["first_reply"].id
    ours = open_ticket(cast.igor, "sales.offer", "2026-04-06 09:00")
    reply(ours, cast.boris, "2026-04-20 15:00")
    api.as_person(cast.olga)
    asked = [late[0], other, late[1], clocks(ours)["resolution"].id, 10**15]
    answer = api.post("/api/v1/breaches/reasons", json=REASON | {"ids": [*asked, late[0]]})
    assert answer.status_code == 200
    rows = answer.json["items"]
    assert [row["id"] for row in rows] == asked
    assert [(row["saved"], row["status"]) for row in rows] == [
        (True, None), (False, 404), (True, None), (False, 403), (False, 404),
    ]  # fmt: skip
    assert [bool(row["detail"]) for row in rows] == [False, True, False, True, True]
    assert rows[0]["breach"]["reason"]["excused"] is True
    assert found(api, "unexplained=true") == []


def test_who_may_explain_none_changes_none(api: Program, cast: Cast, late: list[int]) -> None:
    for person, status in ((cast.igor, 403), (cast.boris, 403), (cast.stranger, 404)):
        rows = api.as_person(person).post("/api/v1/breaches/reasons", json=REASON | {"ids": late}).json["items"]
        assert {(row["saved"], row["status"]) for row in rows} == {(False, status)}
    api.as_person(cast.olga)
    assert found(api, "unexplained=true") == late


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ids": []}, "ids"), ({"ids": list(range(1, 102))}, "ids"), ({"ids": "all"}, "ids"), ({"ids": ["x"]}, "ids"),
        ({"ids": None}, "ids"), ({"code": "magic"}, "code"), ({"text": " "}, "text"),
    ],
)  # fmt: skip
def test_a_wrong_call_saves_nothing(api: Program, olga: Person, late: list[int], wrong: dict, field: str) -> None:
    answer = api.as_person(olga).post("/api/v1/breaches/reasons", json={**REASON, "ids": late} | wrong)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})
    assert found(api, "unexplained=true") == late


def test_the_same_key_saves_once(api: Program, olga: Person, late: list[int]) -> None:
    sent = {"json": REASON | {"ids": late}, "headers": {"Idempotency-Key": "reasons-1"}}
    first = api.as_person(olga).post("/api/v1/breaches/reasons", **sent)
    again = api.post("/api/v1/breaches/reasons", **sent)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == first.json


def test_many_cost_as_much_as_one(api: Program, cast: Cast, late: list[int], count_queries: Callable[[], int]) -> None:
    numbers = list(late)
    for _ in range(8):
        ticket = open_ticket(cast.maria, when="2026-04-06 09:00")
        reply(ticket, cast.igor, "2026-04-06 15:00")
        numbers.append(clocks(ticket)["first_reply"].id)
    api.as_person(cast.olga).post("/api/v1/breaches/reasons", json=REASON | {"ids": numbers[:1]})

    def cost(some: list[int]) -> int:
        count_queries()
        api.post("/api/v1/breaches/reasons", json=REASON | {"ids": some})
        return count_queries()

    assert cost(numbers[1:2]) == cost(numbers[2:])
