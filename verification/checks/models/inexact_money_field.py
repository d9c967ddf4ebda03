"""Money in binary fractions."""

import re
from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.project import Models

MONEY = re.compile(
    r"(^|_)(price|amount|cost|total|subtotal|balance|fee|salary|budget|revenue|payment|discount"
    r"|tax|wage|deposit|credit|debit)s?($|_(usd|eur|gbp|net|gross|paid|due|owed)$)"
)
COUNTED = re.compile(r"(_count|_pct|_percent|_ratio|_rate|_score|_seconds|_ms|_kg|_hours)$")


@check(Severity.WARNING)
def inexact_money_field(models: Models) -> Iterator[Finding]:
    """A field that holds money is a float.

    0.1 + 0.2 is not 0.3 in binary: sums drift by cents, and two equal prices are not equal.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Invoice(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        total_amount: float
    ```

    ```python good models.py
    from decimal import Decimal
    from sqlmodel import Field, SQLModel

    class Invoice(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        total_amount: Decimal = Field(max_digits=12, decimal_places=2)
        tax_rate: float
        discount_score: float
    ```
    """
    from sqlalchemy import Float  # noqa: PLC0415 - 500 ms

    for model in models.classes:
        for column in model.table.columns:
            named = MONEY.search(column.name) and not COUNTED.search(column.name)
            if named and isinstance(column.type, Float):
                yield Finding(
                    f"{model.table_name}.{column.name}",
                    f"{model.name}.{column.name} holds money as a float",
                    "use Decimal with max_digits and decimal_places: NUMERIC in the database",
                    model.at(column.name),
                )
