"""Rules that are written, and that nothing keeps."""

from collections.abc import Iterator
from typing import Any

from verification.check import check
from verification.finding import Finding, Location, Severity
from verification.generation.schemas import root_of, schemas_in
from verification.project import Models, written

FORGOTTEN = {
    "regex": "schema_extra={{'pattern': {0!r}}}, or StringConstraints(pattern={0!r}) in Annotated",
    "const": "Literal[{0!r}] as the type",
    "unique_items": "a validator, or set[...] as the type",
}
"""What Pydantic 1 kept, and how to say it today."""


@check(Severity.ERROR)
def ignored_rule(models: Models) -> Iterator[Finding]:
    """A field is given a rule that validation has never heard of.

    `regex=`, `const=` and `unique_items=` are words of Pydantic 1. SQLModel still takes them, and
    nothing comes of them: whatever they were to keep out is accepted.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        code: str = Field(regex="^[A-Z]{3}$")
    ```

    ```python good models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        code: str = Field(schema_extra={"pattern": "^[A-Z]{3}$"})
    ```
    """
    told: set[tuple[str, int | None]] = set()
    root = root_of(models)
    for cls in schemas_in(root):
        location, lines = written(root, cls) if root else (None, {})
        for name, field in cls.model_fields.items():
            for word, value in _forgotten(field):
                where = location and Location(location.file, lines.get(name, location.line))
                place = (where.file, where.line) if where else (cls.__qualname__, None)
                if place in told:
                    continue  # inherited: it is written once
                told.add(place)
                yield Finding(
                    f"{cls.__name__}.{name}",
                    f"{word}={value!r} is ignored: anything is accepted",
                    FORGOTTEN[word].format(value),
                    where,
                )


def _forgotten(field: Any) -> Iterator[tuple[str, Any]]:
    """The words that are only remembered as having been given."""
    given = getattr(field, "_attributes_set", {})
    kept = any(getattr(rule, "pattern", None) for rule in field.metadata)
    for word in FORGOTTEN:
        value = given.get(word)
        if value not in (None, False) and not (word == "regex" and kept):
            yield word, value
