"""What applying an organisation file does to a desk, and what it leaves alone."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from servicedesk.audit import queries as audit
from servicedesk.catalog import queries as catalog
from servicedesk.kernel.events import STORM
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.organisation import Faulty
from servicedesk.people import queries as people
from servicedesk.sla import actions
from servicedesk.sla import queries as sla
from servicedesk.sla.agreement_rules import Line, Terms
from tests.cast import department, request_type
from tests.organisation.conftest import COMPANY, NOW, apply_file

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "organisation-file.md"


def test_it_sets_up_a_company_from_nothing_and_finds_nothing_to_change_then(bare_desk):
    text = COMPANY.read_text(encoding="utf-8")
    with bare_desk.app_context():
        first = apply_file(text)
        assert first[0] == "added company Северный ветер"
        assert "added agreement it→sales request_type=it.incident from=2026-01-01: resolution 8h" in first
        assert apply_file(text) == []
        igor = people.person_by_email("igor@north.example")
        assert (igor.name, igor.language, igor.timezone, igor.roles) == (
            "Игорь Мастер",
            "en",
            "Asia/Yekaterinburg",
            ["agent"],
        )
        night = people.person_by_email("night.shift@north.example")
        assert (night.name, night.department.key, night.language) == ("night.shift", "it", "ru")
        assert people.department_by_key("supply").external_name == "Group 70"
        assert people.department_by_key("old-warehouse").active is False
        assert catalog.request_type_by_key("hr.conflict").confidential is True


def test_the_example_of_the_documentation_can_be_applied(bare_desk):
    pieces = re.findall(r"```yaml\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
    with bare_desk.app_context():
        assert len(apply_file("\n".join(pieces))) > 15
        assert apply_file("\n".join(pieces)) == []


def test_departments_without_a_calendar_work_by_that_of_the_company(bare_desk):
    with bare_desk.app_context():
        apply_file(COMPANY.read_text(encoding="utf-8"))
        office, shifts = (sla.newest_version(sla.calendar_by_key(key).id).id for key in ("office", "shifts"))
        assert sla.calendar_of(people.department_by_key("hr").id) == office
        assert sla.calendar_of(people.department_by_key("it").id) == shifts


def test_what_the_file_does_not_name_is_left_alone(apply):
    before = {row.key for row in people.departments()}, {row.name for row in sla.policies()}
    assert apply("departments: {it: {email: it@example.com}}") == ["changed department it: email"]
    assert ({row.key for row in people.departments()}, {row.name for row in sla.policies()}) == before
    assert department("it").name == {"ru": "ИТ", "en": "It"}


def test_a_list_of_policies_is_the_whole_of_them(apply):
    told = apply("policies: [{resolution: 27h}, {department: it, resolution: 20h, warn_at: [50]}]")
    assert told == [
        "changed promise department=it: resolution 27h → 20h, no first_reply, no reply, no stay, warnings at 50",
        "withdrawn promise department=hr",
        "withdrawn promise department=it priority=urgent",
    ]
    assert {row.name for row in sla.policies()} == {"company", "department=it"}


def test_a_list_of_policies_says_nothing_of_agreements(apply):
    apply("agreements: [{supplier: it, customer: sales, resolution: 8h}]")
    apply("policies: []")
    [agreement] = sla.all_agreements()
    assert [row.name for row in sla.policies()] == [f"agreement {agreement.id} v1 it→sales"]
    assert apply("agreements: []") == ["withdrawn agreement it→sales"]
    assert apply("agreements: []") == []


def test_a_withdrawn_policy_can_be_given_again(apply):
    apply("policies: []")
    assert apply("policies: [{resolution: 27h}]") == ["added promise company: resolution 27h"]
    assert [row.name for row in sla.policies()] == ["company"]


def test_a_policy_that_another_door_has_named_is_found_by_whom_it_is_for(apply, cast):
    with transaction():
        actions.set_policy(
            Stamp(None, NOW, "web"),
            name="Legal is quick",
            department_id=department("legal").id,
            targets={"reply": "2h"},
        )
    file = "policies: [{resolution: 27h}, {department: legal, reply: 1h}]"
    assert "changed promise Legal is quick: reply 2h → 1h" in apply(file)
    assert apply(file) == []


def test_an_agreement_keeps_its_dates(apply):
    apply("agreements: [{supplier: it, customer: sales, resolution: 8h, from: 2026-01-01, until: 2026-12-31}]")
    [row] = [row for row in sla.policies() if row.customer_department_id is not None]
    assert (str(row.valid_from), str(row.valid_until)) == ("2026-01-01", "2026-12-31")
    told = apply("agreements: [{supplier: it, customer: sales, resolution: 8h, from: 2026-01-01}]")
    assert told == ["changed agreement it→sales from=2026-01-01: resolution 8h, until further notice"]


def test_an_agreement_has_several_promises_and_says_more_than_these(apply):
    file = """agreements:
- supplier: it
  customer: sales
  promises: [{resolution: 16h}, {request_type: it.incident, priority: urgent, resolution: 2h, warn_at: [50]}]
  customer_provides: The number on the sticker.
  from: 2026-01-01
  review_on: 2026-12-01
