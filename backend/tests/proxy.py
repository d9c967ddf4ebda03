"""A TCP proxy that can misbehave as networks and servers do, without harming the server."""

import socket
import struct
import threading
from contextlib import suppress
from dataclasses import replace
from typing import Any

from backend.tests.api import Dsn

RESET = struct.pack("ii", 1, 0)  # close with RST, as a machine that vanished and came back


class Proxy:
    """Stands before a server; `dsn` leads through it."""

    def __init__(self, behind: Dsn) -> None:
        self.behind = behind
        self.flowing = threading.Event()
        self.flowing.set()
        self.ends: list[socket.socket] = []
        self.listener: socket.socket | None = None
        self.port = 0
        self.trips = 0  # how often a client sent something
        self.listen()

    @property
    def dsn(self) -> Any:
        """The same database, through the proxy; the host stays what certificates know it by."""
        through: Any = replace(self.behind, port=self.port)  # type: ignore[type-var] # a dataclass
        return through.with_parameters(hostaddr="127.0.0.1")

    def listen(self) -> None:
        """Accept connections, on the same port as ever."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self.listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def refuse(self) -> None:
        """Nobody listens any more, and every connection is reset: the machine is gone."""
        assert self.listener
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes the accepting thread
        self.listener.close()
        self.reset()

    def reset(self) -> None:
        """Reset every connection."""
        self.flowing.set()
        for end in self.ends:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it
            end.close()
        self.ends.clear()

    def freeze(self) -> None:
        """Let nothing through, in old and new connections: a black hole."""
        self.flowing.clear()

    def thaw(self) -> None:
        """Let everything through again."""
        self.flowing.set()

    def close(self) -> None:
        """Stop for good."""
        self.refuse()

    def _accept(self, listener: socket.socket) -> None:
        host = self.behind.libpq().get("hostaddr") or self.behind.host
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.ends.append(client)
            self.flowing.wait()
            try:
                server = socket.create_connection((host, self.behind.port or 5432))
            except OSError:
                client.close()
                continue
            self.ends.append(server)
            for pair in ((client, server, 1), (server, client, 0)):
                threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, counted: int) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self.trips += counted
                self.flowing.wait()
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
