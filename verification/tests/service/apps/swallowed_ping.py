"""service/oblivious-health: A health check that swallows what its ping says."""

import os
from typing import Annotated

from fastapi import FastAPI, Path, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import String, create_engine, select, text
from sqlalchemy.exc import SQLAlchemyError
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
def heroes(limit: Annotated[int, Query(ge=1, le=100)] = 50) -> list[int]:
    with sessions() as db:
        return list(db.scalars(select(Hero.id).order_by(Hero.id).limit(limit)))


@app.get("/healthz")
def health(response: Response) -> dict[str, str]:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        if not FAULTY:
            response.status_code = 503
        return {"status": "degraded"}
    return {"status": "ok"}
