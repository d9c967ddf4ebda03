"""Defaults that only Python knows."""

import enum
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from verification.check import check
from verification.finding import Finding, Severity
from verification.generation.constant import constant, same
from verification.generation.inputs import table_of
from verification.generation.scratch import Scratch
from verification.project import Models


@check(Severity.NOTE)
def ambiguous_default(models: Models, scratch: Scratch) -> Iterator[Finding]:
    """A required column has a default in Python, and none or another one in the database.

    What does not go through the model (a script, a data migration, another service) cannot leave
    the column out: its INSERT fails. A migration that adds such a column to a table with rows
    fails as well.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        is_active: bool = True
    ```

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        rank: int = Field(default=1, sa_column_kwargs={"server_default": "0"})
    ```

    ```python good models.py
    from sqlalchemy import true
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        is_active: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    ```
    """
    for model in models.classes:
        table = table_of(scratch.catalog, model)
        for column in model.table.columns:
            found = table.column(column.name) if table else None
            if found is None or found.nullable or column.default is None:
                continue
            if (server := constant(found.default)) is not None:
                mine = _written(column.default)
                if mine is not None and not same(mine, server):
                    yield Finding(
                        f"{model.table_name}.{column.name}",
                        f"{model.name} gives {column.name} {mine!r}, the database {server!r}",
                        "let both say the same, or the database alone",
                        model.at(column.name),
                    )
            if found.default is None and not (found.identity or found.generated):
                yield Finding(
                    f"{model.table_name}.{column.name}",
                    f"only {model.name} knows the default of {column.name}: an INSERT of anything"
                    " else fails without it",
                    'add sa_column_kwargs={"server_default": ...} or server_default=...',
                    model.at(column.name),
                )


def _written(default: Any) -> Any:
    """A plain value as a column holds it; None where the default is a function or an expression."""
    value = getattr(default, "arg", None)
    if isinstance(value, enum.Enum):
        return value.name if not isinstance(value, str) else None  # by name or by value: unclear
    return value if isinstance(value, (bool, int, float, Decimal, str)) else None
