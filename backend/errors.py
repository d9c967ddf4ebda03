"""Every answer at 400 and above is an RFC 9457 problem that quotes nothing it was given."""

import json
import logging
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException as StarletteHTTPException

from backend.logs import log, request_id
from backend.models import CONFLICTS

MEDIA_TYPE = "application/problem+json"

# SQLSTATE, or the beginning of one: status and, where trying again can help, after how long.
SQLSTATES: dict[str, tuple[int, int | None]] = {
    "23505": (409, None),  # unique
    "23503": (409, None),  # foreign key
    "23P01": (409, None),  # exclusion
    "23": (422, None),  # not null, check: a rule the models forgot to state
    "22": (422, None),  # a value of the wrong size or encoding: likewise
    "54000": (422, None),  # a value too large for an index
    "40": (503, 1),  # serialization failure, deadlock: the transaction was rolled back
    "55P03": (503, 1),  # lock not available
    "57014": (504, None),  # statement timeout: the same statement would time out again
    "57P": (503, 5),  # shutting down, crashed, starting up
    "08": (503, 5),  # connection
    "53": (503, 5),  # too many connections, out of memory or disk
    "25006": (503, 5),  # read-only: a failover is under way
    "28": (503, None),  # credentials: an operator must act
    "3D000": (503, None),  # no such database: likewise
}


class FieldProblem(BaseModel):
    """One refused part of a request."""

    loc: list[str | int]
    msg: str
    type: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldProblem] | None = None


class AppError(HTTPException):
    """An error with a status and a sentence for the client."""

    status: ClassVar[int] = 500
    sentence: ClassVar[str] = "Something went wrong."
    retry_after: ClassVar[int | None] = None

    def __init__(self, detail: str = "") -> None:
        """Answer with `detail`, or with the sentence of the class."""
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else None
        super().__init__(self.status, detail or self.sentence, headers)


class NotFound(AppError):
    """There is no such thing."""

    status = 404
    sentence = "There is no such resource."


class Conflict(AppError):
    """The request contradicts what is stored."""

    status = 409
    sentence = "The request conflicts with existing data."


class ContentTooLarge(AppError):
    """The body is larger than any valid one."""

    status = 413
    sentence = "The request body is too large."


class DatabaseUnavailable(AppError):
    """The database cannot be used now."""

    status = 503
    sentence = "The database is not available; try again later."
    retry_after = 5


_SENTENCES = {
    409: Conflict.sentence,
    422: "The database refuses these values.",
    500: AppError.sentence,
    503: DatabaseUnavailable.sentence,
    504: "The database took too long to answer.",
}
_LEVELS = {409: logging.INFO, 422: logging.WARNING}


def problem(
    status: int,
    detail: str,
    headers: dict[str, str] | None = None,
    errors: list[FieldProblem] | None = None,
) -> Response:
    """Build the answer; ASCII only, because what it quotes may not be encodable."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        request_id=request_id.get(),
        errors=errors,
    )
    content = json.dumps(body.model_dump(exclude_none=True))
    return Response(content, status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


def unexpected(error: Exception) -> Response:
    """Answer a bug: the frames to the log, a plain sentence to the client."""
    log.error("unexpected error", exc_info=error)
    return problem(500, AppError.sentence)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of the problems that a route can answer with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def schemas() -> dict[str, Any]:
    """The OpenAPI components that `documented` refers to."""
    found = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**found.pop("$defs"), "Problem": found}


def register(app: FastAPI) -> None:
    """Answer every error of this app with a problem."""
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(SQLAlchemyError, _database)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)  # noqa: S101 - how it was registered
    return problem(error.status_code, error.detail, dict(error.headers or {}))


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - how it was registered
    errors = [
        # What follows a colon quotes the input.
        FieldProblem(loc=e["loc"], msg=e["msg"].partition(":")[0], type=e["type"])
        for e in error.errors()
    ]
    return problem(422, "The request is not valid.", errors=errors)


async def _database(_: Request, error: Exception) -> Response:
    status, retry_after = classify(error)
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None)
    constraint = getattr(getattr(original, "diag", None), "constraint_name", None)
    fields = {"error": type(error).__name__, "sqlstate": state, "constraint": constraint}
    if isinstance(error, OperationalError) and state is None:
        # A failure to connect: PostgreSQL's own first line, which names no value and no password.
        fields["reason"] = str(original).partition("\n")[0]
    level = _LEVELS.get(status, logging.ERROR)
    frames = None if status in _SENTENCES.keys() - {500} else error
    log.log(level, "database error", exc_info=frames, extra={"fields": fields})
    detail = CONFLICTS.get(constraint or "", _SENTENCES[status])
    return problem(status, detail, {"Retry-After": str(retry_after)} if retry_after else None)


def classify(error: Exception) -> tuple[int, int | None]:
    """The status of a database error and, where trying again can help, after how many seconds."""
    state: str = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    for length in (5, 3, 2):
        if state and state[:length] in SQLSTATES:
            return SQLSTATES[state[:length]]
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if (
        lost
        or isinstance(error, PoolTimeout)
        or (isinstance(error, OperationalError) and not state)
    ):
        return 503, DatabaseUnavailable.retry_after
    if isinstance(error, DataError) and not state:  # the driver refused the value by itself
        return 422, None
    return 500, None
