"""Moments without a time zone."""

import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from verification.check import check
from verification.finding import Finding, Severity
from verification.project import Models


@check(Severity.WARNING)
def naive_datetime_field(models: Models) -> Iterator[Finding]:
    """A datetime field is kept, or filled in, without a time zone.

    A column without one keeps what some clock said, not where it hung. A naive default such as
    `datetime.utcnow` in a column with one is read in the session's time zone, which is another
    moment wherever that is not UTC; SQLModel's own type refuses it.

    ```python bad models.py
    from datetime import datetime
    from sqlalchemy import DateTime
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        seen_at: datetime = Field(sa_type=DateTime)
    ```

    ```python bad models.py
    from datetime import datetime
    from sqlalchemy import DateTime
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
        seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=datetime.utcnow)
    ```

    ```python good models.py
    from datetime import UTC, date, datetime
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        seen_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
        born: date | None = None
    ```
    """
    from sqlalchemy import DateTime  # noqa: PLC0415 - 500 ms

    for model in models.classes:
        for column in model.table.columns:
            kind = getattr(column.type, "impl", column.type)
            if not isinstance(kind, DateTime):
                continue
            subject, name = f"{model.table_name}.{column.name}", f"{model.name}.{column.name}"
            if not kind.timezone and kind is column.type:  # a type of its own may well convert
                yield Finding(
                    subject,
                    f"{name} is kept without its time zone",
                    "DateTime(timezone=True), and an aware datetime in Python",
                    model.at(column.name),
                )
            elif _is_naive(column.default) or _is_naive(column.onupdate):
                yield Finding(
                    subject,
                    f"{name} is filled in with a datetime that has no time zone",
                    "lambda: datetime.now(UTC)",
                    model.at(column.name),
                )


def _is_naive(default: Any) -> bool:
    """Whether a default gives datetimes without a zone; a function is asked, as an insert would."""
    if default is None:
        return False
    value = getattr(default, "arg", None)
    if getattr(default, "is_callable", False):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = _called(value)
    return isinstance(value, datetime) and value.tzinfo is None


def _called(function: Any) -> Any:
    """SQLAlchemy gives its functions a context; `datetime.utcnow` was wrapped to take one."""
    try:
        return function(None)
    except Exception:  # noqa: BLE001 - whatever it needs, it cannot be asked here
        return None
