"""A database that somebody changed by hand."""

from collections.abc import Iterator

from verification.catalog import Catalog, difference
from verification.check import check
from verification.checks.schema._comparing import bookkeeping
from verification.checks.schema._wording import findings
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def drifted_database(promised: Catalog, deployed: Catalog) -> Iterator[Finding]:
    """The database is not what its migrations, up to the revision it is stamped at, build.

    Somebody changed it by hand, or a migration was edited after it ran. The next migration, and
    the code, count on something that is not there.

    ```sql bad promised
    CREATE TABLE hero (id bigint PRIMARY KEY, age int CHECK (age >= 0));
    ```

    ```sql bad deployed
    CREATE TABLE hero (id bigint PRIMARY KEY, age int);
    ```

    ```sql good promised
    CREATE TABLE hero (id bigint PRIMARY KEY, name varchar(20) DEFAULT 'x');
    ```

    ```sql good deployed
    CREATE TABLE "hero" (id int8, name character varying(20) DEFAULT ('x'), PRIMARY KEY (id));
    ```
    """
    yield from findings(
        difference(promised, deployed, ignore=bookkeeping(promised) + bookkeeping(deployed)),
        "the migrations",
        "the database",
        "undo the change in the database, or write the migration that makes it",
    )
