"""The process that owns an embedded server: however its client ends, nothing stays behind."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from verification.databases import directory as directories
from verification.databases.child import receive, send
from verification.databases.cluster import configure, initialise
from verification.databases.identity import Identity, choose
from verification.databases.programs import Failed, last_words, provide

PATIENCE = 30.0


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
            _serve(job)


def _serve(job: dict[str, Any]) -> None:
    failures: list[str] = []
    for root in directories.roots():
        directories.sweep(root)
        try:
            identity = choose()
            directory = directories.make(root)
        except OSError as error:
            failures.append(f"{root}: {error.strerror or error}")
            continue
        try:
            _run(job, directory, identity)
        except (Failed, OSError) as error:
            failures.append(f"{root}: {error}")
        else:
            return
        finally:
            directory.remove()
    send(sys.stdout, {"error": failures[-1] if failures else "no place for a data directory"})


def _run(job: dict[str, Any], directory: directories.Directory, identity: Identity) -> None:
    """Raises Failed as long as nobody was told of the server; returns when it has ended."""
    if identity.switches and not directories.reachable(directory.path):
        raise Failed("the directory cannot be reached by another user than root")
    environment = {**job["environment"], "LC_ALL": "C", "PATH": os.defpath}
    programs = provide(job, directory.path, identity, environment)
    if programs.icu:
        environment["ICU_DATA"] = programs.icu
    data, password = directory.path / "data", directory.path / "password"
    data.mkdir(mode=0o700)
    password.write_text(token_urlsafe(24), encoding="ascii")
    identity.own(data, password)
    initialise(programs, data, password, identity, environment)
    port, why_no_tls = configure(directory.path, data, identity)
    certificate = directory.path / "ca.pem"
    if not why_no_tls:
        shutil.copyfile(data / "server.crt", certificate)
    log = directory.path / "log"
    with log.open("wb") as output:
        postmaster = identity.spawn(
            [programs.path / "postgres", "-D", data], environment, output, keep=[directory.lock]
        )
    try:
        _await(postmaster, data, log)
        answer = {"port": port, "password": password.read_text(encoding="ascii")}
        answer |= {"ca_file": "" if why_no_tls else str(certificate), "tls_reason": why_no_tls}
        send(sys.stdout, {**answer, "directory": str(directory.path), "version": programs.version})
        while postmaster.poll() is None and not select.select([sys.stdin], [], [], 0.5)[0]:
            pass
    finally:
        _stop(postmaster)


def _await(postmaster: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    """Wait until the server says in its pid file that it accepts connections."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if postmaster.poll() is not None:
            raise Failed(f"the server did not start: {last_words(log)}")
        with suppress(OSError):
            if (data / "postmaster.pid").read_text().splitlines()[7:8] == ["ready   "]:
                return
        time.sleep(0.005)
    raise Failed(f"the server was not ready after {PATIENCE:.0f} s: {last_words(log)}")


def _stop(postmaster: subprocess.Popen[bytes]) -> None:
    """An immediate shutdown, as nothing is worth saving; the second time there is no asking."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if postmaster.poll() is None:
        postmaster.send_signal(signal.SIGQUIT)
    try:
        postmaster.wait(timeout=10)
    except subprocess.TimeoutExpired:
        postmaster.kill()
        postmaster.wait()


def _end(*_: object) -> None:
    raise Ended
