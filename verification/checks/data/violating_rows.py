"""Rows from before the rule."""

from collections.abc import Iterator

from verification.catalog import Catalog, Table, quote
from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity
from verification.generation.counting import Counting, Question, rows_are, such_as
from verification.generation.inputs import Input, table_inputs, table_of
from verification.generation.ordering import Ordering, orderings
from verification.generation.ruling import Ruling, by_table, rulings
from verification.project import Models


@check(Severity.ERROR)
def violating_rows(models: Models, deployed: Catalog, connection: Reader) -> Iterator[Finding]:
    """Rows are stored that the current model would reject.

    A rule was added to the model, or something wrote past it: the row can be read, but not be sent
    back, copied or validated, so the next update of it, or the response with it, fails. The rules
    that SQL can say (`ge`, `gt`, `le`, `lt`, `multiple_of`, `min_length`, `max_length`, `pattern`,
    no None, two fields in order) are counted where the rows are; of the rows found, three are put
    to the model itself.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        age: int = Field(ge=0, le=200)
    ```

    ```sql bad deployed
    CREATE TABLE hero (id serial PRIMARY KEY, age int NOT NULL);
    INSERT INTO hero (age) VALUES (30), (-1), (201);
    ```

    ```python good models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        age: int = Field(ge=0, le=200)
    ```

    ```sql good deployed
    CREATE TABLE hero (id serial PRIMARY KEY, age int NOT NULL);
    INSERT INTO hero (age) VALUES (0), (30), (200);
    ```
    """
    counting = Counting(connection)
    told: set[str] = set()
    for several in by_table(rulings(models, deployed)).values():
        asked: dict[Question, Ruling] = {q: each for each in several for q in each.questions}
        found = counting.wrong(several[0].table, list(asked))
        for ruling in several:
            broken = {q: n for q in ruling.questions if (n := found.get(q))}
            kept = {q: keys for q in broken if (keys := ruling.stands(counting, q)) is not None}
            if not kept:
                continue
            said = "; ".join(
                f"{rows_are(broken[q])} against {q.said}{such_as(keys)}" for q, keys in kept.items()
            )
            told.add(ruling.table.subject(ruling.column))
            yield Finding(
                ruling.table.subject(ruling.column),
                f"{ruling.owner} would reject what is stored: {said}",
                _fix(ruling, next(iter(kept))),
                ruling.location,
            )
    for given in table_inputs(models):
        table = table_of(deployed, given.model)
        if table is not None and table.kind != "foreign":
            yield from _disordered(counting, given, table, told)
    counting.end()


def _disordered(
    counting: Counting, given: Input, table: Table, told: set[str]
) -> Iterator[Finding]:
    """Rows against a validator that keeps two fields in order."""
    asked: dict[Question, Ordering] = {}
    for each in orderings(given, table):
        said = f"{each.low} {'<=' if '<=' in each.check else '<'} {each.high}"
        asked[Question(said, f"NOT ({each.check})")] = each
    for question, count in counting.wrong(table, list(asked)).items():
        low, high = (f"{table.qualified}.{quote(name)}" for name in asked[question].columns)
        yield Finding(
            high if low in told else low,
            f"{given.name} would reject what is stored: {rows_are(count)} against {question.said}"
            f"{such_as(counting.keys(table, question))}",
            f"mend them (SELECT * FROM {table.qualified} AS r WHERE {question.wrong}) in a"
            " migration, and let a CHECK keep the rule",
            given.location,
        )


def _fix(ruling: Ruling, question: Question) -> str:
    key = ruling.table.primary_key
    names = ", ".join(map(quote, key.columns)) if key else "*"
    return (
        f"mend them (SELECT {names} FROM {ruling.table.qualified} AS r WHERE {question.wrong})"
        " in a migration, and let a CHECK keep the rule"
    )
