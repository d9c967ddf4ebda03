import socket
import threading
import time

import pytest

from verification.connect import retrying
from verification.connect.answer import Unanswered
from verification.connect.retrying import answered
from verification.databases import Server
from verification.dsn import Dsn
from verification.tests.connect.listening import listening
from verification.tests.neon.refusing import refusing


def forward(server: Dsn) -> object:
    def behave(client: socket.socket) -> None:
        with socket.create_connection((server.host, server.port or 5432)) as there:
            back = threading.Thread(target=pump, args=(there, client), daemon=True)
            back.start()
            pump(client, there)

    return behave


def pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def test_waits_for_a_server_that_starts_later(disposable_server: Server) -> None:
    port = free_port()
    there = disposable_server.dsn
    dsn = Dsn("127.0.0.1", port, there.user, there.password, there.database)
    heard: list[str] = []
    started = threading.Event()

    def note(nothing: Unanswered) -> None:
        heard.append(nothing.failure.layer)
        started.set()

    def later() -> None:
        started.wait(5)
        with listening(forward(there), port):  # type: ignore[arg-type] # a behaviour
            ended.wait(10)

    ended = threading.Event()
    thread = threading.Thread(target=later)
    thread.start()
    try:
        assert answered(dsn, 10, note).identity.database == there.database
    finally:
        ended.set()
        thread.join()
    assert heard
    assert set(heard) == {"TCP"}


def test_what_waiting_cannot_help_is_not_tried_again() -> None:
    heard: list[Unanswered] = []
    begun = time.monotonic()
    with (
        refusing("The endpoint has been disabled. Enable it using Neon API and retry.") as dsn,
        pytest.raises(Unanswered, match="endpoint-disabled"),
    ):
        answered(dsn, 30, heard.append)
    assert heard == []
    assert time.monotonic() - begun < 15


def test_gives_up_when_the_time_is_over() -> None:
    heard: list[Unanswered] = []
    begun = time.monotonic()
    with refusing("Control plane request failed") as dsn, pytest.raises(Unanswered):
        answered(dsn, 1.2, heard.append)
    assert 1 <= len(heard) <= 5
    assert time.monotonic() - begun < 10


def test_one_attempt_without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "FIRST", 0)
    heard: list[Unanswered] = []
    with refusing("Control plane request failed") as dsn, pytest.raises(Unanswered):
        answered(dsn, 0, heard.append)
    assert heard == []
