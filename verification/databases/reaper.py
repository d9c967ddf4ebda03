"""The process that drops a run's databases on a named server when the run could not do so."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import closing, suppress

from verification.databases.child import receive
from verification.databases.server import Server
from verification.dsn import Dsn


def main() -> None:
    """Wait for the run's end, and clean up unless the run says that it has done so itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    job = receive(sys.stdin)
    if job is None or receive(sys.stdin):
        return
    from psycopg2 import Error  # noqa: PLC0415 - 30 ms, only if used

    dsn = Dsn.parse(job["url"])
    with closing(Server(dsn, "", 0, tls=False, prefix=job["prefix"])) as server:
        # Twice: the server may still be making what the run asked for when it was killed.
        for pause in (0, 1):
            time.sleep(pause)
            with suppress(Error):
                server.clear()
