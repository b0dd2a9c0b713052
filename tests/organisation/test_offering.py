"""Approvals, templates and what the company says of itself: from the file to the desk and back."""

from __future__ import annotations

import pytest
import yaml

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.db import db
from servicedesk.organisation import Faulty, export
from servicedesk.people import queries as people
from tests.cast import request_type

PRICE = "fields: [{key: price, type: money, label: Price}]"


def kind(key="it.incident"):
    db.session.expire_all()
    return request_type(key)


@pytest.mark.parametrize(
    ("written", "kept", "exported"),
    [
        ("none", [], "none"),
        ("lead", [{"who": "lead"}], "lead"),
        ("lead of the requester", [{"who": "lead"}], "lead"),
        ("Boris@example.com", [{"who": "people", "people": ["boris"], "need": "any"}], "boris@example.com"),
        ("[lead, boris@example.com]", [{"who": "lead"}, {"who": "people", "people": ["boris"], "need": "any"}], ["lead", "boris@example.com"]),
        (
            "[{people: [boris@example.com, igor@example.com], need: all}]",
            [{"who": "people", "people": ["boris", "igor"], "need": "all"}],
            [{"people": ["boris@example.com", "igor@example.com"], "need": "all"}],
        ),
        (
            "{who: lead, over: {field: price, amount: 100000}}",
            [{"who": "lead", "over": {"field": "price", "amount": "100000"}}],
            [{"who": "lead", "over": {"field": "price", "amount": "100000"}}],
        ),
        (
            "{people: igor@example.com, over: {field: price, amount: 0.5}}",
            [{"who": "people", "people": ["igor"], "need": "any", "over": {"field": "price", "amount": "0.5"}}],
            [{"people": ["igor@example.com"], "over": {"field": "price", "amount": "0.5"}}],
        ),
    ],
)  # fmt: skip
def test_an_approval_goes_to_the_desk_and_back(apply, cast, written, kept, exported):
    apply(f"request_types: {{it.incident: {{{PRICE}}}}}")
    told = apply(f"request_types: {{it.incident: {{approval: {written}}}}}")
    assert told == ([] if written == "none" else ["changed request type it.incident: approval"])
    with_ids = [
        step | {"people": [getattr(cast, name).id for name in step["people"]]} if "people" in step else step
        for step in kept
    ]
    assert kind().approvals == with_ids
    assert yaml.safe_load(export())["request_types"]["it.incident"]["approval"] == exported
    assert apply(export()) == []


def test_who_approves_may_be_new_in_the_same_file(apply):
    apply("people: [{email: new@example.com}]\nrequest_types: {it.incident: {approval: new@example.com}}")
    assert kind().approvals[0]["people"] == [people.person_by_email("new@example.com").id]


def test_a_form_may_not_lose_the_amount_that_its_approval_looks_at(apply):
    apply(f"request_types: {{it.incident: {{{PRICE}, approval: {{who: lead, over: {{field: price, amount: 5}}}}}}}}")
    with pytest.raises(Faulty) as refused:
        apply("request_types:\n  it.incident: {fields: []}")
    assert [fault.line for fault in refused.value.faults] == [2]
    apply("request_types: {it.incident: {fields: [], approval: none}}")
    assert (kind().fields, kind().approvals) == ([], [])


def test_words_of_a_type_are_kept(apply):
    told = apply("request_types: {it.incident: {keywords: [badge, badge, пропуск], provides: Its number}}")
    assert told == ["changed request type it.incident: keywords, provides"]
    assert (kind().keywords, kind().provides) == (["badge", "пропуск"], {"en": "Its number"})
    apply("request_types: {it.incident: {keywords: [], provides: null}}")
    assert (kind().keywords, kind().provides) == ([], {})


def test_every_setting_of_a_field_is_kept_in_the_language_of_the_company(apply):
    apply("""
request_types:
  it.incident:
    fields:
      - {key: a, type: yes_no, label: A}
      - {key: b, type: number, label: B, unit: kg, least: 1, most: 5, when: {field: a, is: true}}
      - {key: c, type: text, label: C, pattern: "[A-Z]+", pattern_message: Capitals, when: {field: d, in: [x, y]}}
      - {key: d, type: choice, label: D, options: [{key: x, label: X}, {key: y, label: Y}]}
      - {key: e, type: money, label: E, currency: EUR}
""")
    _, b, c, _, e = kind().fields
    assert (b["unit"], b["least"], b["most"], b["when"]) == ({"en": "kg"}, "1", "5", {"field": "a", "is": True})
    assert (c["pattern_message"], c["when"]) == ({"en": "Capitals"}, {"field": "d", "in": ["x", "y"]})
    assert e["currency"] == "EUR"
    assert apply(export()) == []


