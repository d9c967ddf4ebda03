"""Input that passes validation and ends in a 500."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.models._showing import shown, unwanted
from verification.finding import Finding, Location, Severity
from verification.generation.boundary import Met


@check(Severity.ERROR)
def unstorable_value(met: tuple[Met, ...]) -> Iterator[Finding]:
    r"""A model accepts a value that the database refuses to store.

    Such input passes validation and fails in the INSERT: the client gets a 500 for a mistake that
    is its own. Every field is offered values that are known to be hard (U+0000, half a surrogate
    pair, numbers and texts just over the column's size, times at the edge of the calendar), and
    what its class accepts is written to a disposable copy of the schema. Where schemas for input
    exist, such as `HeroCreate` or an endpoint's body, those are asked, else the table's own model.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        age: int
    ```

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str = Field(max_length=50)

    class HeroCreate(SQLModel):
        name: str
    ```

    ```python good models.py
    from typing import Annotated
    from pydantic import BaseModel, Field as Rule, StringConstraints
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str = Field(max_length=50)
        age: int
        hashed_password: str

    class HeroCreate(BaseModel):
        name: Annotated[str, StringConstraints(max_length=50, pattern=r"^[^\x00]*$")]
        age: Annotated[int, Rule(ge=0, le=200)]
    ```
    """
    found: dict[str, list[tuple[str, str]]] = {}
    places: dict[str, Location | None] = {}
    for field in met:
        if field.converted:
            continue  # another value than the field's own is stored, such as a hash
        for refusal in unwanted(field.refusals):
            subject = field.input.subject(field.field)
            places.setdefault(subject, field.input.at(field.field))
            text = f"{shown(refusal.value)} ({refusal.sqlstate}: {refusal.message})"
            said = f"{field.input.name}.{field.field} accepts {text}"
            found.setdefault(subject, []).append((said, refusal.advice))
    for subject, causes in found.items():
        message = "; ".join(dict.fromkeys(said for said, _ in causes))
        fix = "; ".join(dict.fromkeys(advice for _, advice in causes))
        yield Finding(subject, message, fix, places[subject])
