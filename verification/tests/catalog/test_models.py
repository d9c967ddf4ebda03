"""Of models, no more is demanded than models can express; and no less."""
# ruff: noqa: E501 - statements read best where they are not broken

import pytest

from verification.catalog import difference
from verification.tests.catalog.conftest import Build

VERSION = "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);"

# What create_all() makes of the models, and migrations that build what the models need.
DECLARED = """
CREATE TYPE rank AS ENUM ('low', 'high');
CREATE TABLE team (id serial PRIMARY KEY, name varchar(50) NOT NULL UNIQUE);
CREATE TABLE hero (
    id bigserial PRIMARY KEY,
    team_id integer REFERENCES team,
    name varchar(50) NOT NULL,
    age integer CHECK (age > 0),
    rank rank NOT NULL DEFAULT 'low',
    CONSTRAINT uq_hero_name UNIQUE (name)
);
CREATE INDEX ix_hero_age ON hero (age) WHERE age > 10;
"""

SAME = {
    "the version table": DECLARED + VERSION,
    "a version table of another name": DECLARED
    + VERSION.replace("alembic_version", "my_revisions"),
    "what models cannot express": DECLARED
    + "CREATE VIEW v AS SELECT 1; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RETURN NEW; END $$; CREATE TRIGGER t BEFORE INSERT ON hero FOR EACH ROW EXECUTE FUNCTION f();"
    " ALTER TABLE hero ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON hero USING (true); GRANT SELECT"
    " ON hero TO pg_monitor; CREATE SEQUENCE s; CREATE SCHEMA extra; ALTER TABLE hero OWNER TO"
    " pg_monitor; ALTER TABLE hero SET (fillfactor = 70); CREATE STATISTICS st ON age, name FROM"
    " hero; CREATE EXTENSION citext; CREATE RULE r AS ON DELETE TO hero DO INSTEAD NOTHING;"
    " ALTER TABLE hero ALTER name SET STATISTICS 500; ALTER TABLE hero REPLICA IDENTITY FULL",
    "the order of columns": DECLARED + "ALTER TABLE hero DROP age; ALTER TABLE hero ADD age int;"
    " ALTER TABLE hero ADD CHECK (age > 0); CREATE INDEX ix_hero_age ON hero (age) WHERE age > 10",
    "names that PostgreSQL chose, after a rename": DECLARED.replace("team ", "club ").replace(
        "REFERENCES team,", "REFERENCES club,"
    )
    + "ALTER TABLE club RENAME TO team",
    "a constraint that only the migration named": DECLARED.replace(
        "REFERENCES team,", "CONSTRAINT fk_hero_team REFERENCES team,"
    ),
    "a type that nothing uses any more": DECLARED + "CREATE TYPE mood AS ENUM ('sad')",
    "an identifier of the same meaning": DECLARED.replace("bigserial", "bigint DEFAULT 0")
    + "CREATE SEQUENCE odd OWNED BY hero.id; ALTER TABLE hero ALTER id SET DEFAULT nextval('odd')",
}

FAULTS = {
    "table public.hero existence": "DROP TABLE hero",
    "table public.extra existence": "CREATE TABLE extra (id int)",
    "column public.hero.age existence": "ALTER TABLE hero DROP age",
    "column public.hero.name type": "ALTER TABLE hero ALTER name TYPE varchar(40)",
    "column public.hero.name nullable": "ALTER TABLE hero ALTER name DROP NOT NULL",
    "column public.hero.rank default": "ALTER TABLE hero ALTER rank DROP DEFAULT",
    "column public.hero.id default": "ALTER TABLE hero ALTER id DROP DEFAULT",
    "constraint public.hero.hero_age_check existence": "ALTER TABLE hero DROP CONSTRAINT hero_age_check",
    "constraint public.hero.hero_age_check definition": "ALTER TABLE hero DROP CONSTRAINT hero_age_check,"
    " ADD CONSTRAINT hero_age_check CHECK (age > 1)",
    "constraint public.hero.uq_hero_name existence": "ALTER TABLE hero DROP CONSTRAINT uq_hero_name",
    "constraint public.hero.uq_hero_name name": "ALTER TABLE hero RENAME CONSTRAINT uq_hero_name TO u",
    "constraint public.hero.hero_team_id_fkey on_delete": "ALTER TABLE hero DROP CONSTRAINT"
    " hero_team_id_fkey, ADD FOREIGN KEY (team_id) REFERENCES team ON DELETE CASCADE",
    "constraint public.hero.hero_age_check validated": "ALTER TABLE hero DROP CONSTRAINT hero_age_check,"
    " ADD CONSTRAINT hero_age_check CHECK (age > 0) NOT VALID",
    "index public.ix_hero_age existence": "DROP INDEX ix_hero_age",
    "index public.ix_hero_age predicate": "DROP INDEX ix_hero_age; CREATE INDEX ix_hero_age ON hero (age)",
    "index public.ix_hero_age name": "ALTER INDEX ix_hero_age RENAME TO other",
    "enum public.rank labels": "ALTER TYPE rank ADD VALUE 'top'",
    "sequence public.counter existence": "DROP SEQUENCE counter",
    "table public.hero persistence": "ALTER TABLE hero SET UNLOGGED",
}


@pytest.mark.parametrize("migrated", SAME.values(), ids=SAME)
def test_no_drift(build: Build, migrated: str) -> None:
    assert difference(build(DECLARED), build(migrated), models=True) == ()


@pytest.mark.parametrize(("told", "sql"), FAULTS.items(), ids=FAULTS)
def test_a_fault_is_told(build: Build, told: str, sql: str) -> None:
    declared = DECLARED + "CREATE SEQUENCE counter;"
    differences = difference(build(declared), build(VERSION + declared + sql), models=True)
    assert [f"{each.kind} {each.subject} {each.aspect}" for each in differences] == [told]


def test_partitions_are_the_migrations_business(build: Build) -> None:
    model = "CREATE TABLE e (id int, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);"
    partition = "CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
    assert difference(build(model), build(model + partition), models=True) == ()
    plain = "CREATE TABLE e (id int, d date, PRIMARY KEY (id, d));"
    assert difference(build(plain), build(model + partition), models=True) == ()
    told = difference(build(model), build(plain), models=True)
    assert [each.aspect for each in told] == ["kind"]


def test_an_enum_in_the_models_that_is_text_in_the_database(build: Build) -> None:
    text = DECLARED.replace("rank rank", "rank text").replace("CREATE TYPE rank", "-- ")
    told = difference(build(DECLARED), build(text), models=True)
    assert "public.hero.rank" in [each.subject for each in told]
