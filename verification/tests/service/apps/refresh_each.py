"""service/query-per-row: Every row of a list read once more."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Path, Query
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

FAULTY = os.environ["FAULTY"] == "yes"
engine = create_async_engine(
    os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"),
    pool_pre_ping=True,
    pool_timeout=2,
    connect_args={"timeout": 3},
)


class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=40, unique=True)
    power: int = 0


class HeroIn(SQLModel):
    name: str = Field(max_length=40, min_length=1, regex=r"^[a-z0-9]+$")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def get_session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


Db = Annotated[AsyncSession, Depends(get_session, scope="function")]
HeroId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@app.get("/heroes")
async def heroes(db: Db, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> list[Hero]:
    found = list(await db.exec(select(Hero).order_by(Hero.id).limit(limit)))
    for hero in found if FAULTY else ():
        await db.refresh(hero)
    return found
