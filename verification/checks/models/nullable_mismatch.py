"""Optional here, required there."""

import inspect
import re
import sys
from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args, get_origin

from verification.catalog import Column
from verification.check import check
from verification.finding import Finding, Severity
from verification.generation.accepting import Refused, accepted
from verification.generation.inputs import Input, table_of
from verification.generation.ruling import PARTIAL
from verification.generation.schemas import sources
from verification.generation.scratch import Scratch
from verification.project import Model, Models


@check(Severity.WARNING)
def nullable_mismatch(
    models: Models, facing: tuple[Input, ...], scratch: Scratch
) -> Iterator[Finding]:
    """A field may be None and its column may not be NULL, or the other way round.

    Either a value that the type checker allows fails in the INSERT, or a row holds a NULL where
    the code was promised a value. A schema for input that lets a field be None, where the column is
    NOT NULL and nothing in the project fills it in, is the first of the two.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str = Field(nullable=True)
    ```

    ```python bad models.py
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None] = mapped_column(nullable=False)
    ```

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str

    class HeroCreate(SQLModel):
        name: str | None = None
    ```

    ```python good models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str
        motto: str | None = None
        score: int | None = Field(
            default=None, nullable=False, sa_column_kwargs={"server_default": "0"}
        )
    ```
    """
    for model in models.classes:
        table = table_of(scratch.catalog, model)
        for column in model.table.columns:
            told = _optional(model, column.name)
            found = table.column(column.name) if table else None
            if told is None or found is None or column.primary_key or _shares_a_table(model):
                continue
            subject, name = f"{model.table_name}.{column.name}", f"{model.name}.{column.name}"
            if told and not found.nullable and not _filled(column, found):
                yield Finding(
                    subject,
                    f"{name} may be None, and the column is NOT NULL without a default",
                    "leave None out of the type, or let the column be NULL",
                    model.at(column.name),
                )
            elif not told and found.nullable:
                yield Finding(
                    subject,
                    f"{name} is never None, and the column may be NULL",
                    f"op.alter_column({model.table.name!r}, {column.name!r}, nullable=False),"
                    " or None in the type",
                    model.at(column.name),
                )
    text = "\n".join(sources(models))
    for given in facing:
        yield from _nothing_given(given, scratch, text)


def _nothing_given(given: Input, scratch: Scratch, text: str) -> Iterator[Finding]:
    """Fields of a schema that may be None, though a new row needs them."""
    table = table_of(scratch.catalog, given.model)
    if table is None or given.cls is given.model.mapped or PARTIAL.search(given.name):
        return
    for field, mapped in given.columns.items():
        found = table.column(mapped.name)
        if found is None or found.nullable or mapped.primary_key or _filled(mapped, found):
            continue
        # A handler that sets it makes up what the client left out.
        by_hand = (
            rf"\b{field}\s*=(?!=)\s*(?!\w+\.{field}\s*[,)\n])(?!(Field|Column|mapped_column)\b)"
        )
        if _takes_none(given.cls, field) and not re.search(by_hand, text):
            yield Finding(
                given.subject(field),
                f"{given.name}.{field} may be None, and the column is NOT NULL without a default",
                f"leave None out of the type of {given.name}.{field}, or let the column be NULL",
                given.at(field),
            )


def _takes_none(cls: Any, field: str) -> bool:
    try:
        return accepted(cls, field, None) is None
    except Refused:
        return False


def _filled(mapped: Any, found: Column) -> bool:
    """Whether somebody else than the client gives the column a value."""
    by_server = found.default or found.identity or found.generated or mapped.server_default
    return bool(by_server) or mapped.default is not None


def _shares_a_table(model: Model) -> bool:
    """A class in single-table inheritance has columns that the others' rows leave empty."""
    mapper: Any = model.mapped.__mapper__  # type: ignore[attr-defined]  # it is mapped
    return mapper.inherits is not None or mapper.polymorphic_on is not None


def _optional(model: Model, name: str) -> bool | None:
    """Whether the annotation allows None; None where there is no annotation to tell."""
    annotation: Any = None
    if field := model.fields.get(name):
        annotation = field.annotation
    else:
        for base in model.mapped.__mro__:
            written = inspect.get_annotations(base).get(name)
            if written is not None:
                annotation = _evaluated(written, base)
                break
        if getattr(get_origin(annotation), "__name__", "") != "Mapped":
            return None
        (annotation,) = get_args(annotation)
    if annotation is None or isinstance(annotation, str):
        return None
    return None if annotation is Any else NoneType in _parts(annotation)


def _parts(annotation: Any) -> tuple[Any, ...]:
    inner = getattr(annotation, "__origin__", None) if hasattr(annotation, "__metadata__") else None
    return get_args(inner if inner is not None else annotation)


def _evaluated(written: Any, base: type) -> Any:
    if not isinstance(written, str):
        return written
    try:
        return eval(written, vars(sys.modules[base.__module__]))  # noqa: S307 - the project's own annotation
    except Exception:  # noqa: BLE001 - a name that only the type checker knows
        return None
