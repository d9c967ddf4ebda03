"""A PostgreSQL data directory, made by initdb."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path

from verification.databases.certificate import certify
from verification.databases.identity import Identity
from verification.databases.programs import Failed, Programs, last_words

OPTIONS = (
    *("--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
    *("--no-sync", "--no-instructions", "--wal-segsize=1"),
)
BUILTIN = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
BUILTIN_SINCE = 17
LONGEST_SOCKET_DIRECTORY = 80
SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
ssl = {ssl}
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
dynamic_shared_memory_type = mmap
"""


def initialise(
    programs: Programs,
    data: Path,
    password: Path,
    identity: Identity,
    environment: Mapping[str, str],
) -> None:
    """Run initdb. Raises Failed with its last words."""
    log = data.with_name("initdb.log")
    builtin = BUILTIN if programs.major >= BUILTIN_SINCE else ()
    where = (f"--pgdata={data}", f"--pwfile={password}")
    arguments = [str(programs.path / "initdb"), *where, *OPTIONS, *builtin]
    with log.open("wb") as output:
        ended = identity.spawn(arguments, environment, output).wait()
    if ended != 0:
        raise Failed(f"initdb failed: {last_words(log)}")


def configure(directory: Path, data: Path, identity: Identity) -> tuple[int, str]:
    """Add a certificate and the settings; returns the port, and why there is no TLS if so."""
    why_no_tls = certify(data)
    if not why_no_tls:
        identity.own(data / "server.key", data / "server.crt")
    sockets = directory / "sockets"
    sockets.mkdir(mode=0o700)
    identity.own(sockets)
    port = free_port()
    settings = SETTINGS.format(
        port=port,
        # A longer path does not fit into a socket's address; TCP is what everybody uses.
        sockets=sockets if len(os.fsencode(sockets)) <= LONGEST_SOCKET_DIRECTORY else "",
        ssl="off" if why_no_tls else "on",
    )
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(settings)
    return port, why_no_tls


def free_port() -> int:
    """A TCP port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
