"""Names are quoted and made up exactly as the server does it."""

import pytest

from verification.catalog import Catalog, Constraint, Index, quote
from verification.catalog.comparing.naming import generated_name
from verification.dsn import Dsn
from verification.tests.catalog.conftest import Build, connected

NAMES = (
    "a", "A", "a1", "1a", "_x", "a$b", "a b", "a.b", 'a"b', "a'b", "é", "naïve", "", "select",
    "user", "name", "date", "order", "left", "timestamp", "x" * 63, "a\nb", "%s", "ünï", "a-b",
)  # fmt: skip


def test_quoting_is_the_servers(shop: Dsn) -> None:
    with connected(shop) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT name, quote_ident(name) FROM unnest(%s) name", [list(NAMES)])
        assert {name: quote(name) for name in NAMES} == dict(cursor.fetchall())


def test_every_keyword_of_this_server_is_quoted_as_it_does(shop: Dsn) -> None:
    with connected(shop) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT word, quote_ident(word) FROM pg_get_keywords()")
        for word, quoted in cursor.fetchall():
            # A later major may have more keywords; its quotes do no harm on an earlier one.
            assert quote(word) in {quoted, f'"{word}"'}


TABLES = ("t", "Some Table", "long_" * 12, "ünïcode_" * 7)
COLUMNS = ("n", "Mixed Case", "long_" * 12, "ëé" * 20)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("column", COLUMNS)
def test_generated_names_are_the_servers(build: Build, table: str, column: str) -> None:
    t, c = quote(table[:60]), quote(column[:60])
    catalog: Catalog = build(
        f"CREATE TABLE {t} ({c} int PRIMARY KEY, b int CHECK (b > 0), UNIQUE ({c}, b),"
        f" CHECK ({c} > b), FOREIGN KEY (b) REFERENCES {t}, EXCLUDE USING btree (b WITH =));"
        f"CREATE INDEX ON {t} (b, (b + 1))"
    )
    (made,) = catalog.tables
    parts: list[Constraint | Index] = [*made.constraints]
    for part in (*parts, *(each for each in made.indexes if not each.constraint)):
        assert generated_name(made.name, part) == part.name
