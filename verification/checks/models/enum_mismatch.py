"""Labels that one side does not know."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.generation.inputs import table_of
from verification.generation.scratch import Scratch
from verification.project import Models


@check(Severity.ERROR)
def enum_mismatch(models: Models, scratch: Scratch) -> Iterator[Finding]:
    """A Python enumeration and the enumerated type of its column have different members.

    Autogenerate does not see it. A member that the database lacks fails in the INSERT; a label that
    the code lacks fails when the row is read.

    ```python bad models.py
    import enum
    from sqlmodel import Field, SQLModel

    class Mood(enum.Enum):
        happy = "happy"
        sad = "sad"
        calm = "calm"

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        mood: Mood
    ```

    ```python bad versions/1_start.py
    from alembic import op

    revision, down_revision = "1", None

    def upgrade() -> None:
        op.execute("CREATE TYPE mood AS ENUM ('happy', 'sad')")
        op.execute("CREATE TABLE hero (id serial PRIMARY KEY, mood mood NOT NULL)")

    def downgrade() -> None:
        op.execute("DROP TABLE hero")
        op.execute("DROP TYPE mood")
    ```

    ```python good models.py
    import enum
    from sqlmodel import Field, SQLModel

    class Mood(enum.Enum):
        happy = "happy"
        sad = "sad"

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        mood: Mood
    ```
    """
    from sqlalchemy import Enum  # noqa: PLC0415 - 500 ms

    for model in models.classes:
        table = table_of(scratch.catalog, model)
        for column in model.table.columns:
            found = table.column(column.name) if table else None
            if found is None or not isinstance(column.type, Enum):
                continue
            kind = scratch.catalog.enum(found.type)
            if kind is None or not column.type.enums:
                continue
            missing = [label for label in column.type.enums if label not in kind.labels]
            unknown = [label for label in kind.labels if label not in column.type.enums]
            said = [
                f"the database does not know {', '.join(missing)}" if missing else "",
                f"the code does not know {', '.join(unknown)}" if unknown else "",
            ]
            if missing or unknown:
                yield Finding(
                    f"{model.table_name}.{column.name}",
                    f"{model.name}.{column.name}: {' and '.join(filter(None, said))}",
                    "; ".join(
                        f"op.execute(\"ALTER TYPE {kind.qualified} ADD VALUE '{label}'\")"
                        for label in missing
                    )
                    or f"give the enumeration the member {', '.join(unknown)}",
                    model.at(column.name),
                )
