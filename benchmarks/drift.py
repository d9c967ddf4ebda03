"""The drift verdict beside alembic's `compare_metadata`: in one process, in the same run.

Run it as `python benchmarks/drift.py [tables]`; the far part needs Linux and root.
"""

from __future__ import annotations

import gc
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import psycopg2
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from catalog import MODELS
from distance import distance
from relay import relay
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from verification.catalog import DIGEST, difference, parse
from verification.config import Config
from verification.databases import Server, disposable_server
from verification.databases.reader import reading
from verification.dsn import Dsn
from verification.engine import discover, look
from verification.project import Statements, compiled, create_all, keeping
from verification.report import Status
from verification.target import Target
from verification.target.catalogs import catalog_of, document_of

CHECK = next(check for check in discover() if check.id == "schema/drifted-models")
SEEN = ("seen-", "differences-")

KEYS = {
    "SERIAL": MODELS,
    "Identity": MODELS.replace("Integer, primary_key", "Integer, Identity(), primary_key"),
}


def main(tables: int) -> None:
    """Measure, and print a table of it."""
    print(
        f"{tables} tables of 8 columns, {os.cpu_count()} cores; ms, median of n, connect included"
    )
    with tempfile.TemporaryDirectory() as cache, disposable_server(os.environ) as server:
        os.environ["XDG_CACHE_HOME"] = cache
        print(server.source)
        for kind, source in KEYS.items():
            names: dict[str, Any] = {}
            exec(source.format(tables=tables), names)  # noqa: S102 - this benchmark's own models
            measure(kind, names["metadata"], server)


def measure(kind: str, metadata: Any, server: Server) -> None:
    """One kind of key, near and far."""
    deployed = server.create().with_parameters(sslmode="disable")
    create_all(deployed, [metadata], (), compiled([metadata], server.version))
    # The statistics that any database in use has; else its first reader pays for them. And a
    # comment that models do not have, so that the two are not the same letter by letter.
    with closing(psycopg2.connect(**deployed.libpq())) as connection:
        connection.autocommit = True
        connection.cursor().execute("COMMENT ON SCHEMA public IS 'deployed'")
        connection.cursor().execute("VACUUM ANALYZE")
    ways: dict[str, Callable[[Dsn], object]] = {
        "cold": lambda dsn: verdict(metadata, dsn, server, forget=("declared-", *SEEN)),
        "first": lambda dsn: verdict(metadata, dsn, server, forget=SEEN),
        "warm": lambda dsn: verdict(metadata, dsn, server),
        "alembic": lambda dsn: alembic(metadata, dsn),
    }
    gc.collect()
    gc.freeze()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ways["cold"](deployed)
    ways["warm"](deployed)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{kind}: peak memory grows by {grown / 1024:.0f} MiB in a cold and a warm verdict")
    steps(metadata, deployed, server)
    with relay(str(deployed.host), int(deployed.port or 5432)) as (port, counts):
        near = replace(deployed, host="127.0.0.1", port=port)

        def passed() -> tuple[int, int]:
            return counts.round_trips, counts.received

        compare(f"{kind}, local", ways, deployed, near, passed, 5)
    if os.geteuid() == 0:
        with distance(int(deployed.port or 5432)) as ((host, port), far_passed):
            far = replace(deployed, host=host, port=port)
            compare(f"{kind}, 50 ms away", ways, far, far, far_passed, 1)
    server.drop(deployed)


def compare(
    title: str,
    ways: dict[str, Callable[[Dsn], object]],
    dsn: Dsn,
    counted: Dsn,
    passed: Callable[[], tuple[int, int]],
    repeats: int,
) -> None:
    """Time each way, one after the other in turn, and count what it sends once."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    worked: dict[str, list[float]] = {name: [] for name in ways}
    wires = {}
    for name, way in ways.items():  # also what is measured afterwards is warm by then
        before = passed()
        way(counted)
        trips, size = (now - then for now, then in zip(passed(), before, strict=True))
        wires[name] = f"{trips} round trips after TCP's, {size:,} bytes"
    for turn in range(max(repeats, 3)):
        for name, way in ways.items():
            if name == "alembic" and turn >= repeats:
                continue
            started, used = time.perf_counter(), time.process_time()
            way(dsn)
            taken[name].append(time.perf_counter() - started)
            worked[name].append(time.process_time() - used)
    print(title)
    theirs = median(taken["alembic"])
    for name in ways:
        times = taken[name]
        print(
            f"  {name:8}{1000 * median(times):8.0f}  ({1000 * min(times):.0f} to"
            f" {1000 * max(times):.0f}, n={len(times)})  alembic/this {theirs / median(times):.1f}"
            f"  of it processor {1000 * median(worked[name]):.0f}  {wires[name]}"
        )


def told(metadata: Any, server: Server) -> Statements:
    """The DDL of the models; these need no connection for it."""
    return compiled([metadata], server.version) or Statements((), lasting=False)


def verdict(metadata: Any, dsn: Dsn, server: Server, forget: tuple[str, ...] = ()) -> None:
    """What `verify` does for the check of models against a database; nothing may be found.

    It forgets beforehand what it kept under these names.
    """
    for folder in (Path(os.environ["XDG_CACHE_HOME"]) / "verification-kit").glob("*"):
        if folder.name.startswith(forget):
            shutil.rmtree(folder)
    known = {
        "config": Config(root=Path(os.environ["XDG_CACHE_HOME"])),
        "environment": {"DATABASE_URL": dsn.reveal()},
        "server": server,
        "metadata": (metadata,),
    }
    with Target(**known) as target:
        result = look(CHECK, target)
    if result.status is not Status.PASSED:
        raise SystemExit(f"the two should be equal: {result}")


def alembic(metadata: Any, dsn: Dsn) -> None:
    """What `alembic check` does, without its process and imports."""
    engine = create_engine(dsn.reveal("psycopg2"), poolclass=NullPool)
    with engine.connect() as connection:
        if found := compare_metadata(MigrationContext.configure(connection), metadata):
            raise SystemExit(f"alembic should find nothing: {found[0]}")


def digest(dsn: Dsn) -> str:
    """Whether anything has changed, as the server tells it."""
    with reading(dsn) as reader:
        return str(reader.rows(DIGEST)[0][0])


def steps(metadata: Any, deployed: Dsn, server: Server) -> None:
    """Where the time of the warm verdict goes."""
    statements = told(metadata, server)
    document = document_of(deployed)
    one, other = parse(document), catalog_of(deployed)
    parts: dict[str, Callable[[], object]] = {
        "compile": lambda: compiled([metadata], server.version),
        "key": lambda: keeping.key(server, statements.texts),
        "find": lambda: keeping.find(keeping.key(server, statements.texts)),
        "server": lambda: document_of(deployed),
        "digest": lambda: digest(deployed),
        "parse": lambda: parse(document),
        "difference": lambda: difference(one, other, models=True),
    }
    for name, part in parts.items():
        times = []
        for _ in range(3):
            started = time.perf_counter()
            part()
            times.append(time.perf_counter() - started)
        print(f"  of which {name}: {1000 * median(times):.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
