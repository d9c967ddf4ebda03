"""The same thing twice, where it was meant to be there once."""

from collections.abc import Iterator

from verification.catalog import Catalog, Index, Table, quote
from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Location, Severity
from verification.generation.counting import Counting, rows_are, such_as
from verification.generation.keys import key_columns
from verification.generation.pairing import duplicates, lacking_uniqueness
from verification.generation.placing import place
from verification.project import Models


@check(Severity.ERROR)
def duplicated_rows(
    mapped: Models, intended: tuple[Catalog, ...], deployed: Catalog, connection: Reader
) -> Iterator[Finding]:
    """Rows repeat what the models or migrations declare to be unique.

    The database lacks the uniqueness, or its index was built CONCURRENTLY and never finished, and
    by now some rows are there twice: `.one()` raises, and the migration that adds the index fails
    on the day of the deploy.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class User(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        email: str = Field(unique=True)
    ```

    ```sql bad deployed
    CREATE TABLE "user" (id serial PRIMARY KEY, email varchar NOT NULL);
    INSERT INTO "user" (email) VALUES ('ann@x.org'), ('ben@x.org'), ('ann@x.org');
    ```

    ```python good models.py
    from sqlmodel import Field, SQLModel

    class User(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        email: str = Field(unique=True)
        nick: str | None = Field(default=None, unique=True)
    ```

    ```sql good deployed
    CREATE TABLE "user" (id serial PRIMARY KEY, email varchar NOT NULL UNIQUE, nick varchar);
    INSERT INTO "user" (email) VALUES ('ann@x.org'), ('ben@x.org');
    ```
    """
    counting = Counting(connection)
    for table, index in lacking_uniqueness(intended, deployed):
        asked = duplicates(table, index)
        if asked is None:
            continue
        count, sample = asked
        what = f"{table.qualified} (unique {_terms(index)})"
        for many, groups in counting.asked(count, what):
            if groups:
                yield Finding(
                    _subject(table, index),
                    f"{rows_are(many)} one too many where {_terms(index)} is declared"
                    f" unique{_named(counting, table, sample, what)}",
                    f"merge or delete them, then {_remedy(table, index)}",
                    _place(mapped, table, index),
                )
    counting.end()


def _place(mapped: Models, table: Table, index: Index) -> Location | None:
    """Where the uniqueness is declared by name, or the first of its columns."""
    named = place(mapped, table, index.constraint or index.name)
    first = next((name for name in key_columns(table, index)), "")
    model = mapped.of(table.qualified)
    return place(mapped, table, first) if model and named == model.location else named


def _named(counting: Counting, table: Table, sample: str, what: str) -> str:
    names = table.primary_key.columns if table.primary_key else ()
    rows = counting.asked(sample, what) if sample else []
    return such_as(
        [
            ", ".join(f"{name}={value}" for name, value in zip(names, key, strict=True))
            for (keys,) in rows
            for key in keys
        ]
    )


def _terms(index: Index) -> str:
    expressions = iter(index.expressions)
    return ", ".join(name or next(expressions) for name in index.columns)


def _subject(table: Table, index: Index) -> str:
    return f"{table.qualified}.{quote(index.constraint or index.name)}"


def _remedy(table: Table, index: Index) -> str:
    if index in table.indexes:
        return f"REINDEX INDEX CONCURRENTLY {quote(table.schema)}.{quote(index.name)}"
    return index.definition
