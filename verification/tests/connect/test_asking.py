import time
from dataclasses import replace

import pytest

from verification.connect.answer import Unanswered
from verification.connect.asking import ask
from verification.connect.layers import failure
from verification.databases import Server
from verification.dsn import Dsn
from verification.neon.errors import Retry
from verification.tests.connect.listening import listening, rude, silent


def test_shows_every_step_and_who_answers(disposable_server: Server) -> None:
    answer = ask(disposable_server.dsn.with_parameters(sslmode="disable"))
    assert [step.name for step in answer.steps] == ["DNS", "TCP", "authentication", "first query"]
    assert answer.identity.version_num == disposable_server.version
    assert answer.identity.database == disposable_server.dsn.database
    assert not answer.identity.in_recovery
    assert not answer.identity.read_only
    assert answer.tls == ""
    assert abs((answer.identity.clock - answer.asked).total_seconds()) < 1
    assert "authentication" in answer.timeline


def test_tls_is_a_step_of_its_own(disposable_server: Server) -> None:
    if not disposable_server.ca_file:
        pytest.skip(disposable_server.tls_reason)
    answer = ask(disposable_server.secured(disposable_server.dsn))
    named = {step.name: step.seconds for step in answer.steps}
    assert list(named) == ["DNS", "TCP", "TLS", "authentication", "first query"]
    assert all(seconds >= 0 for seconds in named.values())
    assert answer.tls.startswith("TLSv1.")


def test_a_url_for_asyncpg_is_understood(disposable_server: Server) -> None:
    dsn = replace(disposable_server.dsn, driver="asyncpg").with_parameters(ssl="prefer")
    assert ask(dsn).identity.database == dsn.database


def test_a_socket_without_a_server(tmp_path: object) -> None:
    with pytest.raises(Unanswered) as caught:
        ask(Dsn(host=str(tmp_path), user="u", database="d"))
    assert caught.value.failure.layer == "socket"


@pytest.mark.parametrize(
    ("change", "layer", "retry"),
    [
        ({"database": "not there"}, "database", Retry.NEVER),
        ({"password": "wrong"}, "authentication", Retry.NEVER),
        ({"user": "nobody"}, "authentication", Retry.NEVER),
        ({"port": 9}, "TCP", Retry.SOON),
        ({"host": "nowhere.invalid"}, "DNS", Retry.SOON),
        ({"parameters": {"conect_timeout": "5"}}, "URL", Retry.NEVER),
        ({"parameters": {"sslmode": "best"}}, "URL", Retry.NEVER),
        ({"parameters": {"options": "-c nonsense=1"}}, "startup", Retry.NEVER),
        (
            {"parameters": {"sslmode": "verify-full", "sslrootcert": "/not/there"}},
            "TLS",
            Retry.NEVER,
        ),
    ],
)
def test_names_the_layer_that_failed(
    disposable_server: Server, change: dict[str, object], layer: str, retry: Retry
) -> None:
    dsn = replace(disposable_server.dsn, **change)  # type: ignore[arg-type] # any field
    with pytest.raises(Unanswered) as caught:
        ask(dsn, patience=5)
    assert (caught.value.failure.layer, caught.value.failure.retry) == (layer, retry)
    assert dsn.password not in str(caught.value)


def test_a_server_that_accepts_and_never_answers_takes_bounded_time() -> None:
    with listening(silent) as port:
        begun = time.monotonic()
        with pytest.raises(Unanswered) as caught:
            ask(Dsn("127.0.0.1", port, "u", "p", "d"), patience=0.5)
    assert time.monotonic() - begun < 2
    assert caught.value.failure.layer == "TLS"
    assert "TCP is accepted" in caught.value.failure.text


def test_a_server_that_hangs_up() -> None:
    with listening(rude) as port, pytest.raises(Unanswered) as caught:
        ask(Dsn("127.0.0.1", port, "u", "p", "d"), patience=5)
    assert caught.value.failure.layer == "server"
    assert caught.value.failure.retry is Retry.SOON


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("FATAL:  the database system is starting up", "server"),
        ("FATAL:  sorry, too many clients already", "capacity"),
        ('FATAL:  too many connections for role "app"', "capacity"),
        ('FATAL:  role "app" is not permitted to log in', "role"),
        ('FATAL:  permission denied for database "app"', "database"),
        (
            'FATAL:  no pg_hba.conf entry for host "h", user "u", database "d", no encryption',
            "authentication",
        ),
        ("server does not support SSL, but SSL was required", "TLS"),
        ("SSL error: certificate verify failed", "TLS"),
        ('server certificate for "a" does not match host name "b"', "TLS"),
        ("SSL SYSCALL error: EOF detected", "server"),
        ("The endpoint has been disabled. Enable it using Neon API and retry.", "Neon"),
        ("something nobody has seen", "connection"),
        (
            (
                'server at "localhost" (::1) failed: Connection refused server at '
                '"localhost" failed: FATAL: password authentication failed'
            ),
            "authentication",
        ),
    ],
)
def test_messages(text: str, layer: str) -> None:
    assert failure(text).layer.partition(",")[0] == layer
