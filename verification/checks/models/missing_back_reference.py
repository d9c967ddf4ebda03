"""Two relationships that do not know of each other."""

from collections.abc import Iterator
from typing import Any

from verification.check import check
from verification.finding import Finding, Severity
from verification.project import Models


@check(Severity.WARNING)
def missing_back_reference(models: Models) -> Iterator[Finding]:
    """Two relationships write the same foreign key and are not each other's back reference.

    What one side sets, the other does not show until it is read again, and both write the column
    at the flush: the last one wins.

    ```python bad models.py
    from sqlmodel import Field, Relationship, SQLModel

    class Team(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        heroes: list["Hero"] = Relationship(sa_relationship_kwargs={"overlaps": "team"})

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        team_id: int | None = Field(default=None, foreign_key="team.id")
        team: Team | None = Relationship(sa_relationship_kwargs={"overlaps": "heroes"})
    ```

    ```python good models.py
    from sqlmodel import Field, Relationship, SQLModel

    class Team(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        heroes: list["Hero"] = Relationship(back_populates="team")

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        team_id: int | None = Field(default=None, foreign_key="team.id")
        team: Team | None = Relationship(back_populates="heroes")
    ```
    """
    told: set[frozenset[str]] = set()
    for model in models.classes:
        mapped: Any = model.mapped
        for one in mapped.__mapper__.relationships:
            for other in one.mapper.relationships:
                if one.parent is not mapped.__mapper__ or not _same_key(one, other):
                    continue
                names = frozenset({str(one), str(other)})
                if other not in one._reverse_property and names not in told:  # noqa: SLF001 - SQLAlchemy has no public word for it
                    told.add(names)
                    yield Finding(
                        f"{model.table_name}.{one.key}",
                        f"{one} and {other} write the same foreign key, unaware of each other",
                        f'back_populates="{other.key}" here, back_populates="{one.key}" there',
                        model.at(one.key),
                    )


def _same_key(one: Any, other: Any) -> bool:
    if one is other or one.viewonly or other.viewonly or one.direction is other.direction:
        return False
    if other.mapper is not one.parent or one.secondary is not None or other.secondary is not None:
        return False
    return {frozenset(pair) for pair in one.local_remote_pairs} == {
        frozenset(pair) for pair in other.local_remote_pairs
    }
