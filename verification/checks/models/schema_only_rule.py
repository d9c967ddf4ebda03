"""Rules that only the schemas for input know."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.models._showing import shown
from verification.finding import Finding, Severity
from verification.generation.enforcement import Unenforced, remedy, unenforced
from verification.generation.inputs import Input
from verification.generation.ruling import PARTIAL
from verification.generation.scratch import Scratch


@check(Severity.NOTE)
def schema_only_rule(inputs: tuple[Input, ...], scratch: Scratch) -> Iterator[Finding]:
    """Every schema for input demands something of a column, and the database does not.

    Where mapped classes and Pydantic schemas are written apart, a rule of the schemas may be about
    the request alone. Where it is about the row, only a CHECK keeps it for whoever writes past the
    schemas: a script, a migration, another service.

    ```python bad models.py
    from typing import Annotated
    from pydantic import BaseModel, Field
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
        age: Mapped[int]

    class HeroCreate(BaseModel):
        age: Annotated[int, Field(ge=0, le=200)]
    ```

    ```python good models.py
    from typing import Annotated
    from pydantic import BaseModel, Field
    from sqlalchemy import CheckConstraint
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Hero(Base):
        __tablename__ = "hero"
        __table_args__ = (CheckConstraint("age BETWEEN 0 AND 200", name="ck_hero_age"),)
        id: Mapped[int] = mapped_column(primary_key=True)
        age: Mapped[int]

    class HeroCreate(BaseModel):
        age: Annotated[int, Field(ge=0, le=200)]
    ```
    """
    asked = [given for given in inputs if not given.model.fields and not PARTIAL.search(given.name)]
    found: dict[str, dict[str, list[Unenforced]]] = {}
    for each in unenforced(scratch, asked):
        subject = f"{each.table.qualified}.{each.column.name}"
        found.setdefault(subject, {}).setdefault(each.demand.check, []).append(each)
    for subject, demanded in found.items():
        several = [given for given in asked if _has(given, subject)]
        # A rule that one schema lacks is about the request that the others are for.
        broken = [known[0] for known in demanded.values() if len(known) >= len(several)]
        if broken:
            said = ", ".join(each.demand.said for each in broken)
            values = ", ".join(shown(each.value) for each in broken)
            yield Finding(
                subject,
                f"{broken[0].owner}.{broken[0].field} demands {said}, the database stores {values}",
                remedy(broken),
                broken[0].location,
            )


def _has(given: Input, subject: str) -> bool:
    """Whether the class has a field for the column."""
    names = {column.name for column in given.columns.values()}
    return any(subject == f"{given.model.table_name}.{name}" for name in names)
