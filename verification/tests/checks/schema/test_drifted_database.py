"""What sets a deployment apart from its migrations, and what only seems to."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from verification.catalog import Catalog, Table, read
from verification.check import Check
from verification.config import Config
from verification.databases import Server
from verification.databases.session import connect
from verification.engine import discover

CHECKS = {check.id: check for check in discover()}
DRIFT, GRANT = CHECKS["schema/drifted-database"], CHECKS["schema/ungoverned-grant"]

BUILT = """
CREATE SCHEMA shop;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE team (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE);
CREATE TABLE shop.hero (id bigserial PRIMARY KEY, team_id bigint REFERENCES team, mood mood);
CREATE TABLE shop.power (id bigint PRIMARY KEY);
CREATE TABLE shop.cape (id bigint PRIMARY KEY);
CREATE VIEW heroes AS SELECT id FROM shop.hero;
GRANT SELECT, INSERT ON team TO pg_read_all_settings;
"""
# The same, made by another role, on a server that somebody else has set up.
ELSEWHERE = (
    BUILT
    + """
DO $$ DECLARE made record; BEGIN
    FOR made IN SELECT format('%s %I.%I', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
                              n.nspname, relname) AS what
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('r', 'v') AND nspname IN ('public', 'shop')
    LOOP EXECUTE 'ALTER ' || made.what || ' OWNER TO pg_database_owner'; END LOOP;
