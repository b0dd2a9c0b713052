"""Persons, roles, departments, tokens, the company."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries, rules
from tests.cast import at, by, department

NOW = at("2026-04-06 09:00")


def add(adam, **values):
    with transaction():
        return actions.add_person(by(adam, NOW), **{"email": "new@example.com", "name": "New"} | values)


def test_a_person_is_found_by_address_however_it_is_written(adam):
    person = add(adam, email=" New@Example.com")
    assert person.email == "new@example.com"
    assert queries.person_by_email("NEW@example.COM ") == person


@pytest.mark.parametrize(
    "email", ["", "new", "new@", "@example.com", "a b@example.com", "a@b@c", "<a@b.c>", "x" * 65 + "@example.com"]
)
def test_what_is_no_address_is_refused(adam, email):
    with pytest.raises(Invalid) as refusal:
        add(adam, email=email)
    assert set(refusal.value.fields) == {"email"}


def test_an_address_is_one_persons(adam):
    with pytest.raises(Invalid):
        add(adam, email="MARIA@example.com")


def test_the_language_is_the_companys_unless_said(adam):
    assert add(adam).language == "en"
    assert add(adam, email="russian@example.com", language="ru").language == "ru"


@pytest.mark.parametrize(("field", "value"), [("language", "fr"), ("timezone", "Mars/Olympus"), ("theme", "pink")])
def test_only_what_there_is_can_be_chosen(maria, field, value):
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.change_person(by(maria, NOW), maria, {field: value})
    assert set(refusal.value.fields) == {field}


def test_moving_to_another_department_shows_at_once(maria, adam):
    assert maria.department.key == "sales"
    with transaction():
        actions.change_person(by(adam, NOW), maria, {"department_id": department("legal").id})
        assert maria.department.key == "legal"


def roles(person, *pairs):
    with transaction():
        actions.set_roles(by(None, NOW), person, pairs)


def test_roles_say_what_a_person_serves_and_leads(maria):
    it, hr = department("it").id, department("hr").id
    roles(maria, ("agent", it), ("lead", hr), ("report_reader", None))
    assert (maria.serves, maria.leads, maria.roles) == ({it, hr}, {hr}, ["agent", "lead", "report_reader"])
    roles(maria, ("agent", it))
    assert (maria.serves, maria.leads, maria.roles) == ({it}, frozenset(), ["agent"])


def test_setting_the_same_roles_is_no_change(igor):
    before = [grant.id for grant in igor.grants]
    roles(igor, ("agent", department("it").id))
    assert [grant.id for grant in igor.grants] == before


def test_a_role_of_nobody_in_particular_forgets_the_department(maria):
    roles(maria, ("admin", department("it").id))
    assert [(grant.role, grant.department_id) for grant in maria.grants] == [("admin", None)]


@pytest.mark.parametrize("pair", [("king", None), ("agent", None), ("lead", None)])
def test_what_is_no_role_is_refused(maria, pair):
    with pytest.raises(Invalid):
        roles(maria, pair)
    assert maria.roles == []


def test_a_granted_role_is_added_to_the_others(igor):
    with transaction():
        actions.grant(by(None, NOW), igor, "lead", department("hr"))
    assert igor.roles == ["agent", "lead"]


def test_the_team_is_agents_and_leads_who_are_there(adam, igor, olga):
    it = department("it").id
    assert queries.team(it) == [igor, olga]
    assert queries.team(it, "lead") == [olga]
    with transaction():
        actions.change_person(by(adam, NOW), igor, {"active": False})
    assert queries.team(it) == [olga]
    assert queries.administrators() == [adam]


def test_who_reads_reports(cast):
    readers = {name for name, person in cast.everybody().items() if rules.reads_company_reports(person)}
    assert readers == {"boris", "olga", "adam", "rita"}
    it = department("it").id
    assert {n for n, p in cast.everybody().items() if rules.reads_department_report(p, it)} == {"olga", "adam", "rita"}


@pytest.mark.parametrize("key", ["", "IT", "it dept", "-it", "отдел", "x" * 65])
def test_a_department_has_a_key_for_addresses(adam, key):
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.add_department(by(adam, NOW), key=key, name={"en": "New"})
    assert set(refusal.value.fields) == {"key"}


def put_under(key, upper):
    with transaction():
        row = department(key)
        actions.change_department(by(None, NOW), row, {"parent_id": department(upper).id if upper else None})


def test_a_department_stands_under_another_and_never_in_a_circle(app):
    put_under("it", "management")
    put_under("legal", "it")
    for key, upper in (("it", "it"), ("it", "legal"), ("management", "legal")):
        with pytest.raises(Invalid) as refusal:
            put_under(key, upper)
        assert set(refusal.value.fields) == {"parent"}
    with pytest.raises(Invalid), transaction():
        actions.change_department(by(None, NOW), department("it"), {"parent_id": 10**6})
    put_under("it", None)
    assert department("it").parent_id is None


def test_leads_above_are_those_of_the_nearest_department_that_has_others(igor, olga, boris, adam):
    it = department("it").id
    assert queries.leads_above(it) == []
    put_under("it", "legal")
    put_under("legal", "sales")
    assert queries.leads_above(it) == [boris]
    # Who leads both is nobody's boss: one goes further up.
    with transaction():
        actions.grant(by(None, NOW), olga, "lead", department("legal"))
    assert queries.leads_above(it) == [boris]
    with transaction():
        actions.grant(by(None, NOW), adam, "lead", department("legal"))
    assert queries.leads_above(it) == [adam]
    with transaction():
        actions.change_person(by(None, NOW), adam, {"active": False})
    assert queries.leads_above(it) == [boris]
    with transaction():
        actions.change_department(by(None, NOW), department("sales"), {"active": False})
    assert queries.leads_above(it) == []


def test_a_circle_in_the_rows_is_walked_once():
    assert list(rules.above(1, {1: 2, 2: 3, 3: 2})) == [2, 3]
    assert list(rules.above(1, {1: None})) == []


def test_a_key_is_one_departments(adam):
    with transaction(), pytest.raises(Invalid):
        actions.add_department(by(adam, NOW), key="it", name={"en": "New"})


def issue(person, **more):
    with transaction():
        return actions.issue_token(by(person, NOW), person, **{"name": "script"} | more)


def test_a_token_is_shown_once_and_kept_as_a_hash(maria):
    secret = issue(maria, scopes=["tickets:read", "tickets:read"])
    row = queries.token_of(secret, NOW)
    assert (row.person, row.scopes) == (maria, ["tickets:read"])
    assert secret.startswith("desk_")
    assert secret not in row.token_hash


def test_a_token_ends_at_its_time_with_its_person_or_when_revoked(maria, adam):
    timed, other = issue(maria, expires_at=at("2026-05-01 00:00")), issue(maria)
    assert queries.token_of(timed, at("2026-04-30 23:59"))
    assert queries.token_of(timed, at("2026-05-01 00:00")) is None
    with transaction():
        actions.revoke_token(by(maria, NOW), maria, queries.token_of(timed, NOW).id)
    assert queries.token_of(timed, NOW) is None
    assert queries.token_of(other, NOW)
    with transaction():
        actions.change_person(by(adam, NOW), maria, {"active": False})
    assert queries.token_of(other, NOW) is None
    assert queries.token_of("", NOW) is None


def test_nobody_revokes_the_token_of_somebody_else(maria, igor):
    secret = issue(maria)
    number = queries.token_of(secret, NOW).id
    for token_id in (number, number + 1000):
        with transaction(), pytest.raises(NotFound):
            actions.revoke_token(by(igor, NOW), igor, token_id)


@pytest.mark.parametrize("wrong", [{"scopes": ["everything"]}, {"name": "  "}])
def test_a_token_needs_a_name_and_known_scopes(maria, wrong):
    with pytest.raises(Invalid):
        issue(maria, **wrong)


def test_the_company_is_one_row(adam):
    with transaction():
        actions.describe_company(by(adam, NOW), name="South", language="ru", timezone="Asia/Omsk")
    assert (queries.company().name, queries.company().timezone) == ("South", "Asia/Omsk")


def test_people_are_listed_by_name_and_found_by_part_of_it(cast):
    assert [p.name for p in queries.people_page().items] == sorted(p.name for p in cast.everybody().values())
    assert [p.name for p in queries.people_page(text="AR").items] == ["Maria"]
    assert queries.people_page(text="%").items == []


def test_single_keys_work_until_somebody_switches_them_off(maria):
    assert maria.keys_on
    with transaction():
        actions.choose_keys(by(maria, NOW), maria, False)
    assert not queries.person(maria.id).keys_on
