"""A database that somebody changed by hand."""

from collections.abc import Callable, Iterator

from verification.catalog import Catalog, Table
from verification.check import check
from verification.checks.schema._comparing import compared
from verification.checks.schema._runtime import changed
from verification.checks.schema._wording import findings
from verification.config import Config
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def drifted_database(
    promised: Catalog, deployed: Catalog, config: Config, left_out: Callable[[Table], bool]
) -> Iterator[Finding]:
    """The database is not what its migrations, up to the revision it is stamped at, build.

    Somebody changed it by hand, or a migration was edited after it ran. The next migration, and
    the code, count on something that is not there. The role that owns the tables may be called as
    it likes, and what is granted to a role that no migration names is not theirs to say; partitions
    may be made and dropped as time goes by, and tables that env.py keeps out by include_object or
    include_name are somebody else's. `schemas` and `leave-out` in [tool.verification] narrow what
    is compared.

    ```sql bad promised
    CREATE TABLE hero (id bigint PRIMARY KEY, age int CHECK (age >= 0));
    ```

    ```sql bad deployed
    CREATE TABLE hero (id bigint PRIMARY KEY, age int);
    ```

    ```sql bad promised
    CREATE TABLE hero (id bigint PRIMARY KEY);
    GRANT SELECT ON hero TO pg_monitor;
    ```

    ```sql bad deployed
    CREATE TABLE hero (id bigint PRIMARY KEY);
    ```

    ```sql good promised
    CREATE TABLE hero (id bigint PRIMARY KEY, name varchar(20) DEFAULT 'x');
    ```

    ```sql good deployed
    CREATE TABLE "hero" (id int8, name character varying(20) DEFAULT ('x'), PRIMARY KEY (id));
    ALTER TABLE hero OWNER TO pg_read_all_data;
    GRANT SELECT, INSERT ON hero TO pg_monitor;
    ```

    ```sql good promised
    CREATE TABLE seen (at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE seen_25 PARTITION OF seen FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    ```

    ```sql good deployed
    CREATE TABLE seen (at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE seen_26 PARTITION OF seen FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    ```
    """
    yield from findings(
        changed(compared(promised, deployed, config), promised, deployed, left_out),
        "the migrations",
        "the database",
        "undo the change in the database, or write the migration that makes it",
    )
