"""The process an application runs in: one database, one life, and questions over its pipes."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from verification.databases.child import receive, send
from verification.databases.redirect import redirected
from verification.dsn import Dsn
from verification.service.asgi import Reply, application_of, exchange, started
from verification.service.describing import described_by
from verification.service.exchange import Answer, Request
from verification.service.signing_in import given, signed_in
from verification.service.tally import Tally, attributed
from verification.text import described

GRACE = 2.0  # seconds that a lifespan has to end
PATIENCE = 20.0  # seconds for signing up and logging in


@dataclass(slots=True)
class Worker:
    """The application, and what is known of it."""

    asgi: Any
    dsn: Dsn
    tally: Tally
    channel: IO[str]
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    state: Any = None
    credentials: dict[str, str] = field(default_factory=dict)

    async def serve(self, headers: dict[str, str], login: str) -> None:
        """Start the application, answer questions until there are no more, end it."""
        over, loop = asyncio.Event(), asyncio.get_running_loop()

        def listen() -> None:
            while (message := receive(sys.stdin)) is not None:
                loop.call_soon_threadsafe(self._accept, message)
            # Nobody asks any more. A loop that is blocked in the application never hears of it.
            loop.call_soon_threadsafe(over.set)
            threading.Event().wait(GRACE)
            os._exit(0)

        async with started(self.asgi) as self.state:
            if login or not headers:
                self.credentials = await self._sign_in(login)
            self.credentials |= headers
            threading.Thread(target=listen, daemon=True).start()
            self._send({"started": True, "signed": list(self.credentials)})
            await over.wait()

    async def _sign_in(self, login: str) -> dict[str, str]:
        if login:
            value = attribute_of(login)()
            return given(await value if inspect.isawaitable(value) else value)
        try:
            document = described_by(self.asgi) or {}
            async with asyncio.timeout(PATIENCE):
                return await signed_in(document, self.dsn, self.ask)
        except Exception:  # noqa: BLE001 - then it is asked as a stranger would
            return {}

    def _accept(self, message: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._perform(message))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _perform(self, message: dict[str, Any]) -> None:
        try:
            answer = await getattr(self, "do_" + message["do"])(**message["with"])
        except Exception as error:  # noqa: BLE001 - the other side raises it
            answer = {"failed": described(error)}
        self._send({"id": message["id"], **answer})

    def _send(self, message: dict[str, Any]) -> None:
        send(self.channel, message)

    async def do_ask(self, **given: Any) -> dict[str, Any]:
        """One request."""
        return (await self.ask(Request(**given))).written()

    async def ask(self, request: Request) -> Answer:
        """One request, and all that it has done."""
        trace = attributed()
        reply: Reply = await exchange(self.asgi, request.signed(self.credentials), self.state)
        return Answer(
            reply.status,
            reply.headers,
            reply.body.decode("utf-8", "replace"),
            statements=tuple(trace.statements),
            failures=tuple(trace.failures),
            error=reply.error,
        )

    async def do_describe(self) -> dict[str, Any]:
        """The OpenAPI document, and whether the process knows of any database at all."""
        return {
            "openapi": await self._openapi(),
            "engines": bool(self.tally.engines) or _has_engine(),
        }

    async def do_rest(self) -> dict[str, Any]:
        """How many connections are out of the pools now."""
        return {"in_use": self.tally.in_use}

    async def do_waits(self) -> dict[str, Any]:
        """How long each pool lets one wait."""
        return {"waits": list(self.tally.waits())}

    async def do_run(self, job: str, **given: Any) -> dict[str, Any]:
        """A longer job in a thread: `package.module:function`, told of this worker."""
        name, _, function = job.partition(":")
        work: Callable[..., dict[str, Any]] = getattr(importlib.import_module(name), function)
        return await asyncio.to_thread(work, self, asyncio.get_running_loop(), **given)

    async def _openapi(self) -> Any:
        if document := described_by(self.asgi):
            return document
        reply = await exchange(self.asgi, Request("GET", "/openapi.json"), self.state)
        return json.loads(reply.body) if reply.status == 200 else None  # noqa: PLR2004 - HTTP's


def _has_engine() -> bool:
    """Whether SQLAlchemy or a driver has been made ready to reach a database."""
    import gc  # noqa: PLC0415 - asked once

    from sqlalchemy import Engine  # noqa: PLC0415 - 500 ms, only in a service's process

    return any(isinstance(each, Engine) for each in gc.get_objects())


def main() -> None:
    """Load the application the job names, with everything it could connect to diverted."""
    job = receive(sys.stdin)
    if job is None:
        return
    channel = _private_stdout()
    with ExitStack() as stack:
        try:
            dsn = Dsn.parse(job["dsn"])
            os.chdir(job["root"])
            sys.path[:0] = [folder for folder in job["folders"] if Path(folder).is_dir()]
            for name in job["without"]:
                os.environ.pop(name, None)
            stack.enter_context(redirected(dsn, job["variables"]))
            tally = Tally()
            tally.watch()
            worker = Worker(application_of(attribute_of(job["app"])), dsn, tally, channel)
            asyncio.run(worker.serve(job["headers"], job["login"]))
        except BaseException as error:  # noqa: BLE001 - sys.exit() in the project's code, too
            send(channel, {"failed": described(error)})
    # Threads of the application (a pool's, a scheduler's) must not keep a finished process alive.
    os._exit(0)


def attribute_of(reference: str) -> Any:
    """What `package.module:attribute` names."""
    name, _, rest = reference.partition(":")
    value: Any = importlib.import_module(name)
    for part in (rest or "app").split("."):
        value = getattr(value, part)
    return value


def _private_stdout() -> IO[str]:
    """Keep the pipe for us; whatever the application prints goes nowhere."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return channel
