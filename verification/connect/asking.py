"""Connect once with libpq, watching each step, within a bounded time."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from verification.connect.answer import Answer, Identity, Step, Unanswered
from verification.connect.layers import Failure, failure
from verification.connect.resolving import resolve
from verification.dsn import Dsn
from verification.neon.drivers import converted
from verification.neon.errors import Retry

PATIENCE = 10.0  # seconds; what Neon advises for a compute that has to wake up first
QUERY = """
SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4,
       pg_catalog.current_setting('server_version'), pg_catalog.current_database()::text,
       current_user::text, pg_catalog.pg_is_in_recovery(),
       pg_catalog.current_setting('transaction_read_only') OPERATOR(pg_catalog.=) 'on',
       pg_catalog.current_setting('server_encoding'), pg_catalog.current_setting('client_encoding'),
       pg_catalog.current_setting('statement_timeout'),
       pg_catalog.current_setting('idle_in_transaction_session_timeout'),
       pg_catalog.current_setting('neon.branch_id', true),
       pg_catalog.current_setting('neon.endpoint_id', true),
       pg_catalog.current_setting('neon.project_id', true),
       pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())
"""
# libpq's own numbers for where a connection is: until TCP is there, then TLS, then who one is.
STARTED, AWAITING_RESPONSE, NEEDED = 2, 4, 8
DONE, READ = 0, 1  # what psycopg2's poll() answers


def ask(dsn: Dsn, patience: float = PATIENCE) -> Answer:
    """Connect, ask one question, and close. Raises Unanswered, at the latest after `patience`."""
    deadline = time.monotonic() + patience
    plain = converted(dsn, "psycopg2").dsn
    settings = {"application_name": "verify", **plain.libpq()}
    steps: list[Step] = []
    if plain.host and not plain.host.startswith(("/", "@")) and "," not in plain.host:
        steps += _located(plain, settings, patience)
    return _connected(settings, steps, deadline, patience)


def _located(dsn: Dsn, settings: dict[str, Any], patience: float) -> list[Step]:
    """Resolve the name ourselves: the step is timed, and libpq waits for no resolver."""
    if "hostaddr" in settings:
        return []
    begun = time.perf_counter()
    advice = "check the host's name, and that this machine can resolve it"
    try:
        addresses = resolve(dsn.host, patience)
    except TimeoutError:
        text = f"the name of {dsn.host} is not resolved within {patience:g} s"
        raise Unanswered(Failure("DNS", Retry.SOON, text, advice)) from None
    except OSError as error:
        text = f"could not translate host name {dsn.host!r}: {error.strerror or error}"
        raise Unanswered(Failure("DNS", Retry.SOON, text, advice)) from None
    settings["hostaddr"] = ",".join(addresses)
    settings["host"] = ",".join([dsn.host] * len(addresses))
    return [Step("DNS", time.perf_counter() - begun)]


def _connected(
    settings: Mapping[str, Any], steps: list[Step], deadline: float, patience: float
) -> Answer:
    import psycopg2  # noqa: PLC0415 - 30 ms that only a connection needs

    begun = time.perf_counter()
    connection: Any = None
    reached: dict[str, float] = {}

    def watch() -> None:
        status = connection.info.status
        now = time.perf_counter()
        if status not in {STARTED, NEEDED}:
            reached.setdefault("TCP", now)
        if status == AWAITING_RESPONSE:
            reached.setdefault("TLS", now)

    try:
        connection = psycopg2.connect(**settings, async_=1)
        _await(connection, deadline, watch)
        ready = time.perf_counter()
        steps += _steps(begun, reached, ready, encrypted=connection.info.ssl_in_use)
        cursor = connection.cursor()
        cursor.execute(QUERY)
        _await(connection, deadline, lambda: None)
        row = cursor.fetchone()
        ended = time.perf_counter()
        asked = datetime.now(UTC) - timedelta(seconds=(ended - ready) / 2)
        return Answer(
            (*steps, Step("first query", ended - ready)),
            _identity(row),
            _address(connection),
            connection.info.ssl_attribute("protocol") or "",
            connection.info.ssl_attribute("cipher") or "",
            asked,
        )
    except TimeoutError:
        raise Unanswered(_silence(reached, patience)) from None
    except (psycopg2.Error, UnicodeError) as error:
        raise Unanswered(failure(str(error) or "the server closed the connection")) from None
    finally:
        if connection is not None:
            with suppress(psycopg2.Error):
                connection.close()


def _await(connection: Any, deadline: float, watch: Callable[[], None]) -> None:
    while (wanted := connection.poll()) != DONE:
        watch()
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        here = [connection.fileno()]
        read, write = (here, []) if wanted == READ else ([], here)
        select.select(read, write, [], left)


def _steps(begun: float, reached: dict[str, float], ready: float, *, encrypted: bool) -> list[Step]:
    tcp = reached.get("TCP", ready)
    tls = reached.get("TLS", tcp) if encrypted else tcp
    named = [Step("TCP", tcp - begun), Step("TLS", tls - tcp), Step("authentication", ready - tls)]
    return [step for step in named if step.name != "TLS" or encrypted]


def _silence(reached: dict[str, float], patience: float) -> Failure:
    if "TCP" not in reached:
        text, layer = f"no connection within {patience:g} s", "TCP"
        advice = "check host and port, and that no firewall swallows what is sent there"
    elif "TLS" not in reached:
        text, layer = f"TCP is accepted, then nothing is said for {patience:g} s", "TLS"
        advice = "check that it is PostgreSQL that listens on this port"
    else:
        text, layer = f"no end of the authentication within {patience:g} s", "authentication"
        advice = "is the compute still starting, or a pooler waiting for a free connection?"
    return Failure(layer, Retry.SOON, text, advice)


def _address(connection: Any) -> str:
    parameters = connection.info.dsn_parameters
    return str(parameters.get("hostaddr") or parameters.get("host") or "")


def _identity(row: tuple[Any, ...]) -> Identity:
    number, version, database, role, standby, reads, encoding, client, *rest = row
    statement, idle, *neon, epoch = rest
    branch, endpoint, project = (value or "" for value in neon)
    return Identity(
        number,
        version,
        database,
        role,
        standby,
        reads,
        encoding,
        client,
        statement,
        idle,
        branch,
        endpoint,
        project,
        datetime.fromtimestamp(epoch, UTC),
    )
