"""`verify standin`: run the stand-in for Neon until it is interrupted."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

from verification.databases import NoServer, disposable_server
from verification.neon.standin import __doc__ as about
from verification.neon.standin.running import CannotRun, standin


def main(argv: Sequence[str]) -> int:
    """Returns 0 when it is interrupted, 2 where it cannot run."""
    parser = argparse.ArgumentParser(prog="verify standin", description=about)
    parser.add_argument("--port", type=int, default=0, help="of the API; else a free one")
    options = parser.parse_args(argv)
    try:
        with disposable_server(os.environ) as server, standin(server, options.port) as running:
            shown = {
                "NEON_API_HOST": running.base,
                "NEON_API_KEY": running.world.key,
                "NEON_PROJECT_ID": running.world.project,
                "VERIFY_NEON_STANDIN": "1",
            }
            sys.stdout.write("".join(f"export {k}={v}\n" for k, v in shown.items()))
            sys.stdout.write(f"# {running.world.pools.note}\n")
            sys.stdout.write("# then: verify smoke; end with Ctrl-C\n")
            sys.stdout.flush()
            while True:
                time.sleep(3600)
    except (NoServer, CannotRun) as error:
        sys.stderr.write(f"verify: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 0
