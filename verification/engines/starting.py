"""Start an ASGI application and ask it a little, as a server would, in the child process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from verification.engines.recording import Recorder

READABLE = 6  # requests are enough to see what an application does without its database
PATIENCE = 12  # seconds for one of them
HEALTH = ("health", "ready", "status", "live")


def run(asgi: Any, heard: Callable[[str, str], object], recorder: Recorder) -> None:
    """Start it, read what it answers to GET without parameters, stop it."""
    asyncio.run(_run(asgi, heard, recorder))


async def _run(asgi: Any, heard: Callable[[str, str], object], recorder: Recorder) -> None:
    async with _started(asgi):
        recorder.serving = True
        for path in _paths(asgi):
            # An error is the server's to log, which is where a secret may be; not ours to pass on.
            with contextlib.suppress(Exception):
                heard(path, await asyncio.wait_for(_get(asgi, path), PATIENCE))


def _paths(asgi: Any) -> Sequence[str]:
    """The paths that answer GET without parameters, those about health first."""
    found: list[str] = []
    with contextlib.suppress(Exception):
        documented = asgi.openapi()["paths"]
        found += [path for path, methods in documented.items() if "get" in methods]
    for route in getattr(asgi, "routes", ()):
        hidden = getattr(route, "include_in_schema", True) is False and "/docs" in str(route.path)
        if "GET" in (getattr(route, "methods", None) or ()) and not hidden:
            found.append(str(route.path))
    paths = [path for path in dict.fromkeys(found) if "{" not in path] or ["/"]
    return sorted(paths, key=lambda path: not any(word in path for word in HEALTH))[:READABLE]


@contextlib.asynccontextmanager
async def _started(asgi: Any) -> AsyncIterator[None]:
    told: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    living = asyncio.create_task(asgi(scope, told.get, said.put))
    living.add_done_callback(lambda _: said.put_nowait({"type": "ended"}))
    await told.put({"type": "lifespan.startup"})
    first = await asyncio.wait_for(said.get(), PATIENCE)
    if first["type"] == "lifespan.startup.failed":
        # A traceback, of which the last line says what happened.
        lines = str(first.get("message", "")).strip().splitlines()
        raise RuntimeError(lines[-1] if lines else "it does not start")
    try:
        yield
    finally:
        if not living.done():
            await told.put({"type": "lifespan.shutdown"})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(said.get(), PATIENCE)
        living.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await living


async def _get(asgi: Any, path: str) -> str:
    body: list[bytes] = []
    begun = False

    async def receive() -> dict[str, Any]:
        nonlocal begun
        if begun:
            await asyncio.sleep(PATIENCE)
        begun = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        body.append(bytes(message.get("body", b"")))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"verify.localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("verify.localhost", 80),
        "state": {},
    }
    try:
        await asgi(scope, receive, send)
    finally:
        answered = b"".join(body).decode("utf-8", "replace")
    return answered
