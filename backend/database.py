"""The engine of this process and the session of each request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

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
    """The one engine, its session factory, and how long a request may use it."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    deadline: float


@lru_cache(maxsize=1)
def database() -> Database:
    """Make the engine on first use; it connects by itself when a request needs it."""
    settings = get_settings()
    engine = _engine(settings)
    sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
    return Database(engine, sessions, settings.database_deadline)


def _engine(settings: Settings) -> AsyncEngine:
    engine = create_async_engine(
        settings.app_url,
        pool_size=settings.database_pool_size,
        max_overflow=settings.database_max_overflow,
        pool_timeout=settings.database_pool_timeout,
        pool_recycle=240,  # before a Neon compute suspends at 300 s
        pool_pre_ping=True,  # one round trip instead of one 503 per connection that died idle
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
    watch_queries(engine, settings.slow_query_ms)
    return engine


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
    async with within(current.deadline), current.sessions() as session, session.begin():
        yield session


# scope="function" ends the dependency before the response; the default scope would answer 201
# first and lose a failing COMMIT.
SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]


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
