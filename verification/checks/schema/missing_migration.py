"""Models that have moved on without their migrations."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.checks.schema._comparing import expressible
from verification.checks.schema._wording import findings
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def missing_migration(declared: Catalog, migrated: Catalog) -> Iterator[Finding]:
    """The models declare something that the migrations do not build, or the other way round.

    The code expects a schema that no deploy will ever create. Both sides are built on a real
    PostgreSQL and read back, so only true differences count, and none that it would see is missed.

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
        expressible(declared, migrated),
        "the models",
        "the migrations",
        'alembic revision --autogenerate -m "..." (or op.execute where it does not see the change)',
    )
