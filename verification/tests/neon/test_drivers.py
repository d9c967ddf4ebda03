import asyncio
import ssl
from contextlib import closing

import psycopg
import psycopg2
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from verification.databases import Server
from verification.dsn import Dsn
from verification.neon.drivers import converted

pytest.importorskip("asyncpg")
HOST = "ep-cool-rain-a1b2c3d4-pooler.us-east-2.aws.neon.tech"
HANDED_OUT = f"postgresql://alex:npg_abc@{HOST}/neondb?sslmode=require&channel_binding=require"


def test_libpq_drivers_take_what_neon_hands_out() -> None:
    dsn = Dsn.parse(HANDED_OUT.replace("postgresql", "postgres", 1))
    assert converted(dsn, "psycopg").dsn.reveal() == HANDED_OUT.replace("sql:", "sql+psycopg:")
    assert converted(dsn, "psycopg2").lost == ()


def test_asyncpg_refuses_libpqs_words_and_gets_its_own() -> None:
    result = converted(Dsn.parse(HANDED_OUT), "asyncpg")
    assert result.dsn.parameters == {}
    assert result.lost == ("channel_binding",)
    context = result.connect_args["ssl"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize(
    ("query", "arguments", "lost"),
    [
        ("sslmode=require", {"ssl": "require"}, ()),
        ("sslmode=disable", {"ssl": "disable"}, ()),
        ("connect_timeout=10", {"timeout": 10.0}, ()),
        ("application_name=a", {"server_settings": {"application_name": "a"}}, ()),
        (
            "options=-c%20geqo%3Doff",
            {"server_settings": {"options": "-c geqo=off"}},
            (),
        ),
        ("sslmode=require&sslnegotiation=direct", {"ssl": "require", "direct_tls": True}, ()),
        ("keepalives_idle=30&pgbouncer=true", {}, ("keepalives_idle", "pgbouncer")),
        ("prepared_statement_cache_size=0", {}, ()),
    ],
)
def test_to_asyncpg(query: str, arguments: dict[str, object], lost: tuple[str, ...]) -> None:
    result = converted(Dsn.parse(f"postgresql://u@h/d?{query}"), "asyncpg")
    assert (dict(result.connect_args), result.lost) == (arguments, lost)


@pytest.mark.parametrize(
    ("query", "parameters", "lost"),
    [
        ("ssl=require", {"sslmode": "require"}, ()),
        ("ssl=verify-full", {"sslmode": "verify-full"}, ()),
        ("ssl=true", {"sslmode": "require"}, ()),
        ("ssl=false", {}, ()),
        ("timeout=1", {"connect_timeout": "2"}, ()),
        ("target_session_attrs=any", {"target_session_attrs": "any"}, ()),
        ("statement_cache_size=0", {}, ("statement_cache_size",)),
    ],
)
def test_from_asyncpg(query: str, parameters: dict[str, str], lost: tuple[str, ...]) -> None:
    for driver in ("psycopg2", "psycopg"):
        result = converted(Dsn.parse(f"postgresql+asyncpg://u@h/d?{query}"), driver)
        assert (dict(result.dsn.parameters), result.lost) == (parameters, lost)
        assert result.dsn.driver == driver


def test_an_unknown_driver_is_an_error() -> None:
    with pytest.raises(ValueError, match="pg8000"):
        converted(Dsn(), "pg8000")


def test_each_conversion_connects(disposable_server: Server) -> None:
    if not disposable_server.ca_file:
        pytest.skip(disposable_server.tls_reason)
    secured = disposable_server.secured(disposable_server.dsn).with_parameters(
        connect_timeout="9", application_name="there"
    )
    with closing(psycopg2.connect(**converted(secured, "psycopg2").dsn.libpq())) as one:
        assert one.info.ssl_in_use
    with psycopg.connect(**converted(secured, "psycopg").dsn.libpq()) as two:
        assert two.pgconn.ssl_in_use
    result = converted(secured, "asyncpg")
    assert result.lost == ()

    async def ask() -> tuple[str, bool]:
        engine = create_async_engine(
            make_url(result.dsn.reveal()), connect_args=dict(result.connect_args)
        )
        try:
            async with engine.connect() as connection:
                row = await connection.execute(
                    text(
                        "SELECT current_setting('application_name'), ssl FROM pg_stat_ssl"
                        " WHERE pid = pg_backend_pid()"
                    )
                )
                name, encrypted = row.one()
                return name, encrypted
        finally:
            await engine.dispose()

    assert asyncio.run(ask()) == ("there", True)
