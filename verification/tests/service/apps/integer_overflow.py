"""service/server-error: An id that does not fit its column."""

import os
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path
from sqlmodel import Field, Session, SQLModel, create_engine

FAULTY = os.environ["FAULTY"] == "yes"
app = FastAPI()
engine = create_engine(
    os.environ["DATABASE_URL"],
    pool_pre_ping=True,
    pool_timeout=2,
    connect_args={"connect_timeout": 2},
)


class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=40, unique=True)
    power: int = 0


class HeroIn(SQLModel):
    name: str = Field(max_length=40, min_length=1, regex=r"^[a-z0-9]+$")


SQLModel.metadata.create_all(engine)


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


Db = Annotated[Session, Depends(get_session, scope="function")]
HeroId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@app.get("/heroes/{hero_id}")
def hero(hero_id: Annotated[int, Path(ge=1, le=10**30 if FAULTY else 2**31 - 1)], db: Db) -> Hero:
    found = db.get(Hero, hero_id)
    if found is None:
        raise HTTPException(404)
    return found
