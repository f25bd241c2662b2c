"""Errors as RFC 9457 problem documents (`application/problem+json`) that name the field."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from switchboard.errors import BadValue, Conflict, NotFound, SwitchboardError, Unavailable

PROBLEM_TYPE = "application/problem+json"
# RFC 9110's names, which Python has from 3.13 on.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


class FieldProblem(BaseModel):
    """`field` is the name of the parameter or of the member of the body; nested ones with dots."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457. `type` is always `about:blank`: the status says what kind it is."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


PROBLEM_RESPONSES: dict[int | str, dict[str, object]] = {
    status.value: {
        "description": status.phrase,
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in (
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
}

_STATUSES: tuple[tuple[type[SwitchboardError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (BadValue, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Conflict, HTTPStatus.CONFLICT),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)


def problem(status: int, detail: str, errors: list[FieldProblem] | None = None) -> JSONResponse:
    """What the reader wrote may hold half a character (a lone surrogate, RFC 8259 §8.2), and is told with `?` there."""
    fields = [FieldProblem(field=_whole(each.field), message=_whole(each.message)) for each in errors or []]
    title = _TITLES.get(status, HTTPStatus(status).phrase)
    document = Problem(title=title, status=status, detail=_whole(detail), errors=fields)
    return JSONResponse(document.model_dump(), status, media_type=PROBLEM_TYPE)


def answer_with_problems(app: FastAPI) -> None:
    """Give every error that is foreseen this form; `failures` has the others."""

    async def refused(request: Request, error: Exception) -> Response:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "the request cannot be understood", _fields(error))

    async def ours(request: Request, error: Exception) -> Response:
        status = next((status for kind, status in _STATUSES if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
        fields = [FieldProblem(field=error.field, message=error.message)] if isinstance(error, BadValue) else []
        return problem(status, str(error), fields)

    async def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        answer = problem(status, str(getattr(error, "detail", "")))
        answer.headers.update(getattr(error, "headers", None) or {})
        return answer

    async def half_a_character(request: Request, error: Exception) -> Response:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "the request holds half a character")

    app.add_exception_handler(UnicodeEncodeError, half_a_character)
    app.add_exception_handler(RequestValidationError, refused)
    app.add_exception_handler(SwitchboardError, ours)
    app.add_exception_handler(HTTPException, http)


def _whole(text: str) -> str:
    return text.encode(errors="replace").decode()


def _fields(error: Exception) -> list[FieldProblem]:
    if not isinstance(error, RequestValidationError):
        return []
    return [FieldProblem(field=_name(one["loc"]), message=_sentence(str(one["msg"]))) for one in error.errors()]


def _name(place: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in place[1:]) or str(place[0] if place else "request")


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")
