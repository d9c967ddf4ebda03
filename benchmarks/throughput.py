"""Reads and writes per second: the backend against the same app on a synchronous session.

Usage: python benchmarks/throughput.py [--seconds 3] [--rounds 5] [--clients 16]

Both apps share models, schemas, errors and middleware; the second one differs only in its routes,
which run `def` in the threadpool on a psycopg2 session. They take turns on one server, so that
whatever else the machine does meets both.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx
from alembic import command
from alembic.config import Config
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from sqlalchemy import create_engine
from sqlmodel import Session

from backend.config import get_settings
from backend.edge import Edge
from backend.errors import NotFound, register
from backend.models import Task, TaskCreate, TaskPublic
from verification.databases import disposable_server

ROOT = Path(__file__).parents[1]
SIZE = 10
QUIET = ("--no-access-log", "--log-level", "warning")
PATHS = "/api/v1/tasks"


def synchronous() -> FastAPI:
    """The same endpoints on a synchronous session in the threadpool."""
    engine = create_engine(
        get_settings().migration_url,
        pool_size=SIZE,
        max_overflow=0,
        pool_pre_ping=True,
        pool_use_lifo=True,
    )

    def get_session() -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    session_dep = Annotated[Session, Depends(get_session, scope="function")]
    router = APIRouter(prefix=PATHS)

    @router.post("", status_code=201, response_model=TaskPublic)
    def create_task(
        new: TaskCreate,
        session: session_dep,  # type: ignore[valid-type] # made here, for this engine
        request: Request,
        response: Response,
    ) -> Task:
        task = Task(**new.model_dump())
        session.add(task)
        session.flush()
        response.headers["Location"] = request.url_for("read_task", task_id=task.id).path
        return task

    @router.get("/{task_id}", response_model=TaskPublic)
    def read_task(
        task_id: UUID,
        session: session_dep,  # type: ignore[valid-type] # the same
    ) -> Task:
        task = session.get(Task, task_id)
        if task is None:
            raise NotFound
        return task

    app = FastAPI()
    app.add_middleware(Edge)
    register(app)
    app.include_router(router)
    return app


@contextmanager
def serving(target: str, url: str, port: int) -> Iterator[str]:
    """One uvicorn worker for this app."""
    arguments = ["--factory"] if target.endswith("synchronous") else []
    process = subprocess.Popen(  # noqa: S603 - this interpreter, fixed arguments
        [sys.executable, "-m", "uvicorn", target, "--port", str(port), *QUIET, *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "APP_ENV": "testing",
            "DATABASE_URL": url,
            "DATABASE_POOL_SIZE": str(SIZE),
            "DATABASE_MAX_OVERFLOW": "0",
            "LOG_LEVEL": "WARNING",
        },
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{base}/")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield base
    finally:
        process.terminate()
        process.wait()


async def load(base: str, request: bytes, expected: bytes, clients: int, seconds: float) -> float:
    """Requests per second that so many clients get answered, each on its own connection."""
    host, port = base.removeprefix("http://").split(":")
    end = time.perf_counter() + seconds

    async def client() -> int:
        reader, writer = await asyncio.open_connection(host, int(port))
        done = 0
        while time.perf_counter() < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 " + expected):
                raise SystemExit(f"unexpected answer: {head[:80]!r}")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            done += 1
        writer.close()
        return done

    started = time.perf_counter()
    total = sum(await asyncio.gather(*(client() for _ in range(clients))))
    return total / (time.perf_counter() - started)


def message(method: str, path: str, body: bytes = b"") -> bytes:
    """An HTTP request, ready to be sent again and again."""
    head = f"{method} {path} HTTP/1.1\r\nHost: benchmark\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Content-Type: application/json\r\n\r\n" + body


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    with disposable_server(os.environ) as server:
        dsn = server.create()
        config = Config(toml_file=ROOT / "pyproject.toml")
        config.attributes["url"] = dsn.reveal()
        command.upgrade(config, "head")
        with (
            serving("backend.main:app", dsn.reveal(), 8801) as ours,
            serving("benchmarks.throughput:synchronous", dsn.reveal(), 8802) as theirs,
        ):
            measure({"ours": ours, "synchronous": theirs}, options)


def measure(apps: dict[str, str], options: argparse.Namespace) -> None:
    """Let them take turns, and print the medians."""
    user = httpx.post(apps["ours"] + "/api/v1/users", json={"email": "a@b.org"}).json()["id"]
    body = f'{{"title": "Write", "user_id": "{user}"}}'.encode()
    first = httpx.post(apps["ours"] + PATHS, json={"title": "Read", "user_id": user})
    kinds = {
        "GET by id": (message("GET", first.headers["location"]), b"200"),
        "POST": (message("POST", PATHS, body), b"201"),
    }
    rates: dict[tuple[str, str], list[float]] = {}
    for number in range(options.rounds + 1):  # the first round warms both up
        for kind, (request, expected) in kinds.items():
            for name in sorted(apps, reverse=bool(number % 2)):
                seconds = options.seconds if number else 1
                work = load(apps[name], request, expected, options.clients, seconds)
                rate = asyncio.run(work)
                if number:
                    rates.setdefault((kind, name), []).append(rate)
    print(f"{options.clients} clients, pool {SIZE}, {options.rounds} rounds of {options.seconds} s")
    for kind in kinds:
        medians = [statistics.median(rates[kind, name]) for name in apps]
        shown = [
            f"{name} {median:.0f}/s ({min(rates[kind, name]):.0f} to {max(rates[kind, name]):.0f})"
            for name, median in zip(apps, medians, strict=True)
        ]
        print(f"{kind:10} {'  '.join(shown)}  ratio {medians[0] / medians[1]:.2f}")


if __name__ == "__main__":
    main()
