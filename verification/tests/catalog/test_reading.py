"""Reading is one statement that leaves no trace and hides nothing."""

from typing import Any, ClassVar

import psycopg2
import psycopg2.extensions
import pytest

from verification.catalog import STATEMENT, Catalog, Forbidden, digest, parse, quote, read
from verification.databases import Server
from verification.dsn import Dsn
from verification.tests.catalog.conftest import Build, connected, run


class Counting(psycopg2.extensions.cursor):
    """A cursor that notes the statements it is asked to run."""

    asked: ClassVar[list[object]] = []

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - the driver's word
        """Note it, and run it."""
        self.asked.append(query)
        super().execute(query, vars)


def test_one_statement_is_asked(shop: Dsn, healthy: Catalog) -> None:
    with connected(shop) as connection:
        connection.cursor_factory = Counting
        assert read(connection) == healthy
    assert Counting.asked == [STATEMENT]


@pytest.mark.parametrize("autocommit", [True, False])
def test_the_connection_is_left_as_it_was(shop: Dsn, autocommit: bool) -> None:
    settings = (
        "SELECT current_setting('search_path'), current_setting('DateStyle'),"
        " current_setting('TimeZone'), current_setting('quote_all_identifiers')"
    )
    with connected(shop) as connection:
        connection.autocommit = autocommit
        cursor = connection.cursor()
        cursor.execute("SET search_path = archive, shop; SET DateStyle = 'German'")
        cursor.execute(settings)
        before = cursor.fetchone()
        read(connection)
        cursor.execute(settings)
        assert cursor.fetchone() == before
        catalog = read(connection)
        assert catalog.facts().setting("search_path") == "archive, shop"


def test_it_reads_in_a_read_only_transaction_after_other_statements(
    shop: Dsn, healthy: Catalog
) -> None:
    with connected(shop) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"BEGIN READ ONLY; SET LOCAL statement_timeout = '30s'; {STATEMENT}")
        assert parse(cursor.fetchone()[0]) == healthy
        cursor.execute("ROLLBACK")


def test_a_digest_changes_with_the_schema_and_not_with_use(shop: Dsn) -> None:
    with connected(shop) as connection:
        before = digest(connection)
        connection.cursor().execute("ANALYZE; SELECT nextval('shop.ticket')")
        assert digest(connection) == before
        connection.cursor().execute("COMMENT ON TABLE shop.rating IS 'x'")
        assert digest(connection) != before


def test_equal_databases_have_equal_digests(disposable_server: Server) -> None:
    digests = set()
    for filler in ("", "CREATE TABLE x (id int); DROP TABLE x;"):
        dsn = disposable_server.create()
        run(
            dsn,
            filler + "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a)",
        )
        with connected(dsn) as connection:
            digests.add(digest(connection))
        disposable_server.drop(dsn)
    assert len(digests) == 1


def test_a_missing_privilege_is_named(shop: Dsn) -> None:
    with connected(shop) as connection:
        connection.cursor().execute(
            "REVOKE SELECT ON pg_catalog.pg_policy FROM PUBLIC; SET LOCAL ROLE pg_monitor"
        )
        with pytest.raises(Forbidden, match=r"GRANT SELECT ON pg_catalog\.pg_policy"):
            read(connection)


def test_a_sequence_that_may_not_be_read_is_named(shop: Dsn, healthy: Catalog) -> None:
    assert healthy.unreadable == ()
    with connected(shop) as connection:
        connection.cursor().execute(
            "SELECT nextval('shop.ticket'); SET LOCAL ROLE pg_read_all_data"
        )
        catalog = read(connection)
        assert catalog.role is not None
        assert catalog.role.name == "pg_read_all_data"
        connection.cursor().execute("SET LOCAL ROLE pg_monitor")
        hidden = read(connection).unreadable
    assert "SELECT on sequence shop.orders_id_seq" in [each.privilege for each in hidden]
    assert "SELECT on sequence shop.ticket" not in [each.privilege for each in hidden]


def test_other_errors_are_not_taken_for_a_missing_privilege(shop: Dsn) -> None:
    with connected(shop) as connection:
        connection.cursor().execute("SET statement_timeout = '1ms'")
        with pytest.raises(psycopg2.errors.QueryCanceled):
            read(connection)


def test_no_secret_is_in_the_document(shop: Dsn) -> None:
    with connected(shop) as connection:
        cursor = connection.cursor()
        cursor.execute(STATEMENT)
        document = cursor.fetchone()[0]
    assert "canary" not in document
    assert "token=***" in document


def test_facts_about_server_and_role(healthy: Catalog, shop: Dsn) -> None:
    facts = healthy.facts()
    assert facts.major == facts.version_num // 10000
    assert facts.database == shop.database
    assert facts.encoding == "UTF8"
    assert not facts.in_recovery
    assert facts.setting("default_transaction_read_only") == "off"
    assert facts.settings["max_connections"].context == "postmaster"
    assert facts.setting("neon.branch_id") is None
    assert healthy.role is not None
    assert healthy.role.superuser
    assert healthy.role.createdb


def test_settings_stored_for_the_database(shop: Dsn) -> None:
    with connected(shop) as connection:
        connection.cursor().execute(
            f"ALTER DATABASE {quote(shop.database)} SET statement_timeout = '30s'"
        )
        stored = read(connection).facts().stored_settings
    assert (shop.database, "", "statement_timeout=30s") in stored


def test_what_use_changes_is_there(build: Build) -> None:
    catalog = build(
        "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t SELECT FROM generate_series(1, 7);"
        " ANALYZE t"
    )
    table, sequence = catalog.table("public.t"), catalog.sequence("public.t_id_seq")
    assert table is not None
    assert sequence is not None
    assert (table.estimated_rows, sequence.last_value) == (7, 7)
    assert sequence.owned_by == "public.t.id"


def test_a_table_in_detail(healthy: Catalog) -> None:
    table = healthy.table("shop.item")
    assert table is not None
    key = next(each for each in table.constraints if each.name == "item_product_fkey")
    assert (key.kind, key.columns) == ("foreign key", ("maker", "code"))
    assert (key.references, key.referenced_columns) == ("shop.product", ("maker", "code"))
    assert (key.on_delete, key.on_update, key.match) == ("no action", "no action", "full")
    check = next(each for each in table.constraints if each.kind == "check")
    assert check.expression == "(amount > 0)"
    customer = healthy.table("shop.customer")
    assert customer is not None
    index = next(each for each in customer.indexes if each.name == "customer_covering_idx")
    assert (index.columns, index.include) == (("created",), ("name", "score"))
    expression = next(each for each in customer.indexes if each.name == "customer_nickname_uq")
    assert (expression.columns, expression.expressions) == (("", "born"), ("lower(nickname)",))
    assert customer.primary_key is not None
    assert customer.primary_key.columns == ("id",)
    assert healthy.table("shop.none") is None
