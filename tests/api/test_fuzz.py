"""Whatever is sent: no fault, and no answer that the document does not know."""

from __future__ import annotations

import json
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from servicedesk.catalog import actions as catalog
from servicedesk.catalog import queries as catalog_rows
from servicedesk.kernel.transaction import transaction
from tests import doors
from tests.build import hold, open_ticket, reply, resolve
from tests.cast import Cast, by, department, load_cast

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
EXAMPLES = 5


@pytest.fixture
def bearer(own_desk: Flask) -> str:
    """The token of Olga, who leads a department with some tickets."""
    with own_desk.app_context():
        cast = load_cast()
        reply(open_ticket(cast.maria), cast.igor, "2026-04-06 16:00")
        hold(open_ticket(cast.maria, "it.access", answers={"system": "crm"}), cast.igor, "2026-04-06 17:00")
        resolve(open_ticket(cast.anna), cast.igor, "2026-04-07 12:00")
        found = doors.program(own_desk).as_person(cast.olga).bearer
    assert found is not None
    return found


@pytest.mark.parametrize("mode", ["POSITIVE", "NEGATIVE"])
def test_no_input_makes_a_fault(own_desk: Flask, bearer: str, mode: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", own_desk)
    for found in schema.get_all_operations():
        operation = found.ok()
        cases = operation.as_strategy(generation_mode=getattr(schemathesis.GenerationMode, mode))

        @hypothesis.given(case=cases)
        @hypothesis.settings(
            max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def try_it(case: schemathesis.Case) -> None:
            number = (case.path_parameters or {}).get("ticket_id")
            if isinstance(number, int):
                case.path_parameters["ticket_id"] = abs(number) % 4  # mostly one that is there
            answer = case.call(headers={"Authorization": f"Bearer {bearer}"})
            case.validate_response(answer, checks=CHECKS)

        try_it()


KINDS = ("text", "long_text", "number", "date", "choice", "choices", "yes_no")
OPTIONS = [{"key": "a", "label": {"en": "A"}}, {"key": "b", "label": {"en": "B"}}]
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["1e-999999999", "1e999999999", "NaN", "-0", "a", "2026-02-30", "9" * 5000, "\ud800", "\0"])
)
answers = st.dictionaries(
    st.sampled_from(KINDS) | st.text(max_size=5),
    scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=3), scalars),
)


@hypothesis.example(fields={"number": "10E999999"})
@hypothesis.example(fields={"number": "1e-999999999"})
@hypothesis.settings(max_examples=80)
@hypothesis.given(fields=answers)
def test_no_answer_of_a_form_makes_a_fault(app: Flask, api: doors.Program, cast: Cast, fields: dict[str, Any]) -> None:
    if catalog_rows.request_type_by_key("it.everything") is None:
        with transaction():
            form = [
                {"key": kind, "type": kind, "label": {"en": kind}} | ({"options": OPTIONS} if "choice" in kind else {})
                for kind in KINDS
            ]
            catalog.add_request_type(
                by(cast.adam, "2026-04-01 10:00"),
                department("it"),
                key="it.everything",
                name={"en": "All"},
                fields=form,
            )
        api.as_person(cast.maria)
    sent = json.dumps({"request_type": "it.everything", "subject": "All of it", "fields": fields})
    answer = api.post("/api/v1/tickets", data=sent, content_type="application/json")
    assert answer.status_code in (201, 422)
    if answer.status_code == 201:
        again = api.get(answer.headers["Location"])
        assert again.json["fields"] == answer.json["fields"]
        assert set(again.json["fields"]) <= set(KINDS)
