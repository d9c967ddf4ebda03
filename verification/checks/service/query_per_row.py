"""A list that asks the database once for each of its rows."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.service.listings import Listings

HALF = 0.5  # statements per row that cannot be chance


@check(Severity.WARNING)
def query_per_row(listings: Listings) -> Iterator[Finding]:
    """The statements of a list grow with the rows it returns.

    Twelve rows are twelve round trips more than none; a page of a hundred over a network takes a
    second, and holds its connection for as long. Every list is asked with two and with twelve rows
    in every table, children and parents included, and the statements of each answer are counted.

    ```python bad main.py
    from fastapi import FastAPI
    from pydantic import BaseModel, ConfigDict
    from sqlalchemy import ForeignKey, create_engine, select
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

    class Base(DeclarativeBase):
        pass

    class Team(Base):
        __tablename__ = "team"
        id: Mapped[int] = mapped_column(primary_key=True)
        heroes: Mapped[list["Hero"]] = relationship()

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
        team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))

    class HeroOut(BaseModel):
        model_config = ConfigDict(from_attributes=True)
        id: int

    class TeamOut(BaseModel):
        model_config = ConfigDict(from_attributes=True)
        id: int
        heroes: list[HeroOut]

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    Base.metadata.create_all(engine)

    @app.get("/teams")
    def teams() -> list[TeamOut]:
        with Session(engine) as session:
            found = session.scalars(select(Team).limit(50))
            return [TeamOut.model_validate(team) for team in found]
    ```

    ```python good main.py
    from fastapi import FastAPI
    from pydantic import BaseModel, ConfigDict
    from sqlalchemy import ForeignKey, create_engine, select
    from sqlalchemy.orm import (
        DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload,
    )

    class Base(DeclarativeBase):
        pass

    class Team(Base):
        __tablename__ = "team"
        id: Mapped[int] = mapped_column(primary_key=True)
        heroes: Mapped[list["Hero"]] = relationship()

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
        team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))

    class HeroOut(BaseModel):
        model_config = ConfigDict(from_attributes=True)
        id: int

    class TeamOut(BaseModel):
        model_config = ConfigDict(from_attributes=True)
        id: int
        heroes: list[HeroOut]

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    Base.metadata.create_all(engine)

    @app.get("/teams")
    def teams() -> list[TeamOut]:
        with Session(engine) as session:
            found = session.scalars(select(Team).options(selectinload(Team.heroes)).limit(50))
            return [TeamOut.model_validate(team) for team in found]
    ```
    """
    if not listings.found:
        raise (Unknown if listings.refused else NotApplicable)(listings.reason)
    for listing in listings.found:
        if listing.extra > HALF * listing.grown:
            yield Finding(
                str(listing.operation),
                f"takes {listing.extra} statements more for {listing.grown} rows more",
                "load what the answer needs with selectinload() or a join, and declare"
                ' relationships lazy="raise_on_sql"',
            )
