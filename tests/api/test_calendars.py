"""Calendars by API: read, made, changed by version, refused by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as person_rows
from servicedesk.people.models import Person
from servicedesk.sla import actions, queries
from tests.cast import Cast, by, department
from tests.doors import Program

HOURS: dict[str, Any] = {
    "timezone": "Europe/Moscow",
    "week": {"mon": [["09:00", "13:00"], ["14:00", "18:00"]]},
    "holidays": "RU",
    "exceptions": {"2026-08-14": []},
    "names": {"2026-08-14": {"ru": "День компании"}},
}


def test_an_administrator_reads_all_of_them(api: Program, adam: Person) -> None:
    found = api.as_person(adam).get("/api/v1/calendars").json
    assert [row["key"] for row in found["items"]] == ["office", "short"]
    one = api.get("/api/v1/calendars/short")
    assert one.json["departments"] == ["hr"]
    assert one.json["week"]["mon"] == [["10:00", "16:00"]]
    assert one.headers["ETag"] == '"1"'


def test_others_find_none(api: Program, cast: Cast) -> None:
    for person in (cast.maria, cast.olga, cast.rita, cast.stranger):
        api.as_person(person)
        assert api.get("/api/v1/calendars").json["items"] == []
        assert api.get("/api/v1/calendars/office").status_code == 404
        assert api.put("/api/v1/calendars/office", json=HOURS).status_code == 404
        assert api.put("/api/v1/calendars/mine", json=HOURS).status_code == 404


def test_a_calendar_is_made_and_changed_by_versions(api: Program, adam: Person) -> None:
    made = api.as_person(adam).put("/api/v1/calendars/late", json=HOURS)
    assert (made.status_code, made.json["version"], made.json["names"]) == (201, 1, HOURS["names"])
    again = api.put("/api/v1/calendars/late", json=HOURS)
    assert (again.status_code, again.json["version"]) == (200, 1)
    changed = api.put("/api/v1/calendars/late", json=HOURS | {"timezone": "Asia/Omsk"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    stale = api.put("/api/v1/calendars/late", json=HOURS, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    version = queries.newest_version(queries.calendar_by_key("late").id)
    assert version.number == 2 and version.names["2026-05-11"]["ru"]


def test_what_was_read_can_be_sent_back(api: Program, adam: Person) -> None:
    found = api.as_person(adam).get("/api/v1/calendars/office").json
    body = {name: found[name] for name in ("timezone", "week", "holidays", "exceptions", "names")}
    assert api.put("/api/v1/calendars/office", json=body).json["version"] == found["version"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"timezone": "Mars"}, "timezone"),
        ({"timezone": 5}, "timezone"),
        ({"week": []}, "week"),
        ({"week": {"mon": []}, "exceptions": {}, "names": {}}, "week"),
        ({"week": {"mon": [["18:00", "09:00"]]}}, "week-mon"),
        ({"week": {"mon": [[None, {}]]}}, "week-mon"),
        ({"week": {"moon": []}}, "week-moon"),
        ({"holidays": "ZZ"}, "holidays"),
        ({"exceptions": {"2026-02-30": []}, "names": {}}, "exceptions-2026-02-30"),
        ({"exceptions": {"2026-08-14": [["9", "10"]]}}, "exceptions-2026-08-14"),
        ({"names": {"2026-08-15": {"en": "No such day"}}}, "names-2026-08-15"),
        ({"names": {"2026-08-14": "A day"}}, "names-2026-08-14"),
        ({"color": "red"}, "color"),
    ],
)
def test_what_is_wrong_is_said_by_field(api: Program, adam: Person, sent: dict[str, Any], field: str) -> None:
    answer = api.as_person(adam).put("/api/v1/calendars/office", json=HOURS | sent)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert len(answer.json["errors"][field]) > 10


def test_refusals_speak_the_callers_language(api: Program, adam: Person) -> None:
    wrong = HOURS | {"week": {"mon": [["09:00", "13:00"], ["12:00", "18:00"]]}}
    answer = api.as_person(adam).put("/api/v1/calendars/office", json=wrong)
    assert answer.json["errors"] == {"week-mon": "09:00–13:00 and 12:00–18:00 overlap."}


def test_a_key_that_cannot_be_is_refused(api: Program, adam: Person) -> None:
    assert "key" in api.as_person(adam).put("/api/v1/calendars/No%20key", json=HOURS).json["errors"]
    assert api.get("/api/v1/calendars/%00").status_code == 404


def test_a_token_needs_the_scope(api: Program, adam: Person) -> None:
    assert api.as_person(adam, "tickets:write").put("/api/v1/calendars/office", json=HOURS).status_code == 403
    assert api.as_person(adam, "setup:write").put("/api/v1/calendars/office", json=HOURS).status_code == 200


def test_a_lead_changes_the_one_that_only_their_department_works_by(api: Program, anna: Person) -> None:
    with transaction():
        people.grant(by(None, "2026-04-06 09:00"), person_rows.person(anna.id), "lead", department("hr"))
    api.as_person(anna)
    assert [row["key"] for row in api.get("/api/v1/calendars").json["items"]] == ["short"]
    assert api.put("/api/v1/calendars/short", json=HOURS).json["version"] == 2
    assert api.put("/api/v1/calendars/office", json=HOURS).status_code == 404


def test_a_list_costs_the_same_however_long_it_is(api: Program, adam: Person, count_queries: Callable[[], int]) -> None:
    api.as_person(adam)
    api.get("/api/v1/calendars")
    count_queries()
    api.get("/api/v1/calendars")
    few = count_queries()
    for number in range(5):
        with transaction():
            actions.set_calendar(by(adam, "2026-04-06 09:00"), key=f"more-{number}", timezone="UTC", week=HOURS["week"])
    count_queries()
    assert len(api.get("/api/v1/calendars").json["items"]) == 7
    assert count_queries() == few
