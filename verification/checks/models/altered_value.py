"""Values that come back as others."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.models._showing import shown
from verification.finding import Finding, Severity
from verification.generation.boundary import Met
from verification.generation.size import size


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
            (written, found), column = pairs[0], field.input.columns[field.field]
            yield Finding(
                subject,
                f"{field.input.name}.{field.field} accepts {shown(written)}, and {column.type!s}"
                f" makes {shown(found)} of it",
                "let the field accept only what the column keeps, or widen the column",
                field.input.at(field.field),
            )
