"""service/query-per-row: The children of each row, one query each."""

import os
from typing import Annotated

from fastapi import FastAPI, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    mapped_column,
    relationship,
    selectinload,
    sessionmaker,
)

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


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    members: Mapped[list["Member"]] = relationship()


class Member(Base):
    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    team: Mapped[Team] = relationship(overlaps="members")


Base.metadata.create_all(engine)


@app.get("/teams")
def teams(limit: Annotated[int, Query(ge=1, le=100)] = 50) -> list[dict[str, list[int]]]:
    query = select(Team).order_by(Team.id).limit(limit)
    if not FAULTY:
        query = query.options(selectinload(Team.members))
    with sessions() as db:
        return [{"members": [each.id for each in team.members]} for team in db.scalars(query)]
