"""The engine of this process and the session of each request."""

import asyncio
import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.config import Settings, get_settings
from backend.errors import DatabaseUnavailable
from backend.logs import watch_queries

PING_TIMEOUT = 2.0


@dataclass(frozen=True, slots=True)
class Database:
    """The one engine, its two kinds of session, and how long a request may use one."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    reads: async_sessionmaker[AsyncSession]
    deadline: float


@lru_cache(maxsize=1)
def database() -> Database:
    """Make the engine on first use; it connects by itself when a request needs it."""
    settings = get_settings()
    engine = _engine(settings)
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    return Database(
        engine,
        async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False),
        async_sessionmaker(autocommit, class_=AsyncSession, expire_on_commit=False),
        settings.database_deadline,
    )


def _engine(settings: Settings) -> AsyncEngine:
    engine = create_async_engine(
        settings.app_url,
        pool_size=settings.database_pool_size,
        max_overflow=settings.database_max_overflow,
        pool_timeout=settings.database_pool_timeout,
        pool_recycle=240,  # before a Neon compute suspends at 300 s
        pool_pre_ping=True,  # instead of one 503 per connection that died idle
        pool_use_lifo=True,  # so that connections a peak opened can age out
        hide_parameters=True,
        connect_args={
            "connect_timeout": settings.database_connect_timeout,
            "application_name": "backend",
            "prepare_threshold": None,  # poolers in transaction mode lose prepared statements
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,  # an established connection into a black hole ends too
        },
    )
    _ping_only_if_in_doubt(engine.sync_engine.dialect)
    watch_queries(engine.sync_engine, settings.slow_query_ms)
    return engine


def _ping_only_if_in_doubt(dialect: Any) -> None:
    """Save the round trip of the ping where nothing has arrived on an idle connection.

    Whoever ends a connection leaves something to read on it: the server a message, the network a
    reset, the keepalives an error. Only a connection with something to read has to prove itself.
    """
    ping = dialect.do_ping

    def do_ping(connection: Any) -> bool:
        poll = select.poll()
        poll.register(connection.driver_connection.fileno(), select.POLLIN)
        return not poll.poll(0) or ping(connection)

    if hasattr(select, "poll"):  # Windows has none
        dialect.do_ping = do_ping


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """Give up on the database after so many seconds.

    The driver answers a first cancellation by asking the server to stop and waiting for it; where
    there is no server left to answer, the second cancellation a little later closes the connection.
    """
    try:
        async with asyncio.timeout(seconds + 0.5), asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise DatabaseUnavailable from None


async def get_session() -> AsyncIterator[AsyncSession]:
    """One transaction per request: committed before the answer is sent, else rolled back."""
    current = database()
    async with within(current.deadline):
        session = current.sessions()
        try:
            yield session
            await session.commit()
        finally:
            await session.close()  # rolls back what was not committed


async def get_read_session() -> AsyncIterator[AsyncSession]:
    """For reading only, each statement for itself.

    At READ COMMITTED each statement has a snapshot of its own, in a transaction or not: BEGIN and
    COMMIT around reads would be two round trips for nothing.
    """
    current = database()
    async with within(current.deadline):
        session = current.reads()
        try:
            yield session
        finally:
            await session.close()


# scope="function" ends the dependency before the response; the default scope would answer 201
# first and lose a failing COMMIT.
SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
ReadSessionDep = Annotated[AsyncSession, Depends(get_read_session, scope="function")]


async def ping() -> None:
    """Ask the database for one row, briefly."""
    async with within(PING_TIMEOUT), database().engine.connect() as connection:
        await connection.execute(text("SELECT 1"))


async def dispose() -> None:
    """Close every connection and forget the engine; the next use makes a new one."""
    if database.cache_info().currsize:
        current = database()
        database.cache_clear()
        await current.engine.dispose()
