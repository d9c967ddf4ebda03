"""One list for all rows."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.project import Models


@check(Severity.WARNING)
def shared_mutable_default(models: Models) -> Iterator[Finding]:
    """A column's default is one mutable object that every row shares.

    SQLAlchemy gives each row the very same list or dictionary: what is appended to one row's is in
    the default of all that follow, until the process ends. (A Pydantic field is safe: it copies.)

    ```python bad models.py
    from typing import Any
    from sqlalchemy import JSON
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
        powers: Mapped[Any] = mapped_column(JSON, default=[])
    ```

    ```python good models.py
    from typing import Any
    from sqlalchemy import JSON
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
        powers: Mapped[Any] = mapped_column(JSON, default=list)
    ```
    """
    for model in models.classes:
        for column in model.table.columns:
            value = getattr(column.default, "arg", None)
            safe = any(field == column.name for field in model.fields)
            if isinstance(value, (list, dict, set)) and not safe:
                kind = type(value).__name__
                yield Finding(
                    f"{model.table_name}.{column.name}",
                    f"the default is one {kind} that all rows of {model.name} share",
                    f"default={kind}" if not value else f"default=lambda: {value!r}",
                    model.at(column.name),
                )
