"""Values that come back as others."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from verification.check import check
from verification.checks.models._showing import shown
from verification.finding import Finding, Severity
from verification.generation.boundary import Met
from verification.generation.size import size
from verification.generation.storing import Unreadable


@check(Severity.ERROR)
def altered_value(met: tuple[Met, ...]) -> Iterator[Finding]:
    """A value is stored as another one than the model accepted.

    A column rounds, pads, cuts or drops a time zone without a word, so that the client is told of
    one value and the next reader of another. What the classes that face input accept is written to
    a disposable copy of the schema, read back and compared.

    ```python bad models.py
    from decimal import Decimal
    from sqlalchemy import Numeric
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        price: Decimal = Field(ge=0, le=100, sa_type=Numeric(10, 2))
    ```

    ```python good models.py
    from decimal import Decimal
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        price: Decimal = Field(ge=0, le=100, max_digits=10, decimal_places=2)
    ```
    """
    told: set[str] = set()
    for field in met:
        subject = field.input.subject(field.field)
        pairs = sorted(field.altered, key=lambda pair: size(pair[0]))
        if pairs and subject not in told:
            told.add(subject)
            written, found = pairs[0]
            column = field.table.column(field.input.columns[field.field].name)
            said, advice = _said(written, found, column.type if column else "the column")
            yield Finding(
                subject,
                f"{field.input.name}.{field.field} accepts {shown(written)}, {said}",
                advice,
                field.input.at(field.field),
            )


def _said(written: Any, found: Any, kind: str) -> tuple[str, str]:
    """What becomes of the value, and what to do about it."""
    if isinstance(found, Unreadable):
        said = f"which is stored, and then every read of the row fails: {found.error}"
        return said, "bound the years: near 1 and 9999 the time in another zone does not exist"
    if isinstance(written, datetime) and isinstance(found, datetime):
        if written.tzinfo is None and found.tzinfo is not None:
            said = f"and {kind} reads it as a time in whatever zone the session has"
            return said, "use AwareDatetime: a time without a zone is no moment"
        if written.tzinfo is not None and found.tzinfo is None:
            said = f"and {kind} drops its zone: {shown(found)}"
            return said, "DateTime(timezone=True), which keeps the moment"
    said = f"and {kind} makes {shown(found)} of it"
    return said, "let the field accept only what the column keeps, or widen the column"
