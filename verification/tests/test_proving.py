from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from verification.catalog import Catalog
from verification.checks.schema.drifted_database import drifted_database
from verification.config import Config
from verification.databases import Server
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.prove import main
from verification.proving import Mutation, mutations, prove
from verification.target.catalogs import catalog_of

HERE = Path(__file__).parent
RICH = HERE / "catalog" / "fixture.sql"


@pytest.fixture(scope="module")
def rich(disposable_server: Server) -> Iterator[Dsn]:
    """A database with every kind of object."""
    dsn = disposable_server.create()
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(RICH.read_text("utf-8"))
    yield dsn
    disposable_server.drop(dsn)


def test_every_fault_of_a_rich_schema_is_seen(rich: Dsn) -> None:
    """Drift alone sees them all, and the database is as it was."""
    healthy = catalog_of(rich)

    def look(mutated: Catalog) -> frozenset[str]:
        facts = {
            "promised": healthy,
            "deployed": mutated,
            "config": Config(),
            "left_out": lambda _table: False,
        }
        found = drifted_database(**{name: facts[name] for name in drifted_database.needs})
        return frozenset({"drift"} if list(found) else ())

    proof = prove(rich, mutations(healthy), look)
    assert [str(outcome.mutation) for outcome in proof.survivors] == []
    assert len(proof.planted) >= 300
    assert catalog_of(rich) == healthy


def test_the_blind_see_nothing_and_the_refused_does_not_count(rich: Dsn) -> None:
    faults = [
        Mutation("public", "add", "CREATE TABLE public.planted ()"),
        Mutation("public", "fail", "DROP TABLE public.nowhere"),
    ]
    proof = prove(rich, faults, lambda _: frozenset())
    assert [str(outcome.mutation) for outcome in proof.survivors] == ["add public"]
    assert [outcome.refused != "" for outcome in proof.outcomes] == [False, True]
    assert proof.score == 0


def test_what_the_time_does_not_allow_is_told_apart(rich: Dsn) -> None:
    proof = prove(rich, mutations(catalog_of(rich)), lambda _: frozenset(), seconds=0)
    assert not proof.outcomes
    assert proof.untried > 100


@pytest.mark.parametrize(("pattern", "code"), [("public.hero.name", 0), ("public.nobody", 2)])
def test_the_command(
    pattern: str,
    code: int,
    disposable_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VERIFY_SCRATCH_URL", disposable_server.dsn.reveal())
    root = HERE / "projects" / "heroes"
    assert main(["--root", str(root), "--object", pattern]) == code
    shown = capsys.readouterr().out
    assert ("100.0%" if code == 0 else "0 of 0") in shown
