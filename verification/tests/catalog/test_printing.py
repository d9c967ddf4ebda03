"""What is not asked of the server reads as the server would have printed it."""

from verification.catalog import read
from verification.databases import Server
from verification.tests.catalog.conftest import FIXTURE, connected, run

ODD = """
CREATE SCHEMA odd;
CREATE TABLE odd."Order" ("user" int, "b c" text COLLATE "C", d int, e varchar(5),
    PRIMARY KEY ("user", d) INCLUDE (e), UNIQUE ("b c"), UNIQUE (d) WITH (fillfactor = 50),
    UNIQUE (e) DEFERRABLE, UNIQUE (d, "user"));
CREATE TABLE odd.line (a int, b int, c int UNIQUE, d text,
    FOREIGN KEY (a, b) REFERENCES odd."Order" ("user", d) ON UPDATE CASCADE ON DELETE SET DEFAULT,
    FOREIGN KEY (a, b) REFERENCES odd."Order" ("user", d) MATCH FULL ON DELETE RESTRICT,
    FOREIGN KEY (d) REFERENCES odd."Order" ("b c") ON DELETE SET NULL DEFERRABLE,
    FOREIGN KEY (a) REFERENCES odd.line (c) NOT VALID);
CREATE UNIQUE INDEX taken ON odd.line (d DESC NULLS LAST, b);
CREATE UNIQUE INDEX later ON odd.line (b);
ALTER TABLE odd.line ADD CONSTRAINT later UNIQUE USING INDEX later;
CREATE TABLE odd.part (a int, b int, PRIMARY KEY (a, b)) PARTITION BY LIST (a);
CREATE TABLE odd.part1 PARTITION OF odd.part FOR VALUES IN (1);
CREATE TABLE odd.to_part (a int, b int, FOREIGN KEY (a, b) REFERENCES odd.part);
"""
NEWER = """
ALTER TABLE odd.line ADD UNIQUE NULLS NOT DISTINCT (a, d);
ALTER TABLE odd.line ADD FOREIGN KEY (a, b) REFERENCES odd."Order" ("user", d)
    ON DELETE SET NULL (a);
"""


def test_definitions_are_as_the_server_prints_them(disposable_server: Server) -> None:
    dsn = disposable_server.create()
    run(dsn, FIXTURE + ODD + (NEWER if disposable_server.version >= 150000 else ""))
    with connected(dsn) as connection, connection.cursor() as cursor:
        catalog = read(connection)
        cursor.execute("SET search_path = pg_catalog")
        cursor.execute(
            "SELECT format('%I.%I', n.nspname, r.relname), k.conname, pg_get_constraintdef(k.oid)"
            " FROM pg_constraint k JOIN pg_class r ON r.oid = k.conrelid"
            " JOIN pg_namespace n ON n.oid = r.relnamespace"
        )
        constraints = {(table, name): text for table, name, text in cursor.fetchall()}
        cursor.execute("SELECT schemaname, indexname, indexdef FROM pg_indexes")
        indexes = {(schema, name): text for schema, name, text in cursor.fetchall()}
    disposable_server.drop(dsn)
    seen = 0
    for table in catalog.tables:
        for constraint in table.constraints:
            assert constraint.definition == constraints[table.qualified, constraint.name]
            seen += 1
        for index in table.indexes:
            assert index.definition == indexes[table.schema, index.name]
            seen += 1
    assert seen > 60
    assert any(each.nulls_not_distinct for table in catalog.tables for each in table.constraints)
