"""The process that owns an embedded server: however its client ends, nothing stays behind."""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import suppress
from typing import Any

from verification.databases import cache
from verification.databases import directory as directories
from verification.databases.child import receive, send
from verification.databases.cluster import prepare
from verification.databases.identity import choose
from verification.databases.postmaster import Launch, start, stop
from verification.databases.programs import Failed, Misplaced, provide


class Ended(Exception):
    """Somebody asked the supervisor to end."""


def main() -> None:
    """Start the server the job describes, say where it is, and end it when stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    os.umask(0o077)
    with suppress(Ended):
        job = receive(sys.stdin)
        if job is not None:
            os.environ.update(job["places"])
            _serve(job)


def _serve(job: dict[str, Any]) -> None:
    """Try one place after the other, as long as another one may do better."""
    failure = "there is no place for a data directory"
    for root in directories.roots():
        directories.sweep(root)
        try:
            directory = directories.make(root)
        except OSError as error:
            failure = f"no directory can be made in {root}: {error.strerror}"
            continue
        try:
            return _run(job, directory)
        except Misplaced as error:
            failure = str(error)
        except (Failed, OSError) as error:
            failure = str(error)
            break
        finally:
            directory.remove()
    return send(sys.stdout, {"error": failure})


def _run(job: dict[str, Any], directory: directories.Directory) -> None:
    """Return when the server has ended. Raises Failed if there was none to end."""
    identity = choose()
    if identity.switches and not directories.reachable(directory.path):
        raise Misplaced(f"another user than root cannot reach {directory.path.parent}")
    environment = {**job["environment"], "LC_ALL": "C", "PATH": os.defpath}
    programs = provide(job, directory.path, identity, environment)
    environment |= {"ICU_DATA": programs.icu} if programs.icu else {}
    cluster = prepare(programs, directory.path, identity, environment)
    try:
        server = start(Launch(programs, directory, identity, environment))
    except Failed as error:
        if not cluster.kept:
            raise
        cache.forget(cluster.kept)
        raise Misplaced(str(error)) from None
    try:
        answer = {"version": programs.version, "directory": str(directory.path)}
        answer |= {"password": cluster.password, "ca_file": server.ca_file}
        answer |= {"tls_reason": server.tls_reason}
        send(sys.stdout, {**answer, "port": server.port})
        while server.process.poll() is None and not select.select([sys.stdin], [], [], 0.5)[0]:
            pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        stop(server.process)


def _end(*_: object) -> None:
    raise Ended
