"""A PostgreSQL in a container, by testcontainers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from secrets import token_urlsafe

from verification.databases.attempt import Attempt, reason
from verification.databases.server import Server
from verification.databases.session import Session
from verification.dsn import Dsn

IMAGE = "postgres:17-alpine"
INITDB = "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-sync --wal-segsize=1"
COMMAND = "postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
DATA = "/var/lib/postgresql/data"


@contextmanager
def container(environment: Mapping[str, str], attempts: list[Attempt]) -> Iterator[Server | None]:
    """Start one; None, and the reason in `attempts`, where there is no engine or no image."""
    try:
        # Half a second of imports, wanted only when everything better has failed.
        from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415
    except ImportError:
        attempts.append(Attempt("container", "testcontainers is not installed"))
        yield None
        return
    image, password = environment.get("VERIFY_PG_IMAGE") or IMAGE, token_urlsafe(24)
    running = None
    try:
        # The constructor already asks the engine; without one it raises here, at once.
        described = PostgresContainer(
            image,
            username="postgres",
            password=password,
            dbname="postgres",
            driver=None,
            docker_client_kw={"timeout": 60},
        )
        described.with_env("POSTGRES_INITDB_ARGS", INITDB).with_tmpfs_mount(DATA)
        described.with_command(COMMAND)
        running = described.start()
        dsn = Dsn.parse(running.get_connection_url())
        session = Session(dsn)
        ((number, version),) = session.run(
            "SELECT current_setting('server_version_num')::int, current_setting('server_version')"
        )
        session.close()
        server = Server(
            dsn,
            f"container PostgreSQL {version} ({image})",
            number,
            tls=False,
            tls_reason="the image has no certificate",
            attempts=tuple(attempts),
        )
    except Exception as error:  # noqa: BLE001 - docker, requests, the engine and the image may all fail, each in its own way
        attempts.append(Attempt("container", reason(error, password)))
        server = None
    try:
        yield server
    finally:
        if running is not None:
            running.stop()
