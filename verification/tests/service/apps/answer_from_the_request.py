"""service/untrue-answer: The answer repeats the request instead of the row."""

import os
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path
from pydantic import BaseModel, Field
from sqlalchemy import String, create_engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

FAULTY = os.environ["FAULTY"] == "yes"


class Base(DeclarativeBase):
    pass


class Hero(Base):
    __tablename__ = "hero"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    power: Mapped[int] = mapped_column(default=0, server_default="0")


class HeroIn(BaseModel):
    name: str = Field(max_length=40, min_length=1, pattern=r"^[a-z0-9]+$")


app = FastAPI()
engine = create_engine(
    os.environ["DATABASE_URL"],
    pool_pre_ping=True,
    pool_timeout=2,
    connect_args={"connect_timeout": 2},
)
Base.metadata.create_all(engine)
sessions = sessionmaker(engine)
HeroId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@app.post("/heroes", status_code=201)
def create(new: HeroIn) -> dict[str, str | int]:
    try:
        with sessions.begin() as db:
            hero = Hero(name=new.name[::-1] + "x", power=1)
            db.add(hero)
            db.flush()
            name = new.name if FAULTY else hero.name
            return {"id": hero.id, "name": name, "power": hero.power}
    except (IntegrityError, SQLAlchemyError):
        raise HTTPException(409, "there is such a hero") from None
