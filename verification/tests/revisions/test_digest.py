"""The digest of a walk sees every change that the comparison of catalogs sees."""

from collections.abc import Iterator

import pytest

from verification.databases import Server
from verification.dsn import Dsn
from verification.revisions.observing import Observer
from verification.tests.catalog.conftest import FIXTURE, connected
from verification.tests.catalog.mutations import MUTATIONS


@pytest.fixture(scope="module")
def shop(disposable_server: Server) -> Iterator[Dsn]:
    dsn = disposable_server.create()
    with connected(dsn) as connection:
        connection.autocommit = True
        connection.cursor().execute(FIXTURE)
    yield dsn
    disposable_server.drop(dsn)


def test_every_change_changes_it(shop: Dsn, disposable_server: Server) -> None:
    blind = []
    for mutation in MUTATIONS:
        with disposable_server.clone(shop) as copy, Observer(copy).closing() as observer:
            if mutation.since > disposable_server.version // 10000:
                continue
            before = observer.digest()
            with connected(copy) as connection:
                connection.autocommit = True
                connection.cursor().execute(mutation.sql)
            if observer.digest() == before:
                blind.append(mutation)
    assert blind == []


def test_what_is_made_and_undone_leaves_it_alone(shop: Dsn) -> None:
    with Observer(shop).closing() as observer, connected(shop) as connection:
        connection.autocommit = True
        before = observer.digest()
        for statement in (
            "CREATE TABLE gone (id bigint PRIMARY KEY, name text DEFAULT 'x')",
            "DROP TABLE gone",
            "CREATE TYPE mood AS ENUM ('a')",
            "DROP TYPE mood",
        ):
            connection.cursor().execute(statement)
        assert observer.digest() == before
