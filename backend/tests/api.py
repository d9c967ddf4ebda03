"""The service in process, called synchronously; every answer is checked on its way."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Any, Protocol, Self, TypeVar

import httpx
import psycopg2.extensions
from fastapi import FastAPI

from backend.database import dispose
from backend.main import create_app

R = TypeVar("R")
Connection = psycopg2.extensions.connection
USERS = "/api/v1/users"
TASKS = "/api/v1/tasks"
SECRETS = {"hashed_password", "is_active"}


class Dsn(Protocol):
    """A connection string."""

    host: str
    port: int | None
    database: str

    def reveal(self, driver: str | None = None) -> str:
        """The whole of it."""

    def with_parameters(self, **parameters: str) -> Self:
        """The same with these parameters."""

    def libpq(self) -> dict[str, Any]:
        """Arguments for psycopg2."""


class Server(Protocol):
    """Where databases come from."""

    def create(self, template: str | None = None) -> Dsn:
        """A new database."""

    def clone(self, template: Dsn) -> AbstractContextManager[Dsn]:
        """A copy, dropped at the end."""

    def seal(self, dsn: Dsn) -> None:
        """Make it a template."""

    def drop(self, dsn: Dsn) -> None:
        """Drop it."""


class Api:
    """An application and the event loop it runs in."""

    def __init__(self, app: FastAPI | None = None) -> None:
        self.runner = asyncio.Runner()
        self.app = app or create_app()
        self.requests = 0
        transport = httpx.ASGITransport(self.app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://test")

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        """Run anything in the loop of the application."""
        return self.runner.run(work)

    async def send(self, method: str, path: str, json: Any = ..., **more: Any) -> httpx.Response:
        """Send one request and check what holds for every answer."""
        self.requests += 1
        if json is not ...:
            more["content"] = encode(json)
            more["headers"] = {"content-type": "application/json", **more.get("headers", {})}
        return checked(await self.client.request(method, path, **more))

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.run(self.send(method, path, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self("GET", path, **more)

    def post(self, path: str, json: Any = ..., **more: Any) -> httpx.Response:
        return self("POST", path, json=json, **more)

    def patch(self, path: str, json: Any = ..., **more: Any) -> httpx.Response:
        return self("PATCH", path, json=json, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        return self("DELETE", path, **more)

    def together(self, *calls: Callable[[], Awaitable[R]]) -> list[R]:
        """Run several things at the same time."""

        async def gather() -> list[R]:
            return list(await asyncio.gather(*(call() for call in calls)))

        return self.run(gather())

    def user(self, email: str = "ada@example.org") -> dict[str, Any]:
        """A new user."""
        response = self.post(USERS, {"email": email})
        assert response.status_code == 201, response.text
        return dict(response.json())

    def task(self, user_id: str, title: str = "Write", **more: Any) -> dict[str, Any]:
        """A new task."""
        response = self.post(TASKS, {"title": title, "user_id": user_id, **more})
        assert response.status_code == 201, response.text
        return dict(response.json())

    def close(self) -> None:
        """Close the connections and the loop."""
        self.run(self.client.aclose())
        self.run(dispose())
        self.runner.close()


def encode(value: Any) -> bytes:
    """JSON as a careless client writes it: NaN and lone surrogates included."""
    return json.dumps(value).encode("ascii")


def checked(response: httpx.Response) -> httpx.Response:
    """See what must be true of every answer, whatever was asked."""
    assert response.headers["x-request-id"]
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"
        if response.request.method == "HEAD":
            return response
        body = response.json()
        assert body["status"] == response.status_code
        assert body["request_id"] == response.headers["x-request-id"]
        assert body["title"]
        assert body["detail"]
        assert body.keys() <= {"type", "title", "status", "detail", "request_id", "errors"}
        assert ("retry-after" in response.headers) <= (response.status_code == 503)
    else:
        assert not any(f'"{name}"' in response.text for name in SECRETS)
    return response
