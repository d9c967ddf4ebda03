"""Rules that only the database knows."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.models._showing import shown
from verification.finding import Finding, Severity
from verification.generation.boundary import Met
from verification.generation.rules import rules_of
from verification.generation.scratch import Scratch
from verification.generation.size import size


@check(Severity.ERROR)
def unmodelled_rule(met: tuple[Met, ...], scratch: Scratch) -> Iterator[Finding]:
    """The database demands something of a column that the model does not.

    Input that passes validation is refused by a CHECK (or by a domain), so that the client gets a
    500 instead of being told what is wrong. Values at the edge of every CHECK are offered to the
    classes that face input; what they accept is written to a disposable copy of the schema.

    ```python bad models.py
    from sqlalchemy import CheckConstraint
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        __table_args__ = (CheckConstraint("age >= 18", name="grown_up"),)
        id: int | None = Field(default=None, primary_key=True)
        age: int = Field(ge=0, le=200)
    ```

    ```python good models.py
    from sqlalchemy import CheckConstraint
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        __table_args__ = (CheckConstraint("age >= 18", name="grown_up"),)
        id: int | None = Field(default=None, primary_key=True)
        age: int = Field(ge=18, le=200)
    ```
    """
    told: set[str] = set()
    for field in met:
        alone = {
            rule.name: rule
            for rule in rules_of(scratch.catalog, field.table)
            if rule.kind != "helpful" and rule.columns == (field.input.columns[field.field].name,)
        }
        for refusal in sorted(field.refusals, key=lambda each: size(each.value)):
            rule = alone.get(refusal.constraint)
            subject = field.input.subject(field.field)
            if rule is None or field.converted or refusal.sqlstate != "23514" or subject in told:
                continue
            told.add(subject)
            yield Finding(
                subject,
                f"{field.input.name}.{field.field} accepts {shown(refusal.value)}, which"
                f" {rule.name} refuses: CHECK ({rule.expression})",
                f"let {field.input.name}.{field.field} demand the same as {rule.name}",
                field.input.at(field.field),
            )
