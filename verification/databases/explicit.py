"""A server that was named by VERIFY_SCRATCH_URL: used as it is, and left as it was."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from verification.databases.attempt import Attempt, NoServer, reason
from verification.databases.child import launch, send
from verification.databases.server import MARK, Server, quoted
from verification.databases.session import Session
from verification.dsn import Dsn, MalformedDsn

VARIABLE = "VERIFY_SCRATCH_URL"
ADVICE = f"correct or unset {VARIABLE}: nothing else is tried while it is set"
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
WHERE datname ~ '^verify_[0-9]+_[0-9a-f]{12}$' AND pg_get_userbyid(datdba) = current_user
  AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
"""


@contextmanager
def explicit(url: str) -> Iterator[Server]:
    """Use the named server. Raises NoServer, and never falls back to another source."""
    try:
        dsn = Dsn.parse(url)
    except MalformedDsn as error:
        raise NoServer([Attempt(VARIABLE, reason(error))], ADVICE) from None
    server = inspect(dsn)
    sweep(dsn)
    reaper = launch("verification.databases.reaper", {"url": dsn.reveal(), "prefix": server.prefix})
    try:
        yield server
    finally:
        try:
            server.close()
            send(reaper.stdin, {"done": True})
        finally:
            for stream in (reaper.stdin, reaper.stdout):
                if stream:
                    stream.close()
            reaper.wait()


def inspect(dsn: Dsn) -> Server:
    """See that the server answers and lets this role make databases."""
    from psycopg2 import Error  # noqa: PLC0415 - 30 ms, only if used

    session = Session(dsn)
    try:
        ((number, version, tls, standby, may_create, role),) = session.run(ABOUT)
    except Error as error:
        raise NoServer([Attempt(VARIABLE, reason(error, dsn.password))], ADVICE) from None
    finally:
        session.close()
    problem = (
        f"PostgreSQL {version} is too old; 14 or newer is needed"
        if number < OLDEST
        else "the server is a read-only standby"
        if standby
        else f"the role {role} may not create databases; ALTER ROLE {quoted(role)} CREATEDB"
        if not may_create
        else ""
    )
    if problem:
        raise NoServer([Attempt(VARIABLE, problem)], ADVICE)
    return Server(dsn, f"PostgreSQL {version} ({VARIABLE})", number, tls)


def sweep(dsn: Dsn) -> None:
    """Drop what a run that was killed together with its reaper has left behind.

    Only databases with our name, our comment and our owner, older than any run, without a session.
    """
    from psycopg2 import Error  # noqa: PLC0415 - 30 ms, only if used

    session = Session(dsn)
    try:
        for name, comment in session.run(LEFT_BEHIND):
            made = re.fullmatch(re.escape(MARK) + r"(\d+)", comment or "")
            if made and time.time() - int(made[1]) > STALE_AFTER:
                session.run(f"ALTER DATABASE {quoted(name)} IS_TEMPLATE false")
                session.run(f"DROP DATABASE IF EXISTS {quoted(name)}")
    except Error:
        # Somebody else was quicker, or has connected to it: then it is not left behind.
        return
    finally:
        session.close()
