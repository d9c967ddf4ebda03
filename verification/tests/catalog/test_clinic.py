"""A second schema and its changes, made without looking at the first: the eyes fit no one list."""

from pathlib import Path

import pytest

from verification.catalog import difference, read
from verification.databases import Server
from verification.tests.catalog.conftest import connected, run
from verification.tests.catalog.mutations import mutations

HERE = Path(__file__).parent
CHANGES = tuple(mutations("postgres", HERE / "clinic_mutations.sql"))


def test_every_change_of_the_clinic_is_told(disposable_server: Server) -> None:
    if disposable_server.version < 150000:
        pytest.skip("needs PostgreSQL 15")
    dsn = disposable_server.create()
    run(dsn, (HERE / "clinic.sql").read_text("utf-8"))
    wrong = {}
    with connected(dsn) as connection:
        healthy = read(connection)
        for change in CHANGES:
            connection.cursor().execute(change.sql)
            changed = read(connection)
            found = difference(healthy, changed)
            told = sorted(f"{each.kind} {each.subject} {each.aspect}" for each in found)
            if told != sorted(change.told):
                wrong[change.sql] = told
            connection.rollback()
        assert difference(healthy, read(connection)) == ()
    disposable_server.drop(dsn)
    assert wrong == {}
    assert len(CHANGES) >= 140
