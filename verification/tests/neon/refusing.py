"""A server that answers every start-up packet with one error, as Neon's proxy does."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from verification.dsn import Dsn

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104


@contextmanager
def refusing(message: str, sqlstate: str = "XX000") -> Iterator[Dsn]:
    """While open, whoever connects is told `message`."""
    listener = socket.create_server(("127.0.0.1", 0))
    parts = {"S": "ERROR", "V": "ERROR", "C": sqlstate, "M": message}
    body = b"".join(key.encode() + value.encode() + b"\0" for key, value in parts.items()) + b"\0"
    answer = b"E" + struct.pack("!I", len(body) + 4) + body

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client, suppress(OSError, struct.error):
                refuse(client)

    def refuse(client: socket.socket) -> None:
        while True:
            length, code = struct.unpack("!II", client.recv(8, socket.MSG_WAITALL))
            client.recv(length - 8, socket.MSG_WAITALL)
            if code not in {SSL_REQUEST, GSS_REQUEST}:
                break
            client.sendall(b"N")
        client.sendall(answer)
        client.shutdown(socket.SHUT_WR)
        client.recv(1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Dsn("127.0.0.1", listener.getsockname()[1], "alex", "npg_secret", "neondb")
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
