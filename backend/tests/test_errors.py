import json
import logging
from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlmodel import select

from backend.database import SessionDep
from backend.errors import AppError, Conflict, DatabaseUnavailable, NotFound
from backend.logs import JsonFormatter
from backend.main import create_app
from backend.models import User, UserPublic
from backend.tests.api import TASKS, USERS, Api, Connection, Dsn

CANARY = "canary"

STATES = [
    ("23505", 409, None, "INFO"),
    ("23503", 409, None, "INFO"),
    ("23P01", 409, None, "INFO"),
    ("23502", 422, None, "WARNING"),
    ("23514", 422, None, "WARNING"),
    ("22001", 422, None, "WARNING"),
    ("22003", 422, None, "WARNING"),
    ("22021", 422, None, "WARNING"),
    ("54000", 422, None, "WARNING"),
    ("40001", 503, "1", "ERROR"),
    ("40P01", 503, "1", "ERROR"),
    ("55P03", 503, "1", "ERROR"),
    ("57014", 504, None, "ERROR"),
    ("53300", 503, "5", "ERROR"),
    ("53100", 503, "5", "ERROR"),
    ("57P01", 503, "5", "ERROR"),
    ("57P02", 503, "5", "ERROR"),
    ("57P03", 503, "5", "ERROR"),
    ("08006", 503, "5", "ERROR"),
    ("08003", 503, "5", "ERROR"),
    ("25006", 503, "5", "ERROR"),
    ("28000", 503, None, "ERROR"),
    ("28P01", 503, None, "ERROR"),
    ("3D000", 503, None, "ERROR"),
    ("42P01", 500, None, "ERROR"),
    ("42601", 500, None, "ERROR"),
    ("XX000", 500, None, "ERROR"),
    ("P0001", 500, None, "ERROR"),
]


def faulty() -> FastAPI:
    """The application, with routes that fail in every way."""
    app = create_app()

    @app.post("/state/{state}")
    async def raise_state(state: str, session: SessionDep) -> None:
        raised = f"RAISE EXCEPTION '{CANARY}' USING ERRCODE = '{state}', DETAIL = '{CANARY}'"
        await (await session.connection()).execute(text(f"DO $$ BEGIN {raised}; END $$"))

    @app.post("/bug")
    async def bug() -> None:
        raise ValueError(CANARY)

    @app.post("/shape", response_model=UserPublic)
    async def shape() -> dict[str, str]:
        return {"email": CANARY}

    @app.post("/forbidden/{name}")
    async def refuse_after_writing(name: str, session: SessionDep) -> None:
        session.add(User(email=f"{name}@example.org"))
        await session.flush()
        raise Conflict(f"{name} may not")

    return app


@pytest.fixture
def failing(dsn: Dsn, start: Callable[..., Api]) -> Api:
    """The service with those routes."""
    return start(dsn, faulty())


@pytest.mark.parametrize("known", STATES, ids=lambda known: known[0])
def test_each_sqlstate(
    failing: Api, caplog: pytest.LogCaptureFixture, known: tuple[str, int, str | None, str]
) -> None:
    state, status, retry_after, level = known
    caplog.set_level("INFO", "backend")
    response = failing.post(f"/state/{state}")
    assert response.status_code == status
    assert response.headers.get("retry-after") == retry_after
    assert CANARY not in response.text
    record = next(record for record in caplog.records if record.message == "database error")
    assert record.levelname == level
    line = JsonFormatter().format(record)
    assert CANARY not in line
    assert json.loads(line)["sqlstate"] == state
    assert ("traceback" in json.loads(line)) == (status == 500)
    assert failing.get(USERS).status_code == 200