def test_a_fault_of_a_condition_has_the_line_of_its_field(apply):
    with pytest.raises(Faulty) as refused:
        apply(
            "request_types:\n  it.incident:\n    fields:\n      - {key: a, type: text, label: A}\n"
            "      - {key: b, type: text, label: B, when: {field: gone, is: x}}\n      - {key: c, type: text, label: C}\n"
        )
    [fault] = refused.value.faults
    assert (fault.line, "field 'b': the condition names the field “gone”" in fault.sentence) == (5, True)


TEMPLATE = """
templates:
  hr.newcomer:
    department: hr
    name: {ru: Новичок, en: A newcomer}
    lines:
      - {request_type: it.access, subject: Mail}
      - {request_type: hr.certificate, step: 2, subject: A pass, description: With a photo, waits: false}
"""


def newcomer():
    db.session.expire_all()
    return catalog.template_by_key("hr.newcomer")


def test_a_template_goes_to_the_desk_and_back(apply):
    assert apply(TEMPLATE) == ["added template hr.newcomer"]
    assert apply(TEMPLATE) == []
    assert [(line["request_type_id"], line["step"], line["waits"]) for line in newcomer().lines] == [
        (request_type("it.access").id, 1, True), (request_type("hr.certificate").id, 2, False),
    ]  # fmt: skip
    assert yaml.safe_load(export())["templates"]["hr.newcomer"] == {
        "department": "hr", "name": {"ru": "Новичок", "en": "A newcomer"},
        "lines": [
            {"request_type": "it.access", "step": 1, "subject": "Mail"},
            {"request_type": "hr.certificate", "step": 2, "subject": "A pass", "description": "With a photo", "waits": False},
        ],
    }  # fmt: skip
    assert apply(export()) == []


def test_what_the_file_does_not_say_of_a_template_stays(apply):
    apply(TEMPLATE)
    told = apply("templates: {hr.newcomer: {active: false, department: it, description: All of it}}")
    assert told == ["changed template hr.newcomer: active True → False, description, department it"]
    assert (newcomer().active, newcomer().department.key, len(newcomer().lines)) == (False, "it", 2)
    assert apply(export()) == []
    assert apply("templates: {hr.newcomer: {active: true}}") == ["changed template hr.newcomer: active False → True"]


def test_a_template_may_ask_for_what_is_new_in_the_same_file(apply):
    assert apply(TEMPLATE.replace("it.access", "it.new") + "request_types: {it.new: {department: it, name: New}}") == [
        "added request type it.new", "added template hr.newcomer",
    ]  # fmt: skip


def test_the_triage_is_chosen_and_taken_away(apply):
    assert "changed company: triage desk" in apply("company: {triage: desk}\ndepartments: {desk: {name: Front desk}}")
    assert people.company().triage_department_id == people.department_by_key("desk").id
    assert yaml.safe_load(export())["company"]["triage"] == "desk"
    assert apply(export()) == []
    assert apply("company: {triage: null}") == ["changed company: triage none"]
    assert people.company().triage_department_id is None


def test_departments_say_whom_they_serve_and_people_what_they_answer(apply):
    told = apply(
        "departments: {it: {customers: Everybody}}\npeople: [{email: igor@example.com, topics: [printers, mail]}]"
    )
    assert told == ["changed department it: customers", "changed person igor@example.com: topics"]
    found = yaml.safe_load(export())
    assert found["departments"]["it"]["customers"] == {"en": "Everybody"}
    [igor] = [person for person in found["people"] if person["email"] == "igor@example.com"]
    assert igor["topics"] == ["printers", "mail"]
    assert apply(export()) == []
    apply("departments: {it: {customers: {}}}\npeople: [{email: igor@example.com, topics: []}]")
    assert people.person_by_email("igor@example.com").topics == []


def test_what_letters_ask_for_goes_to_the_desk_and_back(apply):
    assert apply("request_types: {it.incident: {mail: true}}") == [
        "changed request type it.incident: mail False → True"
    ]
    assert kind().mail
    assert yaml.safe_load(export())["request_types"]["it.incident"]["mail"] is True
    apply("request_types: {it.access: {mail: true}}")
    assert not kind().mail and kind("it.access").mail
    assert "mail" not in yaml.safe_load(export())["request_types"]["it.incident"]


def test_letters_to_a_department_ask_for_one_type(apply):
    with pytest.raises(Faulty) as refusal:
        apply("request_types:\n  it.incident: {mail: true}\n  it.access: {mail: true}\n")
    assert "line 3: Letters to a department ask for one type, and it.incident has them." in str(refusal.value)
    apply("request_types: {it.incident: {mail: true}, hr.certificate: {mail: true}}")
