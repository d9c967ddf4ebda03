"""A relay between a client and a server that counts round trips and bytes on the wire."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Counts:
    """What passed through: a round trip begins where the client speaks after the server has."""

    round_trips: int = 0
    received: int = 0
    _server_spoke: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self) -> None:
        """The client has sent something."""
        with self._lock:
            self.round_trips += self._server_spoke
            self._server_spoke = False

    def server(self, size: int) -> None:
        """The server has sent something."""
        with self._lock:
            self.received += size
            self._server_spoke = True


@contextmanager
def relay(host: str, port: int) -> Iterator[tuple[int, Counts]]:
    """A local port that leads to a server, one client at a time, and what passed through it."""
    counts = Counts()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=forward, args=(listener, host, port, counts), daemon=True).start()
        yield listener.getsockname()[1], counts


def forward(listener: socket.socket, host: str, port: int, counts: Counts) -> None:
    """Take clients of a listening socket to a server, and count."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = socket.create_connection((host, port))
        for source, target, client_speaks in ((client, server, True), (server, client, False)):
            job = (source, target, counts, client_speaks)
            threading.Thread(target=_copy, args=job, daemon=True).start()


def _copy(source: socket.socket, target: socket.socket, counts: Counts, client: bool) -> None:
    try:
        while data := source.recv(1 << 16):
            if client:
                counts.client()
            else:
                counts.server(len(data))
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