@pytest.mark.parametrize("path", ["/bug", "/shape"])
def test_a_bug_says_nothing_to_the_client(
    failing: Api, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    response = failing.post(path)
    assert response.status_code == 500
    assert response.json()["detail"] == "Something went wrong."
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    line = json.loads(JsonFormatter().format(record))
    assert line["error"] in {"ValueError", "ResponseValidationError"}
    assert "File " in line["traceback"]
    assert CANARY not in json.dumps({**line, "traceback": ""})


def test_an_error_after_a_write_rolls_back(failing: Api) -> None:
    failing.get(USERS)  # which commits by itself, on the connection that comes next
    response = failing.post("/forbidden/ada")
    assert response.status_code == 409
    assert response.json()["detail"] == "ada may not"
    assert failing.get(USERS).json()["total"] == 0


def test_a_commit_that_fails_is_no_success(api: Api, direct: Connection) -> None:
    direct.cursor().execute(
        "ALTER TABLE tasks ADD CONSTRAINT once UNIQUE (title) DEFERRABLE INITIALLY DEFERRED"
    )
    user = api.user()["id"]
    api.task(user, "once")
    assert api.post(TASKS, {"title": "once", "user_id": user}).status_code == 409
    assert api.get(TASKS).json()["total"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/api/v1/users/", 404),
        ("GET", "/api/v2/users", 404),
        ("PUT", USERS, 405),
        ("DELETE", USERS, 405),
        ("HEAD", TASKS, 405),
        ("OPTIONS", TASKS, 405),
        ("POST", "/health/live", 405),
    ],
)
def test_what_is_not_there(api: Api, method: str, path: str, status: int) -> None:
    response = api(method, path)
    assert response.status_code == status
    assert ("allow" in response.headers) == (status == 405)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"\xff", 400),
        (b"[" * 500 + b"]" * 500, 422),
        (b"[" * 100_000, 400),
        (b"9" * 5000, 400),
        (b'{"email": NaN}', 422),
        (b'{"email": 1e999}', 422),
        ('{"email": "ada@example.org"}'.encode("utf-16"), 201),
        (b"x" * 300_000, 413),
    ],
    ids=["empty", "cut", "no utf-8", "nested", "deep", "number", "nan", "inf", "utf-16", "large"],
)
def test_bodies(api: Api, content: bytes, status: int) -> None:
    response = api.post(USERS, content=content, headers={"content-type": "application/json"})
    assert response.status_code == status


def test_a_large_body_that_does_not_tell_its_length(api: Api) -> None:
    async def stream() -> object:
        for _ in range(30):
            yield b" " * 10_000

    headers = {"content-type": "application/json"}
    assert api.post(USERS, content=stream(), headers=headers).status_code == 413


@pytest.mark.parametrize("length", ["x", "-1", "9" * 400])
def test_a_length_that_is_a_lie(api: Api, length: str) -> None:
    headers = {"content-type": "application/json", "content-length": length}
    response = api.post(USERS, content=b"{}", headers=headers)
    assert response.status_code in {413, 422}


def test_a_refused_value_is_not_quoted(api: Api) -> None:
    for wrong in (CANARY, f"{CANARY}@{CANARY}..org", f"{CANARY}\ud800"):
        response = api.post(USERS, {"email": wrong})
        assert response.status_code == 422
        assert CANARY not in response.text
    assert "';'" not in api.post(USERS, {"email": "a;b@example.org"}).text
    assert "found" not in api.get(TASKS, params={"user_id": "q"}).text
    response = api.get(TASKS, params={"user_id": CANARY, "limit": CANARY})
    assert response.status_code == 422
    assert CANARY not in response.text
    assert [error["loc"] for error in response.json()["errors"]] == [
        ["query", "limit"],
        ["query", "user_id"],
    ]


def test_text_is_no_json(api: Api) -> None:
    headers = {"content-type": "text/plain"}
    assert api.post(USERS, content=b'{"email": "a@b.org"}', headers=headers).status_code == 422


def test_a_value_only_the_driver_refuses(dsn: Dsn, start: Callable[..., Api]) -> None:
    app = create_app()

    @app.post("/nul")
    async def nul(session: SessionDep) -> None:
        await session.exec(select(User).where(User.email == "\0"))

    assert start(dsn, app).post("/nul").status_code == 422


def test_the_document_shows_problems_on_every_route(api: Api) -> None:
    document = api.app.openapi()
    assert "no authentication" in document["info"]["description"]
    assert not {"HTTPValidationError", "ValidationError"} & document["components"]["schemas"].keys()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            responses = operation["responses"]
            if path.startswith("/api"):
                assert {"413", "422", "500", "503", "504"} <= responses.keys(), (method, path)
            for status, response in responses.items():
                content = response.get("content", {})
                if status >= "400":
                    schema = content["application/problem+json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}
                    assert content.keys() == {"application/problem+json"}
    text = json.dumps(document)
    for name in ("hashed_password", "is_active"):
        assert name not in text
    for reference in set(text.split('"#/components/schemas/')[1:]):
        assert reference.partition('"')[0] in document["components"]["schemas"]


@pytest.mark.parametrize(("kind", "status"), [(NotFound, 404), (Conflict, 409)])
def test_the_family(kind: type[AppError], status: int) -> None:
    assert kind().status_code == status
    assert kind().detail == kind.sentence
    assert kind("other").detail == "other"
    assert DatabaseUnavailable().headers == {"Retry-After": "5"}


def test_a_conflict_names_no_value(api: Api) -> None:
    response = api.post(TASKS, {"title": CANARY, "user_id": str(uuid4())})
    assert response.status_code == 409
    assert CANARY not in response.text
