"""Tables that are there, but not where they are looked for."""

from collections.abc import Iterator

from verification.catalog import Catalog, quote
from verification.catalog.choosing import chosen
from verification.check import check
from verification.config import Config
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def wrong_schema(declared: Catalog, entire: Catalog, config: Config) -> Iterator[Finding]:
    """A table lies in another schema than the one that the models name.

    The role that ran the migration had another search_path, or a schema of its own name. The
    service does not find the table, or finds it only until its own search_path changes.

    ```sql bad declared
    CREATE TABLE hero (id bigint PRIMARY KEY, name text);
    ```

    ```sql bad deployed
    CREATE SCHEMA migrator;
    CREATE TABLE migrator.hero (id bigint PRIMARY KEY, name text);
    ```

    ```sql good declared
    CREATE SCHEMA archive;
    CREATE TABLE hero (id bigint PRIMARY KEY, name text);
    CREATE TABLE archive.hero (id bigint PRIMARY KEY, name text);
    ```

    ```sql good deployed
    CREATE SCHEMA archive;
    CREATE TABLE hero (id bigint PRIMARY KEY, name text);
    CREATE TABLE archive.hero (id bigint PRIMARY KEY, name text);
    CREATE SCHEMA of_another_service;
    CREATE TABLE of_another_service.hero (id bigint PRIMARY KEY, name text);
    ```
    """
    known = {table.qualified for table in declared.tables}
    for table in chosen(declared, config.schemas).tables:
        if entire.table(table.qualified):
            continue
        columns = {column.name for column in table.columns}
        for other in entire.tables:
            alike = columns & {column.name for column in other.columns}
            if (
                other.name != table.name
                or other.qualified in known
                or 2 * len(alike) < len(columns)
            ):
                continue
            yield Finding(
                table.qualified,
                f"the table is not there; one of its name is in the schema {other.schema}",
                f"ALTER TABLE {other.qualified} SET SCHEMA {quote(table.schema)}",
            )
