"""The process that drops a run's databases on a named server when the run was killed."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress

from verification.databases.child import receive
from verification.databases.server import Server
from verification.dsn import Dsn


def main() -> None:
    """Wait for the run's end; clean up after it unless it says that it has done so itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    job = receive(sys.stdin)
    if job is None or receive(sys.stdin):
        return
    from psycopg2 import Error  # noqa: PLC0415 - 30 ms, only if used

    with suppress(Error):
        dsn = Dsn.parse(job["url"])
        Server(dsn, "left behind", 0, tls=False, prefix=job["prefix"]).close()
