"""A project that wants uuid-ossp is verified on a server that has no such files."""

import asyncio
import uuid
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from verification.databases import Server
from verification.databases.ossp import standin
from verification.databases.redirect import redirected
from verification.databases.session import connect
from verification.dsn import Dsn

PLAIN = 'CREATE EXTENSION "uuid-ossp"'
NAMED = "SELECT uuid_generate_v3(uuid_ns_dns(), 'name'), uuid_generate_v5(uuid_ns_url(), 'name')"
URL = "postgresql+{driver}://nobody@127.0.0.1:9/nothing"


def by_sync(driver: str, statements: list[str]) -> None:
    engine = create_engine(URL.format(driver=driver), poolclass=NullPool)
    with engine.begin() as connection:
        for each in statements:
            connection.execute(text(each))


def by_async(driver: str, statements: list[str]) -> None:
    async def run() -> None:
        async with create_async_engine(
            URL.format(driver=driver), poolclass=NullPool
        ).begin() as connection:
            for each in statements:
                await connection.execute(text(each))

    asyncio.run(run())


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg"])
@pytest.mark.parametrize("how", [PLAIN, 'create extension if not exists "uuid-ossp"'])
def test_the_extension_is_there_after_it_was_made(server: Server, driver: str, how: str) -> None:
    dsn = server.create()
    with redirected(dsn):
        (by_async if driver == "asyncpg" else by_sync)(
            driver, [how, "CREATE TABLE hero (id uuid DEFAULT uuid_generate_v4())"]
        )
    assert rows(dsn, "SELECT extversion FROM pg_extension WHERE extname = 'uuid-ossp'")


def test_its_functions_go_with_it(server: Server) -> None:
    dsn = server.create()
    with redirected(dsn):
        by_sync("psycopg2", [PLAIN, 'DROP EXTENSION "uuid-ossp"'])
        with pytest.raises(DBAPIError, match="uuid_generate_v4"):
            by_sync("psycopg2", ["SELECT uuid_generate_v4()"])


def test_made_twice_without_asking_is_refused_as_ever(server: Server) -> None:
    with redirected(server.create()), pytest.raises(DBAPIError, match="already exists"):
        by_sync("psycopg2", [PLAIN, PLAIN])


def test_a_name_gives_the_uuid_that_it_gives_everywhere(server: Server) -> None:
    dsn = server.create()
    rows(dsn, standin())
    ((third, fifth),) = rows(dsn, NAMED)
    assert uuid.UUID(third) == uuid.uuid3(uuid.NAMESPACE_DNS, "name")
    assert (uuid.UUID(fifth).version, uuid.UUID(fifth).variant) == (5, uuid.RFC_4122)


def test_in_a_schema_of_its_own(server: Server) -> None:
    dsn = server.create()
    rows(dsn, "CREATE SCHEMA extensions")
    with redirected(dsn):
        by_sync("psycopg2", [f"{PLAIN} SCHEMA extensions", "SELECT extensions.uuid_nil()"])


def rows(dsn: Dsn, statement: str) -> list[Any]:
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []
