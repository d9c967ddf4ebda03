"""The session deletes one thing, the database another."""

from collections.abc import Iterator
from typing import Any

from verification.check import check
from verification.finding import Finding, Severity
from verification.project import Models


@check(Severity.WARNING)
def mismatched_cascade(models: Models) -> Iterator[Finding]:
    """A relationship's cascade and its foreign key's ON DELETE say different things.

    What becomes of the children then depends on who deletes the parent: the session (which deletes
    them or sets their key to NULL first) or a statement (where the database decides).

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
    for model in models.classes:
        mapped: Any = model.mapped
        for one in mapped.__mapper__.relationships:
            if one.direction.name != "ONETOMANY" or one.viewonly:
                continue
            if one.parent is not mapped.__mapper__:
                continue
            keys = [key for _, remote in one.local_remote_pairs for key in remote.foreign_keys]
            action = next((str(key.ondelete).upper() for key in keys if key.ondelete), "NO ACTION")
            if said := _contradiction(one, action):
                yield Finding(
                    f"{model.table_name}.{one.key}",
                    f"{one}: {said}",
                    'ondelete="CASCADE" with cascade="all, delete-orphan" and passive_deletes=True,'
                    ' or ondelete="SET NULL" with passive_deletes=True, or passive_deletes="all"',
                    model.at(one.key),
                )


def _contradiction(one: Any, action: str) -> str:
    deletes, passive = one.cascade.delete, one.passive_deletes
    if deletes and action != "CASCADE":
        return f"the session deletes the children, the foreign key says ON DELETE {action}"
    if not deletes and action == "CASCADE" and not passive:
        return "the foreign key deletes the children, the session sets their key to NULL instead"
    if not deletes and action == "RESTRICT" and passive != "all":
        return "the foreign key forbids the delete, the session evades it by setting keys to NULL"
    return ""
