"""The drift verdict on many tables, beside `alembic check` on the same models and database.

Run it with `python benchmarks/catalog.py [tables]`.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import psycopg2
from relay import relay

from verification.catalog import DIGEST, STATEMENT, difference, digest, fingerprint, parse, read
from verification.databases import Server, disposable_server
from verification.dsn import Dsn

REPEATS = 5

MODELS = """
from sqlalchemy import *

metadata = MetaData()
for i in range({tables}):
    Table(
        f"table_{{i:04}}", metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String(50), nullable=False),
        Column("code", Text, nullable=False),
        Column("price", Numeric(10, 2), nullable=False, server_default="0"),
        Column("active", Boolean, nullable=False, server_default="true"),
        Column("created", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("note", Text),
        Column("parent_id", ForeignKey(f"table_{{max(i - 1, 0):04}}.id")),
        UniqueConstraint("code", name=f"uq_{{i:04}}"),
        CheckConstraint("price >= 0", name=f"ck_{{i:04}}"),
        Index(f"ix_{{i:04}}", "parent_id"),
    )
"""

ENV = """
import os
from alembic import context
from sqlalchemy import create_engine
from models import metadata

with create_engine(os.environ["BENCHMARK_URL"]).connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"""


def main(tables: int) -> None:
    """Measure both, and print what was measured."""
    with tempfile.TemporaryDirectory() as folder, disposable_server(os.environ) as server:
        project = Path(folder)
        (project / "models.py").write_text(MODELS.format(tables=tables))
        (project / "env.py").write_text(ENV)
        (project / "versions").mkdir()
        (project / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
        (project / "make.py").write_text(
            "import os, sqlalchemy, models\n"
            "models.metadata.create_all(sqlalchemy.create_engine(os.environ['BENCHMARK_URL']))"
        )
        print(f"{tables} tables of 8 columns, {server.source}, {os.cpu_count()} cores")
        declared, deployed = server.create(), server.create()
        for dsn in (declared, deployed):
            process(project, dsn, "make.py")
        ours = verdict(declared, deployed)
        theirs = alembic(project, deployed, server)
        print(f"alembic check needs {theirs / ours:.0f} times as long")


def verdict(declared: Dsn, deployed: Dsn) -> float:
    """What the catalog takes to say that nothing has drifted."""
    with closing(psycopg2.connect(**declared.libpq())) as connection:
        expected = read(connection)
    gc.freeze()
    with closing(psycopg2.connect(**deployed.libpq())) as connection:
        cursor = connection.cursor()
        document = ask(cursor, STATEMENT)
        actual = parse(document)
        seconds("server and wire", lambda: ask(cursor, STATEMENT), f"{len(document):,} characters")
        seconds("parse", lambda: parse(document))
        seconds("difference", lambda: difference(expected, parse(document)), "parse included")
        seconds("fingerprint", lambda: fingerprint(actual))
        seconds(
            "digest alone", lambda: digest(connection), f"{len(ask(cursor, DIGEST))} characters"
        )
    whole = seconds("connect, read, compare", lambda: drift(expected, deployed), "the verdict")
    with relay(str(deployed.host), int(deployed.port or 5432)) as (port, counts):
        near = Dsn(**{**parts(deployed), "host": "127.0.0.1", "port": port})
        with closing(psycopg2.connect(**near.libpq())) as connection:
            connection.autocommit = True
            before, size = counts.round_trips, counts.received
            read(connection)
            trips, size = counts.round_trips - before, counts.received - size
            print(f"  read: {trips} round trip after connecting, {size:,} bytes")
            before, size = counts.round_trips, counts.received
            digest(connection)
            trips, size = counts.round_trips - before, counts.received - size
            print(f"  digest: {trips} round trip, {size:,} bytes")
    return whole


def drift(expected: Any, deployed: Dsn) -> None:
    """The whole of it; it must find nothing."""
    with closing(psycopg2.connect(**deployed.libpq())) as connection:
        connection.autocommit = True
        if found := difference(expected, read(connection)):
            raise SystemExit(f"the two databases should be equal: {found[0]}")


def alembic(project: Path, deployed: Dsn, server: Server) -> float:
    """What `alembic check` takes, as the process that it is, on a copy: it writes."""
    with server.clone(deployed) as copy:
        imports = process(project, copy, "models.py")
        whole = process(project, copy, "-m", "alembic", "check")
        print(f"  alembic check: {whole:.2f} s, of which start and models {imports:.2f} s")
        with relay(str(copy.host), int(copy.port or 5432)) as (port, counts):
            near = Dsn(**{**parts(copy), "host": "127.0.0.1", "port": port})
            process(project, near, "-m", "alembic", "check")
            print(f"  alembic check: {counts.round_trips} round trips, {counts.received:,} bytes")
    return whole


def parts(dsn: Dsn) -> dict[str, Any]:
    """The fields of a connection string; over the relay nothing is encrypted."""
    named = {name: getattr(dsn, name) for name in Dsn.__slots__}
    return named | {"parameters": {**dsn.parameters, "sslmode": "disable"}}


def process(project: Path, dsn: Dsn, *arguments: str) -> float:
    """The seconds that a Python program takes."""
    environment = {
        **os.environ,
        "BENCHMARK_URL": dsn.reveal("psycopg2"),
        "PYTHONPATH": str(project),
    }
    started = time.perf_counter()
    subprocess.run(  # noqa: S603 - this file's own arguments
        [sys.executable, *arguments], cwd=project, env=environment, check=True, capture_output=True
    )
    return time.perf_counter() - started


def ask(cursor: Any, statement: str) -> str:
    """The text that a statement gives."""
    cursor.execute(statement)
    return str(cursor.fetchone()[0])


def seconds(name: str, work: Callable[[], object], note: str = "") -> float:
    """The median time of some work, which is printed."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    print(f"  {name}: {median(times):.3f} s ({min(times):.3f} to {max(times):.3f}) {note}")
    return median(times)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
