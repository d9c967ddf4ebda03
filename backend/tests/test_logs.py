import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest

from backend import logs
from backend.tests.api import USERS, Api, Dsn


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What the service logs, as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    logs.log.addHandler(handler)
    level = logs.log.level
    logs.log.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.log.removeHandler(handler)
    logs.log.setLevel(level)


def test_one_line_for_each_request(api: Api, lines: Callable[[], list[dict[str, object]]]) -> None:
    response = api.get(USERS, params={"limit": 7, "secret": "canary"})
    (line,) = lines()
    assert line["message"] == "request"
    assert line["level"] == "INFO"
    assert (line["method"], line["path"], line["status"]) == ("GET", USERS, 200)
    assert line["request_id"] == response.headers["x-request-id"]
    assert isinstance(line["ms"], float)
    assert "canary" not in json.dumps(line)


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123", True), ("x" * 65, False), ("a b", False), ("", False)]
)
def test_the_id_of_the_caller_is_kept_if_it_is_one(api: Api, given: str, kept: bool) -> None:
    response = api.get("/health/live", headers={"x-request-id": given})
    assert (response.headers["x-request-id"] == given) == kept


def test_a_path_of_rubbish_is_one_ascii_line(
    api: Api, lines: Callable[[], list[dict[str, object]]]
) -> None:
    api.get("/%0A%ff%ED%A0%80{}")
    (line,) = lines()
    assert line["status"] == 404
    assert "\n" in str(line["path"])


def test_slow_statements_are_logged_without_values(
    dsn: Dsn, start: Callable[..., Api], lines: Callable[[], list[dict[str, object]]]
) -> None:
    start(dsn, slow_query_ms=0).post(USERS, {"email": "canary@example.org"})
    slow = [line for line in lines() if line["message"] == "slow query"]
    assert any("INSERT INTO users" in str(line["statement"]) for line in slow)
    assert "canary" not in json.dumps(slow)


def test_quick_statements_are_not_logged(
    api: Api, lines: Callable[[], list[dict[str, object]]]
) -> None:
    api.get(USERS)
    assert [line["message"] for line in lines()] == ["request"]


def test_a_conflict_is_logged_by_its_names_only(
    api: Api, lines: Callable[[], list[dict[str, object]]]
) -> None:
    api.user("canary@example.org")
    api.post(USERS, {"email": "canary@example.org"})
    (line,) = [line for line in lines() if line["message"] == "database error"]
    assert line["sqlstate"] == "23505"
    assert line["constraint"] == "uq_users_email"
    assert "canary" not in json.dumps(lines())


def test_requests_at_the_same_time_keep_their_ids(
    api: Api, lines: Callable[[], list[dict[str, object]]]
) -> None:
    calls = [
        lambda n=number: api.send("GET", USERS, headers={"x-request-id": f"r{n}"})
        for number in range(10)
    ]
    answers = api.together(*calls)
    assert [a.headers["x-request-id"] for a in answers] == [f"r{n}" for n in range(10)]
    assert {line["request_id"] for line in lines()} == {f"r{n}" for n in range(10)}
    assert logs.request_id.get() == ""
