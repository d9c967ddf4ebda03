"""service/masked-outage: A list that is empty when the database is away."""

import os
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path
from pydantic import BaseModel, Field
from sqlalchemy import String, create_engine, select
from sqlalchemy.exc import OperationalError
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


@app.get("/heroes")
def heroes() -> dict[str, object]:
    try:
        with sessions() as db:
            return {"items": list(db.scalars(select(Hero.id).limit(50))), "complete": True}
    except OperationalError:
        if FAULTY:
            return {"items": [], "complete": False}
        raise HTTPException(503, headers={"Retry-After": "5"}) from None
