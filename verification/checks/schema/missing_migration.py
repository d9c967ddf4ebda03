"""Models that have moved on without their migrations."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.checks.schema._comparing import compared
from verification.checks.schema._wording import findings
from verification.config import Config
from verification.finding import Finding, Severity
from verification.revisions.inclusion import Inclusion


@check(Severity.ERROR)
def missing_migration(
    declared: Catalog, migrated: Catalog, inclusion: Inclusion, config: Config
) -> Iterator[Finding]:
    """The models declare something that the migrations do not build, or the other way round.

    The code expects a schema that no deploy will ever create. Both sides are built on a real
    PostgreSQL and read back, so only true differences count, and none that it would see is missed.
    What only migrations can say (views, triggers, policies, grants) is not demanded of the models,
    nor is a table that env.py keeps out by include_object or include_name.

    ```sql bad declared
    CREATE TABLE hero (id bigint PRIMARY KEY, name varchar(50) NOT NULL);
    ```

    ```sql bad migrated
    CREATE TABLE hero (id bigint PRIMARY KEY, name varchar(40) NOT NULL);
    ```

    ```sql good declared
    CREATE TABLE hero (id bigint PRIMARY KEY, age int CHECK (age >= 0 AND age < 200));
    ```

    ```sql good migrated
    CREATE TABLE hero (id int8, age integer CHECK ((age>=0) and age<200), PRIMARY KEY (id));
    ```
    """
    yield from findings(
        compared(*inclusion.trimmed(declared, migrated), config, models=True),
        "the models",
        "the migrations",
        'alembic revision --autogenerate -m "..." (or op.execute where it does not see the change)',
    )
