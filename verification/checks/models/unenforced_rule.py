"""Rules that only Python knows."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.models._showing import shown
from verification.finding import Finding, Severity
from verification.generation.enforcement import Unenforced, remedy, unenforced
from verification.generation.inputs import table_inputs
from verification.generation.scratch import Scratch
from verification.project import Models


@check(Severity.WARNING)
def unenforced_rule(models: Models, scratch: Scratch) -> Iterator[Finding]:
    """A model demands something of a column that the database does not.

    `ge`, `min_length`, `pattern` and their like never become constraints, and a class with
    `table=True` does not even check them when it is made. Whatever does not come through the
    validating schema (a script, another service, a bulk update) stores rows that the model would
    reject. So does a validator across two fields that keeps them in order. The demand is broken on
    a disposable copy of the schema: if the row is stored, nothing enforces it.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        age: int = Field(ge=0, le=200)
    ```

    ```python bad models.py
    from datetime import date
    from pydantic import model_validator
    from sqlmodel import Field, SQLModel

    class TripBase(SQLModel):
        first_day: date
        last_day: date

        @model_validator(mode="after")
        def lasts(self) -> "TripBase":
            if self.last_day < self.first_day:
                raise ValueError("a trip ends after it starts")
            return self

    class Trip(TripBase, table=True):
        id: int | None = Field(default=None, primary_key=True)
    ```

    ```python good models.py
    from sqlalchemy import CheckConstraint
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        __table_args__ = (CheckConstraint("age >= 0 AND age <= 200"),)
        id: int | None = Field(default=None, primary_key=True)
        age: int = Field(ge=0, le=200)
        name: str = Field(max_length=50)
    ```
    """
    found: dict[str, list[Unenforced]] = {}
    for each in unenforced(scratch, table_inputs(models)):
        subject = f"{each.table.qualified}.{each.column.name}"
        known = found.setdefault(subject, [])
        if each.demand.check not in {other.demand.check for other in known}:
            known.append(each)
    for subject, broken in found.items():
        first = broken[0]
        said = ", ".join(each.demand.said for each in broken)
        message = (
            f"{first.owner}.{first.field} demands {said}, the database stores"
            f" {', '.join(shown(each.value) for each in broken)}"
        )
        yield Finding(subject, message, remedy(broken), first.location)
