"""The child process: run the project's code, note what it does, write that down as JSON."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from verification.databases.drivers import diverted
from verification.databases.redirect import redirected
from verification.dsn import Dsn
from verification.engines.recording import Recorder
from verification.engines.registering import Tables, connects_to, mapped_elsewhere, told_to_alembic
from verification.engines.revealing import reveals
from verification.engines.starting import run

NOBODY = Dsn("127.0.0.1", 9, "verify", "", "verify")


def main() -> None:
    """Read the job, do it, write the answer where the job says."""
    job = json.loads(sys.stdin.read())
    root = Path(job["root"])
    folders = [root / name for name in job["pythonpath"]]
    folders += [root, root / "src"]
    sys.path[:0] = [str(folder) for folder in folders if folder.is_dir()]
    _block_sockets()
    trouble: list[str] = []
    host = ""
    leaks: list[str] = []
    # A server of this machine may let anybody in, whatever the password.
    with _output() as printed, Recorder(root) as recorder, diverted(lambda *_: NOBODY):
        tables = Tables(frozenset(job["registered"])) if job["registered"] else None
        if job["alembic"]:
            tables = _attempt(trouble, lambda: told_to_alembic(job["alembic"]))
            host = connects_to(job["alembic"])
        for name in job["models"]:
            _attempt(trouble, lambda name=name: importlib.import_module(name))
        for name in job["metadata"]:
            _attempt(trouble, lambda name=name: _named(name))
        if job["app"]:
            leaks += _attempt(trouble, lambda: _run(job, recorder)) or []
        missing = mapped_elsewhere(root, tables) if isinstance(tables, Tables) else []
        shown = reveals(root, job["canary"])
        leaks += [name for name, own in shown if own]
        engines = recorder.settings(job["canary"])
        if job["canary"] in printed():
            leaks.append("standard output or error")
    if any(job["canary"] in text for text in trouble):
        leaks.append("the error that ends the start-up")
    Path(job["answer"]).write_text(
        json.dumps(
            {
                "engines": engines,
                "leaks": sorted(set(leaks)),
                "revealing": sorted({name for name, own in shown if not own}),
                "unregistered": missing,
                "registered": len(tables.names) if isinstance(tables, Tables) else -1,
                "migration_host": host,
                "trouble": trouble,
            }
        ),
        encoding="utf-8",
    )


def _run(job: Mapping[str, Any], recorder: Recorder) -> list[str]:
    """Start the application and read what it answers while its database is down."""
    leaks: list[str] = []

    def heard(path: str, body: str) -> None:
        if job["canary"] in body:
            leaks.append(f"the answer to GET {path}")

    value = _named(job["app"])
    is_asgi = hasattr(value, "router") or hasattr(value, "openapi")
    with redirected(NOBODY):
        run(value if is_asgi else value(), heard, recorder)
    return leaks


def _named(reference: str) -> Any:
    name, _, rest = reference.partition(":")
    value: Any = importlib.import_module(name)
    for part in filter(None, rest.split(".")):
        value = getattr(value, part)
    return value


def _attempt(trouble: list[str], what: Any) -> Any:
    """The value, or None and a line of trouble: project code may do anything, even exit."""
    try:
        return what()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - see above
        trouble.append(f"{type(error).__name__}: {' '.join(str(error).split())}")
        return None


@contextlib.contextmanager
def _output() -> Iterator[Any]:
    """Everything that is written to the process's own descriptors, by whatever part of it."""
    with tempfile.TemporaryFile("w+b") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)

        def printed() -> str:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
            file.seek(0)
            return file.read().decode("utf-8", "replace")

        yield printed


def _block_sockets() -> None:
    """Python's own sockets reach this machine only; libpq is told so by its environment."""
    import socket  # noqa: PLC0415 - what is changed here is this process's own

    original = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        outside = isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1"))
        if outside:
            raise OSError(101, "Network is unreachable")
        original(self, address)

    socket.socket.connect = connect  # type: ignore[assignment, method-assign] # the point


if __name__ == "__main__":
    main()
