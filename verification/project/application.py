"""The project's ASGI application, asked in process."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verification.databases.redirect import redirected
from verification.dsn import Dsn
from verification.quiet import quiet

PATIENCE = 30  # seconds until an application that gives no answer is said to hang


@dataclass(frozen=True, slots=True)
class Response:
    """What the application answered."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Application:
    """An ASGI application and the variables its settings read."""

    asgi: Any
    variables: Mapping[str, str]

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths it documents that answer GET without parameters."""
        describe = getattr(self.asgi, "openapi", None)
        described = describe()["paths"] if callable(describe) else {}
        return tuple(
            path for path, methods in described.items() if "get" in methods and "{" not in path
        )

    def get(self, path: str, database: Dsn) -> Response:
        """Start the application against `database`, ask once, stop it. Raises TimeoutError."""
        with redirected(database, self.variables), quiet():
            return asyncio.run(asyncio.wait_for(self._ask(path), PATIENCE))

    async def _ask(self, path: str) -> Response:
        import httpx  # noqa: PLC0415 - only the service family asks

        async with _started(self.asgi):
            transport = httpx.ASGITransport(self.asgi, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://verify.localhost"
            ) as client:
                answer = await client.get(path)
        return Response(answer.status_code, dict(answer.headers), answer.text)


@contextlib.asynccontextmanager
async def _started(asgi: Any) -> Any:
    """Run the lifespan, as a server would; an application without one is started by nothing."""
    to_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    from_app: asyncio.Queue[Any] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    running = asyncio.create_task(asgi(scope, to_app.get, from_app.put))
    running.add_done_callback(lambda _: from_app.put_nowait({"type": "ended"}))
    await to_app.put({"type": "lifespan.startup"})
    started = await from_app.get()
    if started["type"] == "lifespan.startup.failed":
        raise RuntimeError(f"the application does not start: {json.dumps(started)}")
    try:
        yield
    finally:
        if not running.done():
            await to_app.put({"type": "lifespan.shutdown"})
            await from_app.get()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await running
