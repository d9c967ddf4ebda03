"""The same statements make the same catalog on every major of PostgreSQL."""

from dataclasses import replace

import pytest

from verification.catalog import (
    PUBLIC,
    Catalog,
    Column,
    Extension,
    NotNull,
    Privilege,
    Schema,
    Table,
    difference,
)
from verification.databases import Server
from verification.tests.catalog.conftest import FIXTURE, built_on
from verification.tests.catalog.mutations import MUTATIONS

# Told across majors too: a change that another major prints in another way is still seen.
SAMPLE = [mutation for mutation in MUTATIONS if mutation.since == 14][::7]


@pytest.fixture(scope="module")
def elsewhere(other_server: Server) -> Catalog:
    """The rich schema on the other server."""
    return built_on(other_server, FIXTURE)


def test_a_major_alone_makes_no_difference(healthy: Catalog, elsewhere: Catalog) -> None:
    assert difference(healthy, elsewhere) == ()
    assert difference(elsewhere, healthy) == ()


@pytest.mark.parametrize("mutation", SAMPLE, ids=lambda mutation: mutation.sql)
def test_a_change_is_told_once_across_majors(
    mutation: tuple[str, tuple[str, ...], int], healthy: Catalog, other_server: Server
) -> None:
    sql, expected, _ = mutation
    changed = built_on(other_server, f"{FIXTURE};{sql}")
    told = difference(healthy, changed)
    assert sorted(f"{each.kind} {each.subject} {each.aspect}" for each in told) == sorted(expected)


NOT_NULLS = "CREATE TABLE a (id int PRIMARY KEY, n int CONSTRAINT wanted NOT NULL, m int NOT NULL)"


def test_names_that_only_newer_majors_keep(other_server: Server, disposable_server: Server) -> None:
    one, other = built_on(disposable_server, NOT_NULLS), built_on(other_server, NOT_NULLS)
    assert difference(one, other) == ()
    assert difference(other, one) == ()


def test_what_a_major_decides_is_the_majors(healthy: Catalog) -> None:
    def on(major: int, *, newer: bool) -> Catalog:
        column = Column("a", "text", not_null=NotNull("wanted") if newer else None)
        granted = ("MAINTAIN", "SELECT") if newer else ("SELECT",)
        table = Table(
            "public", "t", columns=(column,), privileges=(Privilege("reader", granted),), owner="me"
        )
        public = Schema("public", "pg_database_owner" if newer else "me")
        create = () if newer else (Privilege(PUBLIC, ("CREATE",)),)
        return Catalog(
            schemas=(replace(public, privileges=create),),
            tables=(table,),
            extensions=(Extension("x", "2" if newer else "1", "public"),),
            server=replace(healthy.facts(), version_num=major * 10000),
        )

    assert difference(on(14, newer=False), on(18, newer=True)) == ()
    assert difference(on(18, newer=True), on(14, newer=False)) == ()
    assert len(difference(on(18, newer=False), on(18, newer=True))) == 5
    aspects = {each.aspect for each in difference(on(15, newer=False), on(16, newer=True))}
    assert aspects == {"privileges", "owner", "not_null"}
