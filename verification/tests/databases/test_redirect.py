"""Whatever way the project's code connects, it gets to where the kit sends it."""

import asyncio
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import psycopg2
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from verification.config import Config
from verification.databases import Server
from verification.databases.redirect import redirected
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.target import Target

WHERE = "SELECT current_database()::text"
Way = Callable[[Dsn], str]
held = psycopg2.connect  # as a project that imported it by name before anything was redirected


def of_sync(engine: Any, *, kept: bool = False) -> str:
    with engine.connect() as connection:
        found = str(connection.execute(text(WHERE)).scalar_one())
    if not kept:
        engine.dispose()
    return found


def of_async(engine: Any) -> str:
    async def ask() -> str:
        async with engine.connect() as connection:
            found = str((await connection.execute(text(WHERE))).scalar_one())
        await engine.dispose()
        return found

    return asyncio.run(ask())


def by_url(dsn: Dsn) -> str:
    return of_sync(create_engine(dsn.reveal("psycopg2")))


def by_creator(dsn: Dsn) -> str:
    libpq = dsn.libpq()
    return of_sync(create_engine("postgresql+psycopg2://", creator=lambda: held(**libpq)))


def by_creator_of_psycopg(dsn: Dsn) -> str:
    connect = psycopg.connect
    plain = dsn.reveal("")
    return of_sync(create_engine("postgresql+psycopg://", creator=lambda: connect(plain)))


def by_listener(dsn: Dsn) -> str:
    engine = create_engine("postgresql+psycopg2://nobody@127.0.0.1:9/nothing")

    @event.listens_for(engine, "do_connect")
    def put_right(_d: Any, _r: Any, _a: Any, options: dict[str, Any]) -> None:
        options.clear()
        options.update(dsn.libpq())

    return of_sync(engine)


def by_listener_that_connects(dsn: Dsn) -> str:
    engine = create_engine("postgresql+psycopg2://nobody@127.0.0.1:9/nothing")

    @event.listens_for(engine, "do_connect")
    def connect(_d: Any, _r: Any, _a: Any, _o: Any) -> Any:
        return held(**dsn.libpq())

    return of_sync(engine)


def by_async_creator(dsn: Dsn) -> str:
    asyncpg = pytest.importorskip("asyncpg")
    plain = dsn.reveal("")
    return of_async(
        create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(plain))
    )


def by_async_psycopg(dsn: Dsn) -> str:
    return of_async(create_async_engine(dsn.reveal("psycopg"), poolclass=NullPool))


def past_sqlalchemy(dsn: Dsn) -> str:
    with psycopg.connect(dsn.reveal("")) as connection:
        row = connection.execute(WHERE).fetchone()
    assert row
    with closing(held(**dsn.libpq())) as other, other.cursor() as cursor:
        cursor.execute(WHERE)
        assert cursor.fetchone() == row
    return str(row[0])


def by_a_pool_of_asyncpg(dsn: Dsn) -> str:
    asyncpg = pytest.importorskip("asyncpg")

    async def ask() -> str:
        async with asyncpg.create_pool(dsn.reveal(""), min_size=1) as pool:
            return str(await pool.fetchval(WHERE))

    return asyncio.run(ask())


@pytest.fixture
def target(server: Server) -> Iterator[Dsn]:
    dsn = server.create()
    yield dsn
    server.drop(dsn)


@pytest.fixture
def scratch(server: Server) -> Iterator[Dsn]:
    dsn = server.create()
    yield dsn
    server.drop(dsn)


WAYS = [
    by_url,
    by_creator,
    by_creator_of_psycopg,
    by_listener,
    by_listener_that_connects,
    by_async_creator,
    by_async_psycopg,
    past_sqlalchemy,
    by_a_pool_of_asyncpg,
]


def as_the_project(way: Way) -> Way:
    """The same function as if a module of the project's had written it."""
    import types  # noqa: PLC0415 - for this alone

    names = {**globals(), "__name__": "shop.database"}
    return types.FunctionType(way.__code__, names, way.__name__, None, way.__closure__)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_is_caught_and_none_afterwards(way: Way, target: Dsn, scratch: Dsn) -> None:
    project = as_the_project(way)
    with redirected(scratch):
        assert project(target) == scratch.database
    assert project(target) == target.database


def test_the_innermost_counts_and_the_kit_goes_where_it_means_to(
    target: Dsn, scratch: Dsn, server: Server
) -> None:
    project = as_the_project(by_creator)
    with redirected(target):
        with redirected(scratch):
            assert project(server.dsn) == scratch.database
        assert project(server.dsn) == target.database
        with closing(connect(scratch)) as connection, connection.cursor() as cursor:
            cursor.execute(WHERE)
            assert cursor.fetchone() == (scratch.database,)


def test_a_pool_forgets_what_it_got_meanwhile(target: Dsn, scratch: Dsn) -> None:
    libpq = target.libpq()
    names = {**globals(), "__name__": "shop.database", "libpq": libpq}
    creator = eval("lambda: held(**libpq)", names)  # noqa: S307 - a function of another module's
    engine = create_engine("postgresql+psycopg2://", creator=creator)
    with redirected(scratch):
        assert of_sync(engine, kept=True) == scratch.database
    assert of_sync(engine) == target.database


EAGER = """
import os
from sqlalchemy import Column, Integer, create_engine, text
from sqlalchemy.orm import declarative_base
import psycopg2

Base = declarative_base()

class Hero(Base):
    __tablename__ = "eager_hero"
    id = Column(Integer, primary_key=True)

engine = create_engine(os.environ["DATABASE_URL"])
Base.metadata.create_all(engine)
with psycopg2.connect(os.environ["DATABASE_URL"].replace("+psycopg2", "")) as connection:
    connection.cursor().execute("CREATE TABLE audit (id int)")
"""


def test_a_module_that_writes_while_it_is_imported_writes_to_nobodys_database(
    target: Dsn, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "eager.py").write_text(EAGER)
    config = Config.load(tmp_path)
    config = replace(config, metadata=("eager:Base.metadata",))
    environment = {"DATABASE_URL": target.reveal("psycopg2")}
    try:
        with Target(config=config, environment=environment, server=server) as facts:
            (metadata,) = facts["metadata"]
            assert set(metadata.tables) == {"eager_hero"}
            # And what the module keeps open is of no use afterwards.
            eager = importlib.import_module("eager")
            with redirected(target):
                assert of_sync(eager.engine) == target.database
    finally:
        sys.modules.pop("eager", None)
    with closing(connect(target)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        assert cursor.fetchall() == []
