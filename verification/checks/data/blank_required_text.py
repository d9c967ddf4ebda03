"""There, and empty."""

from collections.abc import Iterator

from verification.catalog import Catalog, Column, quote
from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity
from verification.generation.counting import Counting, Question, rows_are, such_as
from verification.generation.placing import place
from verification.generation.resting import SPACES
from verification.generation.sqltype import read_type, resolve
from verification.project import Model, Models


@check(Severity.NOTE)
def blank_required_text(mapped: Models, deployed: Catalog, connection: Reader) -> Iterator[Finding]:
    r"""A required text is empty, or has nothing in it but spaces.

    NOT NULL was meant to say that there is a name; an empty one is as good as none, and it is what
    an HTML form sends for a field that nobody filled in. A column with a default, in the database
    or in the model, is not asked: its empty text may be meant.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, name text NOT NULL);
    INSERT INTO hero VALUES (1, 'Ann'), (2, ''), (3, E' \t');
    ```

    ```sql good
    CREATE TABLE hero (
        id bigint PRIMARY KEY, name text NOT NULL, motto text NOT NULL DEFAULT '', nick text
    );
    INSERT INTO hero (id, name, nick) VALUES (1, 'Ann', '');
    ```
    """
    counting = Counting(connection)
    for table in deployed.tables:
        if table.kind == "foreign" or table.partition_bound:
            continue
        models = [m for m in mapped.classes if _names(m) == (table.schema, table.name)]
        asked = [
            Question(f"{column.name} is not blank", _blank(column), column.name)
            for column in table.columns
            if _required(deployed, column) and not any(_filled(m, column.name) for m in models)
        ]
        for question, count in counting.wrong(table, asked).items():
            keys = such_as(counting.keys(table, question))
            yield Finding(
                f"{table.qualified}.{quote(question.column)}",
                f"{rows_are(count)} blank in {question.column}, which is required{keys}",
                f"demand it: CHECK (btrim({quote(question.column)}) <> ''), and min_length=1 with"
                " strip_whitespace in the model",
                place(mapped, table, question.column),
            )
    counting.end()


def _names(model: Model) -> tuple[str, str]:
    return model.table.schema or "public", model.table.name


def _required(deployed: Catalog, column: Column) -> bool:
    kind = read_type(resolve(deployed, column.type))
    given = column.default is not None or column.generated or column.nullable
    return kind.is_text and kind.name != "name" and not given


def _filled(model: Model, name: str) -> bool:
    column = model.table.columns.get(name)
    field = model.fields.get(name)
    return (column is not None and column.default is not None) or (
        field is not None and not field.is_required()
    )


def _blank(column: Column) -> str:
    return f"btrim(r.{quote(column.name)}::text, {SPACES}) = ''"
