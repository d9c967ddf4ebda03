"""`python -m verification.databases`: a disposable server for several processes to share."""

from __future__ import annotations

import os
import select
import stat
import sys
from contextlib import suppress

from verification.databases.attempt import NoServer
from verification.databases.explicit import VARIABLE
from verification.databases.sources import disposable_server


def main() -> int:
    """Print the URL with its password, only here, and serve for as long as it may be needed.

    That is until Ctrl-C, the end of what it reads, or the end of the program that reads its output.
    """
    environment = {key: value for key, value in os.environ.items() if key != VARIABLE}
    try:
        with suppress(KeyboardInterrupt), disposable_server(environment) as server:
            sys.stderr.write(f"{server.source} for {VARIABLE}; Ctrl-C stops it\n")
            sys.stdout.write(f"{server.dsn.reveal()}\n")
            sys.stdout.flush()
            _wait()
    except NoServer as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _wait() -> None:
    """Return when nobody who started this can still want the server."""
    if not hasattr(select, "poll"):
        sys.stdin.read()
        return
    needed = select.poll()
    # In the background of a script it reads from the null device, which always is at its end.
    if sys.stdin is not None and (sys.stdin.isatty() or not _is_device(sys.stdin.fileno())):
        needed.register(sys.stdin.fileno(), select.POLLIN)
    if stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode):
        needed.register(sys.stdout.fileno(), 0)
    while True:
        for file, event in needed.poll():
            if not event & select.POLLIN or not os.read(file, 4096):
                return


def _is_device(file: int) -> bool:
    return stat.S_ISCHR(os.fstat(file).st_mode)


if __name__ == "__main__":
    sys.exit(main())
