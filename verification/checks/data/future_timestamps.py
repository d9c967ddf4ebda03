"""Things that happened tomorrow."""

import re
from collections.abc import Iterator

from verification.catalog import Catalog, Column, Table, quote
from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity
from verification.generation.counting import Counting, Question, rows_are, such_as
from verification.generation.placing import place
from verification.project import Models

NAME = re.compile(
    r"^(date_)?(created|inserted|updated|modified|changed|registered|joined|recorded|imported|logged)"
    r"(_?(at|on|date|time|timestamp))?$|^last_(login|seen|modified|updated)(_at|_on)?$",
    re.IGNORECASE,
)
SNAKE = re.compile(r"(?<=[a-z])(?=[A-Z])")
# What clocks may differ by; a column without a time zone may be in any of them.
NOW = {
    "timestamp with time zone": "now() + interval '5 minutes'",
    "timestamp without time zone": "(now() AT TIME ZONE 'UTC') + interval '14 hours 5 minutes'",
    "date": "(now() AT TIME ZONE 'UTC')::date + 1",
}


@check(Severity.NOTE)
def future_timestamps(mapped: Models, deployed: Catalog, connection: Reader) -> Iterator[Finding]:
    """A time that tells what happened lies in the future.

    `created_at` and its like can only be past. A later one comes from a wrong clock, a lost time
    zone or a client that was allowed to set it, and the row stays at the top of every list.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, created_at timestamptz NOT NULL);
    INSERT INTO hero VALUES (1, now()), (2, now() + interval '3 days');
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, ends_at timestamptz);
    INSERT INTO hero VALUES (1, now() + interval '1 second', now() + interval '3 days');
    ```
    """
    counting = Counting(connection)
    for table in deployed.tables:
        if table.kind == "foreign" or table.partition_bound:
            continue
        asked = [question for column in table.columns if (question := _question(column))]
        for question, count in counting.wrong(table, asked).items():
            keys = such_as(counting.keys(table, question))
            yield Finding(
                _subject(table, question),
                f"{rows_are(count)} from the future, by {question.column}{keys}",
                "let the database set it (DEFAULT now()), and mend the rows",
                place(mapped, table, question.column),
            )
    counting.end()


def _question(column: Column) -> Question | None:
    kind = re.sub(r"\(\d\)", "", column.type)
    if kind not in NOW or not NAME.match(SNAKE.sub("_", column.name)):
        return None
    name = f"r.{quote(column.name)}"
    wrong = f"{name} > {NOW[kind]} AND isfinite({name})"
    return Question(f"{column.name} is past", wrong, column.name)


def _subject(table: Table, question: Question) -> str:
    return f"{table.qualified}.{quote(question.column)}"
