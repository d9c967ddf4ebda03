"""A PostgreSQL in a container, by testcontainers."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from secrets import token_urlsafe

from verification.databases.attempt import Attempt, reason
from verification.databases.server import Server
from verification.databases.session import Session
from verification.dsn import Dsn

IMAGE = "postgres:17-alpine"
INITDB = "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-sync --wal-segsize=1"
COMMAND = "postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
ABOUT = "SELECT current_setting('server_version_num')::int, current_setting('server_version')"
DATA = "/var/lib/postgresql/data"


@contextmanager
def container(_: Mapping[str, str], attempts: list[Attempt]) -> Iterator[Server | None]:
    """Start one; None, and the reason in `attempts`, where there is no engine or no image."""
    with ExitStack() as stack:
        with warnings.catch_warnings():
            # Where no engine answers, the engine's client leaves the socket it has tried open.
            warnings.simplefilter("ignore", ResourceWarning)
            found = start(stack, tuple(attempts))
            gc.collect()
        if isinstance(found, Attempt):
            attempts.append(found)
            yield None
        else:
            yield found


def start(stack: ExitStack, attempts: tuple[Attempt, ...]) -> Server | Attempt:
    """Start a container that ends with the stack, or say why not."""
    try:
        # Half a second of imports, wanted only when everything better has failed.
        from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415
    except ImportError:
        return Attempt("container", "testcontainers is not installed")
    password = token_urlsafe(24)
    try:
        # The constructor already asks the engine; without one it raises here, at once.
        described = PostgresContainer(
            IMAGE, username="postgres", password=password, dbname="postgres", driver=None
        )
        described.with_env("POSTGRES_INITDB_ARGS", INITDB).with_tmpfs_mount(DATA)
        running = stack.enter_context(described.with_command(COMMAND))
        dsn = Dsn.parse(running.get_connection_url())
        with closing(Session(dsn)) as session:
            ((number, version),) = session.run(ABOUT)
    except Exception as error:  # noqa: BLE001 - engine, network and image fail each in its own way
        return Attempt("container", reason(error, password))
    source, why_no_tls = f"container PostgreSQL {version} ({IMAGE})", "the image has no certificate"
    server = Server(dsn, source, number, tls=False, tls_reason=why_no_tls, attempts=attempts)
    stack.callback(server.close)
    return server
