import asyncio

import pytest

from backend import health
from backend.database import database, ping
from backend.tests.api import Api


def test_alive_without_a_database(api: Api) -> None:
    assert api.get("/health/live").json() == {"status": "pass"}
    assert database.cache_info().currsize == 0  # not even an engine


def test_ready(api: Api) -> None:
    response = api.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"status": "pass"}
    assert response.headers["cache-control"] == "no-store"


def test_many_who_ask_at_once_cost_one_query(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    async def counted() -> None:
        nonlocal looks
        looks += 1
        await ping()

    monkeypatch.setattr(health, "ping", counted)
    answers = api.together(*[lambda: api.send("GET", "/health/ready")] * 20)
    assert {answer.status_code for answer in answers} == {200}
    assert looks == 1
    api.get("/health/ready")
    assert looks == 1
    monkeypatch.setattr(health, "CACHED_SECONDS", 0)
    api.get("/health/ready")
    assert looks == 2


def test_one_who_gives_up_leaves_it_to_the_others(api: Api) -> None:
    async def two() -> int:
        first = asyncio.create_task(api.send("GET", "/health/ready"))
        second = asyncio.create_task(api.send("GET", "/health/ready"))
        await asyncio.sleep(0.001)
        first.cancel()
        return (await second).status_code

    assert api.run(two()) == 200
