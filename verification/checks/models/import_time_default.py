"""A default from the moment the process started."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from verification.check import check
from verification.finding import Finding, Severity
from verification.generation.schemas import source_of
from verification.project import Models

NEAR = timedelta(days=2)  # from the import of the models to this check


@check(Severity.ERROR)
def import_time_default(models: Models) -> Iterator[Finding]:
    """A default was computed once, when the module was imported.

    `default=datetime.now()` calls the function while the class is made; every row then gets the
    moment at which the process started, or the same "random" value.

    ```python bad models.py
    from datetime import UTC, datetime
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        born_at: datetime = Field(default=datetime.now(UTC))
    ```

    ```python good models.py
    from datetime import UTC, datetime
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        born_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
        listed_since: datetime = Field(default=datetime(1970, 1, 1, tzinfo=UTC))
    ```
    """
    for model in models.classes:
        source = source_of(model.mapped)
        for column in model.table.columns:
            server = getattr(column.server_default, "arg", None)
            given = (getattr(column.default, "arg", None), getattr(server, "text", server))
            field = model.fields.get(column.name)
            values = [*given, getattr(field, "default", None)]
            value = next((value for value in values if _of_this_run(value, source)), None)
            if value is not None:
                yield Finding(
                    f"{model.table_name}.{column.name}",
                    f"the default of {model.name}.{column.name} is {value}, computed at import",
                    "give the function, not its result: default_factory= or default= without ()",
                    model.at(column.name),
                )


def _of_this_run(value: Any, source: str) -> bool:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return False
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.astimezone()
        return abs(datetime.now(UTC) - moment) < NEAR and value.strftime("%M:%S") not in source
    if isinstance(value, date):
        return abs(datetime.now(UTC).date() - value) < NEAR and f"{value.day})" not in source
    if isinstance(value, UUID):
        written = str(value) in source or value.hex in source
        return value.version in {1, 4, 7} and not written
    return False
