"""Children whose parent is gone."""

from collections.abc import Iterator

from verification.catalog import Catalog, Constraint, Table, quote
from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity
from verification.generation.counting import Counting, Question, rows_are, such_as
from verification.generation.pairing import foreign_keys, orphans
from verification.generation.placing import place
from verification.project import Models

MANY = 2_000_000
"""Rows beyond which PostgreSQL's word is taken for a key that it says it enforces."""


@check(Severity.ERROR)
def orphaned_rows(
    mapped: Models, intended: tuple[Catalog, ...], deployed: Catalog, connection: Reader
) -> Iterator[Finding]:
    """Rows refer to rows that are not there.

    A foreign key that is NOT VALID, was switched off for a load, or was never made lets such rows
    in. The code follows the reference and meets None, or an inner join drops the row without a
    word. Every key that the database or the project declares is asked for rows without a parent.

    ```sql bad
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint);
    INSERT INTO team VALUES (1);
    INSERT INTO hero VALUES (1, 1), (2, 9);
    ALTER TABLE hero ADD FOREIGN KEY (team_id) REFERENCES team NOT VALID;
    ```

    ```sql bad
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint REFERENCES team);
    ALTER TABLE hero DISABLE TRIGGER ALL;
    INSERT INTO hero VALUES (1, 9);
    ALTER TABLE hero ENABLE TRIGGER ALL;
    ```

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Team(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        team_id: int = Field(foreign_key="team.id")
    ```

    ```sql bad deployed
    CREATE TABLE team (id int PRIMARY KEY);
    CREATE TABLE hero (id int PRIMARY KEY, team_id int NOT NULL);
    INSERT INTO hero VALUES (1, 9);
    ```

    ```sql good
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint);
    INSERT INTO team VALUES (1);
    INSERT INTO hero VALUES (1, 1), (2, NULL);
    ALTER TABLE hero ADD FOREIGN KEY (team_id) REFERENCES team NOT VALID;
    ```
    """
    counting = Counting(connection)
    asked: dict[str, tuple[Table, dict[Question, Constraint]]] = {}
    for table, key in foreign_keys(intended, deployed):
        question = orphans(deployed, table, key)
        if question and not _trusted(table, key):
            asked.setdefault(table.qualified, (table, {}))[1].setdefault(question, key)
    for table, keys in asked.values():
        for question, count in counting.wrong(table, list(keys)).items():
            key = keys[question]
            named = such_as(counting.keys(table, question))
            yield Finding(
                f"{table.qualified}.{quote(key.name)}",
                f"{rows_are(count)} without the {key.references} that"
                f" {', '.join(key.columns)} refers to{named}",
                f"delete them or give them a parent (SELECT * FROM {table.qualified} AS r WHERE"
                f" {question.wrong}), then have the key validated",
                place(mapped, table, key.columns[0]),
            )
    counting.end()


def _trusted(table: Table, key: Constraint) -> bool:
    """Whether counting would cost much and PostgreSQL says that it enforces the key itself."""
    enforced = key in table.constraints and key.validated and key.enforced
    return enforced and table.estimated_rows > MANY
