"""The server process itself: its settings, its start and its end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from verification.databases.certificate import certify
from verification.databases.directory import Directory
from verification.databases.identity import Identity
from verification.databases.programs import Failed, Programs, last_words

PATIENCE = 30.0
LONGEST_SOCKET_DIRECTORY = 80
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = '{sockets}'
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off                      # it would stall the copying of a database
dynamic_shared_memory_type = mmap     # in the data directory: nothing stays behind elsewhere
timezone = 'GMT'                      # the one zone that needs no files of the system
log_timezone = 'GMT'
"""


@dataclass(frozen=True, slots=True)
class Launch:
    """Everything a server needs to start."""

    programs: Programs
    directory: Directory
    identity: Identity
    environment: dict[str, str]

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.directory.path / "data"

    @property
    def log(self) -> Path:
        """What the server writes."""
        return self.directory.path / "log"

    def run(self, port: int, tls: str) -> subprocess.Popen[bytes]:
        """Start the process. Its lock on the directory tells others that it lives."""
        arguments = ["-D", str(self.data), "-c", f"port={port}", "-c", f"ssl={tls}"]
        program = self.programs.path / "postgres"
        with self.log.open("wb") as output:
            return self.identity.spawn(
                [program, *arguments], self.environment, output, keep=[self.directory.lock]
            )


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A server that accepts connections."""

    process: subprocess.Popen[bytes]
    port: int
    ca_file: str
    tls_reason: str


def start(launch: Launch) -> Postmaster:
    """Start the server, with TLS where that is possible. Raises Failed with its last words."""
    configure(launch)
    ca_file, failure = secure(launch)
    # Twice, as somebody may take the free port first; then without TLS, which not every build has.
    for tls in ("on", "on", "off") if ca_file else ("off", "off"):
        port = free_port()
        process = launch.run(port, tls)
        try:
            wait(process, launch)
        except Failed as error:
            stop(process)
            failure = str(error)
        except BaseException:
            stop(process)
            raise
        else:
            return Postmaster(process, port, *((ca_file, "") if tls == "on" else ("", failure)))
    raise Failed(failure)


def configure(launch: Launch) -> None:
    """Add the settings of a disposable server."""
    sockets = launch.directory.path / "sockets"
    sockets.mkdir(mode=0o700)
    launch.identity.own(sockets)
    # A longer path does not fit into a socket's address; TCP is what everybody uses.
    short = len(os.fsencode(sockets)) <= LONGEST_SOCKET_DIRECTORY
    with (launch.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(SETTINGS.format(sockets=sockets if short else ""))


def secure(launch: Launch) -> tuple[str, str]:
    """Give the server a certificate; returns its place for clients, or why there is none."""
    if why_not := certify(launch.data):
        return "", why_not
    launch.identity.own(launch.data / "server.key", launch.data / "server.crt")
    ca_file = launch.directory.path / "ca.pem"
    shutil.copyfile(launch.data / "server.crt", ca_file)
    return str(ca_file), ""


def wait(process: subprocess.Popen[bytes], launch: Launch) -> None:
    """Wait until the server says in its pid file that it accepts connections."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failed(f"the server did not start: {last_words(launch.log)}")
        with suppress(OSError):
            status = (launch.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            if [line.strip() for line in status[7:8]] == ["ready"]:
                return
        time.sleep(0.005)
    raise Failed(f"the server was not ready after {PATIENCE:.0f} s: {last_words(launch.log)}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """An immediate shutdown, as nothing is worth saving; after ten seconds, the end."""
    if process.poll() is None:
        process.send_signal(signal.SIGQUIT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A TCP port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
