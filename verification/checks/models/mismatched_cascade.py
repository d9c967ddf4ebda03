"""The session deletes one thing, the database another."""

import re
from collections.abc import Iterator
from typing import Any

from verification.check import check
from verification.finding import Finding, Severity
from verification.generation.schemas import sources
from verification.project import Model, Models


@check(Severity.WARNING)
def mismatched_cascade(models: Models) -> Iterator[Finding]:
    """A relationship's cascade and its foreign key's ON DELETE say different things.

    What becomes of the children then depends on who deletes the parent: the session (which deletes
    them or sets their key to NULL first) or a statement (where the database decides). A session
    that deletes what the database merely refuses to leave behind is no contradiction.

    ```python bad models.py
    from sqlmodel import Field, Relationship, SQLModel

    class Team(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        heroes: list["Hero"] = Relationship(back_populates="team")

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        team_id: int | None = Field(default=None, foreign_key="team.id", ondelete="CASCADE")
        team: Team | None = Relationship(back_populates="heroes")
    ```

    ```python bad models.py
    from sqlalchemy import ForeignKey
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Team(Base):
        __tablename__ = "team"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
        team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    ```

    ```python good models.py
    from sqlmodel import Field, Relationship, SQLModel

    class Team(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        heroes: list["Hero"] = Relationship(back_populates="team", cascade_delete=True)

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        team_id: int = Field(foreign_key="team.id")
        team: Team | None = Relationship(back_populates="heroes")
    ```

    ```python good models.py
    from sqlmodel import Field, Relationship, SQLModel

    class Team(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        heroes: list["Hero"] = Relationship(
            back_populates="team", cascade_delete=True, passive_deletes=True
        )

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        team_id: int | None = Field(default=None, foreign_key="team.id", ondelete="CASCADE")
        team: Team | None = Relationship(back_populates="heroes")
    ```
    """
    text = "\n".join(sources(models))
    for model in models.classes:
        yield from _impossible(model)
        mapped: Any = model.mapped
        for one in mapped.__mapper__.relationships:
            if one.direction.name != "ONETOMANY" or one.viewonly:
                continue
            if one.parent is not mapped.__mapper__:
                continue
            keys = [key for _, remote in one.local_remote_pairs for key in remote.foreign_keys]
            action = next((str(key.ondelete).upper() for key in keys if key.ondelete), "NO ACTION")
            required = any(not remote.nullable for _, remote in one.local_remote_pairs)
            if said := _contradiction(one, action, required and _is_deleted(model, text)):
                yield Finding(
                    f"{model.table_name}.{one.key}",
                    f"{one}: {said}",
                    'ondelete="CASCADE" with cascade="all, delete-orphan" and passive_deletes=True,'
                    ' or ondelete="SET NULL" with passive_deletes=True, or passive_deletes="all"',
                    model.at(one.key),
                )


def _contradiction(one: Any, action: str, stuck: bool) -> str:  # noqa: PLR0911 - one for each case
    deletes, passive = one.cascade.delete, one.passive_deletes
    if deletes and action.startswith("SET "):
        return f"the session deletes the children, the foreign key says ON DELETE {action}"
    if deletes and passive and action != "CASCADE":
        return (
            "passive_deletes leaves the children to the database, whose foreign key says ON DELETE"
            f" {action}"
        )
    if deletes or passive == "all":
        return ""
    if action == "CASCADE" and not passive:
        return "the foreign key deletes the children, the session sets their key to NULL instead"
    if action == "RESTRICT":
        return "the foreign key forbids the delete, the session evades it by setting keys to NULL"
    if stuck and action == "NO ACTION":
        return "the session sets the children's key to NULL on a delete, and it is NOT NULL"
    return ""


def _is_deleted(model: Model, text: str) -> bool:
    """Whether the project deletes such objects through a session: `session.delete(team)`."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model.name).lower()
    return bool(re.search(rf"\.delete\(\s*(\w+_)?{re.escape(snake)}(_\w+)?\s*\)", text))


def _impossible(model: Model) -> Iterator[Finding]:
    """Keys that the delete of a parent is to set to what their column does not take."""
    for key in model.table.foreign_key_constraints:
        action = str(key.ondelete or "").upper()
        for column in key.columns:
            nothing = action.startswith("SET NULL") or (
                action.startswith("SET DEFAULT") and column.server_default is None
            )
            if nothing and not column.nullable:
                yield Finding(
                    f"{model.table_name}.{column.name}",
                    f"ON DELETE {action} gives {column.name} no value, and it is NOT NULL: the"
                    " delete fails",
                    'ondelete="CASCADE" or ondelete="RESTRICT", or let the column be NULL',
                    model.at(column.name),
                )
