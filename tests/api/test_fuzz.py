"""Whatever is sent: no fault, and no answer that the document does not know."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import doors
from tests.build import hold, open_ticket, reply, resolve
from tests.cast import load_cast

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
