"""Calendars and policies: versions for the future, refusals in words."""

from __future__ import annotations

from datetime import date

import pytest

from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import actions, queries
from tests.build import clocks, open_ticket
from tests.cast import OFFICE, OFFICE_EXCEPTIONS, at, by, department, request_type

NOW = "2026-04-06 09:30"


def test_the_same_calendar_makes_no_new_version(adam):
    with transaction():
        row = actions.set_calendar(
            by(adam, NOW), key="office", timezone="Europe/Moscow", week=OFFICE, exceptions=OFFICE_EXCEPTIONS
        )
    assert queries.newest_version(row.id).number == 1


def test_running_clocks_keep_the_hours_they_started_with(maria, adam):
    before = open_ticket(maria)
    with transaction():
        actions.set_calendar(by(adam, NOW), key="office", timezone="Europe/Moscow", week={"mon": [["09:00", "11:00"]]})
    after = open_ticket(maria)
    assert clocks(before)["first_reply"].due_at == at("2026-04-06 14:00")
    assert clocks(after)["first_reply"].due_at == at("2026-04-13 11:00") + (
        at("2026-04-20 10:00") - at("2026-04-13 11:00")
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": None}, "timezone"),
        ({"timezone": "localtime"}, "timezone"),
        ({"timezone": "Factory"}, "timezone"),
        ({"week": {"mon": [["18:00", "25:00"]]}}, "week-mon"),
        ({"week": {"tue": [["18:00", "09:00"]]}}, "week-tue"),
        ({"week": {"tue": [["09:00", "09:00"]]}}, "week-tue"),
        ({"week": {"fri": [["09:00", "13:00"], ["12:00", "18:00"]]}}, "week-fri"),
        ({"week": {"monday": [["09:00", "18:00"]]}}, "week-monday"),
        ({"week": {}}, "week"),
        ({"week": []}, "week"),
        ({"week": {"mon": "nine to six"}}, "week-mon"),
        ({"week": {"mon": [["09:00"]]}}, "week-mon"),
        ({"exceptions": {"yesterday": []}}, "exceptions-yesterday"),
        ({"exceptions": {"2026-04-30": [["9", "18"]]}}, "exceptions-2026-04-30"),
        ({"holidays": "ATLANTIS"}, "holidays"),
        ({"names": {"2026-04-30": {"en": "A day"}}}, "names-2026-04-30"),
        ({"exceptions": {"2026-04-30": []}, "names": {"2026-04-30": {"de": "Ein Tag"}}}, "names-2026-04-30"),
        ({"key": "No key"}, "key"),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words_at_their_field(adam, wrong, field):
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.set_calendar(by(adam, NOW), **{"key": "new", "timezone": "Europe/Moscow", "week": OFFICE, **wrong})
    assert set(refusal.value.fields) == {field}
    assert all(str(fault) for fault in refusal.value.fields.values())


def test_everything_that_is_wrong_is_said_at_once(adam):
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.set_calendar(
            by(adam, NOW), key="new", timezone="Nowhere", week={"mon": [["9", "18"]], "tue": "?"}, holidays="ZZ",
            exceptions={"2026-13-01": [], "2026-04-30": [["10:00", "12:00"], ["11:00", "13:00"]]},
        )  # fmt: skip
    fields = {"timezone", "week-mon", "week-tue", "holidays", "exceptions-2026-13-01", "exceptions-2026-04-30"}
    assert set(refusal.value.fields) == fields


def test_a_night_shift_is_no_mistake(adam):
    with transaction():
        row = actions.set_calendar(
            by(adam, NOW), key="night", timezone="Europe/Moscow", week={"mon": [["22:00", "06:00"]]}
        )
    assert queries.engine_calendar(queries.newest_version(row.id).id).is_open(at("2026-04-07 05:00"))


def test_naming_a_closed_weekday_makes_no_new_version(adam):
    with transaction():
        row = actions.set_calendar(
            by(adam, NOW), key="office", timezone="Europe/Moscow", week=OFFICE | {"sat": [], "sun": []},
            exceptions=OFFICE_EXCEPTIONS,
        )  # fmt: skip
    assert queries.newest_version(row.id).number == 1


def test_names_of_exceptions_are_kept_by_who_does_not_speak_of_them(adam):
    values = {"key": "ru", "timezone": "Europe/Moscow", "week": OFFICE, "exceptions": {"2026-08-14": []}}
    name = {"2026-08-14": {"ru": "День фирмы", "en": "Company day"}}
    with transaction():
        row = actions.set_calendar(by(adam, NOW), **values, holidays="RU", names=name)
    version = queries.newest_version(row.id)
    assert version.own_names == name
    assert version.names["2026-08-14"] == name["2026-08-14"]
    assert version.names["2026-05-01"]["ru"] == "Праздник Весны и Труда"
    with transaction():
        actions.set_calendar(by(adam, NOW), **values, holidays="RU")
    assert queries.newest_version(row.id).number == 1
    with transaction():
        actions.set_calendar(by(adam, NOW), **values | {"exceptions": {}}, holidays="RU")
    assert queries.newest_version(row.id).own_names == {}


def test_who_saves_over_a_newer_version_is_told(adam):
    values = {"timezone": "Europe/Moscow", "week": OFFICE}
    with transaction():
        actions.set_calendar(by(adam, NOW), key="office", **values, expected=1)
    with transaction(), pytest.raises(Conflict):
        actions.set_calendar(by(adam, NOW), key="office", timezone="UTC", week=OFFICE, expected=1)
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.set_calendar(by(adam, NOW), key="office", **values, expected=0)
    assert set(refusal.value.fields) == {"key"}


def test_public_holidays_close_the_office_and_moved_days_open_it(adam):
    with transaction():
        row = actions.set_calendar(by(adam, NOW), key="ru", timezone="Europe/Moscow", week=OFFICE, holidays="RU")
    version = queries.newest_version(row.id)
    hours = queries.engine_calendar(version.id)
    assert not hours.is_open(at("2026-05-01 12:00"))
    assert version.names["2026-05-01"]["ru"]
    assert hours.is_open(at("2026-04-30 12:00"))
    assert version.own_exceptions == {}


def test_own_exceptions_go_before_the_holidays(adam):
    with transaction():
        row = actions.set_calendar(
            by(adam, NOW), key="ru", timezone="Europe/Moscow", week=OFFICE, holidays="RU",
            exceptions={"2026-05-01": [["10:00", "12:00"]]},
        )  # fmt: skip
    assert queries.engine_calendar(queries.newest_version(row.id).id).is_open(at("2026-05-01 11:00"))


def test_a_department_works_by_its_own_hours_or_the_companys(adam):
    it, hr = department("it"), department("hr")
    office, short = queries.calendar_by_key("office"), queries.calendar_by_key("short")
    assert queries.calendar_of(it.id) == queries.newest_version(office.id).id
    assert queries.calendar_of(hr.id) == queries.newest_version(short.id).id
    with transaction():
        assert actions.set_department_calendar(by(adam, NOW), hr, None)
        assert not actions.set_department_calendar(by(adam, NOW), hr, None)
    assert queries.calendar_of(hr.id) == queries.newest_version(office.id).id


def test_a_policy_changes_by_versions(adam, maria):
    before = open_ticket(maria)
    with transaction():
        actions.set_policy(
            by(adam, NOW), name="department=it", department_id=department("it").id, targets={"first_reply": "2h"}
        )
    after = open_ticket(maria)
    assert clocks(before)["first_reply"].target == "4h"
    assert clocks(after)["first_reply"].target == "2h"
    names = queries.policy_names({clocks(t)["first_reply"].policy_version_id for t in (before, after)})
    assert sorted(names.values()) == [("department=it", 1), ("department=it", 2)]


def test_the_same_policy_makes_no_new_version(adam):
    with transaction():
        policy = actions.set_policy(by(adam, NOW), name="company", targets={"resolution": "1620m"})
    (row,) = [row for row in queries.policies() if row.name == "company"]
    assert queries.policy_names({row.version_id})[row.version_id] == ("company", 1)
    assert policy.active


def test_a_withdrawn_policy_promises_nothing_new(adam, maria):
    before = open_ticket(maria, "sales.offer")
    with transaction():
        actions.withdraw_policy(by(adam, NOW), "company")
    assert clocks(before)["resolution"].state == "running"
    assert clocks(open_ticket(maria, "sales.offer")) == {}


@pytest.mark.parametrize(
    "targets", [{"resolution": "soon"}, {"resolution": "-1h"}, {"happiness": "1h"}, {"reply": "1.5bd"}]
)
def test_a_target_that_cannot_be_read_is_refused_at_its_name(adam, targets):
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.set_policy(by(adam, NOW), name="new", targets=targets)
    assert set(refusal.value.fields) == set(targets)


def test_an_agreement_holds_between_its_two_departments_from_its_day(adam, maria, stranger):
    with transaction():
        actions.set_policy(
            by(adam, NOW), name="it for sales", department_id=department("it").id, request_type_id=request_type("it.incident").id,
            customer_department_id=department("sales").id, valid_from=date(2026, 4, 7), targets={"resolution": "8h"},
        )  # fmt: skip
    assert clocks(open_ticket(maria, when="2026-04-06 10:00"))["resolution"].target == "27h"
    assert clocks(open_ticket(maria, when="2026-04-07 10:00"))["resolution"].target == "8h"
    assert clocks(open_ticket(stranger, when="2026-04-07 10:00"))["resolution"].target == "27h"


def test_the_promise_is_known_before_the_request_is_sent(maria):
    kind = request_type("it.incident")
    promise = queries.promise_for(
        "resolution", at("2026-04-06 10:00"), department_id=kind.department_id, request_type_id=kind.id,
        priority="normal", customer_department_id=maria.department_id,
    )  # fmt: skip
    assert promise.due_at == clocks(open_ticket(maria))["resolution"].due_at
    assert (promise.target, promise.policy) == ("27h", "department=it")
