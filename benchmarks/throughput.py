"""Reads and writes per second: the backend against the same app on a synchronous session.

Usage: python benchmarks/throughput.py [--seconds 3] [--rounds 5] [--clients 16]

Both apps share models, schemas, errors and middleware; the second one differs only in the routes
of tasks, which run `def` in the threadpool on a psycopg2 session as most are written: a ping and a
transaction for every request. They take turns on one server, so that whatever else the machine
does meets both.
"""

import argparse
import asyncio
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx
from alembic import command
from alembic.config import Config
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from sqlalchemy import create_engine
from sqlmodel import Session

from backend import errors, health
from backend.config import get_settings
from backend.edge import MAX_BODY, Edge
from backend.errors import NotFound
from backend.logs import watch_queries
from backend.models import Task, TaskCreate, TaskPublic
from backend.routers import users
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
    watch_queries(engine, get_settings().slow_query_ms)

    def get_session() -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    session_dep = Annotated[Session, Depends(get_session, scope="function")]
    router = APIRouter(prefix="/tasks", tags=["tasks"])

    @router.post("", status_code=201, response_model=TaskPublic)
    def create_task(
        new: TaskCreate,
        session: session_dep,
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
        session: session_dep,
    ) -> Task:
        task = session.get(Task, task_id)
        if task is None:
            raise NotFound
        return task

    # As the backend's own create_app() does it, in the same order.
    app = FastAPI(redirect_slashes=False)
    app.state.readiness = health.Readiness()
    app.add_middleware(Edge)
    errors.register(app)
    app.include_router(health.router)
    for one in (users.router, router):
        responses = errors.documented(413, 422, 500, 503, 504)
        app.include_router(one, prefix="/api/v1", responses=responses, max_body_size=MAX_BODY)
    return app


@dataclass(frozen=True, slots=True)
class Served:
    """An app that is being served."""

    base: str
    pid: int

    def cpu(self) -> float:
        """The processor seconds it has used; nothing but Linux tells."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        except OSError:
            return math.nan
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(target: str, url: str, port: int) -> Iterator[Served]:
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
        yield Served(base, process.pid)
    finally:
        process.terminate()
        process.wait()


async def load(
    app: Served, request: bytes, expected: bytes, clients: int, seconds: float
) -> tuple[float, float]:
    """What so many clients get answered, each on its own connection: per second, and its price.

    The price is in milliseconds of processor per request. It does not depend on what else the
    machine does, where a process with more threads gets a greater share.
    """
    host, port = app.base.removeprefix("http://").split(":")
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

    started, before = time.perf_counter(), app.cpu()
    total = sum(await asyncio.gather(*(client() for _ in range(clients))))
    return total / (time.perf_counter() - started), (app.cpu() - before) / total * 1000


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
    # A loaded machine favours whoever has more threads; read the figures of an idle one.
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
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


def measure(apps: dict[str, Served], options: argparse.Namespace) -> None:
    """Let them take turns, and print the medians."""
    base = apps["ours"].base
    user = httpx.post(base + "/api/v1/users", json={"email": "a@b.org"}).json()["id"]
    body = f'{{"title": "Write", "user_id": "{user}"}}'.encode()
    first = httpx.post(base + PATHS, json={"title": "Read", "user_id": user})
    kinds = {
        "GET by id": (message("GET", first.headers["location"]), b"200"),
        "POST": (message("POST", PATHS, body), b"201"),
    }
    seen: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for number in range(options.rounds + 1):  # the first round warms both up
        for kind, (request, expected) in kinds.items():
            for name in sorted(apps, reverse=bool(number % 2)):
                seconds = options.seconds if number else 1
                work = load(apps[name], request, expected, options.clients, seconds)
                result = asyncio.run(work)
                if number:
                    seen.setdefault((kind, name), []).append(result)
    print(f"{options.clients} clients, pool {SIZE}, {options.rounds} rounds of {options.seconds} s")
    for kind in kinds:
        rates = {name: [rate for rate, _ in seen[kind, name]] for name in apps}
        prices = [statistics.median(price for _, price in seen[kind, name]) for name in apps]
        medians = [statistics.median(rates[name]) for name in apps]
        for name, median, price in zip(apps, medians, prices, strict=True):
            low, high = min(rates[name]), max(rates[name])
            print(f"{kind:10}{name:12}{median:6.0f}/s ({low:.0f} to {high:.0f}){price:7.2f} ms CPU")
        rate, price = medians[0] / medians[1], prices[1] / prices[0]
        print(f"{kind:10}ratio       {rate:6.2f}   per CPU second {price:.2f}")


if __name__ == "__main__":
    main()
