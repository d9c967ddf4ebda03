"""The same address twice."""

import re
from collections.abc import Iterator

from verification.catalog import Catalog, Index, Table
from verification.check import check
from verification.finding import Finding, Severity
from verification.generation.accepting import Refused, accepted
from verification.generation.inputs import Input, table_of
from verification.generation.scratch import Scratch

NAME = re.compile(r"(^|_)e?_?mail(_address)?$")


@check(Severity.WARNING)
def case_mangled_unique(inputs: tuple[Input, ...], scratch: Scratch) -> Iterator[Finding]:
    """An e-mail address is unique, but not whatever its case.

    `Ann@x.org` and `ann@x.org` reach the same person: with both accepted as they are, that person
    can register twice and later log in to the wrong account, or to none.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class User(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        email: str = Field(unique=True, max_length=320)
    ```

    ```python good models.py
    from typing import Annotated
    from pydantic import BaseModel, StringConstraints
    from sqlmodel import Field, SQLModel

    class User(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        email: str = Field(unique=True, max_length=320)

    class UserCreate(BaseModel):
        email: Annotated[str, StringConstraints(to_lower=True, max_length=320)]
    ```
    """
    told: set[str] = set()
    for given in inputs:
        table = table_of(scratch.catalog, given.model)
        for field, mapped in given.columns.items():
            subject = given.subject(field)
            if table is None or not NAME.search(mapped.name) or subject in told:
                continue
            if not _unique_as_written(scratch.catalog, table, mapped.name):
                continue
            try:
                kept = accepted(given.cls, field, "Some.Body@Example.com")
            except Refused:
                continue
            if str(kept).partition("@")[0] == "Some.Body":
                told.add(subject)
                yield Finding(
                    subject,
                    f"{given.name}.{field} keeps the case, so that one address is unique twice",
                    f"lower it in {given.name} (AfterValidator(str.lower)), and demand it:"
                    f' op.create_check_constraint("ck_{table.name}_{mapped.name}_lower",'
                    f' "{table.name}", "{mapped.name} = lower({mapped.name})")',
                    given.at(field),
                )


def _unique_as_written(catalog: Catalog, table: Table, name: str) -> bool:
    column = table.column(name)
    if column is None or "citext" in column.type or catalog.domain(column.type):
        return False
    if any("lower(" in check.expression for check in table.constraints if name in check.columns):
        return False
    alone: list[Index] = [index for index in table.indexes if index.unique]
    if any("lower(" in text for index in alone for text in index.expressions):
        return False
    return any(index.columns == (name,) for index in alone)
