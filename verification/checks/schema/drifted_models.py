"""A database that the models have outgrown."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.checks.schema._comparing import compared
from verification.checks.schema._wording import findings
from verification.config import Config
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def drifted_models(modelled: Catalog, deployed: Catalog, config: Config) -> Iterator[Finding]:
    """The project has no migrations, and its models are not what the database is.

    `create_all` makes missing tables and never alters one that is there: a new column, a longer
    text, a constraint reaches no database that already exists.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str = Field(max_length=50)
        age: int
    ```

    ```sql bad
    CREATE TABLE hero (id serial PRIMARY KEY, name varchar(50) NOT NULL);
    ```

    ```python good models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str = Field(max_length=50)
    ```

    ```sql good
    CREATE TABLE hero (id serial PRIMARY KEY, name varchar(50) NOT NULL);
    CREATE VIEW heroes AS SELECT name FROM hero;
    ```
    """
    yield from findings(
        compared(modelled, deployed, config, models=True),
        "the models",
        "the database",
        "change the table as the models say, and set up Alembic, so that it happens everywhere",
    )
