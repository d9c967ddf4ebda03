"""service/lost-write: Nobody commits."""

import os
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path, Query
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, create_engine, select

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


@app.get("/heroes")
def heroes(db: Db, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> list[Hero]:
    return list(db.exec(select(Hero).order_by(Hero.id).limit(limit)))


@app.post("/heroes", status_code=201)
def create(new: HeroIn, db: Db) -> Hero:
    hero = Hero(name=new.name)
    db.add(hero)
    try:
        db.flush()
        if not FAULTY:
            db.commit()
    except IntegrityError:
        raise HTTPException(409, "there is such a hero") from None
    db.refresh(hero)
    return hero
