"""What is kept between runs, what the target is asked, and what it may refuse to say."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from verification.adoption import complete
from verification.catalog import Catalog, content, parse
from verification.checks.schema._comparing import compared
from verification.config import Config
from verification.databases import Server
from verification.databases import disposable_server as started
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.engine import discover, look
from verification.finding import NotApplicable, Unknown
from verification.project import create_all as real
from verification.project import keeping
from verification.report import Status
from verification.target import Target
from verification.target.catalogs import document_of
from verification.tests.catalog.conftest import FIXTURE, other_majors

ROOT = Path(__file__).parents[3]
HEROES = Path(__file__).parents[1] / "projects" / "heroes"


def relay(dsn: Dsn) -> Any:
    """The benchmarks' relay, which counts what passes."""
    spec = importlib.util.spec_from_file_location("relay", ROOT / "benchmarks" / "relay.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["relay"] = module
    spec.loader.exec_module(module)
    return module.relay(str(dsn.host), int(dsn.port or 5432))


def run(dsn: Dsn, sql: str) -> None:
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)


def known(server: Server, root: Path = HEROES, **environment: str) -> Target:
    """What the kit learns of a project."""
    config = complete(Config.load(root), {})
    return Target(config=config, environment=environment, server=server)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "verification-kit"


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the models are really built."""
    seen: list[str] = []

    def create_all(dsn: Dsn, *arguments: Any) -> None:
        seen.append(dsn.database)
        real(dsn, *arguments)

    monkeypatch.setattr("verification.target.catalogs.create_all", create_all)
    return seen


def test_what_the_models_declare_is_kept(
    cache: Path, builds: list[str], disposable_server: Server
) -> None:
    found = []
    for _ in range(2):
        with known(disposable_server) as target:
            found.append(target["declared"])
    assert found[0] == found[1]
    assert found[0].tables
    assert len(builds) == 1
    (folder,) = cache.iterdir()
    assert (folder / "document.json").stat().st_mode & 0o777 == 0o600
    assert disposable_server.dsn.password not in (folder / "document.json").read_text() or (
        not disposable_server.dsn.password
    )


def test_keeping_can_be_switched_off(
    cache: Path, builds: list[str], disposable_server: Server
) -> None:
    for _ in range(2):
        with known(disposable_server, VERIFY_CACHE="off") as target:
            target["declared"]
    assert len(builds) == 2
    assert not cache.exists()


@pytest.mark.parametrize("damage", ["", "{}", "seal\n[[], []]", "\udcff", None])
def test_a_damaged_document_is_built_anew(
    damage: str | None, cache: Path, builds: list[str], disposable_server: Server
) -> None:
    with known(disposable_server) as target:
        first = target["declared"]
    (folder,) = cache.iterdir()
    file = folder / "document.json"
    if damage is None:
        whole = file.read_text()
        file.write_text(whole.replace("hero_age_check", "hero_AGE_check"))
    else:
        file.write_bytes(damage.encode("utf-8", "surrogateescape"))
    for _ in range(2):
        with known(disposable_server) as target:
            assert target["declared"] == first
    assert len(builds) == 2


def test_the_key_tells_apart_whatever_decides(disposable_server: Server) -> None:
    older = replace(disposable_server, version=160000)
    chosen = replace(disposable_server, source="PostgreSQL 17 (VERIFY_SCRATCH_URL)")
    elsewhere = replace(chosen, dsn=replace(chosen.dsn, port=1))
    keys = [
        keeping.key(disposable_server, ["ab"]),
        keeping.key(disposable_server, ["a", "b"]),
        keeping.key(disposable_server, ["b", "a"]),
        *(keeping.key(server, ["ab"]) for server in (older, chosen, elsewhere)),
    ]
    assert len(set(keys)) == len(keys)
    assert keeping.key(disposable_server, ["ab"]) == keys[0]


@pytest.fixture
def live(disposable_server: Server) -> Iterator[Dsn]:
    """A deployed database of the heroes."""
    with known(disposable_server) as target, disposable_server.clone(target["template"].dsn) as dsn:
        yield dsn


@pytest.fixture
def large(disposable_server: Server) -> Iterator[Dsn]:
    """A deployed database that is worth remembering."""
    dsn = disposable_server.create()
    run(dsn, FIXTURE)
    yield dsn
    disposable_server.drop(dsn)


def seen(server: Server, dsn: Dsn, **environment: str) -> tuple[Catalog, int, int]:
    """What a look at it shows, the round trips and the bytes."""
    with relay(dsn) as (port, counts):
        plain = dsn.with_parameters(sslmode="disable")
        url = plain.reveal().replace(f":{dsn.port}/", f":{port}/")
        with known(server, HEROES, DATABASE_URL=url, **environment) as target:
            target["connection"]
            before, size = counts.round_trips, counts.received
            catalog = target["deployed"]
            return catalog, counts.round_trips - before, counts.received - size


@pytest.fixture
def one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay has another port each time, and stands for the same database."""
    monkeypatch.setattr("verification.project.keeping.place", lambda dsn: f"seen-{dsn.database}")


