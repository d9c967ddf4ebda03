"""What cannot be written as an example: other servers, other certificates, other settings."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from verification.check import Check
from verification.checks.connectivity.expiring_certificate import expiring_certificate
from verification.checks.connectivity.outdated_tls import outdated_tls
from verification.checks.connectivity.read_only_server import read_only_server
from verification.checks.connectivity.slow_connection import slow_connection
from verification.checks.connectivity.unencrypted_connection import unencrypted_connection
from verification.checks.connectivity.unreachable_database import unreachable_database
from verification.checks.connectivity.unverified_server import unverified_server
from verification.checks.connectivity.wrong_encoding import wrong_encoding
from verification.checks.connectivity.wrong_server_version import wrong_server_version
from verification.config import Config
from verification.connect.answer import Answer, Step
from verification.connect.asking import ask
from verification.connect.certificate import Certificate
from verification.connect.handshake import Handshake, shake
from verification.connect.protection import crosses_a_network, protection, protection_of
from verification.databases import Server
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.tests.connect.listening import certificate, encrypted, listening
from verification.tests.neon.refusing import refusing

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def answer(disposable_server: Server) -> Answer:
    return ask(disposable_server.dsn)


def told(check: Check, **facts: object) -> list[str]:
    return [finding.message for finding in check(**facts)]


@contextmanager
def database(server: Server, options: str) -> Iterator[Dsn]:
    name = server.prefix + "odd"
    with closing(connect(server.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 {options}')
        try:
            yield server.dsn.with_database(name)
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_database_in_another_encoding(disposable_server: Server) -> None:
    options = "ENCODING 'SQL_ASCII' LOCALE 'C'"
    if disposable_server.version >= 170000:
        options += " LOCALE_PROVIDER libc"
    with database(disposable_server, options) as dsn:
        (message,) = told(wrong_encoding, answer=ask(dsn))
    assert "SQL_ASCII" in message


def test_a_standby(answer: Answer) -> None:
    standby = replace(answer, identity=replace(answer.identity, in_recovery=True, read_only=True))
    (message,) = told(read_only_server, answer=standby)
    assert "standby" in message


@pytest.mark.parametrize(
    ("days", "life", "found"),
    [
        (-1, 365, True),
        (5, 90, True),
        (13, 90, True),
        (15, 90, False),
        (5, 6, False),  # issued yesterday, for six days
        (1, 6, True),
        (8, 45, True),
        (10, 45, False),
    ],
)
def test_how_soon_is_soon(days: int, life: int, found: bool) -> None:
    until = NOW + timedelta(days=days, hours=1)
    leaf = Certificate("db", "ca", until - timedelta(days=life), until)
    messages = told(
        expiring_certificate,
        dsn=Dsn("db.example"),
        config=Config(),
        handshake=Handshake("TLSv1.3", (leaf,)),
    )
    assert bool(messages) is found


def test_the_certificate_that_a_server_really_sends(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "db.example", 3)
    dsn = Dsn("127.0.0.1", parameters={"sslmode": "require"})
    with listening(encrypted(pem)) as port:
        seen = shake(replace(dsn, port=port), 5)
    found = told(expiring_certificate, dsn=dsn, config=Config(root=tmp_path), handshake=seen)
    # Three days of a life of three: nothing is overdue yet.
    assert found == []
    later = replace(seen.chain[0], since=seen.chain[0].since - timedelta(days=90))
    seen = replace(seen, chain=(later,))
    (message,) = told(expiring_certificate, dsn=dsn, config=Config(), handshake=seen)
    assert "db.example expires in 2 days" in message


def test_a_bundle_is_as_good_as_its_best_authority(tmp_path: Path) -> None:
    page = expiring_certificate.page
    old = page[page.index("-----BEGIN") : page.index("```\n\n```env good")]
    new = page[page.rindex("-----BEGIN") :].removesuffix("```")
    (tmp_path / "bundle.pem").write_text(old + new)
    dsn = Dsn("db.example", parameters={"sslrootcert": "bundle.pem"})
    facts = {"dsn": dsn, "config": Config(root=tmp_path), "handshake": Handshake("TLSv1.3")}
    assert told(expiring_certificate, **facts) == []
    (tmp_path / "bundle.pem").write_text(old)
    assert len(told(expiring_certificate, **facts)) == 1


def test_tls_that_was_negotiated(answer: Answer) -> None:
    old = replace(answer, tls="TLSv1.1")
    (message,) = told(outdated_tls, dsn=Dsn("h"), answer=old)
    assert "TLSv1.1" in message


@pytest.mark.parametrize(
    ("host", "crosses"),
    [
        ("", False),
        ("/run/postgresql", False),
        ("@abstract", False),
        ("localhost", False),
        ("127.0.0.1", False),
        ("127.1.2.3", False),
        ("::1", False),
        ("database", False),
        ("10.0.0.7", True),
        ("2001:db8::1", True),
        ("db.example", True),
    ],
)
def test_what_crosses_a_network(host: str, crosses: bool) -> None:
    assert crosses_a_network(Dsn(host)) is crosses


@pytest.mark.parametrize(
    ("query", "environment", "unencrypted", "unverified"),
    [
        ("", {}, True, False),
        ("sslmode=prefer", {}, True, False),
        ("sslmode=require", {}, False, True),
        ("sslmode=verify-ca&sslrootcert=ca.pem", {}, False, True),
        ("sslmode=verify-full", {}, False, False),
        ("sslmode=require&channel_binding=require", {}, False, False),
        ("sslmode=prefer&channel_binding=require", {}, True, False),
        ("", {"PGSSLMODE": "verify-full"}, False, False),
        ("", {"PGSSLMODE": "require", "PGCHANNELBINDING": "require"}, False, False),
        ("ssl=require", {}, False, True),
        ("ssl=verify-full", {}, False, False),
    ],
)
def test_what_protects(
    query: str,
    environment: dict[str, str],
    unencrypted: bool,
    unverified: bool,
    tmp_path: Path,
) -> None:
    (tmp_path / "ca.pem").touch()
    dsn = Dsn.parse(f"postgresql://u:p@db.example/d?{query}")
    facts: dict[str, object] = {"dsn": dsn, "protections": (protection(dsn, environment),)}
    assert bool(told(unencrypted_connection, **facts)) is unencrypted
    assert bool(told(unverified_server, config=Config(root=tmp_path), **facts)) is unverified


@pytest.mark.parametrize(
    ("driver", "given", "mode", "verified"),
    [
        ("psycopg2", {"sslmode": "require"}, "require", False),
        ("psycopg", {"sslmode": "require", "channel_binding": "require"}, "require", True),
        ("psycopg", {}, "prefer", False),
        ("asyncpg", {}, "prefer", False),
        ("asyncpg", {"ssl": "None"}, "prefer", False),
        ("asyncpg", {"ssl": "require"}, "require", False),
        ("asyncpg", {"ssl": "True"}, "verify-full", True),
        ("asyncpg", {"ssl": "verify-full"}, "verify-full", True),
        ("asyncpg", {"ssl": "False"}, "disable", False),
        ("asyncpg", {"sslmode": "require"}, "require", False),
        ("pg8000", {}, "disable", False),
        ("pg8000", {"ssl_context": "verify-full"}, "verify-full", True),
    ],
)
def test_what_an_engine_protects(
    driver: str, given: dict[str, str], mode: str, verified: bool
) -> None:
    found = protection_of(driver, given, {})
    assert (found.mode, found.verified) == (mode, verified)


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("compose.yml", "    image: postgres:{major}-alpine\n", False),
        ("docker-compose.yaml", "    image: 'postgres:{major}.1'\n", False),
        ("docker/compose.yaml", "    image: postgres:11\n", True),
        ("compose.yaml", "    image: postgres:latest\n", False),
        ("compose.yaml", "    image: mypostgres:11\n", False),
        ("compose.yaml", "    image: postgres-exporter:11\n", False),
        ("compose.yaml", "    # image: postgres:11\n", False),
        (".github/workflows/ci.yml", "      image: pgvector/pgvector:pg11\n", True),
        (".github/workflows/ci.yml", "      image: postgis/postgis:{major}-3.5\n", False),
        (".gitlab-ci.yml", "  - name: postgres:11\n", True),
        ("compose.yaml", "image: postgres:11\n---\nimage: postgres:{major}\n", False),
    ],
)
def test_the_version_under_test_is_read_off_images(
    file: str, text: str, found: bool, answer: Answer, tmp_path: Path
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.format(major=answer.identity.version_num // 10000))
    findings = list(wrong_server_version(url="", answer=answer, config=Config(root=tmp_path)))
    assert bool(findings) is found
    for finding in findings:
        assert finding.location is not None
        assert (finding.location.file, finding.location.line) == (file, 1)


@pytest.mark.parametrize(
    ("number", "found"), [(130022, True), (140015, True), (140016, False), (180000, False)]
)
def test_versions_with_published_holes(
    number: int, found: bool, answer: Answer, tmp_path: Path
) -> None:
    old = replace(answer, identity=replace(answer.identity, version_num=number))
    messages = told(wrong_server_version, url="", answer=old, config=Config(root=tmp_path))
    assert bool(messages) is found


def test_only_the_first_connection_is_slow(answer: Answer, disposable_server: Server) -> None:
    cold = replace(answer, steps=(Step("TCP", 0.1), Step("authentication", 9.0)))
    (message,) = told(slow_connection, dsn=disposable_server.dsn, answer=cold)
    assert message.startswith("the first connection took 9.1 s")
    woken = replace(answer, steps=(Step("authentication", 2.0),))
    assert told(slow_connection, dsn=disposable_server.dsn, answer=woken) == []


def test_neons_messages_are_told_by_what_they_say() -> None:
    with refusing("The endpoint has been disabled. Enable it using Neon API and retry.") as dsn:
        (finding,) = unreachable_database(dsn=dsn)
    assert "Neon, endpoint-disabled (permanent)" in finding.message
    assert "enable the endpoint" in finding.fix
    assert dsn.password not in finding.message + finding.subject
