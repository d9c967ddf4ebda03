"""Queries that end in "permission denied"."""

from collections.abc import Iterator

from verification.catalog import Catalog, Role, Table, quote
from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity
from verification.project import Models

QUESTION = """
SELECT n.nspname, c.relname, has_schema_privilege(n.oid, 'USAGE'),
       has_any_column_privilege(c.oid, 'SELECT'), has_any_column_privilege(c.oid, 'INSERT'),
       (SELECT string_agg(format('%I.%I', sn.nspname, s.relname), ', ')
        FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
        JOIN pg_namespace sn ON sn.oid = s.relnamespace
        WHERE d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_class'::regclass
          AND d.refobjid = c.oid AND d.deptype = 'a'
          AND NOT has_sequence_privilege(s.oid, 'USAGE, UPDATE'))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
"""


@check(Severity.ERROR)
def missing_privilege(
    role: Role, models: Models, deployed: Catalog, connection: Reader
) -> Iterator[Finding]:
    """The role of the service may not use a table that its models map.

    No SELECT, no USAGE on the schema, or INSERT without USAGE on the sequence behind the key: the
    first request that comes along ends in "permission denied".

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
    ```

    ```sql bad
    CREATE TABLE hero (id serial PRIMARY KEY);
    GRANT SELECT, INSERT ON hero TO pg_monitor;
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET role = pg_monitor', current_database());
    END $$;
    ```

    ```env bad
    DATABASE_URL=$SERVER
    ```

    ```python good models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
    ```

    ```sql good
    CREATE TABLE hero (id serial PRIMARY KEY);
    GRANT SELECT, INSERT ON hero TO pg_monitor;
    GRANT USAGE ON SEQUENCE hero_id_seq TO pg_monitor;
    CREATE TABLE of_another_service (id serial PRIMARY KEY);
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET role = pg_monitor', current_database());
    END $$;
    ```

    ```env good
    DATABASE_URL=$SERVER
    ```
    """
    rights = {(row[0], row[1]): row[2:] for row in connection.rows(QUESTION)}
    to, closed = quote(role.name), set()
    for table in _mapped(models, deployed):
        usage, select, insert, sequences = rights.get((table.schema, table.name), (True,) * 4)
        schema = quote(table.schema)
        if not usage:
            if schema not in closed:
                closed.add(schema)
                yield Finding(
                    schema,
                    f"{role.name} may not use the schema of {table.qualified}",
                    f"GRANT USAGE ON SCHEMA {schema} TO {to}",
                )
        elif not select:
            yield Finding(
                table.qualified,
                f"{role.name} may not read the table",
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table.qualified} TO {to}",
            )
        elif insert and isinstance(sequences, str):
            yield Finding(
                table.qualified,
                f"{role.name} may insert, but not draw the key from {sequences}",
                f"GRANT USAGE ON SEQUENCE {sequences} TO {to}",
            )


def _mapped(models: Models, catalog: Catalog) -> Iterator[Table]:
    """The deployed tables that the metadata names."""
    for metadata in models.metadata:
        for declared in metadata.tables.values():
            found = [
                table
                for table in catalog.tables
                if table.name == declared.name and table.schema == (declared.schema or table.schema)
            ]
            own = [table for table in found if table.schema == "public"]
            yield from (found if len(found) == 1 else own)