"""
    told = "resolution 16h, it.incident urgent: resolution 2h"
    assert apply(file) == [f"added agreement it→sales from=2026-01-01: {told}"]
    assert apply(file) == []
    assert apply(file.replace("2h", "3h")) == [
        "changed agreement it→sales from=2026-01-01: resolution 16h, it.incident urgent: resolution 2h → 3h"
    ]


def test_an_agreement_of_two_leads_is_not_the_files_to_drop_while_it_is_only_proposed(apply, cast):
    terms = Terms(promises=(Line(targets={"resolution": "8h"}),), valid_from=NOW.date())
    with transaction():
        actions.propose_agreement(
            Stamp(cast.olga.id, NOW, "web"), cast.olga, department("it"), department("sales"), terms
        )
    assert apply("agreements: []") == []


def test_a_changed_calendar_is_a_new_version(apply):
    week = "week: {mon: [[10:00, 16:00]], tue: [[10:00, 16:00]], wed: [[10:00, 16:00]], thu: [[10:00, 15:00]]}"
    assert apply(f"calendars: {{short: {{timezone: Europe/Moscow, {week}}}}}") == ["changed calendar short (version 2)"]


def test_a_year_later_the_same_file_brings_the_new_holidays(apply):
    file = "calendars: {short: {timezone: Europe/Moscow, week: {mon: [[10:00, 16:00]]}, holidays: RU}}"
    apply(file)
    assert apply(file, NOW + timedelta(days=100)) == ["changed calendar short (version 3)"]
    assert apply(file, NOW + timedelta(days=200)) == []


def test_a_department_that_names_no_calendar_gets_that_of_the_company(apply):
    assert apply("departments: {hr: {}}") == ["changed department hr: calendar of the company"]


def test_people_who_are_not_named_are_made_by_their_address(apply):
    told = apply("departments: {it: {calendar: null, agents: [igor@example.com, New.One@example.com]}}")
    assert told == ["added person new.one@example.com", "given role agent of it to new.one@example.com"]
    made = people.person_by_email("new.one@example.com")
    assert (made.name, made.department.key) == ("new.one", "it")


def test_a_list_of_agents_takes_the_role_from_others_of_the_department_only(apply, igor, olga):
    told = apply("departments: {it: {agents: [olga@example.com]}}")
    assert told == ["given role agent of it to olga@example.com", "taken role agent of it from igor@example.com"]
    assert (igor.roles, olga.roles) == ([], ["agent", "lead"])


def test_a_department_without_lists_keeps_its_team(apply, igor, olga):
    apply("departments: {it: {name: IT}}")
    assert (igor.roles, olga.roles) == (["agent"], ["lead"])


def test_roles_of_a_person_are_those_of_the_entry_and_of_the_lists(apply, olga):
    told = apply("people: [{email: olga@example.com, department: it, roles: [agent, report_reader]}]")
    assert told == [
        "given role agent of it to olga@example.com",
        "given role report_reader to olga@example.com",
        "taken role lead of it from olga@example.com",
    ]
    assert apply(
        "departments: {it: {lead: olga@example.com}}\npeople: [{email: olga@example.com, roles: [report_reader]}]"
    ) == [
        "given role lead of it to olga@example.com",
        "taken role agent of it from olga@example.com",
    ]


def test_an_entry_without_roles_leaves_them(apply, olga):
    assert apply("people: [{email: olga@example.com, name: Olga the Lead}]") == [
        "changed person olga@example.com: name Olga → Olga the Lead"
    ]
    assert olga.roles == ["lead"]


def test_somebody_who_was_switched_off_stays_so_unless_the_file_says_otherwise(apply, maria):
    assert apply("people: [{email: maria@example.com, active: false}]") == [
        "changed person maria@example.com: active True → False"
    ]
    assert apply("people: [{email: maria@example.com, name: Maria}]") == []
    assert maria.active is False


def test_a_person_can_move_and_leave(apply, maria):
    assert apply("people: [{email: maria@example.com, department: hr}]") == [
        "changed person maria@example.com: department hr"
    ]
    assert apply("people: [{email: maria@example.com, department: null}]") == [
        "changed person maria@example.com: department none"
    ]
    assert maria.department_id is None


def test_a_request_type_moves_and_its_form_is_a_new_version(apply, cast):
    before = request_type("it.access").version
    told = apply("request_types: {it.access: {department: hr, confidential: true, fields: []}}")
    assert told == ["changed request type it.access: confidential False → True, fields, department hr"]
    row = request_type("it.access")
    assert (row.version, row.department.key, row.name["en"]) == (before + 1, "hr", "Access")


def test_a_request_type_that_says_nothing_of_secrecy_keeps_it(apply, cast):
    assert apply("request_types: {hr.trouble: {name: {ru: Конфликт, en: Trouble at work}}}") == []
    assert request_type("hr.trouble").confidential is True


def test_more_people_than_one_change_may_tell_of_are_written_step_by_step(apply):
    people_of = "".join(f"- {{email: p{number}@example.com, department: it}}\n" for number in range(STORM + 1))
    assert len(apply("people:\n" + people_of)) == STORM + 1


def test_every_change_is_audited(apply):
    apply("departments: {press: {name: Press}}")
    assert [entry.what for entry in audit.newest(limit=1).items] == ["DepartmentAdded"]


@pytest.mark.parametrize(
    "file", ["departments: {it: {email: a@b}, hr: {email: nowhere}}", "company: {name: Other}\npolices: []"]
)
def test_nothing_is_written_of_a_faulty_file(apply, file):
    with pytest.raises(Faulty):
        apply(file)
    assert (department("it").email, people.company().name) == (None, "North")
