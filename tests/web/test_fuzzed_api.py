"""Every operation of the API with values made from its own document: documented answers, and never a fault of ours.

Behind the application are the fakes; tests/acceptance/test_fuzzed_service.py asks what the database makes of it.
"""

from typing import Any

import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import ASGIApp

from switchboard.web.server import build_app
from tests.api_fuzzing import bounded
from tests.fakes.web_ports import FakeWebPorts

EXAMPLES = 12
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def _app() -> ASGIApp:
    return build_app(FakeWebPorts().ports())


schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", _app())


@schema.parametrize()
@bounded(EXAMPLES)
def test_no_operation_breaks(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(headers={"Authorization": "Bearer admin-token"}, checks=CHECKS)
