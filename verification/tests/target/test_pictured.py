from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from verification.catalog import Catalog, Column, Constraint, Index, Table
from verification.config import Config
from verification.connect.answer import Step as Reached
from verification.finding import Location
from verification.picture import Picture, Row, Score
from verification.proving import Mutation, Outcome, Proof, scoring
from verification.revisions import Direction, Lock, Statement, Step, Walk
from verification.target import Target
from verification.target.pictured import pictured

TEAM = Table(
    "public",
    "team",
    columns=(Column("id", "bigint"),),
    constraints=(Constraint("team_pkey", "primary key", ("id",), "PRIMARY KEY (id)"),),
    indexes=(Index("team_pkey", "CREATE ...", ("id",)),),
)
HERO = Table(
    "public",
    "hero",
    columns=(Column("team_id", "bigint"),),
    constraints=(
        Constraint("fk", "foreign key", ("team_id",), "FOREIGN ...", references="public.team"),
    ),
)
VERSIONS = Table("public", "alembic_version", columns=(Column("version_num", "text"),))
PLACE = Location("versions/2_next.py", 7)
SHARE, EXCLUSIVE = Lock("public.hero", "Share"), Lock("public.hero", "AccessExclusive")


def drawn(**facts: Any) -> Picture:
    return pictured(facts.get, {"hunter2"})


def test_nothing_learnt_is_nothing_drawn() -> None:
    assert drawn() == Picture()


def test_a_target_learns_nothing_for_its_picture(tmp_path: Path) -> None:
    with Target(config=Config(root=tmp_path), environment={}) as target:
        assert target.picture == Picture()
        assert target._known.keys() == {"config", "environment", "target"}  # noqa: SLF001 - that nothing was learnt shows nowhere else


def test_what_cannot_be_drawn_costs_no_report(tmp_path: Path) -> None:
    odd = SimpleNamespace(classes=[SimpleNamespace(name="Joined")])
    with Target(config=Config(root=tmp_path), environment={}, models=odd) as target:
        assert target.picture == Picture()


def test_what_the_database_lacks_is_drawn_as_absent() -> None:
    wider = Table("public", "team", columns=(*TEAM.columns, Column("name", "text")))
    picture = drawn(
        deployed=Catalog(tables=(TEAM, VERSIONS)), declared=Catalog(tables=(wider, HERO))
    )
    hero, team = picture.tables
    assert (hero.absent, team.absent) == (True, False)
    assert team.rows == (Row("id", "bigint", key=True), Row("name", "text", absent=True))
    assert [(link.table, link.columns) for link in hero.links] == [("public.team", ("team_id",))]


def test_whatever_belongs_to_a_table_leads_to_it() -> None:
    places = drawn(deployed=Catalog(tables=(TEAM, HERO))).places
    assert places["public.hero.fk"] == ("public.hero", ("team_id",))
    assert places["public.team_pkey"] == ("public.team", ("id",))
    assert places["public.team.id"] == ("public.team", ("id",))
    assert places["public.team"] == ("public.team", ())


def test_a_class_leads_to_its_table() -> None:
    models = SimpleNamespace(classes=[SimpleNamespace(name="Hero", table_name="public.hero")])
    assert drawn(models=models).places["Hero"] == ("public.hero", ())


def test_the_steps_of_the_connection() -> None:
    answer = SimpleNamespace(steps=(Reached("DNS", 0.1), Reached("TCP", 0.2)))
    assert drawn(answer=answer).steps == (("DNS", 0.1), ("TCP", 0.2))


def test_a_lock_is_held_until_its_transaction_ends() -> None:
    statements = (
        Statement("SELECT 'hunter2'", PLACE, 1.0, traced=True),
        Statement("CREATE INDEX ...", PLACE, 2.0, (SHARE,), (), traced=True),
        Statement("password=hunter2", PLACE, 4.0, (SHARE, EXCLUSIVE), (SHARE,), traced=True),
        Statement("COMMIT", PLACE, 8.0, traced=True),
        Statement("DROP ...", PLACE, 16.0, (EXCLUSIVE,), (), traced=True),
    )
    steps = (
        Step("1", Direction.UP, 9.0),
        Step("2", Direction.UP, 31.0, statements),
        Step("2", Direction.DOWN, 1.0, statements),
    )
    picture = drawn(walk=Walk(steps, watched=frozenset({"2"})))
    assert picture.revisions == (("2", 31.0),)
    assert [(each.mode, each.begin, each.seconds) for each in picture.held] == [
        ("Share", 1.0, 6.0),
        ("AccessExclusive", 3.0, 4.0),
        ("AccessExclusive", 15.0, 16.0),
    ]
    assert "hunter2" not in str(picture)


def test_the_score_of_this_very_schema_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    catalog, other = Catalog(tables=(TEAM,)), Catalog(tables=(TEAM, HERO))
    fault = Mutation("public.team", "drop", "DROP TABLE team")
    for seen in (frozenset[str](), frozenset({"schema/drifted-database"})):
        proof = Proof((Outcome(fault, seen), Outcome(fault, refused="no")), untried=3)
        scoring.keep(catalog, proof, {})
        assert scoring.find(catalog, {}) == Score(len(seen), 1, 3)
    template = SimpleNamespace(catalog=catalog)
    assert drawn(template=template, environment={}).score == Score(1, 1, 3)
    assert scoring.find(other, {}) is None
    assert scoring.find(catalog, {"VERIFY_CACHE": "off"}) is None
    scoring.keep(other, proof, {"VERIFY_CACHE": "off"})
    assert scoring.find(other, {}) is None
