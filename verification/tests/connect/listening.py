"""Servers that accept TCP and then behave in one odd way."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Behaviour = Callable[[socket.socket], object]


@contextmanager
def listening(behave: Behaviour, port: int = 0) -> Iterator[int]:
    """While open, every client is treated by `behave`, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", port))

    def treat(client: socket.socket) -> None:
        with client, suppress(OSError):
            behave(client)

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=treat, args=(client,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def silent(client: socket.socket) -> None:
    """Take everything, say nothing."""
    while client.recv(4096):
        pass


def rude(client: socket.socket) -> None:
    """Close at once."""
    client.recv(1)


def certificate(folder: Path, name: str, days: int) -> Path:
    """A self-signed certificate with its key, in one PEM file."""
    pem = folder / f"{name}.pem"
    command = "openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
    words = [*command.split(), "-subj", f"/CN={name}", "-days", str(days)]
    words += ["-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"]
    words += ["-keyout", str(pem), "-out", str(folder / f"{name}.crt")]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - our own arguments
    pem.write_text(pem.read_text() + (folder / f"{name}.crt").read_text())
    return pem


def encrypted(pem: Path) -> Behaviour:
    """Agree to TLS with this certificate, then say nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def behave(client: socket.socket) -> None:
        client.recv(8, socket.MSG_WAITALL)
        client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as inside:
            inside.recv(4096)
            inside.sendall(b"E\x00\x00\x00\x05\x00")

    return behave
