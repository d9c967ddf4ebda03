"""The same statements make the same catalog on every major of PostgreSQL."""

import pytest

from verification.catalog import Catalog, difference
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
