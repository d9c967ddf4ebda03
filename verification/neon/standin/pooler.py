"""Real PgBouncers in transaction mode, one for each compute, as Neon runs them."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from verification.dsn import Dsn

VARIABLE = "VERIFY_PGBOUNCER"
OLDEST = (1, 21)  # the first that follows prepared statements of the protocol, as Neon's does
INSTALL = (
    "install 1.21 or newer: apt-get install pgbouncer (Debian 13, Ubuntu 24.04 or newer),"
    " brew install pgbouncer (macOS), bash .ci/pgbouncer (Debian 12);"
    f" or name one by {VARIABLE}"
)
STARTING = 10.0  # seconds
PORT = 6432  # part of the socket's name; nothing listens on it
SHARE = 0.9  # of max_connections, as Neon gives its pooler
# Whoever started it may be killed: the end of its input then ends the pooler too. SIGKILL, since
# what the other signals mean has changed with the versions, and there is nothing to save.
GUARD = '"$0" "$@" & read -r _; kill -9 $!; rm -rf "$FOLDER"'
# Neon's own figures: documentation, connect/connection-pooling.
CONFIGURATION = """\
[databases]
* = host={host} port={port} application_name=pgbouncer {auth}
[pgbouncer]
listen_addr =
listen_port = {listen}
unix_socket_dir = {folder}
unix_socket_mode = 0700
auth_type = {kind}
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 500
max_prepared_statements = 1000
query_wait_timeout = 120
ignore_startup_parameters = extra_float_digits
"""


class NoPooler(Exception):
    """There is no PgBouncer that would do; the message says why, on one line."""


@dataclass(frozen=True, slots=True)
class Program:
    """A PgBouncer that can stand in for Neon's."""

    path: str
    version: str


def program(environment: Mapping[str, str]) -> Program:
    """The first PgBouncer of this machine that is new enough. Raises NoPooler."""
    old = ""
    for path in _candidates(environment):
        try:
            said = subprocess.run(  # noqa: S603 - a program of the user's own, from PATH
                [path, "--version"], capture_output=True, text=True, timeout=10, check=False
            ).stdout
        except (OSError, subprocess.SubprocessError):
            continue
        found = re.search(r"(?i)pgbouncer\D*(\d+)\.(\d+)[\d.]*", said)
        if found is None:
            continue
        version = found[0].split()[-1]
        if (int(found[1]), int(found[2])) >= OLDEST:
            return Program(path, version)
        old = old or f"PgBouncer {version} is too old (it loses prepared statements)"
    raise NoPooler(f"{old or 'there is no PgBouncer'}; {INSTALL}")


def _candidates(environment: Mapping[str, str]) -> Iterator[str]:
    if named := environment.get(VARIABLE, "").strip():
        yield named
        return
    for folders in (environment.get("PATH", os.defpath), "/usr/sbin:/usr/local/sbin"):
        if found := shutil.which("pgbouncer", path=folders):
            yield found


@dataclass(slots=True)
class Pooler:
    """One that runs, until it is closed or this process ends."""

    folder: Path
    _process: subprocess.Popen[bytes]

    def connect(self) -> socket.socket:
        """A new connection to it."""
        client = socket.socket(socket.AF_UNIX)
        try:
            client.settimeout(STARTING)
            client.connect(str(self.folder / f".s.PGSQL.{PORT}"))
        except OSError:
            client.close()
            raise
        return client

    def close(self) -> None:
        """End it: its clients see the end of the connection, and no last word."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(STARTING)
        shutil.rmtree(self.folder, ignore_errors=True)


def start(program: Program, server: Dsn, connections: int) -> Pooler:
    """Run it in front of a server. Raises NoPooler."""
    folder = Path(tempfile.mkdtemp(prefix="verify-pooler-"))
    folder.chmod(0o700)
    secret = server.password.replace('"', '""')
    (folder / "users").write_text(f'"{server.user}" "{secret}"\n', encoding="utf-8")
    text = CONFIGURATION.format(
        host=server.host,
        port=server.port or 5432,
        auth=f"auth_user={server.user}" if secret else f"user={server.user}",
        kind="scram-sha-256" if secret else "any",
        listen=PORT,
        folder=folder,
        size=max(1, int(connections * SHARE)),
    )
    (folder / "pgbouncer.ini").write_text(text, encoding="utf-8")
    words = [program.path, "-q", str(folder / "pgbouncer.ini")]
    if os.geteuid() == 0:  # it refuses to run as root
        words[1:1] = ["-u", "nobody"]
        for path in (folder, *folder.iterdir()):
            os.chown(path, pwd.getpwnam("nobody").pw_uid, -1)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - see GUARD
            ["/bin/sh", "-c", GUARD, *words],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "FOLDER": str(folder)},
        )
    return _started(Pooler(folder, process))


def _started(pooler: Pooler) -> Pooler:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        try:
            pooler.connect().close()
        except OSError:
            said = (pooler.folder / "log").read_text(encoding="utf-8", errors="replace")
            if "FATAL" in said or "not found" in said:
                break
            time.sleep(0.01)
        else:
            return pooler
    said = (pooler.folder / "log").read_text(encoding="utf-8", errors="replace").strip()
    pooler.close()
    raise NoPooler(f"PgBouncer does not start: {said.splitlines()[-1] if said else 'no answer'}")


@dataclass(slots=True)
class Pools:
    """The poolers of all computes, each started when it is first asked for."""

    program: Program | None
    note: str
    """Which PgBouncer it is; or why there is none, and how to get one."""
    _running: dict[str, Pooler] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def connect(self, compute: str, server: Dsn, connections: int) -> socket.socket:
        """A new connection to the pooler of a compute. Raises NoPooler, OSError."""
        if self.program is None:
            raise NoPooler(self.note)
        with self._lock:
            pooler = self._running.get(compute)
            if pooler is None:
                pooler = self._running[compute] = start(self.program, server, connections)
        return pooler.connect()

    def close(self, compute: str) -> None:
        """End the pooler of a compute, if it has one."""
        with self._lock:
            pooler = self._running.pop(compute, None)
        if pooler is not None:
            pooler.close()


def pools(environment: Mapping[str, str]) -> Pools:
    """With the PgBouncer that this machine has, or none."""
    try:
        found = program(environment)
    except NoPooler as reason:
        return Pools(None, f"sessions are not shared by -pooler hosts: {reason}")
    return Pools(found, f"PgBouncer {found.version} in transaction mode")
