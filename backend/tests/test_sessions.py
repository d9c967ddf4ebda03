import asyncio
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from sqlalchemy import event

from backend.database import database
from backend.tests.api import TASKS, USERS, Api, Connection, Dsn
from backend.tests.locks import at_rest, checked_out, locked, states, waiting
from backend.tests.proxy import Proxy


def by_task(api: Api) -> Callable[[Connection], Any]:
    """Cancel the task of the request, once, as a server does that shuts down."""

    async def cancel(direct: Connection) -> None:
        request = asyncio.create_task(api.send("GET", USERS))
        await waiting(direct)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request

    return cancel


def by_scope(api: Api) -> Callable[[Connection], Any]:
    """Cancel it again at every await, as a middleware with a task group does."""

    async def cancel(direct: Connection) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(api.send, "POST", USERS, {"email": "ada@example.org"})
            await waiting(direct)
            group.cancel_scope.cancel()

    return cancel


@pytest.mark.parametrize("way", [by_task, by_scope])
def test_a_cancelled_request_leaves_nothing_behind(
    api: Api, dsn: Dsn, direct: Connection, way: Callable[[Api], Callable[[Connection], Any]]
) -> None:
    api.get(USERS)

    async def drill() -> None:
        for _ in range(3):
            with locked(dsn):
                await way(api)(direct)
            await at_rest(direct)

    api.run(drill())
    assert api.get(USERS).json()["total"] == 0


def test_every_answer_gives_its_connection_back(api: Api, direct: Connection) -> None:
    user = api.user()["id"]
    for method, path, body in [
        ("POST", USERS, {"email": "ada@example.org"}),
        ("POST", TASKS, {"title": "", "user_id": user}),
        ("GET", f"{TASKS}/{user}", ...),
        ("DELETE", f"{USERS}/{user}", ...),
    ]:
        api(method, path, json=body)
        assert checked_out() == 0
        assert states(direct).keys() == {"idle"}


def test_a_burst_beyond_the_pool_is_served(dsn: Dsn, start: Callable[..., Api]) -> None:
    api = start(dsn, database_pool_size=2, database_max_overflow=1)
    answers = api.together(*[lambda: api.send("GET", USERS)] * 40)
    assert {answer.status_code for answer in answers} == {200}
    assert checked_out() == 0


def test_what_was_created_can_be_read_at_once(api: Api) -> None:
    async def create_and_read(number: int) -> int:
        created = await api.send("POST", USERS, {"email": f"user{number}@example.org"})
        return (await api.send("GET", created.headers["location"])).status_code

    calls = [lambda n=number: create_and_read(n) for number in range(30)]
    assert set(api.together(*calls)) == {200}


def test_the_number_of_statements_does_not_grow(api: Api) -> None:
    user = api.user()["id"]
    statements: list[str] = []
    engine = database().engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *a: statements.append(str(a[2])))
    counts = []
    for _ in range(2):
        for path in (USERS, TASKS, f"{USERS}/{user}"):
            statements.clear()
            api.get(path)
            counts.append(len(statements))
        for number in range(20):
            api.task(user, f"task {number}")
    assert counts == [2] * 6


def test_round_trips_are_few(dsn: Dsn, start: Callable[..., Api]) -> None:
    proxy = Proxy(dsn)
    api = start(proxy.dsn)
    user = api.user()["id"]
    task = api.task(user)["id"]
    trips = {}
    for name, method, path, body in [
        ("read", "GET", f"{TASKS}/{task}", ...),
        ("list", "GET", TASKS, ...),
        ("create", "POST", TASKS, {"title": "x", "user_id": user}),
    ]:
        before = proxy.trips
        api(method, path, json=body)
        trips[name] = proxy.trips - before
    proxy.close()
    # No ping and, for reading, no BEGIN and no COMMIT.
    assert trips == {"read": 1, "list": 2, "create": 3}
