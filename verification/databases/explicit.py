"""A server that was named by VERIFY_SCRATCH_URL: used as it is, and left as it was."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from verification.databases.attempt import Attempt, NoServer, reason
from verification.databases.child import dismiss, launch, send
from verification.databases.server import MARK, Server, quoted
from verification.databases.session import Session, connect
from verification.dsn import Dsn, MalformedDsn

VARIABLE = "VERIFY_SCRATCH_URL"
ADVICE = f"correct or unset {VARIABLE}: while it is set nothing else is tried"
OLDEST = 140000
STALE_AFTER = 6 * 3600

ABOUT = """
SELECT current_setting('server_version_num')::int,
       current_setting('server_version'),
       current_setting('ssl') = 'on',
       pg_is_in_recovery(),
       (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user),
       current_user
"""
LEFT_BEHIND = """
SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database d
WHERE datname ~ '^verify_[0-9]+_[0-9a-f]{16}$' AND pg_get_userbyid(datdba) = current_user
  AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
"""


@contextmanager
def explicit(url: str) -> Iterator[Server]:
    """Use the named server. Raises NoServer, and never falls back to another source."""
    from psycopg2 import Error  # noqa: PLC0415 - 30 ms, only if used

    try:
        dsn = Dsn.parse(url)
        server = inspect(dsn)
        sweep(dsn)
    except (MalformedDsn, Error) as error:
        raise refusal(reason(error, *secrets(url))) from None
    reaper = launch("verification.databases.reaper", {"url": url, "prefix": server.prefix})
    try:
        yield server
    finally:
        # Whatever cannot be dropped now is left to the reaper, which tries again.
        with suppress(Error):
            server.clear()
            send(reaper.stdin, {"done": True})
        server.close()
        dismiss(reaper)


def inspect(dsn: Dsn) -> Server:
    """See that the server answers and lets this role make databases."""
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(ABOUT)
        number, version, tls, standby, may_create, role = cursor.fetchone()
        encrypted = connection.info.ssl_in_use
    if number < OLDEST:
        raise refusal(f"PostgreSQL {version} is too old; 14 or newer is needed")
    if standby:
        raise refusal("the server is a standby, where nothing can be made")
    if not may_create:
        raise refusal(f"the role {role} may not create databases")
    return Server(
        dsn,
        f"PostgreSQL {version} ({VARIABLE})",
        number,
        tls=tls or encrypted,
        tls_reason="" if tls or encrypted else "the server has it switched off",
    )


def refusal(why: str) -> NoServer:
    """The one attempt there was."""
    return NoServer([Attempt(VARIABLE, why)], ADVICE)


def secrets(url: str) -> list[str]:
    """Everything in a URL that an error message must not repeat."""
    try:
        dsn = Dsn.parse(url)
    except MalformedDsn:
        return []
    return [dsn.password, *(value for key, value in dsn.parameters.items() if "password" in key)]


def sweep(dsn: Dsn) -> None:
    """Drop what a run that was killed together with its reaper has left behind.

    Only databases with our name, our comment and our owner, older than any run, without a session.
    """
    from psycopg2 import Error  # noqa: PLC0415 - 30 ms, only if used

    with closing(Session(dsn)) as session:
        for name, comment in session.run(LEFT_BEHIND):
            made = re.fullmatch(re.escape(MARK) + r"(\d+)", comment or "")
            if made and time.time() - int(made[1]) > STALE_AFTER:
                # An error means that somebody else was quicker, or is using it after all.
                with suppress(Error):
                    session.run(f"ALTER DATABASE {quoted(name)} IS_TEMPLATE false")
                    session.run(f"DROP DATABASE IF EXISTS {quoted(name)}")
