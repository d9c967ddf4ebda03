"""Teams and heroes: a small schema with an enum, a partial index and checks."""

import enum

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Identity, Index, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The project's tables."""


class Rank(enum.Enum):
    """How far a hero has come."""

    novice = 1
    veteran = 2


class Team(Base):
    """A team."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)


class Hero(Base):
    """A hero, in a team or not."""

    __tablename__ = "hero"
    __table_args__ = (
        CheckConstraint("age >= 0 AND age < 200", name="hero_age_check"),
        Index("hero_active_name", "name", postgresql_where=text("active")),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    age: Mapped[int]
    motto: Mapped[str | None] = mapped_column(String(100))
    rank: Mapped[Rank] = mapped_column(Enum(Rank, name="rank"))
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
