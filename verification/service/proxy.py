"""A TCP proxy that misbehaves as networks and servers do, without harm to the server."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from verification.dsn import Dsn

RESET = struct.pack("ii", 1, 0)  # SO_LINGER with which close() sends RST
CHUNK = 65536


@dataclass(slots=True, eq=False)
class Proxy:
    """Stands before a server; `dsn` leads through it. In the beginning everything passes."""

    behind: Dsn
    port: int = 0
    latency: float = 0.0
    """Seconds by which each piece of data is late, in both directions."""
    arrivals: int = 0
    """How many connections have been tried, refused ones left out."""
    traffic: int = 0
    """How many bytes have come from either side."""
    lingers: float = 0.0
    """Seconds for which the end of a connection is kept from its other side."""
    _flowing: threading.Event = field(default_factory=threading.Event)
    _ends: list[socket.socket] = field(default_factory=list)
    _listener: socket.socket | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Listen on a free port of this machine."""
        self._flowing.set()
        self._listen()

    @property
    def dsn(self) -> Dsn:
        """The same database, through the proxy."""
        parameters = {k: v for k, v in self.behind.parameters.items() if k != "hostaddr"}
        return replace(self.behind, host="127.0.0.1", port=self.port, parameters=parameters)

    def refuse(self) -> None:
        """Nobody listens any more, and every connection is reset: the machine is gone."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            listener.close()
        self.cut()

    def cut(self) -> None:
        """Reset every connection; new ones are welcome."""
        with self._lock:
            ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RD)  # wakes the thread that reads from it, sends nothing
            end.close()

    def silence(self) -> None:
        """Let nothing through, in old and new connections: a black hole."""
        self._flowing.clear()

    def mend(self) -> None:
        """Let everything pass again, on the same port as ever."""
        self.latency = self.lingers = 0.0
        if not self._flowing.is_set():
            self.cut()  # what was sent into the hole is lost; its connection is, too
        self._flowing.set()
        if self._listener is None:
            self._listen()

    def close(self) -> None:
        """End for good."""
        self._flowing.set()
        self.refuse()

    def _listen(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.arrivals += 1
            self._keep(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._flowing.wait()
        try:
            server = self._connect()
        except OSError:
            self._forget(client)
            return
        self._keep(server)
        with suppress(OSError):  # it may have gone meanwhile
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
        back.start()
        self._pump(client, server)
        back.join()
        self._forget(client)
        self._forget(server)

    def _connect(self) -> socket.socket:
        port = self.behind.port or 5432
        host = self.behind.parameters.get("hostaddr") or self.behind.host or "/var/run/postgresql"
        if host.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{host}/.s.PGSQL.{port}")
            return server
        server = socket.create_connection((host, port), timeout=10)
        server.settimeout(None)
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return server

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self.traffic += len(data)
                self._flowing.wait()
                if self.latency:
                    time.sleep(self.latency)
                sink.sendall(data)
        self._flowing.wait()
        if self.lingers:
            time.sleep(self.lingers)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _keep(self, end: socket.socket) -> None:
        with self._lock:
            self._ends.append(end)

    def _forget(self, end: socket.socket) -> None:
        with self._lock:
            if end in self._ends:
                self._ends.remove(end)
        end.close()


@contextmanager
def proxied(dsn: Dsn) -> Iterator[Proxy]:
    """A proxy before the server of `dsn`, while open."""
    proxy = Proxy(dsn)
    try:
        yield proxy
    finally:
        proxy.close()
