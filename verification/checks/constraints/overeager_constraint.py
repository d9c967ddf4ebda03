"""Rows that the models call valid and a constraint does not."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.generation.accepting import Refused
from verification.generation.copying import copied
from verification.generation.inputs import Input, table_of
from verification.generation.planting import Barren, Planting
from verification.generation.rules import Rule, rules_of
from verification.generation.scratch import Scratch
from verification.generation.whole import whole

TRIES = 40


@check(Severity.ERROR)
def overeager_constraint(inputs: tuple[Input, ...], scratch: Scratch) -> Iterator[Finding]:
    """A constraint across columns refuses a row that the model calls valid.

    Each field is right by itself, so validation passes, and the INSERT fails: the client gets a 500
    instead of being told that, say, an end lies before its start. For every CHECK over several
    columns, values that break it and nothing else are offered to the classes that face input.

    ```python bad models.py
    from sqlalchemy import CheckConstraint
    from sqlmodel import Field, SQLModel

    class Trip(SQLModel, table=True):
        __table_args__ = (CheckConstraint("first_day < last_day", name="lasts"),)
        id: int | None = Field(default=None, primary_key=True)
        first_day: int
        last_day: int
    ```

    ```python good models.py
    from typing import Self
    from pydantic import BaseModel, model_validator
    from sqlalchemy import CheckConstraint
    from sqlmodel import Field, SQLModel

    class Trip(SQLModel, table=True):
        __table_args__ = (CheckConstraint("first_day < last_day", name="lasts"),)
        id: int | None = Field(default=None, primary_key=True)
        first_day: int
        last_day: int

    class TripCreate(BaseModel):
        first_day: int
        last_day: int

        @model_validator(mode="after")
        def lasts(self) -> Self:
            if self.first_day >= self.last_day:
                raise ValueError("a trip ends after it starts")
            return self
    ```
    """
    told: set[str] = set()
    with copied(scratch) as planting:
        for given in inputs:
            table = table_of(scratch.catalog, given.model)
            fields = {column.name: field for field, column in given.columns.items()}
            for rule in rules_of(scratch.catalog, table) if table else ():
                several = rule.kind == "check" and len(rule.columns) > 1
                if not several or not set(rule.columns) <= set(fields) or rule.subject in told:
                    continue
                found = _accepted(planting, given, fields, rule)
                if found:
                    told.add(rule.subject)
                    yield Finding(
                        rule.subject,
                        f"{given.name} accepts {found}, which {rule.name} refuses:"
                        f" CHECK ({rule.expression})",
                        f"demand it in {given.name} too, in a @model_validator(mode='after')",
                        given.location,
                    )


def _accepted(planting: Planting, given: Input, fields: dict[str, str], rule: Rule) -> str:
    """A row that breaks the rule and that the class takes, in words; empty where it takes none."""
    table = table_of(planting.catalog, given.model)
    if table is None:
        return ""
    try:
        solutions = list(planting.free(table, rule))
    except Barren:
        return ""
    for solution in solutions:
        for values in solution.broken.get(rule, ())[:TRIES]:
            row = dict(zip(solution.columns, values, strict=True))
            chosen = {fields[name]: row[name] for name in rule.columns}
            try:
                taken = whole(given.cls, chosen)
            except Refused:
                continue
            # What validation itself changes (strips, lowers) need not break the rule any more.
            if all(taken[n] == text for n, text in chosen.items() if isinstance(taken[n], str)):
                return ", ".join(f"{name}={taken[name]!r}" for name in chosen)
    return ""
