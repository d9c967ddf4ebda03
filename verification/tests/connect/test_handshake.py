import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from verification.connect.certificate import read_der, read_pem
from verification.connect.handshake import shake
from verification.databases import Server
from verification.dsn import Dsn
from verification.tests.connect.listening import certificate, encrypted, listening, rude, silent


def test_sees_the_certificate_and_the_mechanisms(disposable_server: Server) -> None:
    if not disposable_server.ca_file:
        pytest.skip(disposable_server.tls_reason)
    seen = shake(disposable_server.secured(disposable_server.dsn))
    assert seen.version.startswith("TLSv1.")
    assert seen.distrusted == ""
    assert seen.binds_channels
    assert seen.chain[0].subject == "localhost"
    assert seen.chain[0].days_left(datetime.now(UTC)) > 3000


def test_says_why_a_certificate_proves_nothing(disposable_server: Server) -> None:
    if not disposable_server.ca_file:
        pytest.skip(disposable_server.tls_reason)
    dsn = disposable_server.dsn.with_parameters(sslmode="require")
    seen = shake(dsn)
    assert "self-signed" in seen.distrusted.replace(" ", "-")
    assert seen.chain
    missing = shake(dsn.with_parameters(sslrootcert="/not/there.pem"))
    assert "/not/there.pem" in missing.distrusted


@pytest.mark.parametrize("days", [3, 400])
def test_how_long_a_certificate_lasts(tmp_path: Path, days: int) -> None:
    pem = certificate(tmp_path, "db.example", days)
    with listening(encrypted(pem)) as port:
        dsn = Dsn("db.example", port, parameters={"hostaddr": "127.0.0.1", "sslmode": "require"})
        seen = shake(dsn, 5)
        proven = shake(dsn.with_parameters(sslrootcert=str(pem)), 5)
    assert seen.chain[0].subject == seen.chain[0].issuer == "db.example"
    assert seen.chain[0].days_left(datetime.now(UTC) + timedelta(hours=1)) == days - 1
    assert seen.distrusted
    assert proven.distrusted == ""
    assert proven.mechanisms == ()
    assert read_pem(pem.read_bytes()) == list(seen.chain)


def refuse_tls(client: socket.socket) -> None:
    client.recv(8)
    client.sendall(b"N")


def test_a_server_without_tls() -> None:
    with listening(refuse_tls) as port:
        assert shake(Dsn("127.0.0.1", port), 5).version == ""


@pytest.mark.parametrize("behave", [silent, rude])
def test_bounded_and_an_oserror_whatever_listens(behave: object) -> None:
    # A time-out is an OSError too.
    with listening(behave) as port, suppress(OSError):  # type: ignore[arg-type] # either one
        assert shake(Dsn("127.0.0.1", port), 0.5).version == ""


@pytest.mark.parametrize("data", [b"", b"0", b"\x30\x03\x02\x01\x01", b"\x30\x82\xff\xff\x00"])
def test_what_is_no_certificate_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_der(data)