@pytest.mark.usefixtures("one_place")
def test_an_unchanged_schema_is_known_by_its_digest(
    cache: Path, large: Dsn, disposable_server: Server
) -> None:
    first, trips, whole = seen(disposable_server, large)
    assert (trips, whole > 25_000) == (1, True)
    again, trips, size = seen(disposable_server, large)
    assert (trips, size < 25_000) == (1, True)
    assert again.content == first.content
    assert again == first
    assert [each.last_value for each in again.sequences] == [
        each.last_value for each in first.sequences
    ]
    run(large, "COMMENT ON SCHEMA public IS 'other'")
    other, trips, size = seen(disposable_server, large)
    assert (trips, size > whole) == (2, True)
    assert other != first
    assert [schema.comment for schema in other.schemas if schema.name == "public"] == ["other"]
    assert seen(disposable_server, large)[1:] < (1, 25_000)
    (folder,) = (each for each in cache.iterdir() if each.name.startswith("seen-"))
    (folder / "document.json").write_text("spoilt")
    spoilt, trips, _ = seen(disposable_server, large)
    assert (spoilt == other, trips) == (True, 2)
    assert seen(disposable_server, large, VERIFY_CACHE="off")[1:] > (1, 25_000)


@pytest.mark.usefixtures("cache", "one_place")
def test_what_is_used_meanwhile_is_not_taken_from_the_last_look(
    large: Dsn, disposable_server: Server
) -> None:
    before, _, _ = seen(disposable_server, large)
    name = next(each.qualified for each in before.sequences if not each.owned_by)
    run(large, f"SELECT setval('{name}', 5); ANALYZE")
    after, trips, _ = seen(disposable_server, large)
    assert trips == 1
    found = after.sequence(name)
    assert found
    assert found.last_value == 5
    assert all(table.estimated_rows >= 0 for table in after.tables if table.kind == "ordinary")


