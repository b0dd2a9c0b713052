"""What an organisation file may say: every fault at once, each with its line, and one fault causing no others."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from servicedesk.organisation import Faulty, Plan, Standing, check, read
from servicedesk.organisation.checking.promising import PRIORITIES
from servicedesk.sla.rules import is_priority

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EMPTY = Standing(NOW)
DESK = Standing(
    NOW, has_company=True, language="en", calendars=frozenset({"office"}), request_types={"it.incident": "it"},
    departments={"it": ("it@example.com", "Group 70"), "sales": (None, None)}, admins=frozenset({"adam@example.com"}),
    people=frozenset({"adam@example.com", "igor@example.com"}),
    forms={"it.incident": ([{"key": "price", "type": "money", "label": {"en": "Price"}}], [])},
)  # fmt: skip
WEEK = "timezone: Europe/Moscow, week: {mon: [['09:00', '18:00']]}"


def plan_of(text: str, desk: Standing = DESK) -> Plan:
    return check(read(text), desk)


def faults_of(text: str, desk: Standing = DESK) -> list[tuple[int, str]]:
    with pytest.raises(Faulty) as refused:
        plan_of(text, desk)
    return [(fault.line, fault.sentence) for fault in refused.value.faults]


def test_it_takes_a_large_file_as_a_whole():
    plan = plan_of((Path(__file__).parent / "company.yaml").read_text(encoding="utf-8"), EMPTY)
    assert plan.company == {"name": "Северный ветер", "language": "ru", "timezone": "Europe/Moscow"}
    parts = (plan.calendars, plan.departments, plan.request_types, plan.promises, plan.agreements)
    assert [len(part) for part in parts] == [3, 8, 8, 8, 4]
    assert plan.lists == {"policies", "agreements"}


def test_it_reads_times_and_dates_with_and_without_quotes_alike():
    bare = "calendars: {a: {timezone: UTC, week: {mon: [[09:00, 18:00]]}, exceptions: {2026-04-30: [[09:00, 17:00]]}}}"
    quoted = (
        bare.replace("09:00", '"09:00"')
        .replace("18:00", '"18:00"')
        .replace("17:00", "'17:00'")
        .replace("2026-04-30", '"2026-04-30"')
    )
    assert plan_of(bare) == plan_of(quoted)
    assert plan_of(bare).calendars[0].week == {"mon": [["09:00", "18:00"]]}
    since = [
        plan_of(f"agreements: [{{supplier: it, customer: sales, reply: 4h, from: {day}}}]")
        for day in ("2026-01-01", "'2026-01-01'")
    ]
    assert since[0] == since[1]
    assert since[0].agreements[0].terms.valid_from == date(2026, 1, 1)


def test_a_name_without_a_language_is_in_that_of_the_company():
    assert plan_of("departments: {hr: {name: People}}").departments[0].values["name"] == {"en": "People"}
    file = "company: {name: Север, language: ru, timezone: Europe/Moscow}\ndepartments: {hr: {name: Кадры}}"
    assert plan_of(file, EMPTY).departments[0].values["name"] == {"ru": "Кадры"}


def test_plain_labels_of_a_form_are_texts_whatever_they_look_like():
    fields = "[{key: a, type: choice, label: true, options: [{key: 1, label: 27}]}]"
    [found] = plan_of(f"request_types: {{it.incident: {{fields: {fields}}}}}").request_types
    assert found.values["fields"] == [
        {"key": "a", "type": "choice", "label": {"en": "true"}, "options": [{"key": "1", "label": {"en": "27"}}]}
    ]


def test_targets_are_kept_in_the_writing_of_the_engine():
    [promise] = plan_of("policies: [{first_reply: 1h 30m, reply: 120m, resolution: 3 bd, stay: 24h wall}]").promises
    assert promise.targets == {"first_reply": "90m", "reply": "2h", "resolution": "3bd", "stay": "24h wall"}


@pytest.mark.parametrize(
    ("whom", "name"),
    [
        ("resolution: 27h", "company"),
        ("priority: urgent, resolution: 27h", "priority=urgent"),
        ("department: it, priority: urgent, resolution: 27h", "department=it priority=urgent"),
        ("request_type: it.incident, resolution: 27h", "request_type=it.incident"),
        ("from: 2026-01-01, resolution: 27h", "company from=2026-01-01"),
    ],
)
def test_a_policy_is_called_by_whom_it_is_for(whom, name):
    assert plan_of(f"policies: [{{{whom}}}]").promises[0].whom.name == name


def test_an_agreement_is_called_by_its_sides():
    text = "agreements: [{supplier: it, customer: sales, request_type: it.incident, resolution: 8h, from: 2026-01-01}]"
    assert plan_of(text).agreements[0].name == "agreement it→sales request_type=it.incident from=2026-01-01"


def test_agreements_for_one_case_may_follow_each_other():
    first = "{supplier: it, customer: sales, resolution: 20h, until: 2025-12-31}"
    second = "{supplier: it, customer: sales, resolution: 8h, from: 2026-01-01}"
    assert len(plan_of(f"agreements: [{first}, {second}]").agreements) == 2


def test_lists_of_departments_and_roles_of_people_add_up():
    plan = plan_of(
        "departments: {it: {lead: Olga@example.com, agents: [igor@example.com]}}\n"
        "people: [{email: olga@example.com, department: sales, roles: [agent, admin]}]"
    )
    assert plan.roles == {
        "olga@example.com": {("lead", "it"), ("agent", "sales"), ("admin", None)},
        "igor@example.com": {("agent", "it")},
    }
    assert {row.email: (row.department, row.implied) for row in plan.people} == {
        "olga@example.com": ("sales", False), "igor@example.com": ("it", True),
    }  # fmt: skip


def test_it_tells_all_faults_at_once():
    faults = faults_of(
        "company: {nme: X}\ndepartments:\n  it: {email: nowhere}\n  it: {}\npolicies:\n  - {resolution: 27}\n"
    )
    assert [line for line, _ in faults] == [1, 3, 4, 6]


def test_a_faulty_department_is_still_one_that_others_may_name():
    file = "departments: {hr: {name: {de: Leute}}}\nrequest_types: {hr.x: {department: hr, name: X}}\npolicies: [{department: hr, reply: 1h}]"
    assert [line for line, _ in faults_of(file)] == [1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # keys
        ("polices: []", "Unknown key 'polices' in the file; is 'policies' meant?"),
        ("policies: [{reslution: 4h}]", "Unknown key 'reslution' in a policy; is 'resolution' meant?"),
        ("departments: {it: {zzz: 1}}", "Unknown key 'zzz' in department it."),
        ("departments: {it: {mission: {en: Fast, kind}}}", "not 'kind'; a text with a comma in it must stand in quotes."),
        ("departments: [it]", "Departments must be a mapping"),
        ("policies: {}", "Policies must be a list"),
        ("policies:", "write `policies: []` to withdraw all of them"),
        # company
        ("company: {language: de}", "There is no language 'de'; it is ru or en."),
        ("company: {timezone: europe/moscow}", "There is no time zone 'europe/moscow'; is 'Europe/Moscow' meant?"),
        ("company: {calendar: ofice}", "There is no calendar 'ofice' in this file or on the desk; is 'office' meant?"),
        ("company: {name: ''}", "The company's name must be a text."),
        ("company: {name: [a]}", "The company's name must be a text."),
        (f"company: {{name: {'x' * 201}}}", "is longer than 200 characters"),
        # calendars
        ("calendars: {a: {week: {}}}", "The calendar a needs a timezone."),
        ("calendars: {a: {timezone: UTC}}", "The calendar a needs a week."),
        ("calendars: {a: {timezone: UTC, week: {}}}", "Calendar a: This calendar never opens"),
        ("calendars: {a: {timezone: UTC, week: {monday: []}}}", "“monday” is no weekday"),
        ("calendars: {a: {timezone: UTC, week: {mon: [[18:00, 09:00]]}}}", "The hours of mon: 18:00–09:00 ends before it begins"),
        ("calendars: {a: {timezone: UTC, week: {mon: [[09:00, 13:00], [12:00, 18:00]]}}}", "09:00–13:00 and 12:00–18:00 overlap"),
        ("calendars: {a: {timezone: UTC, week: {mon: [[9, 18]]}}}", "The hours of mon: 9 is not a time of day"),
        ("calendars: {a: {timezone: UTC, week: {mon: [09:00, 18:00]}}}", "An interval is a pair of a beginning and an end"),
        ("calendars: {a: {timezone: UTC, week: {mon: 09:00-18:00}}}", "Hours are a list of pairs"),
        (f"calendars: {{a: {{{WEEK}, holidays: ru}}}}", "No holidays are known for 'ru'"),
        (f"calendars: {{a: {{{WEEK}, exceptions: {{2026-02-30: []}}}}}}", "“2026-02-30” is no date"),
        (f"calendars: {{A b: {{{WEEK}}}}}", "The key of a calendar 'A b' must have lower-case Latin letters"),
        # departments
        ("departments: {hr: {}}", "The department hr is new and needs a name."),
        ("departments: {hr: {name: {}}}", "must have a text for ru or en"),
        ("departments: {it: {calendar: none}}", "There is no calendar 'none'"),
        ("departments: {it: {email: it}}", "Email of it: 'it' is not an e-mail address."),
        ("departments: {sales: {email: IT@example.com}}", "is that of the department it already"),
        ("departments: {sales: {external_name: Group 70}}", "is that of the department it already"),
        ("departments: {it: {agents: [igor]}}", "Agents of it: 'igor' is not an e-mail address."),
        ("departments: {it: {active: no}}", "must be true or false"),
        # request types
        ("request_types: {printer: {department: it, name: X}}", "A request type is called department.type"),
        ("request_types: {it.new: {name: X}}", "The request type it.new is new and needs a department."),
        ("request_types: {it.incident: {department: itt}}", "There is no department 'itt' in this file or on the desk; is 'it' meant?"),
        ("request_types: {it.incident: {approval: nobody}}", "An approval is none, lead, an e-mail address, or steps"),
        ("request_types: {it.incident: {approval: }}", "An approval is none, lead, an e-mail address, or steps"),
        ("request_types: {it.incident: {approval: [lead, none]}}", "An approval is none, lead, an e-mail address, or steps"),
        ("request_types: {it.incident: {approval: [{need: all}]}}", "An approval is none, lead, an e-mail address, or steps"),
        ("request_types: {it.incident: {approval: adm@example.com}}", "nobody with the address 'adm@example.com' in this file or on the desk; is 'adam@example.com' meant?"),
        ("request_types: {it.incident: {approval: boss@}}", "'boss@' is not an e-mail address"),
        ("request_types: {it.incident: {approval: [{people: []}]}}", "names at least one"),
        ("request_types: {it.incident: {approval: [{people: [adam@example.com], need: most}]}}", "There is no need 'most'; it is any or all."),
        ("request_types: {it.incident: {approval: [{who: lead, people: [adam@example.com]}]}}", "not both"),
        ("request_types: {it.incident: {approval: [{who: lead, over: {field: sum, amount: 10}}]}}", "Approval of it.incident: step 1: a threshold (over) names a field"),
        ("request_types: {it.incident: {approval: [{who: lead, over: {field: price, amount: much}}]}}", "step 1: the amount of a threshold is a decimal number"),
        ("request_types: {it.incident: {approval: [{who: lead, over: 10}]}}", "step 1: a threshold (over) says field and amount"),
        ("request_types: {it.incident: {approval: lead, fields: [{key: a, type: text, label: A, when: {field: b, is: c}}]}}", "the form does not have"),
        ("request_types: {it.incident: {keywords: badge}}", "must be a list"),
        ("request_types: {it.incident: {keywords: [[a]]}}", "must be a text"),
        ("request_types: {it.incident: {provides: {de: Geld}}}", "a text for ru or en"),
        # templates
        ("templates: {newcomer: {department: it, name: X, lines: [{request_type: it.incident, subject: A}]}}", "A template is called department.name"),
        ("templates: {it.new: {department: it, name: X}}", "The template it.new is new and needs lines."),
        ("templates: {it.new: {department: it, name: X, lines: []}}", "a template has at least one line"),
        ("templates: {it.new: {department: it, name: X, lines: [{subject: A}]}}", "A line needs a request_type."),
        ("templates: {it.new: {department: it, name: X, lines: [{request_type: it.incidnt, subject: A}]}}", "is 'it.incident' meant?"),
        ("templates: {it.new: {department: it, name: X, lines: [{request_type: it.incident}]}}", "line 1: a subject is a text"),
        ("templates: {it.new: {department: it, name: X, lines: [{request_type: it.incident, subject: A, step: 0}]}}", "line 1: a step is a number"),
        ("templates: {it.new: {department: it, name: X, lines: [{request_type: it.incident, subject: A, step: [1]}]}}", "line 1: a step is a number"),
        ("templates: {it.new: {department: it, name: X, lines: [{request_type: it.incident, subject: A, waits: maybe}]}}", "must be true or false"),
        # what the company, departments and people say of themselves
        ("company: {triage: nowhere}", "There is no department 'nowhere'"),
        ("departments: {it: {customers: 7, customer: 8}}", "Unknown key 'customer'"),
        ("people: [{email: a@b, topics: visas}]", "must be a list"),
        ("people: [{email: a@b, topics: [" + "x" * 61 + "]}]", "longer than 60 characters"),
        ("request_types: {it.incident: {confidential: yes}}", "must be true or false"),
        ("request_types: {it.incident: {fields: [{key: a, type: txt, label: A}]}}", "field 'a': the type is one of"),
        ("request_types: {it.incident: {fields: {key: a}}}", "must be a list"),
        # promises
        ("policies: [{department: it}]", "This promises nothing; give it one of first_reply, reply, resolution, stay."),
        ("policies: [{resolution: 27}]", "The target '27' cannot be read; write it like 27h"),
        ("policies: [{resolution: 0h}]", "longer than nothing and not longer than five years"),
        ("policies: [{resolution: 99999h}]", "longer than nothing and not longer than five years"),
        ("policies: [{resolution: [4h]}]", "A target is one duration"),
        ("policies: [{priority: top, resolution: 4h}]", "There is no priority 'top'; it is low, normal, high or urgent."),
        ("policies: [{resolution: 4h, warn_at: [100]}]", "percents of the target from 1 to 99"),
        ("policies: [{customer: sales, resolution: 4h}]", "Unknown key 'customer' in a policy"),
        ("policies: [{resolution: 4h, from: 2026}]", "From must be a date, written like 2026-01-31."),
        ("policies: [{resolution: 4h, from: 2026-02-01, until: 2026-01-01}]", "This ends before it begins."),
        ("agreements: [{supplier: it, resolution: 4h}]", "An agreement needs a customer."),
        (f"calendars: {{a: {{{WEEK}, exceptions: {{2026-05-11: []}}, names: {{2026-05-12: Day}}}}}}", "has a name but no hours"),
        ("departments: {it: {parent: it}}", "would stand above itself"),
        ("departments: {it: {parent: nowhere}}", "There is no department 'nowhere'"),
        ("agreements: [{supplier: it, customer: it, resolution: 4h}]", "An agreement is between two departments."),
        ("agreements: [{supplier: sales, customer: it, request_type: it.incident, resolution: 4h}]", "is one of it, not of sales"),
        ("agreements: [{supplier: it, customer: sales, resolution: 4h, from: 2026-02-01, until: 2026-01-01}]", "ends before it begins"),
        ("agreements: [{supplier: it, customer: sales, resolution: 4h, until: 2026-02-01, review_on: 2026-03-01}]", "after the agreement has ended"),
        ("agreements: [{supplier: it, customer: sales, promises: []}]", "An agreement has one to"),
        ("agreements: [{supplier: it, customer: sales, promises: [{reply: 4h}, {stay: 4h}]}]", "is for the same requests"),
        ("policies: [{resolution: 4h, escalate: [{after: 2h}]}]", "written like {after: 2h, to: leads}"),
        ("policies: [{resolution: 4h, escalate: [{after: 2h, to: boss}]}]", "There is no recipient 'boss'"),
        ("policies: [{resolution: 4h, escalate: [{after: 2h, to: leads}, {after: 1h, to: above}]}]", "in the order of their times"),
        ("policies: [{resolution: 4h, calendar: nowhere}]", "There is no calendar 'nowhere'"),
        ("agreements: [{customer: it, resolution: 4h}]", "An agreement needs a supplier."),
        # people
        ("people: [{name: X}]", "A person needs an email."),
        ("people: [{email: x}]", "Email: 'x' is not an e-mail address."),
        ("people: [{email: a@b, roles: [boss]}]", "There is no role 'boss'; it is agent, lead, admin or report_reader."),
        ("people: [{email: a@b, roles: [agent]}]", "The role agent is one of a department"),
        ("people: [{email: a@b, department: it, roles: agent}]", "The roles must be a list"),
        ("people: [{email: a@b, timezone: Moscow}]", "There is no time zone 'Moscow'; is 'Europe/Moscow' meant?"),
        ("people: [{email: adam@example.com, roles: []}]", "without an administrator"),
        ("people: [{email: adam@example.com, active: false}]", "without an administrator"),
    ],
)  # fmt: skip
def test_it_refuses(text, words):
    [(line, sentence)] = faults_of("# a remark\n" + text)
    assert line == 2
    assert words in sentence


@pytest.mark.parametrize(
    "pair",
    [
        "policies: [{resolution: 4h},\n {resolution: 5h}]",
        "policies: [{department: it, reply: 4h},\n {department: it, resolution: 4h}]",
        "policies: [{resolution: 4h},\n {resolution: 5h, from: 2026-01-01}]",
        "agreements: [{supplier: it, customer: sales, reply: 4h, until: 2026-01-01},\n {supplier: it, customer: sales, reply: 4h, from: 2026-01-01}]",
    ],
)  # fmt: skip
def test_it_refuses_two_promises_for_the_same_case(pair):
    [(line, sentence)] = faults_of(pair)
    assert (line, "The promise in line 1 is for the same case" in sentence) == (2, True)


def test_it_refuses_a_person_who_stands_twice():
    assert faults_of("people:\n- {email: a@b}\n- {email: A@b }\n") == [(3, "a@b stands twice; first in line 2.")]


def test_a_field_that_stands_twice_is_told_at_its_own_line():
    form = "request_types:\n  it.incident:\n    fields:\n    - {key: a, type: text, label: A}\n    - {key: a, type: text, label: B}\n"
    assert faults_of(form) == [(5, "Form of it.incident: field 'a': the key stands twice.")]


def test_an_address_may_move_from_one_department_to_another():
    plan = plan_of("departments: {it: {email: null}, sales: {email: it@example.com}}")
    assert [row.values["email"] for row in plan.departments] == [None, "it@example.com"]


def test_another_administrator_may_take_over():
    plan = plan_of("people: [{email: adam@example.com, roles: []}, {email: eva@example.com, roles: [admin]}]")
    assert plan.own_roles == {"adam@example.com", "eva@example.com"}


def test_a_new_company_needs_its_name_language_and_zone():
    file = f"company: {{calendar: office}}\ncalendars: {{office: {{{WEEK}}}}}"
    sentences = [sentence for _, sentence in faults_of(file, EMPTY)]
    assert sentences == ["The company needs a language.", "The company needs a name.", "The company needs a timezone."]


def test_the_priorities_are_those_of_the_desk():
    assert all(is_priority(word) for word in PRIORITIES)
