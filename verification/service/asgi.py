"""Speak ASGI to an application, as a server would: its lifespan, and one exchange at a time."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from verification.service.exchange import Request
from verification.text import described

# What frameworks and their tutorials put into the list of hosts that are allowed.
HOST = "localhost"
LONGEST = 4 << 20  # bytes of a body that are kept


class FailedStart(Exception):
    """The application refused to start; the message says why."""


@dataclass(slots=True)
class Reply:
    """What the application has sent so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    error: str = ""

    def take(self, message: Mapping[str, Any]) -> bool:
        """Keep a part of the answer, and say whether it is the last one."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            for name, value in message.get("headers", ()):
                self.headers[bytes(name).decode("latin-1").lower()] = bytes(value).decode("latin-1")
            return False
        self.body += message.get("body", b"")[: LONGEST - len(self.body)]
        return not message.get("more_body", False)

    def fail(self, error: str) -> None:
        """What a server does where the application leaves it alone."""
        self.error = error
        if not self.status:
            self.status, self.body = 500, bytearray(b"Internal Server Error")


def application_of(value: Any) -> Any:
    """The value itself, or what it makes where it is a factory."""
    if inspect.isfunction(value) or isinstance(value, type):
        required = [
            parameter
            for parameter in inspect.signature(value).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind not in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
        ]
        if not required:
            return value()
    return value


@contextlib.asynccontextmanager
async def started(asgi: Any) -> AsyncIterator[Mapping[str, Any]]:
    """Run the lifespan; gives the state it wants requests to have. Raises FailedStart."""
    state: dict[str, Any] = {}
    to_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
    running = asyncio.ensure_future(asgi(scope, to_app.get, from_app.put))
    running.add_done_callback(lambda _: from_app.put_nowait({"type": "ended"}))
    await to_app.put({"type": "lifespan.startup"})
    first = await from_app.get()
    if first["type"] == "lifespan.startup.failed":
        lines = [line for line in str(first.get("message", "")).splitlines() if line.strip()]
        raise FailedStart(lines[-1].strip() if lines else "its lifespan failed")
    try:
        yield state
    finally:
        if not running.done():  # an application without a lifespan has ended already
            await to_app.put({"type": "lifespan.shutdown"})
            await from_app.get()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await running


async def exchange(asgi: Any, request: Request, state: Mapping[str, Any]) -> Reply:
    """One request and its answer; what the application raises becomes a 500, as in a server."""
    reply, over = Reply(), asyncio.Event()
    unread = [(request.body or "").encode("utf-8", "surrogateescape")]

    async def receive() -> dict[str, Any]:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if reply.take(message):
            over.set()

    gone = leaving(request.leave_after, over.set)
    try:
        await asgi(scope_of(request, state), receive, send)
    except Exception as error:  # noqa: BLE001 - any error of the application is its answer
        reply.fail(described(error))
    finally:
        over.set()
        if gone:
            gone.cancel()
    if not reply.status:
        reply.fail("the application ended without an answer")
    return reply


def leaving(after: float | None, leave: Callable[[], None]) -> asyncio.TimerHandle | None:
    """Have the client leave later, if it is to leave at all."""
    return None if after is None else asyncio.get_running_loop().call_later(after, leave)


def scope_of(request: Request, state: Mapping[str, Any]) -> dict[str, Any]:
    """The connection scope of a request."""
    path, _, query = request.path.partition("?")
    headers = {"host": HOST, "accept": "*/*", "user-agent": "verify", **request.headers}
    if request.body is not None:
        headers.setdefault(
            "content-length", str(len(request.body.encode("utf-8", "surrogateescape")))
        )
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("ascii", "replace"),
        "query_string": query.encode("ascii", "replace"),
        "root_path": "",
        "headers": [
            (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in headers.items()
        ],
        "client": ("127.0.0.1", 50000),
        "server": (HOST, 80),
        "state": dict(state),
    }
