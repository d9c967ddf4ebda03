"""service/lost-update: A counter that is read, changed and written back."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel
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


@app.post("/heroes", status_code=201)
async def create(new: HeroIn, db: Db) -> Hero:
    hero = Hero(name=new.name)
    db.add(hero)
    try:
        await db.commit()
    except IntegrityError:
        raise HTTPException(409, "there is such a hero") from None
    return hero


@app.post("/heroes/{hero_id}/train")
async def train(hero_id: HeroId, db: Db) -> Hero:
    hero = await db.get(Hero, hero_id, with_for_update=None if FAULTY else True)
    if hero is None:
        raise HTTPException(404)
    if hero.power < 1_000_000:
        hero.power += 1
    await db.commit()
    return hero
