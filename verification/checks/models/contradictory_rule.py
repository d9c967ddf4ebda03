"""Rules that leave nothing to store."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.generation.boundary import Met
from verification.generation.rules import rules_of
from verification.generation.scratch import Scratch


@check(Severity.ERROR)
def contradictory_rule(met: tuple[Met, ...], scratch: Scratch) -> Iterator[Finding]:
    """A model and the database can never both be satisfied.

    Whatever the class accepts for a field, the same CHECK refuses: no request can succeed.

    ```python bad models.py
    from sqlalchemy import CheckConstraint
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        __table_args__ = (CheckConstraint("share <= 1", name="is_a_share"),)
        id: int | None = Field(default=None, primary_key=True)
        share: int = Field(ge=2, le=100)
    ```

    ```python good models.py
    from sqlalchemy import CheckConstraint
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        __table_args__ = (CheckConstraint("share <= 1", name="is_a_share"),)
        id: int | None = Field(default=None, primary_key=True)
        share: int = Field(ge=0, le=1)
    ```
    """
    told: set[str] = set()
    for field in met:
        names = {refusal.constraint for refusal in field.refusals if refusal.sqlstate == "23514"}
        rules = [
            rule
            for rule in rules_of(scratch.catalog, field.table)
            if rule.kind != "helpful"
            and rule.name in names
            and rule.columns == (field.input.columns[field.field].name,)
        ]
        subject = field.input.subject(field.field)
        if not (rules and field.converted) or subject in told:
            continue
        told.add(subject)
        yield Finding(
            subject,
            f"{rules[0].name} refuses everything that {field.input.name}.{field.field} accepts:"
            f" CHECK ({rules[0].expression})",
            "decide which of the two is right, and change the other",
            field.input.at(field.field),
        )
