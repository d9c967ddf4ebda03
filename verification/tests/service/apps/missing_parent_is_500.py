"""service/unmapped-constraint: A parent that is not there is a server error."""

import os
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path
from pydantic import BaseModel, Field
from sqlalchemy import ForeignKey, String, create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, sessionmaker

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


class MemberIn(BaseModel):
    team_id: Annotated[int, Field(ge=1, le=2**31 - 1)]


@app.post("/teams", status_code=201)
def create_team() -> dict[str, int]:
    with sessions.begin() as db:
        team = Team()
        db.add(team)
        db.flush()
        return {"id": team.id}


@app.post("/members", status_code=201)
def create_member(new: MemberIn) -> dict[str, int]:
    try:
        with sessions.begin() as db:
            member = Member(team_id=new.team_id)
            db.add(member)
            db.flush()
            return {"id": member.id}
    except IntegrityError:
        if FAULTY:
            raise
        raise HTTPException(409, "there is no such team") from None
