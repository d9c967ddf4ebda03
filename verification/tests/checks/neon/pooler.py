"""A real PgBouncer in transaction mode, as Neon runs one, in front of a database."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from verification.dsn import Dsn
from verification.neon.standin.pooler import VARIABLE

CONFIGURATION = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
auth_type = any
pool_mode = transaction
default_pool_size = {size}
ignore_startup_parameters = extra_float_digits
unix_socket_dir =
logfile = {folder}/log
"""


@contextmanager
def pooler(database: Dsn, folder: Path, size: int = 8) -> Iterator[Dsn]:
    """Run it while open; skips where none is installed."""
    # What is tried through it does not need one that is new enough to stand in for Neon's.
    program = (
        os.environ.get(VARIABLE)
        or shutil.which("pgbouncer")
        or shutil.which("pgbouncer", path="/usr/sbin")
    )
    if program is None:
        pytest.skip("no pgbouncer: apt-get install pgbouncer, brew install pgbouncer")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        listen = probe.getsockname()[1]
    settings = {"host": database.host, "port": database.port, "user": database.user}
    text = CONFIGURATION.format(
        **settings, password=database.password, listen=listen, size=size, folder=folder
    )
    (folder / "pgbouncer.ini").write_text(text)
    words = [program, str(folder / "pgbouncer.ini")]
    if os.geteuid() == 0:  # it refuses to run as root
        nobody = pwd.getpwnam("nobody")
        for path in (folder, folder / "pgbouncer.ini"):
            os.chown(path, nobody.pw_uid, -1)
        for parent in folder.parents:
            if parent.owner() == "root" and str(parent).startswith("/tmp/"):  # noqa: S108 - where tests run
                parent.chmod(0o755)
        words += ["-u", "nobody"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - from PATH, with our own arguments
    try:
        _wait(listen, process)
        yield replace(database, host="127.0.0.1", port=listen)
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.skip("pgbouncer does not start here")