@pytest.mark.usefixtures("cache")
def test_a_comparison_is_made_once(
    large: Dsn, disposable_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    config = Config()
    other = disposable_server.create()
    run(other, FIXTURE + "; ALTER TABLE shop.document DISABLE ROW LEVEL SECURITY")
    documents = [document_of(dsn) for dsn in (large, other)]
    disposable_server.drop(other)

    def catalog(document: str) -> Catalog:
        def load() -> Catalog:
            made.append("parsed")
            return parse(document)

        return Catalog.later(content(document), load)

    def told() -> list[str]:
        mine, yours = map(catalog, documents)
        return [str(each) for each in compared(mine, yours, config)]

    first = told()
    assert [line.partition(":")[0] for line in first] == ["table shop.document"]
    assert made == ["parsed"] * 2
    assert told() == first
    assert compared(catalog(documents[0]), catalog(documents[0]), config) == ()
    assert made == ["parsed"] * 2
    config = replace(config, leave_out=("row_security",))
    assert told() == []
    monkeypatch.setattr("verification.project.remembering._code", lambda: "newer")
    assert told() == []
    assert made == ["parsed"] * 6


def test_two_round_trips_tell_schema_and_revision(live: Dsn, disposable_server: Server) -> None:
    with relay(live) as (port, counts):
        url = (
            live.with_parameters(sslmode="disable").reveal().replace(f":{live.port}/", f":{port}/")
        )
        with known(disposable_server, DATABASE_URL=url) as target:
            target["connection"]
            before = counts.round_trips
            target["template"]
            assert target["applied"] == ("0001",)
            assert isinstance(target["deployed"], Catalog)
            assert target["promised"] is target["migrated"]
            assert counts.round_trips - before == 1
            for check in discover():
                if check.id.startswith("schema/"):
                    result = look(check, target)
                    assert result.status in {Status.PASSED, Status.SKIPPED}, result
            assert counts.round_trips - before <= 2


@pytest.fixture
def reader(live: Dsn) -> Iterator[Dsn]:
    """A role of its own on that database."""
    name = f"reader_{live.database}"
    run(live, f"CREATE ROLE {name} LOGIN PASSWORD 'geheim-55'")
    yield replace(live, user=name, password="geheim-55")
    run(live, f"DROP OWNED BY {name}; DROP ROLE {name}")


@pytest.mark.parametrize(
    ("revoked", "grant"),
    [
        ("SELECT ON pg_catalog.pg_constraint", "GRANT SELECT ON pg_catalog.pg_constraint"),
        ("SELECT ON pg_catalog.pg_policy", "GRANT SELECT ON pg_catalog.pg_policy"),
        ("SELECT ON pg_catalog.pg_settings", "GRANT SELECT ON pg_catalog.pg_settings"),
        (
            "EXECUTE ON FUNCTION pg_catalog.pg_get_indexdef(oid)",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_get_indexdef",
        ),
    ],
)
def test_a_part_that_may_not_be_read_is_unknown(
    revoked: str, grant: str, live: Dsn, reader: Dsn, disposable_server: Server
) -> None:
    run(live, f"REVOKE {revoked} FROM PUBLIC")
    with known(disposable_server, DATABASE_URL=reader.reveal()) as target:
        with pytest.raises(Unknown) as caught:
            target["deployed"]
        assert grant in str(caught.value)
        assert "geheim" not in str(caught.value)
        (check,) = (check for check in discover() if check.id == "schema/drifted-database")
        result = look(check, target)
        assert result.status is Status.UNKNOWN
        assert grant in result.reason


def test_versions_that_may_not_be_read_are_unknown(reader: Dsn, disposable_server: Server) -> None:
    with known(disposable_server, DATABASE_URL=reader.reveal()) as target:
        assert target["deployed"].tables
        for name in ("applied", "promised"):
            with pytest.raises(Unknown, match=r'GRANT SELECT ON "public"."alembic_version"'):
                target[name]


def test_sequences_that_may_not_be_read_are_unknown(
    live: Dsn, reader: Dsn, disposable_server: Server
) -> None:
    run(live, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader.user}")
    with known(disposable_server, DATABASE_URL=reader.reveal()) as target:
        assert [each.privilege for each in target["deployed"].unreadable] == [
            "SELECT on sequence public.hero_id_seq",
            "SELECT on sequence public.team_id_seq",
        ]
        for check in discover():
            if check.id == "schema/lagging-sequence":
                result = look(check, target)
                assert result.status is Status.UNKNOWN, result
                assert "GRANT SELECT ON SEQUENCE public.hero_id_seq" in result.reason


@pytest.mark.parametrize("where", ["migrations", "models"])
def test_an_extension_that_the_scratch_server_lacks(
    where: str, tmp_path: Path, disposable_server: Server
) -> None:
    root = tmp_path / "project"
    shutil.copytree(HEROES, root)
    module = f"heroes_of_{where}"  # Python knows the other one already
    (root / "heroes_models.py").rename(root / f"{module}.py")
    for name in ("pyproject.toml", "migrations/env.py"):
        text = (root / name).read_text()
        (root / name).write_text(text.replace("heroes_models", module))
    if where == "migrations":
        file = root / "migrations" / "versions" / "0001_start.py"
        text = '    """Create both tables."""\n'
        added = '    op.execute("CREATE EXTENSION nirgendwo")\n'
        fact = "migrated"
    else:
        file = root / f"{module}.py"
        text = "class Rank("
        added = (
            "from sqlalchemy import DDL, event\n"
            'event.listen(Base.metadata, "before_create", DDL("CREATE EXTENSION nirgendwo"))\n'
        )
        fact = "declared"
    written = file.read_text()
    file.write_text(written.replace(text, text + added if where == "migrations" else added + text))
    with (
        known(disposable_server, root) as target,
        pytest.raises(Unknown, match="lacks the extension nirgendwo; let VERIFY_SCRATCH_URL name"),
    ):
        target[fact]


def test_where_there_is_no_revision_yet_the_models_are_what_is_looked_at(
    disposable_server: Server, tmp_path: Path
) -> None:
    root = tmp_path / "heroes"
    shutil.copytree(HEROES, root)
    for file in (root / "migrations" / "versions").glob("*.py"):
        file.unlink()
    with known(disposable_server, root) as target:
        assert target["migrated"].tables == ()
        declared = {table.qualified for table in target["declared"].tables}
        assert declared
        assert declared <= {table.qualified for table in target["deployed"].tables}
        with pytest.raises(NotApplicable, match="not one revision yet"):
            target["promised"]


def test_what_a_revision_reflects_is_no_model(disposable_server: Server, tmp_path: Path) -> None:
    root = tmp_path / "heroes"
    shutil.copytree(HEROES, root)
    file = root / "migrations" / "versions" / "0001_start.py"
    text = '    """Create both tables."""\n'
    added = (
        "    op.execute('CREATE TABLE bygone (id int)')\n"
        "    metadata = op.get_context().opts['target_metadata']\n"
        "    metadata.reflect(op.get_bind(), only=['bygone'])\n"
        "    op.drop_table('bygone')\n"
    )
    file.write_text(file.read_text().replace(text, text + added))
    with known(disposable_server, root) as target:
        assert "bygone" not in {table.name for table in target["migrated"].tables}
        assert "bygone" not in {table.name for table in target["declared"].tables}


def test_a_schema_that_migrations_expect_is_made_for_them(
    disposable_server: Server, tmp_path: Path
) -> None:
    root = tmp_path / "heroes"
    shutil.copytree(HEROES, root)
    file = root / "migrations" / "versions" / "0001_start.py"
    text = '    """Create both tables."""\n'
    added = "    op.execute('CREATE TABLE \"by Others\".rank (id int)')\n"
    file.write_text(file.read_text().replace(text, text + added))
    with known(disposable_server, root) as target:
        assert "by Others" in {table.schema for table in target["migrated"].tables}
        (failed, *_) = (step.failure for step in target["walk"].steps if step.failure)
    assert 'schema "by Others" does not exist' in failed.message


DRIFT = {
    "schema/drifted-database",
    "schema/drifted-models",
    "schema/missing-migration",
    "schema/ungoverned-grant",
    "schema/wrong-schema",
}
DATABASE = {"schema/drifted-database", "schema/ungoverned-grant"}
PROGRAMS: list[Path | None] = [*other_majors()] or [None]


@pytest.mark.parametrize("programs", PROGRAMS, ids=lambda path: str(path and path.parent.name))
def test_a_target_of_another_major_has_not_drifted(
    programs: Path | None, disposable_server: Server, tmp_path: Path
) -> None:
    if programs is None:
        pytest.skip("no other PostgreSQL here; VERIFY_OTHER_PG_BINDIRS may name some")
    chosen = {**os.environ, "VERIFY_PG_BINDIR": str(programs)}
    chosen.pop("VERIFY_SCRATCH_URL", None)
    rich = tmp_path / "rich"
    (rich / "versions").mkdir(parents=True)
    (rich / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    (rich / "env.py").write_text(
        "from alembic import context\nfrom sqlalchemy import create_engine\n"
        'with create_engine("postgresql+psycopg2://").connect() as connection:\n'
        "    context.configure(connection=connection)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n"
    )
    (rich / "fixture.sql").write_text(FIXTURE)
    (rich / "versions" / "1.py").write_text(
        "from pathlib import Path\nfrom alembic import op\n"
        'revision, down_revision = "1", None\n'
        "def upgrade():\n"
        '    sql = (Path(__file__).parents[1] / "fixture.sql").read_text()\n'
        "    op.get_bind().connection.cursor().execute(sql)\n"
        "def downgrade(): pass\n"
    )
    with started(chosen) as other:
        done: list[str] = []
        for root in (HEROES, rich):
            with ExitStack() as stack:
                there = stack.enter_context(known(other, root))
                deployed = stack.enter_context(other.clone(there["template"].dsn))
                url = deployed.reveal()
                target = stack.enter_context(known(disposable_server, root, DATABASE_URL=url))
                if target["deployed"].tables:
                    for check in discover():
                        if check.id in (DRIFT if root is HEROES else DATABASE):
                            result = look(check, target)
                            assert result.status in {Status.PASSED, Status.SKIPPED}, result
                            done.append(f"{root.name} {check.id} {result.status}")
        assert f"rich schema/drifted-database {Status.PASSED}" in done
        assert f"heroes schema/drifted-database {Status.PASSED}" in done
        assert f"heroes schema/missing-migration {Status.PASSED}" in done


def test_what_lies_in_other_schemas_is_not_the_projects(
    large: Dsn, disposable_server: Server, tmp_path: Path
) -> None:
    """Whichever check asks, the fact has left it out already."""
    config = replace(Config(root=tmp_path), schemas=("shop",))
    given = {"environment": {"DATABASE_URL": large.reveal()}, "server": disposable_server}
    with Target(config=config, **given) as target:
        assert {table.schema for table in target["deployed"].tables} == {"shop"}
        assert {table.schema for table in target["entire"].tables} > {"shop"}
        assert target["deployed"].role == target["entire"].role
        assert target["deployed"].content != target["entire"].content
    with Target(config=Config(root=tmp_path), **given) as target:
        assert target["deployed"] is target["entire"]
