"""A private PostgreSQL from programs that are on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from verification.databases.attempt import Attempt, reason
from verification.databases.binaries import CHOSEN, Binaries, places
from verification.databases.child import dismiss, launch, receive
from verification.databases.server import Server
from verification.databases.session import Session
from verification.dsn import Dsn

LIBRARIES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
PLACES = ("TMPDIR", "HOME", "XDG_CACHE_HOME")


@contextmanager
def embedded(environment: Mapping[str, str], attempts: list[Attempt]) -> Iterator[Server | None]:
    """Start the first server that works; None, and the reasons in `attempts`, if none does."""
    if sys.platform == "win32":
        attempts.append(Attempt("embedded server", "not offered on Windows"))
        yield None
        return
    for place in places(environment):
        if isinstance(place, Attempt):
            attempts.append(place)
            continue
        process = launch("verification.databases.supervisor", job(place, environment))
        answer: dict[str, Any] = {}
        try:
            import psycopg2  # noqa: F401, PLC0415 - here, as the server is starting meanwhile

            answer = receive(process.stdout) or {"error": "its supervisor was ended"}
            found = accept(place, answer, attempts)
            if isinstance(found, Server):
                try:
                    yield found
                finally:
                    found.close()
                return
            attempts.append(found)
        finally:
            end(process, answer.get("directory", ""))
    yield None


def job(place: Binaries, environment: Mapping[str, str]) -> dict[str, Any]:
    """What the supervisor must know. The libraries of a person's own are for their own programs."""
    libraries = LIBRARIES if place.name == CHOSEN else ()
    return {
        "path": str(place.path),
        "archive": str(place.archive or ""),
        "environment": {key: environment[key] for key in libraries if key in environment},
        "places": {key: environment[key] for key in PLACES if key in environment},
    }


def accept(place: Binaries, answer: dict[str, Any], attempts: list[Attempt]) -> Server | Attempt:
    """See that the server is good for something, and give it a password nobody else has seen."""
    from psycopg2 import Error  # noqa: PLC0415 - 30 ms, only if used

    if "error" in answer:
        return Attempt(place.name, reason(answer["error"]))
    first = Dsn("127.0.0.1", answer["port"], "postgres", answer["password"], "postgres")
    dsn = replace(first, password=token_urlsafe(24))
    session = Session(first)
    try:
        # The server uses the operating system's time zones, and a slim image may have none.
        session.run("SET TimeZone = 'UTC'")
        session.run("ALTER ROLE postgres PASSWORD %s", dsn.password)
        ((number,),) = session.run("SELECT current_setting('server_version_num')::int")
    except Error as error:
        return Attempt(place.name, reason(error, first.password, dsn.password))
    finally:
        session.close()
    return Server(
        dsn,
        f"embedded PostgreSQL {answer['version']} ({place.name})",
        number,
        tls=bool(answer["ca_file"]),
        ca_file=Path(answer["ca_file"]) if answer["ca_file"] else None,
        tls_reason=answer["tls_reason"],
        attempts=tuple(attempts),
    )


def end(process: subprocess.Popen[str], directory: str) -> None:
    """Let the supervisor end its server; clean up in its place if it was killed."""
    dismiss(process)
    if directory and os.path.lexists(directory):
        from verification.databases.directory import bury  # noqa: PLC0415 - not on Windows

        bury(Path(directory))
