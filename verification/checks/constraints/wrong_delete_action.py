"""Children that meet another end than was promised."""

from collections.abc import Iterator
from typing import Any

from verification.check import check
from verification.finding import Finding, Severity, Unknown
from verification.generation.copying import copied
from verification.generation.deletion import Fate, fate
from verification.generation.inputs import table_of
from verification.generation.planting import Barren
from verification.generation.scratch import Scratch
from verification.project import Models

PROMISED = {"CASCADE": Fate.DELETED, "SET NULL": Fate.EMPTIED, "SET DEFAULT": Fate.CHANGED,
            "RESTRICT": Fate.REFUSED, "NO ACTION": Fate.REFUSED}  # fmt: skip


@check(Severity.ERROR)
def wrong_delete_action(models: Models, scratch: Scratch) -> Iterator[Finding]:
    """Deleting a row does to those that refer to it something else than the models declare.

    Rows vanish that should have stayed, or stay that should have gone. For every foreign key of
    the models a parent and a child are made on a disposable copy of the schema, the parent is
    deleted, and what became of the child is compared with `ondelete`. A relationship that leaves
    the deleting to the database (`passive_deletes`) promises it too.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Team(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        team_id: int = Field(foreign_key="team.id", ondelete="CASCADE")
    ```

    ```python bad versions/1_start.py
    from alembic import op

    revision, down_revision = "1", None

    def upgrade() -> None:
        op.execute("CREATE TABLE team (id serial PRIMARY KEY)")
        op.execute("CREATE TABLE hero (id serial PRIMARY KEY, team_id int REFERENCES team)")

    def downgrade() -> None:
        op.execute("DROP TABLE hero, team")
    ```

    ```python good models.py
    from sqlmodel import Field, SQLModel

    class Team(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        team_id: int = Field(foreign_key="team.id", ondelete="CASCADE")
        former_id: int | None = Field(default=None, foreign_key="team.id", ondelete="SET NULL")
        owner_id: int = Field(foreign_key="team.id")
    ```
    """
    unknown: list[str] = []
    with copied(scratch) as planting:
        for model in models.classes:
            table = table_of(scratch.catalog, model)
            for declared in model.table.foreign_key_constraints:
                columns = tuple(column.name for column in declared.columns)
                key = next(
                    (c for c in table.constraints if c.references and c.columns == columns)
                    if table
                    else iter(()),
                    None,
                )
                if table is None or key is None or key.references == table.qualified:
                    continue
                promised = _promised(models, declared)
                try:
                    found = fate(planting, table, key)
                except Barren as reason:
                    unknown.append(f"{table.subject(key)} ({reason})")
                    continue
                if found is not promised:
                    yield Finding(
                        table.subject(key),
                        f"the models promise that the rows are {promised.value} with the"
                        f" {key.references} they refer to; they are {found.value}",
                        _fix(declared, key.name),
                        model.at(columns[0]),
                    )
    if unknown:
        raise Unknown("no rows could be made for " + "; ".join(unknown))


def _promised(models: Models, declared: Any) -> Fate:
    """What `ondelete` says; where it says nothing, what a relationship relies on."""
    if declared.ondelete:
        return PROMISED.get(str(declared.ondelete).upper().split(" (")[0], Fate.REFUSED)
    local = {column.name for column in declared.columns}
    for model in models.classes:
        mapped: Any = model.mapped
        for one in mapped.__mapper__.relationships:
            remote = {far.name for _, far in one.local_remote_pairs if far.table is declared.table}
            if one.direction.name == "ONETOMANY" and remote == local and one.cascade.delete:
                return Fate.DELETED if one.passive_deletes is True else Fate.REFUSED
    return Fate.REFUSED


def _fix(declared: Any, name: str) -> str:
    action = str(declared.ondelete or "CASCADE")
    columns = [column.name for column in declared.columns]
    theirs = [element.column.name for element in declared.elements]
    table, target = declared.table.name, declared.referred_table.name
    return (
        f"op.drop_constraint({name!r}, {table!r}); op.create_foreign_key({name!r}, {table!r},"
        f" {target!r}, {columns!r}, {theirs!r}, ondelete={action!r})"
    )
