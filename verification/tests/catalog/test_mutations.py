"""Every single change of a rich schema is told once, and by the name of what was changed."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from verification.catalog import Catalog, difference, digest, fingerprint, read
from verification.databases import Server
from verification.dsn import Dsn
from verification.tests.catalog.conftest import FIXTURE, built_on, connected, run
from verification.tests.catalog.mutations import MUTATIONS, Mutation


def test_the_schema_is_rich_and_the_list_is_long() -> None:
    assert FIXTURE.count("CREATE TABLE") + FIXTURE.count("CREATE UNLOGGED TABLE") >= 15
    assert len(MUTATIONS) >= 240
    assert len({mutation.sql for mutation in MUTATIONS}) == len(MUTATIONS)
    assert sum(len(mutation.told) > 1 for mutation in MUTATIONS) < len(MUTATIONS) / 10


def test_the_same_statements_make_the_same_catalog(
    healthy: Catalog, disposable_server: Server
) -> None:
    again = built_on(disposable_server, FIXTURE)
    assert difference(healthy, again) == ()
    assert again == healthy
    assert fingerprint(again) == fingerprint(healthy)


class Shop(NamedTuple):
    """The rich schema in a database, and what it was before any change."""

    dsn: Dsn
    healthy: Catalog
    unchanged: str


def seen(dsn: Dsn) -> Shop:
    with connected(dsn) as connection:
        return Shop(dsn, read(connection), digest(connection))


@pytest.fixture(scope="session")
def rich(shop: Dsn) -> Shop:
    """On the server that everything runs on."""
    return seen(shop)


@pytest.fixture(scope="session")
def newest(newest_server: Server) -> Iterator[Shop]:
    """On the newest server that there is."""
    dsn = newest_server.create()
    run(dsn, FIXTURE)
    yield seen(dsn)
    newest_server.drop(dsn)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.sql)
def test_a_change_is_told_once(
    mutation: Mutation, rich: Shop, request: pytest.FixtureRequest
) -> None:
    if mutation.since > rich.healthy.facts().major:
        rich = request.getfixturevalue("newest")
    if mutation.since > rich.healthy.facts().major:
        pytest.skip(f"needs PostgreSQL {mutation.since}; VERIFY_OTHER_PG_BINDIRS may name one")
    healthy = rich.healthy
    with connected(rich.dsn) as connection:
        connection.cursor().execute(mutation.sql)
        changed = read(connection)
        assert digest(connection) != rich.unchanged
    told = difference(healthy, changed)
    told_as = sorted(f"{each.kind} {each.subject} {each.aspect}" for each in told)
    assert told_as == sorted(mutation.told)
    assert all(each.expected != each.actual for each in told)
    assert fingerprint(changed) != fingerprint(healthy)
    assert len(difference(changed, healthy)) == len(told)
