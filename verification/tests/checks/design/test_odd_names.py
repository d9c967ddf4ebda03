"""The fixes are statements that PostgreSQL runs as they stand, whatever the names."""

import re
from contextlib import closing

import pytest

from verification.databases import Server
from verification.databases.session import connect
from verification.engine import discover
from verification.target.catalogs import catalog_of

CHECKS = {check.id: check for check in discover()}
NAME = '"he""ro; DROP"'

# A schema with one fault, under a name that has to be quoted.
FAULTS = {
    "design/missing-primary-key": f"CREATE TABLE {NAME} (a int)",
    "design/duplicate-index": f"CREATE TABLE {NAME} (id bigint PRIMARY KEY);"
    f' CREATE INDEX "i;x" ON {NAME} (id)',
    "design/redundant-index": f'CREATE TABLE {NAME} (id bigint PRIMARY KEY, "A" int, b int);'
    f' CREATE INDEX "i;x" ON {NAME} ("A"); CREATE INDEX ON {NAME} ("A", b)',
    "design/unindexed-foreign-key": f"CREATE TABLE {NAME} (id bigint PRIMARY KEY,"
    f' "Boss" bigint REFERENCES {NAME})',
    "design/mismatched-foreign-key-type": f"CREATE TABLE {NAME} (id bigint PRIMARY KEY,"
    f' "Boss" int REFERENCES {NAME})',
    "design/three-state-boolean": f'CREATE TABLE {NAME} (id bigint PRIMARY KEY, "On" boolean)',
    "schema/invalid-index": f"CREATE TABLE {NAME} (id bigint PRIMARY KEY, a int);"
    f' CREATE INDEX "i;x"'
    f" ON {NAME} (a); UPDATE pg_index SET indisvalid = false"
    " WHERE indexrelid = '\"i;x\"'::regclass",
    "schema/unvalidated-constraint": f"CREATE TABLE {NAME} (id bigint PRIMARY KEY);"
    f' ALTER TABLE {NAME} ADD CONSTRAINT "c;k" CHECK (id > 0) NOT VALID',
    "schema/unlogged-table": f"CREATE UNLOGGED TABLE {NAME} (id bigint PRIMARY KEY)",
    "security/policy-without-row-security": f"CREATE TABLE {NAME} (id bigint PRIMARY KEY);"
    f" CREATE POLICY p ON {NAME} USING (id > 1)",
    "security/public-grant": f"CREATE TABLE {NAME} (id bigint PRIMARY KEY);"
    f" GRANT SELECT ON {NAME} TO PUBLIC",
    "security/public-schema-create": f"CREATE SCHEMA {NAME}; GRANT ALL ON SCHEMA {NAME} TO PUBLIC",
    "security/definer-view": f"CREATE TABLE {NAME} (id bigint PRIMARY KEY);"
    f' ALTER TABLE {NAME} ENABLE ROW LEVEL SECURITY; CREATE VIEW "v;" AS SELECT id FROM {NAME}',
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_fix_ends_the_finding(name: str, disposable_server: Server) -> None:
    check = CHECKS[name]
    dsn = disposable_server.create()
    try:
        with closing(connect(dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(FAULTS[name])
            (finding,) = check(deployed=catalog_of(dsn))
            for statement in re.split(r"; (?=ALTER TABLE|DROP INDEX)", finding.fix):
                cursor.execute(statement)
        assert list(check(deployed=catalog_of(dsn))) == []
    finally:
        disposable_server.drop(dsn)
