"""Looking at server processes from outside, for tests that kill something."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from verification.databases import Server
from verification.databases.binaries import Binaries, places
from verification.databases.session import Session

CLIENT = """
import os, sys
from verification.databases import disposable_server
with disposable_server(os.environ) as server:
    database = server.create()
    server.seal(server.create())
    ((data,),) = server._session.run("SHOW data_directory")
    print(data, server.prefix, flush=True)
    sys.stdin.read()
"""


def alive(process: int) -> bool:
    """Whether a process lives; one that waits to be buried does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def postmaster(data: Path) -> int:
    """The process that serves a data directory."""
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def parent(process: int) -> int:
    """The process that started another one."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def comes_true(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def owner(server: Server) -> int:
    """The user that a server runs as."""
    session = Session(server.dsn)
    ((data,),) = session.run("SHOW data_directory")
    session.close()
    return Path(data).stat().st_uid


def bindir() -> Path:
    """Programs that work here, whatever they come from."""
    return next(place.path for place in places(os.environ) if isinstance(place, Binaries))
