"""Relationships that an async session cannot load."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity
from verification.generation.schemas import root_of, schemas_in, sources, stands_for
from verification.project import Models

ASYNC = re.compile(r"\b(create_async_engine|AsyncSession|async_sessionmaker)\b")


@check(Severity.WARNING)
def implicit_lazy_load(models: Models) -> Iterator[Finding]:
    """A response reads a relationship that nothing loads, under an async session.

    Reading it would need a query in the middle of serialising, which an async session cannot make:
    the request ends in MissingGreenlet and a 500. Reported where a schema has a field of the
    relationship's name and no query of the project loads it.

    ```python bad models.py
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlmodel import Field, Relationship, SQLModel

    class Team(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        heroes: list["Hero"] = Relationship(back_populates="team")

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        team_id: int | None = Field(default=None, foreign_key="team.id")
        team: Team | None = Relationship(back_populates="heroes")

    class HeroPublic(SQLModel):
        id: int

    class TeamPublic(SQLModel):
        id: int
        heroes: list[HeroPublic]
    ```

    ```python good models.py
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlmodel import Field, Relationship, SQLModel

    class Team(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        heroes: list["Hero"] = Relationship(
            back_populates="team", sa_relationship_kwargs={"lazy": "selectin"}
        )

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        team_id: int | None = Field(default=None, foreign_key="team.id")
        team: Team | None = Relationship(back_populates="heroes")

    class HeroPublic(SQLModel):
        id: int

    class TeamPublic(SQLModel):
        id: int
        heroes: list[HeroPublic]
    ```
    """
    text = "\n".join(_everything(models))
    if not ASYNC.search(text):
        raise NotApplicable("the project has no async session")
    schemas = [cls for cls in schemas_in(root_of(models)) if not hasattr(cls, "__mapper__")]
    for model in models.classes:
        mapped: Any = model.mapped
        if any(base.__name__ == "AsyncAttrs" for base in model.mapped.__mro__):
            continue
        shown = [cls for cls in schemas if stands_for(cls, models) is model]
        for one in mapped.__mapper__.relationships:
            if one.lazy != "select" or one.parent is not mapped.__mapper__:
                continue
            readers = [cls.__name__ for cls in shown if one.key in cls.model_fields]
            if readers and not _loaded(one.key, text):
                yield Finding(
                    f"{model.table_name}.{one.key}",
                    f"{readers[0]} reads {model.name}.{one.key}, which no query loads: an async"
                    " session cannot load it in passing",
                    f".options(selectinload({model.name}.{one.key})), and"
                    ' lazy="raise_on_sql" so that a forgotten one is told at once',
                    model.at(one.key),
                )


def _loaded(name: str, text: str) -> bool:
    """Whether some query of the project asks for the relationship, or the session does."""
    by_option = (
        rf"(selectinload|joinedload|subqueryload|immediateload|contains_eager)\([^)]*\b{name}\b"
    )
    by_refresh = rf"refresh\([^)]*[\"']{name}[\"']"
    return bool(re.search(rf"{by_option}|{by_refresh}|awaitable_attrs\.{name}\b", text))


def _everything(models: Models) -> Iterator[str]:
    """The project's own source, modules that the models do not import included."""
    yield from sources(models)
    root = root_of(models)
    packages = {model.mapped.__module__.partition(".")[0] for model in models.classes}
    for package in packages:
        file = getattr(sys.modules.get(package), "__file__", None)
        folder = Path(file).resolve().parent if file else None
        if root and folder and folder != root and folder.is_relative_to(root):
            yield from (path.read_text(errors="replace") for path in folder.rglob("*.py"))
