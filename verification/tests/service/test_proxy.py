import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from verification.databases import Server
from verification.dsn import Dsn
from verification.service.proxy import Proxy


@pytest.fixture
def proxy(disposable_server: Server) -> Iterator[Proxy]:
    """A proxy before the maintenance database."""
    proxy = Proxy(disposable_server.dsn)
    yield proxy
    proxy.close()


def answer(connection: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 42")
        return cursor.fetchone()[0]


def connected(dsn: Dsn) -> Any:
    return psycopg2.connect(**dsn.libpq(), connect_timeout=2)


def test_passes_everything_and_counts_it(proxy: Proxy) -> None:
    connection = connected(proxy.dsn)
    assert answer(connection) == 42
    assert proxy.arrivals >= 1
    assert proxy.traffic > 100
    connection.close()


def test_refuses_new_connections_and_resets_old_ones(proxy: Proxy) -> None:
    connection = connected(proxy.dsn)
    proxy.refuse()
    with pytest.raises(psycopg2.OperationalError):
        answer(connection)
    with pytest.raises(psycopg2.OperationalError, match="refused"):
        connected(proxy.dsn)
    proxy.mend()
    assert answer(connected(proxy.dsn)) == 42


def test_a_cut_is_a_reset(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port)) as client:
        deadline = time.monotonic() + 2
        while not proxy.arrivals and time.monotonic() < deadline:
            time.sleep(0.01)
        proxy.cut()
        client.settimeout(2)
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_is_silent_on_old_and_new_connections_until_mended(proxy: Proxy) -> None:
    connection = connected(proxy.dsn)
    proxy.silence()
    outcome: list[object] = []

    def ask() -> None:
        try:
            outcome.append(answer(connection))
        except psycopg2.OperationalError as error:
            outcome.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join(0.3)
    assert not outcome
    with pytest.raises(psycopg2.OperationalError, match="timeout"):
        connected(proxy.dsn)
    proxy.mend()
    asking.join(5)
    assert isinstance(outcome[0], psycopg2.OperationalError)  # what was swallowed is lost
    assert answer(connected(proxy.dsn)) == 42


def test_is_late(proxy: Proxy) -> None:
    connection = connected(proxy.dsn)
    answer(connection)
    proxy.latency = 0.1
    begun = time.monotonic()
    assert answer(connection) == 42
    assert time.monotonic() - begun >= 0.2


def test_keeps_the_end_of_a_connection_to_itself_for_a_while(proxy: Proxy) -> None:
    connection = connected(proxy.dsn)
    proxy.lingers = 0.3
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((process,),) = cursor.fetchall()
    direct = psycopg2.connect(**proxy.behind.libpq())
    direct.autocommit = True
    begun = time.monotonic()
    direct.cursor().execute("SELECT pg_terminate_backend(%s)", (process,))
    with pytest.raises(psycopg2.OperationalError):
        answer(connection)
    direct.close()
    assert time.monotonic() - begun < 5


def test_a_server_that_is_not_there() -> None:
    proxy = Proxy(Dsn("127.0.0.1", 9, "nobody", "", "nothing"))
    with pytest.raises(psycopg2.OperationalError):
        connected(proxy.dsn)
    proxy.close()
