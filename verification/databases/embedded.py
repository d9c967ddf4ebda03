"""A private PostgreSQL from binaries that are on this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from verification.databases.attempt import Attempt, reason
from verification.databases.binaries import Binaries, candidates
from verification.databases.child import launch, receive
from verification.databases.server import Server
from verification.databases.session import Session
from verification.dsn import Dsn

PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")


@contextmanager
def embedded(environment: Mapping[str, str], attempts: list[Attempt]) -> Iterator[Server | None]:
    """Start the first server that works; None, and the reasons in `attempts`, if none does."""
    if sys.platform == "win32":
        attempts.append(Attempt("embedded server", "not offered on Windows"))
        yield None
        return
    before = len(attempts)
    for binaries in candidates(environment):
        process = launch("verification.databases.supervisor", job(binaries, environment))
        directory = ""
        try:
            answer = receive(process.stdout) or {"error": "the supervising process ended"}
            directory = answer.get("directory", "")
            server = connected(binaries, answer, attempts)
            if server is not None:
                yield server
                return
        finally:
            end(process, directory)
    if len(attempts) == before:
        attempts.append(Attempt("embedded server", "no PostgreSQL programs on this machine"))
    yield None


def job(binaries: Binaries, environment: Mapping[str, str]) -> dict[str, Any]:
    """What the supervisor must know."""
    return {
        "path": str(binaries.path),
        "archive": str(binaries.archive or ""),
        "environment": {key: environment[key] for key in PASSED_ON if key in environment},
    }


def connected(binaries: Binaries, answer: dict[str, Any], attempts: list[Attempt]) -> Server | None:
    """See that the server is good for something, and give it a password of its own."""
    if "error" in answer:
        attempts.append(Attempt(binaries.name, reason(answer["error"])))
        return None
    from psycopg2 import Error  # noqa: PLC0415 - 30 ms, while the server is starting

    first = Dsn("127.0.0.1", answer["port"], "postgres", answer["password"], "postgres")
    second = replace(first, password=token_urlsafe(24))
    session = Session(first)
    try:
        # The server uses the operating system's time zones; a slim image may have none.
        session.run("SET TimeZone = 'UTC'")
        session.run("ALTER ROLE postgres PASSWORD %s", second.password)
        ((version,),) = session.run("SELECT current_setting('server_version_num')::int")
    except Error as error:
        attempts.append(Attempt(binaries.name, reason(error, first.password, second.password)))
        return None
    finally:
        session.close()
    return Server(
        dsn=second,
        source=f"embedded PostgreSQL {answer['version']} ({binaries.name})",
        version=version,
        tls=not answer["tls_reason"],
        ca_file=Path(answer["ca_file"]) if answer["ca_file"] else None,
        tls_reason=answer["tls_reason"],
        attempts=tuple(attempts),
    )


def end(process: subprocess.Popen[str], directory: str) -> None:
    """Let the supervisor end its server; the directory goes even if it was killed before."""
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if directory and Path(directory).is_dir():
        shutil.rmtree(directory, ignore_errors=True)
