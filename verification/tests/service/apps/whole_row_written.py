"""service/lost-update: A change of one field that writes them all."""

import os
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path
from pydantic import BaseModel, Field
from sqlalchemy import String, create_engine, text
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


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(String(100))


Base.metadata.create_all(engine)
Short = Annotated[str, Field(max_length=100)]


class NoteIn(BaseModel):
    title: Short
    body: Short


class NoteChange(BaseModel):
    title: Short | None = None
    body: Short | None = None


@app.post("/notes", status_code=201)
def create(new: NoteIn) -> dict[str, str | int]:
    if "\0" in new.title + new.body:
        raise HTTPException(422)
    with sessions.begin() as db:
        note = Note(title=new.title, body=new.body)
        db.add(note)
        db.flush()
        return {"id": note.id, "title": note.title, "body": note.body}


@app.patch("/notes/{note_id}")
def change(note_id: HeroId, changes: NoteChange) -> dict[str, str | int]:
    values = changes.model_dump(exclude_none=True)
    if any("\0" in value for value in values.values()):
        raise HTTPException(422)
    with sessions.begin() as db:
        note = db.get(Note, note_id)
        if note is None:
            raise HTTPException(404)
        if FAULTY:
            values = {"title": note.title, "body": note.body, **values}
        for name, value in values.items():
            db.execute(
                text(f"UPDATE note SET {name} = :v WHERE id = :i"), {"v": value, "i": note_id}
            )
        db.refresh(note)
        return {"id": note.id, "title": note.title, "body": note.body}