END $$;
ALTER TYPE mood OWNER TO pg_database_owner;
ALTER SCHEMA shop OWNER TO pg_database_owner;
ALTER SCHEMA public OWNER TO pg_monitor;
GRANT USAGE ON SCHEMA public, shop TO pg_monitor;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, shop TO pg_monitor;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, shop TO pg_monitor;
GRANT UPDATE (name) ON team TO pg_monitor;
ALTER DEFAULT PRIVILEGES FOR ROLE pg_database_owner GRANT SELECT ON TABLES TO pg_monitor;
"""
)

FAULTS = {
    "REVOKE INSERT ON team FROM pg_read_all_settings": ["public.team privileges"],
    "GRANT DELETE ON team TO pg_read_all_settings": ["public.team privileges"],
    "GRANT SELECT ON shop.hero TO PUBLIC": ["shop.hero privileges"],
    "GRANT CREATE ON SCHEMA public TO PUBLIC": ["public privileges"],
    "ALTER TABLE team OWNER TO pg_monitor": ["public.team owner"],
    "ALTER TYPE mood ADD VALUE 'angry'": ["public.mood labels"],
    "ALTER TABLE shop.hero ADD age int": ["shop.hero.age"],
    "COMMENT ON TABLE team IS 'a'": ["public.team comment"],
    "CREATE INDEX by_hand ON shop.hero (mood)": ["shop.by_hand"],
}

Make = Callable[[str], Catalog]


@pytest.fixture
def make(disposable_server: Server) -> Iterator[Make]:
    """From statements to the catalog of what they make."""
    made = []

    def catalog(sql: str) -> Catalog:
        dsn = disposable_server.create()
        made.append(dsn)
        with closing(connect(dsn)) as connection:
            connection.cursor().execute(sql)
            return read(connection)

    yield catalog
    for dsn in made:
        disposable_server.drop(dsn)


def skips(table: Table) -> bool:
    """As an include_object would have it."""
    return table.name.startswith("celery_")


def told(
    promised: Catalog, deployed: Catalog, check: Check = DRIFT, **settings: Sequence[str]
) -> list[str]:
    """The subjects of the findings under these settings."""
    config = Config.of(Path("/nowhere"), {key: list(value) for key, value in settings.items()})
    facts = {"promised": promised, "deployed": deployed, "config": config, "left_out": skips}
    found = check(**{name: facts[name] for name in check.needs})
    return [finding.subject for finding in found]


def test_another_owner_and_the_grants_of_a_service_are_no_drift(make: Make) -> None:
    built, elsewhere = make(BUILT), make(ELSEWHERE)
    assert told(built, elsewhere) == []
    assert told(built, elsewhere, GRANT) == ["pg_monitor"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("deployed", [BUILT, ELSEWHERE], ids=["as built", "elsewhere"])
def test_a_fault_is_told(make: Make, fault: str, deployed: str) -> None:
    assert told(make(BUILT), make(f"{deployed}; {fault}")) == FAULTS[fault]


def test_a_hardened_schema_public_is_no_drift(make: Make) -> None:
    as_before_15 = "GRANT CREATE ON SCHEMA public TO PUBLIC"
    hardened = "REVOKE CREATE ON SCHEMA public FROM PUBLIC; ALTER SCHEMA public OWNER TO pg_monitor"
    assert told(make(as_before_15), make(hardened)) == []
    assert told(make(as_before_15), make("REVOKE ALL ON SCHEMA public FROM PUBLIC")) == [
        "public privileges"
    ]


def test_only_the_chosen_schemas_are_compared(make: Make) -> None:
    built = make(BUILT)
    changed = make(f"{BUILT}; ALTER TABLE shop.hero ADD age int; DROP VIEW heroes")
    assert told(built, changed) == ["public.heroes", "shop.hero.age"]
    assert told(built, changed, schemas=["public"]) == ["public.heroes"]
    assert told(built, changed, schemas=["shop"]) == ["shop.hero.age"]
    assert told(built, changed, schemas=["shop", "public"]) == ["public.heroes", "shop.hero.age"]


@pytest.mark.parametrize("word", ["comment", "comments", "table.comment", "public.team"])
def test_what_is_left_out_is_not_compared(make: Make, word: str) -> None:
    built, changed = make(BUILT), make(f"{BUILT}; COMMENT ON TABLE team IS 'a'")
    assert told(built, changed, leave_out=[word]) == []
    assert told(built, changed, leave_out=["owners", "indexes"]) == ["public.team comment"]


@pytest.mark.parametrize("word", ["privileges", "grants"])
def test_grants_can_be_left_out(make: Make, word: str) -> None:
    changed = make(f"{BUILT}; REVOKE ALL ON team FROM pg_read_all_settings")
    assert told(make(BUILT), changed, leave_out=[word]) == []


def test_names_that_would_break_a_query(make: Make) -> None:
    odd = 'CREATE TABLE "a""b;c\n--" ("x\'y" bigint PRIMARY KEY)'
    assert told(make(odd), make(odd)) == []
    assert told(make(odd), make("SELECT 1"))[0].startswith('public."a""b;c')


SEEN = "CREATE TABLE seen (at date NOT NULL) PARTITION BY RANGE (at);"
PARTITION = """
CREATE TABLE seen_{0} PARTITION OF seen FOR VALUES FROM ('20{0}-01-01') TO ('20{0}-12-31')
"""


def test_partitions_come_and_go(make: Make) -> None:
    old, new = PARTITION.format(25), PARTITION.format(26)
    deep = f"""{new} PARTITION BY LIST (at);
    CREATE TABLE seen_day PARTITION OF seen_26 FOR VALUES IN ('2026-01-02')"""
    promised = make(SEEN + old)
    for deployed in (f"{old};{new}", new, deep):
        assert told(promised, make(SEEN + deployed)) == []
    assert told(promised, make(SEEN)) == ["public.seen_25"]
    renamed = f"{old}; ALTER TABLE seen_25 RENAME TO seen_last"
    assert told(promised, make(SEEN + renamed)) == ["public.seen_25", "public.seen_last"]
    detached = f"{old}; ALTER TABLE seen DETACH PARTITION seen_25"
    assert told(promised, make(SEEN + detached)) == ["public.seen_25 inherits"]


def test_the_tables_of_another_tool(make: Make) -> None:
    mine = "CREATE TABLE hero (id int PRIMARY KEY);"
    theirs = "CREATE TABLE celery_taskmeta (id int PRIMARY KEY);"
    assert told(make(mine), make(mine + theirs)) == []
    assert told(make(mine + theirs), make(mine)) == ["public.celery_taskmeta"]
    assert told(make(mine), make(mine + "CREATE TABLE stray (id int)")) == ["public.stray"]
