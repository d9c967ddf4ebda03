"""What stands in front of the computes: TLS, routing by name, Neon's words when something is wrong.

Connections are passed on to real PostgreSQL, those of `-pooler` hosts through a real PgBouncer
where there is one; only the start-up message is read and rewritten.
"""

from __future__ import annotations

import re
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from verification.dsn import Dsn
from verification.neon.standin.answers import HOST
from verification.neon.standin.pooler import NoPooler
from verification.neon.standin.world import DATABASE, Compute, World
from verification.neon.startup import PASSED_ON, options

SSL_REQUEST, GSS_REQUEST, CANCEL = 80877103, 80877104, 80877102
PROTOCOL_3 = 196608
LARGEST = 10_000  # bytes of a start-up message, as PostgreSQL has it
WAKING = 0.3  # seconds that a suspended compute takes
_ENDPOINT = re.compile(r"(?:endpoint|project)=(\S+)")
_NO_SNI = (
    "Endpoint ID is not specified. Either please upgrade the postgres client library (libpq) for"
    " SNI support or pass the endpoint ID (first part of the domain name) as a parameter:"
    " '?options=endpoint%3D<endpoint-id>'. See more at https://neon.tech/sni"
)
_NOT_FOUND = (
    "The requested endpoint could not be found, or you don't have access to it. Please check the"
    " provided ID and try again."
)
_DISABLED = "The endpoint has been disabled. Enable it using Neon API and retry."
_UNSUPPORTED = (
    "unsupported startup parameter in options: {}. Please use unpooled connection or remove this"
    " parameter from the startup package. More details: https://neon.tech/docs/connect/"
    "connection-errors#unsupported-startup-parameter"
)


class Turned(Exception):
    """A client is turned away; the message is Neon's."""


@dataclass(slots=True)
class Front:
    """Listens on this machine for every host of the stand-in, with a certificate for them all."""

    world: World
    certificate: Path
    """PEM with key and certificate, for `*.us-east-2.aws.neon.tech`."""
    waking: float = WAKING
    _listener: socket.socket | None = None

    def __enter__(self) -> Self:
        """Start to listen."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def address(self, host: str) -> Dsn:
        """How to reach one of the hosts: by its real name, on this machine."""
        assert self._listener is not None  # noqa: S101 - only asked while open
        port = self._listener.getsockname()[1]
        safe = {"sslmode": "verify-full", "sslrootcert": str(self.certificate)}
        return Dsn(host, port, parameters={**safe, "hostaddr": "127.0.0.1"})

    def _serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._treat, args=(client,), daemon=True).start()

    def _treat(self, client: socket.socket) -> None:
        with suppress(OSError, struct.error, ValueError, NoPooler), client:
            client.settimeout(15)  # Neon's own patience for a handshake
            self._handshake(client)

    def _handshake(self, client: socket.socket) -> None:
        while True:
            length, code = struct.unpack("!II", _exactly(client, 8))
            if code == SSL_REQUEST:
                break
            if code == GSS_REQUEST:
                client.sendall(b"N")
            else:  # a start-up message, or a request to cancel, in plain text
                _refuse(client, "connection is insecure (try using `sslmode=require`)")
                return
        client.sendall(b"S")
        named: list[str] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        context.set_alpn_protocols(["postgresql"])
        context.sni_callback = lambda _socket, name, _context: named.append(name or "")
        with context.wrap_socket(client, server_side=True) as inside:
            length, code = struct.unpack("!II", _exactly(inside, 8))
            if code == CANCEL or length > LARGEST:
                return
            given = _parameters(_exactly(inside, length - 8))
            try:
                server = self._connected(named[0] if named else "", given, code)
            except Turned as refusal:
                _refuse(inside, str(refusal))
                return
            with server:
                _pump(inside, server)

    def _connected(self, name: str, given: Mapping[str, str], protocol: int) -> socket.socket:
        asked = given.get("options", "")
        pooled = self._pooled(name, asked)
        if pooled and (names := options(asked)):
            raise Turned(_UNSUPPORTED.format(names[0]))
        compute = self._found(name, asked)
        self._awake(compute)
        with self.world.lock:
            there = self.world.branches[compute.branch_id].database
        passed = {key: value for key, value in given.items() if key in PASSED_ON}
        passed["options"] = _ENDPOINT.sub("", asked).strip()
        wanted = given.get("database") or given.get("user", "")
        passed["database"] = there.database if wanted == DATABASE else wanted
        body = b"".join(f"{k}\0{v}\0".encode() for k, v in passed.items() if v) + b"\0"
        if pooled and self.world.pools.program is not None:
            server = self.world.pooled(compute)
        else:
            server = socket.create_connection((there.host, there.port or 5432), 15)
        server.sendall(struct.pack("!II", len(body) + 8, protocol) + body)
        return server

    def _pooled(self, name: str, asked: str) -> bool:
        found = _ENDPOINT.search(asked)
        return name.partition(".")[0].endswith("-pooler") or bool(
            found and found[1].endswith("-pooler")
        )

    def _found(self, name: str, asked: str) -> Compute:
        by_name = name.removesuffix("." + HOST) if name.endswith("." + HOST) else ""
        option = _ENDPOINT.search(asked)
        if by_name and option and option[1] != by_name:
            raise Turned(
                f"Inconsistent project name inferred from SNI ('{by_name}') and project option"
                f" ('{option[1]}')."
            )
        id_ = by_name or (option[1] if option else "")
        if not id_:
            raise Turned(_NO_SNI)
        with self.world.lock:
            self.world.expire()
            compute = self.world.computes.get(id_.removesuffix("-pooler"))
        if compute is None:
            raise Turned(_NOT_FOUND)
        return compute

    def _awake(self, compute: Compute) -> None:
        if compute.disabled:
            raise Turned(_DISABLED)
        if compute.trouble:
            raise Turned(compute.trouble)
        if compute.state == "idle":
            time.sleep(self.waking if compute.waking is None else compute.waking)
            compute.state, compute.woken = "active", compute.woken + 1


def _parameters(body: bytes) -> dict[str, str]:
    words = body.rstrip(b"\0").decode("utf-8", "replace").split("\0")
    return dict(zip(words[::2], words[1::2], strict=False))


def _refuse(client: socket.socket, message: str) -> None:
    """Severity ERROR and XX000, whatever it is: so does Neon's proxy."""
    parts = {"S": "ERROR", "V": "ERROR", "C": "XX000", "M": message}
    body = b"".join(f"{key}{value}\0".encode() for key, value in parts.items()) + b"\0"
    client.sendall(b"E" + struct.pack("!I", len(body) + 4) + body)
    with suppress(OSError):
        client.shutdown(socket.SHUT_WR)
        client.recv(1)


def _exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = client.recv(count - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return data


def _pump(client: ssl.SSLSocket, server: socket.socket) -> None:
    """Pass on what either says until one of them ends; one thread, as TLS wants it."""
    client.settimeout(None)
    server.settimeout(None)
    while True:
        ready = [client] if client.pending() else select.select([client, server], [], [])[0]
        for source in ready:
            data = source.recv(65_536)
            if not data:
                _say_goodbye(client, ended_by_client=source is client)
                return
            (server if source is client else client).sendall(data)


def _say_goodbye(client: ssl.SSLSocket, *, ended_by_client: bool) -> None:
    """Let a client that sends something else still read the last words of its server."""
    if ended_by_client:
        return
    with suppress(OSError):
        client.shutdown(socket.SHUT_WR)
        client.settimeout(5)
        while client.recv(65_536):
            pass
