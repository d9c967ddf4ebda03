"""Times of the last change that never change."""

import re
from collections.abc import Iterator
from typing import Any

from verification.check import check
from verification.finding import Finding, Severity
from verification.generation.inputs import table_of
from verification.generation.schemas import sources
from verification.generation.scratch import Scratch
from verification.project import Model, Models

NAME = re.compile(
    r"^(date_)?(updated|modified|changed)(_at|_on|_time|_date)?$|^last_(updated|modified)"
)


@check(Severity.WARNING)
def stale_updated_at(models: Models, scratch: Scratch) -> Iterator[Finding]:
    """A column that should tell the last change is never set again after the insert.

    It has a default but no `onupdate`, no trigger keeps it, and nothing in the project assigns to
    it: it is a second `created_at`, and whoever relies on it (caches, syncs) misses every change.
    `server_onupdate` only tells SQLAlchemy to read back what a trigger has set; it sets nothing.

    ```python bad models.py
    from datetime import UTC, datetime
    from sqlmodel import Field, SQLModel

    def now() -> datetime:
        return datetime.now(UTC)

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        updated_at: datetime = Field(default_factory=now)
    ```

    ```python bad models.py
    from datetime import datetime
    from sqlalchemy import FetchedValue, func
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
        changed: Mapped[datetime] = mapped_column(
            server_default=func.now(), server_onupdate=FetchedValue()
        )
    ```

    ```python good models.py
    from datetime import UTC, datetime
    from sqlmodel import Field, SQLModel

    def now() -> datetime:
        return datetime.now(UTC)

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        updated_at: datetime = Field(default_factory=now, sa_column_kwargs={"onupdate": now})
    ```
    """
    text = "\n".join(sources(models))
    for model in models.classes:
        table = table_of(scratch.catalog, model)
        triggers = [t.definition.upper() for t in table.triggers] if table else []
        kept = any("BEFORE" in t and "UPDATE" in t.split(" ON ")[0] for t in triggers)
        if kept or _listens(model.mapped):
            continue
        for column in model.table.columns:
            if column.onupdate is not None or column.computed is not None:
                continue
            if column.server_onupdate is not None:
                yield _promised(model, column.name)
                continue
            if not NAME.search(column.name):
                continue
            name = re.escape(column.name)
            by_hand = rf"\b{name}\s*=(?!=)(?!\s*(Field|Column|mapped_column|sa\.|db\.)\b)"
            if re.search(rf"{by_hand}|[\"']{name}[\"']\s*[:\]]", text):
                continue
            yield Finding(
                f"{model.table_name}.{column.name}",
                f"nothing sets {model.name}.{column.name} when a row changes",
                'sa_column_kwargs={"onupdate": now} or onupdate=now, or a BEFORE UPDATE trigger',
                model.at(column.name),
            )


def _promised(model: Model, column: str) -> Finding:
    return Finding(
        f"{model.table_name}.{column}",
        f"server_onupdate says that the database sets {model.name}.{column} when a row changes, and"
        " no trigger does",
        "a migration with a BEFORE UPDATE trigger, or onupdate=now",
        model.at(column),
    )


def _listens(mapped: Any) -> bool:
    return bool(list(mapped.__mapper__.dispatch.before_update))
