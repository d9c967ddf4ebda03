"""Round trips and time of the whole read-only gate, over a network that takes 50 ms there and back.

A relay in front of a real PostgreSQL delays every byte and counts how often the direction turns
from the server's to the client's: once per round trip; the client's
goodbye, which nobody waits for, counts as one too. Run: `python benchmarks/reach.py`.
"""

from __future__ import annotations

import logging
import os
import select
import socket
import statistics
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import psycopg2
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    text,
)

from verification.catalog import STATEMENT, Catalog, difference, parse
from verification.connect.asking import ask
from verification.databases import disposable_server
from verification.databases.reader import reading
from verification.dsn import Dsn
from verification.engine import discover, look
from verification.target import Target

ROUND_TRIP = 0.05
CHECKS = 40
TABLES = 100
ENV_PY = """
from alembic import context
from sqlalchemy import create_engine, pool

options = context.config.attributes
with create_engine(options["url"], poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=options["metadata"])
    with context.begin_transaction():
        context.run_migrations()
"""
RUNS = 3


@dataclass(slots=True)
class Count:
    """What went over the wire."""

    turns: int = 0
    connections: int = 0


@contextmanager
def relay(target: Dsn, count: Count) -> Iterator[Dsn]:
    """While open, connections to the address given pass through, delayed and counted."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection((target.host, target.port or 5432))
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            count.connections += 1
            count.turns += 1  # TCP's own handshake
            threading.Thread(target=pump, args=(client, server, count), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield replace(target, port=listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def pump(client: socket.socket, server: socket.socket, count: Count) -> None:
    """Pass bytes on, each half a round trip later; a client that speaks anew begins a turn."""
    time.sleep(ROUND_TRIP)
    waiting: deque[tuple[float, socket.socket, bytes]] = deque()
    spoke = server
    open_ = True
    while open_ or waiting:
        left = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        ready, _, _ = select.select([client, server] if open_ else [], [], [], left)
        for source in ready:
            try:
                data = source.recv(65_536)
            except OSError:
                data = b""
            if not data:
                open_ = False
                break
            if source is client and spoke is server and not data.startswith(b"X"):
                count.turns += 1
            spoke = source
            other = server if source is client else client
            waiting.append((time.monotonic() + ROUND_TRIP / 2, other, data))
        while waiting and waiting[0][0] <= time.monotonic():
            _, to, data = waiting.popleft()
            try:
                to.sendall(data)
            except OSError:
                open_ = False
    client.close()
    server.close()


def gate(expected: Catalog, dsn: Dsn) -> None:
    """What the kit does: one connection, one statement, then every check of the catalog and drift.

    Each check is on its own: what happens in one of them is its own result.
    """
    with reading(dsn) as reader:
        ((document,),) = reader.rows(STATEMENT)
    deployed = parse(document)
    checks = [check for check in discover() if check.needs == ("deployed",)]
    with Target(deployed=deployed) as target:
        for check in checks:
            look(check, target)
    assert not difference(expected, deployed, ignore=("comment",))  # noqa: S101 - a wrong figure


def usual(metadata: MetaData, folder: Path, dsn: Dsn) -> None:
    """What one does without: `alembic check`, in this very process, and forty checks on a pool."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(folder))
    config.attributes.update(url=dsn.reveal("psycopg2"), metadata=metadata)
    config.print_stdout = lambda *_, **__: None  # type: ignore[method-assign] # its good news
    command.check(config)
    pooled(dsn)


def schema() -> MetaData:
    """A hundred tables, each with key, foreign key, unique, check and index."""
    metadata = MetaData()
    for number in range(TABLES):
        name = f"t{number:03}"
        before = f"t{max(number - 1, 0):03}.id"
        Table(
            name,
            metadata,
            Column("id", Integer, primary_key=True),
            Column("name", String(80), nullable=False, unique=True),
            Column("parent", ForeignKey(before)),
            Column("amount", Integer, CheckConstraint("amount > 0", name=f"{name}_amount")),
            Index(f"{name}_parent", "parent"),
        )
    return metadata


def pooled(dsn: Dsn) -> None:
    """What a script of forty checks usually does: an engine, a checkout for each."""
    engine = create_engine(dsn.reveal("psycopg2"), pool_pre_ping=True)
    for _ in range(CHECKS):
        with engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM pg_class"))
    engine.dispose()


def bare(dsn: Dsn) -> None:
    """The least that libpq can do: connect and ask once."""
    connection = psycopg2.connect(**dsn.libpq())
    connection.autocommit = True
    connection.cursor().execute("SELECT 1")
    connection.close()


def measured(name: str, what: Callable[[Dsn], object], target: Dsn) -> None:
    """Run it a few times; print what it cost each time, in the middle."""
    seconds, turns = [], set()
    for _ in range(RUNS):
        count = Count()
        with relay(target, count) as dsn:
            begun = time.perf_counter()
            what(dsn)
            seconds.append(time.perf_counter() - begun)
            time.sleep(2 * ROUND_TRIP)
        turns.add(count.turns)
    shown = "/".join(map(str, sorted(turns)))
    print(f"{name:42} {shown:>5} round trips {statistics.median(seconds) * 1000:8.0f} ms")


def main() -> None:
    """Compare the gate with the usual way, on TLS where the server has it."""
    logging.disable()
    metadata = schema()
    with disposable_server(os.environ) as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "versions").mkdir()
        (folder / "env.py").write_text(ENV_PY, encoding="utf-8")
        there = server.create()
        engine = create_engine(there.reveal("psycopg2"))
        metadata.create_all(engine)
        engine.dispose()
        with reading(there) as reader:
            ((document,),) = reader.rows(STATEMENT)
        dsn = there.with_parameters(sslmode="require" if server.tls else "disable")
        shown = f"{ROUND_TRIP * 1000:.0f} ms"
        print(f"{server.source}, TLS: {server.tls}, {TABLES} tables, round trip {shown}")
        measured("connect and one query (libpq)", bare, dsn)
        measured("verify connect, one attempt", ask, dsn)
        measured("the whole read-only gate", partial(gate, parse(document)), dsn)
        measured(f"an engine and {CHECKS} pooled checks", pooled, dsn)
        measured(f"alembic check and {CHECKS} pooled checks", partial(usual, metadata, folder), dsn)
    print(f"checks of the catalog: {sum(c.needs == ('deployed',) for c in discover())}")


if __name__ == "__main__":
    main()
