import enum
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field as Rule
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Numeric,
    SmallInteger,
    String,
    create_engine,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlmodel import Field, SQLModel

from verification.databases import Server
from verification.databases.session import connect
from verification.generation import rows
from verification.generation.drawing import draw
from verification.generation.searching import counterexample


class Base(DeclarativeBase):
    pass


class Mood(enum.Enum):
    HAPPY = "happy"
    SAD = "sad"


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)


class Hero(Base):
    __tablename__ = "hero"
    __table_args__ = (
        CheckConstraint("age >= 18 AND age < 150"),
        CheckConstraint("code ~ '^[A-Z]{3}[0-9]+$'"),
        CheckConstraint("kind IN ('human', 'robot')"),
        CheckConstraint("char_length(name) BETWEEN 2 AND 9"),
        CheckConstraint("price > 0"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str]
    age: Mapped[int] = mapped_column(SmallInteger)
    price: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    mood: Mapped[Mood | None]
    meta: Mapped[Any] = mapped_column(JSONB)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))


class Registered(SQLModel, registry=registry()):
    pass


class Item(Registered, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: Annotated[str, Rule(min_length=3)] = Field(max_length=8)
    stock: int = Field(ge=1, le=9)


def test_every_row_is_stored(disposable_server: Server) -> None:
    strategy = rows(Hero, team_id=st.just(1))
    with closing(connect(_created(disposable_server, Base.metadata))) as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO team VALUES (1)")
            assert counterexample(cursor, Hero.__table__, strategy, examples=300) is None


def test_a_field_of_pydantic_narrows_too() -> None:
    found = draw(rows(Item), 100)
    assert all(3 <= len(row["title"]) <= 8 and 1 <= row["stock"] <= 9 for row in found)


def test_a_foreign_key_cannot_be_made_up() -> None:
    with pytest.raises(ValueError, match=r"give a value for the foreign key hero\.team_id"):
        rows(Hero)


@given(rows(Item, stock=st.just(5)))
@settings(max_examples=5)
def test_serves_in_a_test_of_ones_own(row: dict[str, Any]) -> None:
    assert row["stock"] == 5


def test_the_smallest_counterexample_of_a_failing_batch(disposable_server: Server) -> None:
    dsn = _created(disposable_server, Registered.metadata)
    with closing(connect(dsn)) as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE item ADD CONSTRAINT few CHECK (stock <> 7)")
            found = counterexample(cursor, vars(Item)["__table__"], rows(Item), examples=500)
    assert found is not None
    assert (found.sqlstate, found.constraint) == ("23514", "few")
    assert found.row == {"title": "000", "stock": 7}


def test_draws_the_same_every_time() -> None:
    assert draw(rows(Item), 20) == draw(rows(Item), 20)
    assert draw(rows(Item), 20) != draw(rows(Item), 20, seed=1)


def _created(server: Server, metadata: Any) -> Any:
    dsn = server.create()
    engine = create_engine(dsn.reveal("psycopg2"))
    metadata.create_all(engine)
    engine.dispose()
    return dsn
