"""The running service, with its database behind the API, asked with odd values: no fault of ours, and a log that can
still be read line by line."""

import asyncio
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPConnection
from typing import Any

import pytest
import schemathesis
from hypothesis import given
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import status_code_conformance

from tests.acceptance.house import House
from tests.api_fuzzing import bounded

EXAMPLES = 5
INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE person; --",
    '" UNION SELECT pin_hash FROM person --',
    "%' ESCAPE '",
    "1); DELETE FROM absence; --",
    "\\'; SELECT pg_sleep(9); --",
    '\r\n{"level": "error", "event": "forged"}',
    "\x1b[2J\u2028forged",
    "=cmd|' /C calc'!A0",
)
FORGIVING = "people/search?q="
FILTERED = ("people?q=", "absences?person=", "calls?authority=", "callback-tasks?person=", FORGIVING)
TRAVERSALS = (
    "..%2f..%2f..%2fetc%2fpasswd",
    "../../../../etc/passwd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "/etc/passwd",
    "..%252f..%252fetc%252fpasswd",
    "0" * 63 + "%00",
)


def _token(house: House) -> str:
    said = house.command("token", "create", "--role", "admin", "--json")
    return str(json.loads(said)["token"])


@pytest.fixture
async def token(house: House) -> str:
    return await asyncio.to_thread(_token, house)


def _log_is_sound(house: House) -> None:
    """Each line one object, with our own words for the event: nothing that somebody sent begins a line."""
    for line in house.log_file.read_bytes().splitlines():
        event = json.loads(line)["event"]
        assert "forged" not in event
        assert '"level": "error"' not in line.decode(), line.decode()[:2000]


def _fuzz(house: House, token: str) -> int:
    url = f"http://127.0.0.1:{house.http_port}"
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    asked = 0

    def ask(operation: schemathesis.APIOperation[Any, Any, Any, Any]) -> None:
        @bounded(EXAMPLES)
        @given(case=operation.as_strategy())
        def each(case: schemathesis.Case[Any]) -> None:
            nonlocal asked
            asked += 1
            headers = {"Authorization": f"Bearer {token}"}
            case.call_and_validate(headers=headers, checks=[not_a_server_error, status_code_conformance])

        each()

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        ask(found.ok())
    return asked


async def test_no_operation_breaks_with_the_database_behind_it(house: House, token: str) -> None:
    assert await asyncio.to_thread(_fuzz, house, token) > 200
    assert await house.is_healthy()
    _log_is_sound(house)


def _status(house: House, path: str, token: str, body: object = None) -> tuple[int, bytes]:
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{house.http_port}/api/v1/{path}", data, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


async def test_sql_and_log_injection_are_mere_text(house: House, token: str) -> None:
    for text in INJECTIONS:
        await _is_mere_text(house, token, text)
    _log_is_sound(house)


async def _is_mere_text(house: House, token: str, text: str) -> None:
    tables = ("person", "absence", "call", "callback_task", "device")
    before = [house.one(f"SELECT count(*) AS n FROM {table}")["n"] for table in tables]  # noqa: S608 - our own names
    for path in FILTERED:
        status, body = await asyncio.to_thread(_status, house, path + urllib.parse.quote(text), token)
        assert status in (200, 404, 422), (path, body)
        assert b"pin_hash" not in body.replace(json.dumps(text)[1:-1].encode(), b"")
        if status == 200 and path != FORGIVING:
            assert json.loads(body)["items"] == []
    status, body = await asyncio.to_thread(_status, house, "absences", token, {"person": text, "reason": "meeting"})
    assert status == 422, body
    assert [house.one(f"SELECT count(*) AS n FROM {table}")["n"] for table in tables] == before  # noqa: S608


def _raw(house: House, path: str) -> tuple[int, bytes]:
    """The path goes out as it is: urllib would tidy it up."""
    connection = HTTPConnection("127.0.0.1", house.http_port, timeout=10)
    connection.putrequest("GET", path, skip_host=False)
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


async def test_an_audio_name_leads_to_no_file(house: House) -> None:
    shapes = ("/media/{}", "/media/{}.wav", "/media/..%2f{}.wav")
    for path in (shape.format(name) for name in TRAVERSALS for shape in shapes):
        status, body = await asyncio.to_thread(_raw, house, path)
        assert status in (400, 404), (path, status)
        assert not re.search(rb"root:|RIFF", body)


async def test_a_number_that_no_row_can_have_is_nobody_s(house: House, token: str) -> None:
    for number in (-1, 2**31, 2**63, 2**64, 10**40):
        for path in ("people/{}", "calendars/{}", "people/{}/calendars"):
            status, body = await asyncio.to_thread(_status, house, path.format(number), token)
            assert status in (200, 404, 422), (path, number, body)
    _log_is_sound(house)
