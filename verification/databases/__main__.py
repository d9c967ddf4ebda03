"""`python -m verification.databases`: a disposable server for several processes to share."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from verification.databases.attempt import NoServer
from verification.databases.explicit import VARIABLE
from verification.databases.sources import disposable_server


def main() -> int:
    """Print the URL with its password, only here, and serve until Ctrl-C or the end of input."""
    environment = {key: value for key, value in os.environ.items() if key != VARIABLE}
    try:
        with suppress(KeyboardInterrupt), disposable_server(environment) as server:
            sys.stderr.write(f"{server.source} for {VARIABLE}; Ctrl-C stops it\n")
            sys.stdout.write(f"{server.dsn.reveal()}\n")
            sys.stdout.flush()
            sys.stdin.read()
    except NoServer as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
