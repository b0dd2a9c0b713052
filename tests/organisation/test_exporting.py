"""The exported file changes nothing when it is applied again, whatever the desk was made of."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.organisation import export, read
from tests.databases import tries
from tests.organisation.conftest import COMPANY, apply_file

DEPARTMENTS = ("it", "hr", "books", "sales-north")
TYPES = ("it.incident", "it.x", "hr.letter", "books.advance")
ADDRESSES = tuple(f"{name}@north.example" for name in ("anna", "boris", "vera", "gleb"))
METRICS = ("first_reply", "reply", "resolution", "stay")

words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20).filter(
    str.strip
)
names = st.one_of(words, st.fixed_dictionaries({"ru": words}, optional={"en": words}))
hours = st.sampled_from([[], [["09:00", "18:00"]], [["9:00", "13:00"], ["14:00", "24:00"]], [["22:00", "06:00"]]])
days = st.sampled_from(["2026-01-01", "2026-04-30", "2027-02-28"])
calendars = st.fixed_dictionaries(
    {
        "timezone": st.sampled_from(["Europe/Moscow", "UTC", "Asia/Tokyo"]),
        "week": st.fixed_dictionaries({"wed": st.just([["10:00", "16:00"]])}, optional=dict.fromkeys(("mon", "sat", "sun"), hours)),
    },
    optional={"holidays": st.sampled_from(["RU", "NO"]), "exceptions": st.dictionaries(days, hours, max_size=2)},
)  # fmt: skip
targets = st.dictionaries(
    st.sampled_from(METRICS), st.sampled_from(["27h", "90m", "1h 30m", "3bd", "24h wall", "45s", "0.5h"]), min_size=1
)
label = {"label": names}
fields = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"key": st.sampled_from(["a", "b2"]), "type": st.sampled_from(["text", "long_text", "number", "date", "yes_no"]), **label},
            optional={"required": st.booleans(), "help": names},
        ),
        st.fixed_dictionaries(
            {
                "key": st.sampled_from(["c", "d_d"]), "type": st.sampled_from(["choice", "choices"]), **label,
                "options": st.lists(st.fixed_dictionaries({"key": words, **label}), min_size=1, max_size=3, unique_by=lambda row: row["key"]),
            }
        ),
    ),
    max_size=3, unique_by=lambda field: field["key"],
)  # fmt: skip
more_fields = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"key": st.sampled_from(["e", "f"]), "type": st.just("number"), **label},
            optional={"unit": names, "least": st.sampled_from(["1", "0.5", 2]), "when": st.just({"field": "yes", "is": True})},
        ),
        st.fixed_dictionaries(
            {"key": st.just("g"), "type": st.just("text"), **label, "pattern": st.sampled_from(["[A-Z]+", "a|b", "#: x"]), "pattern_message": names}
        ),
        st.fixed_dictionaries({"key": st.sampled_from(["h", "i"]), "type": st.sampled_from(["employee", "department", "file"]), **label}),
    ),
    max_size=3, unique_by=lambda field: field["key"],
).map(
    lambda found: [
        {"key": "price", "type": "money", "label": {"en": "Price"}, "currency": "EUR"}, {"key": "yes", "type": "yes_no", "label": "Yes"}, *found,
    ]
)  # fmt: skip
over = st.fixed_dictionaries({}, optional={"over": st.just({"field": "price", "amount": "100000.50"})})
step = st.one_of(
    st.sampled_from(["lead", "lead of the requester", *ADDRESSES]), over.map(lambda said: {"who": "lead", **said}),
    st.tuples(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3), st.sampled_from([{}, {"need": "any"}, {"need": "all"}]), over).map(
        lambda row: {"people": row[0], **row[1], **row[2]}
    ),
)  # fmt: skip
approvals = st.one_of(st.just("none"), step, st.lists(step, max_size=3))
lines = st.lists(
    st.fixed_dictionaries(
        {"request_type": st.sampled_from(TYPES), "subject": words},
        optional={"step": st.integers(1, 3), "description": words, "waits": st.booleans()},
    ),
    min_size=1, max_size=4,
)  # fmt: skip
templates = st.dictionaries(
    st.sampled_from(["it.all", "hr.newcomer"]),
    st.fixed_dictionaries(
        {"department": st.sampled_from(DEPARTMENTS), "name": names, "lines": lines},
        optional={"description": names, "active": st.booleans()},
    ),
    max_size=2,
)  # fmt: skip
short = st.lists(words, max_size=3)
texts = st.fixed_dictionaries(
    {}, optional={"services": words, "calendar": st.just("night"), "review_on": st.just("2026-06-01")}
)
warn_at = {"warn_at": st.lists(st.integers(1, 99), max_size=3)}


@st.composite
def promises(draw: st.DrawFn, whom: dict[str, Any]) -> list[dict[str, Any]]:
    """Promises of which no two are for the same case."""
    cases = draw(
        st.lists(
            st.fixed_dictionaries({}, optional=whom), max_size=4, unique_by=lambda case: tuple(sorted(case.items()))
        )
    )
    return [case | draw(targets) | draw(st.fixed_dictionaries({}, optional=warn_at)) for case in cases]


narrowed = {"request_type": st.sampled_from(TYPES), "priority": st.sampled_from(["low", "urgent"])}
people = st.lists(
    st.fixed_dictionaries(
        {"email": st.sampled_from(ADDRESSES), "department": st.sampled_from(DEPARTMENTS)},
        optional={
            "name": words, "language": st.sampled_from(["ru", "en"]), "active": st.booleans(),
            "roles": st.lists(st.sampled_from(["agent", "lead", "report_reader"]), unique=True),
            "timezone": st.sampled_from(["Asia/Omsk", None]), "topics": short,
        },
    ),
    max_size=4, unique_by=lambda person: person["email"],
)  # fmt: skip
departments = st.fixed_dictionaries(
    {"name": names},
    optional={
        "mission": names, "customers": names, "parent": st.just("sales-north"), "calendar": st.sampled_from(["office", "night"]), "lead": st.sampled_from(ADDRESSES),
        "agents": st.lists(st.sampled_from(ADDRESSES), max_size=3), "active": st.booleans(),
    },
)  # fmt: skip
# The desk is the same for all examples: without "none" an older approval would look for an amount that is gone.
request_types = st.fixed_dictionaries(
    {"department": st.sampled_from(DEPARTMENTS), "name": names, "approval": st.just("none")},
    optional={
        "description": names,
        "confidential": st.booleans(),
        "fields": fields,
        "active": st.booleans(),
        "keywords": short,
        "provides": names,
    },
)
approved_types = st.fixed_dictionaries(
    {"department": st.sampled_from(DEPARTMENTS), "name": names, "fields": more_fields, "approval": approvals}
)
everybody = [{"email": address} for address in ADDRESSES]
files = st.fixed_dictionaries(
    {
        "company": st.fixed_dictionaries(
            {"name": words, "language": st.sampled_from(["ru", "en"]), "timezone": st.just("UTC"), "calendar": st.sampled_from(["office", "night"])},
            optional={"triage": st.sampled_from(DEPARTMENTS)},
        ),
        "calendars": st.fixed_dictionaries({"office": calendars, "night": calendars}),
        "departments": st.fixed_dictionaries(dict.fromkeys(DEPARTMENTS, departments)).map(
            lambda found: found | {"sales-north": {key: value for key, value in found["sales-north"].items() if key != "parent"}}
        ),
        "request_types": st.fixed_dictionaries(dict.fromkeys(TYPES, st.one_of(request_types, approved_types))),
        "templates": templates,
        "policies": promises({"department": st.sampled_from(DEPARTMENTS), **narrowed}),
        "agreements": st.one_of(
            st.just([]), st.tuples(st.permutations(DEPARTMENTS), targets, texts).map(
                lambda row: [{"supplier": row[0][0], "customer": row[0][1], "from": "2026-01-01", **row[1], **row[2]}]
            ),
            st.tuples(targets, targets).map(
                lambda row: [
                    {"supplier": "it", "customer": "hr", "promises": [row[0], {"priority": "urgent", **row[1]}]},
                    {"supplier": "books", "customer": "hr", "until": "2026-01-01", **row[1]},
                ]
            ),
        ),
        "people": people.map(lambda found: found + [one for one in everybody if one["email"] not in {row["email"] for row in found}]),
    }
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=tries(25))
@given(file=files)
def test_an_exported_file_changes_nothing(app, file):
    apply_file(yaml.safe_dump(file, allow_unicode=True))
    exported = export()
    assert apply_file(exported) == []
    assert export() == exported


def test_the_exported_company_sets_up_an_equal_one_elsewhere(bare_desk, app):
    with bare_desk.app_context():
        apply_file(COMPANY.read_text(encoding="utf-8"))
        exported = export()
        apply_file("departments: {legal: {email: other@north.example, agents: [igor@north.example]}}\npolicies: []")
        assert apply_file(exported) != []
        assert "withdrawn" not in exported
        found = yaml.safe_load(export())
    assert found["policies"] == yaml.safe_load(exported)["policies"]


def test_a_founded_desk_exports_what_it_is(apply, app):
    exported = export()
    assert apply(exported) == []
    found = yaml.safe_load(exported)
    assert found["company"] == {"name": "North", "language": "en", "timezone": "Europe/Moscow", "calendar": "office"}
    assert found["departments"]["it"] == {
        "name": {"ru": "ИТ", "en": "It"},
        "lead": "olga@example.com",
        "agents": ["igor@example.com"],
    }
    assert found["departments"]["hr"]["calendar"] == "short"
    assert {"department": "it", "priority": "urgent", "first_reply": "1h", "resolution": "4h"} in found["policies"]


def test_what_is_read_by_others_as_a_time_or_a_date_stands_in_quotes(apply, app):
    assert "'09:00'" in export()
    assert read(export()).faults == ()


def test_an_empty_desk_has_nothing_to_export(bare_desk):
    with bare_desk.app_context():
        assert export() == ""
