"""Small histories: each a start, and one more revision that has one defect or is its safe twin."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

HERE = "# here"  # the line that a finding must point at

ENV = """\
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine("postgresql+psycopg2://", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
HEAD = '''\
"""{name}."""

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {parent!r}


def upgrade():
    {up}


def downgrade():
    {down}
'''


class Change(NamedTuple):
    """One revision: what it does and how it undoes that, a statement a line."""

    up: str
    down: str = "pass"


class Case(NamedTuple):
    """A revision after the start, and the check that must find it; none for a safe twin."""

    name: str
    check: str
    up: str
    down: str = "pass"


def write(root: Path, *changes: Change, env: str = ENV, start: bool = True) -> Path:
    """Write a project with these revisions, one after the other."""
    (root / "versions").mkdir(parents=True, exist_ok=True)
    (root / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    (root / "env.py").write_text(env)
    parent = None
    for number, change in enumerate((START, *changes) if start else changes, 1):
        text = HEAD.format(
            name=f"Step {number}",
            id=f"{number:04}",
            parent=parent,
            up=change.up.strip().replace("\n", "\n    "),
            down=change.down.strip().replace("\n", "\n    "),
        )
        (root / "versions" / f"{number:04}.py").write_text(text)
        parent = f"{number:04}"
    return root


START = Change(
    """
op.create_table(
    "team",
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
)
op.create_table(
    "hero",
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("name", sa.String(50), nullable=False),
    sa.Column("motto", sa.Text),
    sa.Column("age", sa.Integer),
    sa.Column("strength", sa.Numeric(12, 2)),
    sa.Column("rank", sa.Enum("novice", "veteran", "legend", name="rank")),
    sa.Column("team_id", sa.BigInteger),
    sa.Column("seen_at", sa.DateTime(timezone=True)),
)
op.create_index("ix_hero_age", "hero", ["age"])
op.execute("GRANT SELECT ON hero TO PUBLIC")
""",
    """
op.drop_table("hero")
op.drop_table("team")
op.execute("DROP TYPE rank")
""",
)

DEFECTS = (
    # Up and down
    Case("no such table", "failing-upgrade",
         'op.add_column("heroes", sa.Column("x", sa.Text))  # here'),
    Case("exits", "failing-upgrade", "import sys\nsys.exit(0)  # here"),
    Case("drops its session", "failing-upgrade",
         'op.execute("SELECT pg_terminate_backend(pg_backend_pid())")  # here'),
    Case("raises", "failing-upgrade", 'raise RuntimeError("not here")  # here'),
    Case("waits for itself", "failing-upgrade", """
op.execute("LOCK TABLE hero")
with sa.create_engine("postgresql+psycopg2://").begin() as other:
    other.exec_driver_sql("SELECT * FROM hero")  # here
"""),
    Case("drops another name", "failing-downgrade",
         'op.create_index("ix_hero_name", "hero", ["name"], if_not_exists=True)',
         'op.drop_index("hero_name_ix")  # here'),
    Case("wrong order", "failing-downgrade", """
op.create_table("power", sa.Column("id", sa.Integer, primary_key=True))
op.create_table("has", sa.Column("power_id", sa.Integer, sa.ForeignKey("power.id")))
""", 'op.drop_table("power")  # here\nop.drop_table("has")'),
    Case("leaves a type", "inexact-downgrade",
         'op.create_table("villain", sa.Column("mood", sa.Enum("a", "b", name="mood")))',
         'op.drop_table("villain")  # here'),
    Case("leaves a function", "inexact-downgrade", """
op.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
op.create_table("villain", sa.Column("x", sa.Integer))
""", 'op.drop_table("villain")  # here'),
    Case("forgets an index", "inexact-downgrade", 'op.drop_column("hero", "age")',
         'op.add_column("hero", sa.Column("age", sa.Integer))  # here'),
    Case("forgets NOT NULL", "inexact-downgrade",
         'op.alter_column("hero", "name", nullable=True)', 'op.execute("SELECT 1")  # here'),
    Case("forgets a grant", "inexact-downgrade",
         'op.execute("REVOKE SELECT ON hero FROM PUBLIC")', 'op.execute("SELECT 1")  # here'),
    Case("forgets a label", "inexact-downgrade",
         """op.execute("ALTER TYPE rank ADD VALUE 'god'")""", 'op.execute("SELECT 1")  # here'),
    Case("forgets a default", "inexact-downgrade",
         'op.alter_column("hero", "age", server_default="7")',
         'op.alter_column("hero", "age", server_default="0")  # here'),
    Case("drops too much", "inexact-downgrade",
         'op.create_table("villain", sa.Column("x", sa.Integer))',
         'op.drop_table("villain")\nop.drop_index("ix_hero_age")  # here'),
    Case("no way back", "missing-downgrade",
         'op.create_table("villain", sa.Column("x", sa.Integer))', "pass"),
    Case("refuses to go back", "missing-downgrade",
         'op.create_table("villain", sa.Column("x", sa.Integer))',
         'raise NotImplementedError("no way")'),
    # Locks
    Case("index", "blocking-lock", 'op.create_index("i", "hero", ["name"])  # here',
         'op.drop_index("i")'),
    Case("index in autocommit", "blocking-lock", """
with op.get_context().autocommit_block():
    op.create_index("i", "hero", ["name"])  # here
""", 'op.drop_index("i")'),
    Case("foreign key", "blocking-lock",
         'op.create_foreign_key("fk", "hero", "team", ["team_id"], ["id"])  # here',
         'op.drop_constraint("fk", "hero")'),
    Case("check", "blocking-lock",
         'op.create_check_constraint("ck", "hero", "age > 0")  # here',
         'op.drop_constraint("ck", "hero")'),
    Case("not null", "blocking-lock", 'op.alter_column("hero", "age", nullable=False)  # here',
         'op.alter_column("hero", "age", nullable=True)'),
    Case("unique", "blocking-lock",
         'op.create_unique_constraint("uq", "hero", ["name"])  # here',
         'op.drop_constraint("uq", "hero")'),
    Case("validated under the lock", "blocking-lock", """
op.execute("ALTER TABLE hero ADD CONSTRAINT ck CHECK (age > 0) NOT VALID")
op.execute("ALTER TABLE hero VALIDATE CONSTRAINT ck")  # here
""", 'op.drop_constraint("ck", "hero")'),
    Case("lock table", "blocking-lock",
         'op.execute("LOCK TABLE hero IN EXCLUSIVE MODE")  # here', 'op.execute("SELECT 1")'),
    Case("type", "table-rewrite",
         'op.alter_column("hero", "age", type_=sa.BigInteger)  # here',
         'op.alter_column("hero", "age", type_=sa.Integer)'),
    Case("volatile default", "table-rewrite",
         'op.execute("ALTER TABLE hero ADD key uuid DEFAULT gen_random_uuid()")  # here',
         'op.drop_column("hero", "key")'),
    Case("cluster", "table-rewrite", 'op.execute("CLUSTER hero USING hero_pkey")  # here',
         'op.execute("ALTER TABLE hero SET WITHOUT CLUSTER")'),
    Case("backfill", "mixed-data-and-schema", """
op.add_column("hero", sa.Column("level", sa.Integer))
op.execute("UPDATE hero SET level = age")  # here
""", 'op.drop_column("hero", "level")'),
    Case("backfill, then lock", "mixed-data-and-schema", """
op.execute("UPDATE hero SET age = 0 WHERE age IS NULL")  # here
op.alter_column("hero", "age", nullable=False)
""", 'op.alter_column("hero", "age", nullable=True)'),
    Case("no timeout", "missing-lock-timeout",
         'op.add_column("hero", sa.Column("level", sa.Integer))  # here',
         'op.drop_column("hero", "level")'),
    Case("concurrently", "concurrently-in-transaction",
         'op.create_index("i", "hero", ["name"], postgresql_concurrently=True)  # here'),
    Case("loop", "unanalysable-statement", """
op.execute(  # here
    "DO $$ DECLARE r record; BEGIN FOR r IN SELECT 1 FROM hero LOOP NULL; END LOOP; END $$"
)
""", "pass"),
    # Repetition
    Case("named by chance", "unrepeatable-upgrade", """
import uuid
op.execute(f"CREATE SEQUENCE s_{uuid.uuid4().hex}")  # here
""", """
for (name,) in op.get_bind().exec_driver_sql("SELECT relname FROM pg_class WHERE relname ~ '^s_'"):
    op.execute(f"DROP SEQUENCE {name}")
"""),
    Case("dated by the migration", "unrepeatable-upgrade", """
import datetime
op.execute(f"ALTER TABLE hero ALTER seen_at SET DEFAULT '{datetime.datetime.now()}'")  # here
""", 'op.alter_column("hero", "seen_at", server_default=None)'),
    Case("full vacuum", "table-rewrite", """
with op.get_context().autocommit_block():
    op.execute("VACUUM FULL hero")  # here
"""),
    # Compatibility
    Case("drops", "incompatible-change", 'op.drop_column("hero", "motto")  # here',
         'op.add_column("hero", sa.Column("motto", sa.Text))'),
    Case("renames", "incompatible-change",
         'op.alter_column("hero", "motto", new_column_name="slogan")  # here',
         'op.alter_column("hero", "slogan", new_column_name="motto")'),
    Case("renames a table", "incompatible-change", 'op.rename_table("hero", "heroes")  # here',
         'op.rename_table("heroes", "hero")'),
    Case("demands", "incompatible-change",
         'op.add_column("hero", sa.Column("level", sa.Integer, nullable=False))  # here',
         'op.drop_column("hero", "level")'),
    Case("renames a label", "incompatible-change",
         """op.execute("ALTER TYPE rank RENAME VALUE 'novice' TO 'beginner'")  # here""",
         """op.execute("ALTER TYPE rank RENAME VALUE 'beginner' TO 'novice'")"""),
    # Rows
    Case("repetitions", "failing-on-data",
         'op.create_unique_constraint("uq", "hero", ["motto"])  # here',
         'op.drop_constraint("uq", "hero")'),
    Case("nulls", "failing-on-data", 'op.alter_column("hero", "age", nullable=False)  # here',
         'op.alter_column("hero", "age", nullable=True)'),
    Case("orphans", "failing-on-data",
         'op.create_foreign_key("fk", "hero", "team", ["team_id"], ["id"])  # here',
         'op.drop_constraint("fk", "hero")'),
    Case("long text", "failing-on-data",
         'op.alter_column("hero", "motto", type_=sa.String(20))  # here',
         'op.alter_column("hero", "motto", type_=sa.Text)'),
    Case("negative", "failing-on-data",
         'op.create_check_constraint("ck", "hero", "age > 0")  # here',
         'op.drop_constraint("ck", "hero")'),
    Case("label removed", "failing-on-data", """
op.execute("ALTER TYPE rank RENAME TO rank_old")
op.execute("CREATE TYPE rank AS ENUM ('novice', 'veteran')")
op.execute("ALTER TABLE hero ALTER rank TYPE rank USING rank::text::rank")  # here
op.execute("DROP TYPE rank_old")
""", """
op.execute("ALTER TYPE rank RENAME TO rank_old")
op.execute("CREATE TYPE rank AS ENUM ('novice', 'veteran', 'legend')")
op.execute("ALTER TABLE hero ALTER rank TYPE rank USING rank::text::rank")
op.execute("DROP TYPE rank_old")
"""),
    Case("not a number", "failing-on-data",
         'op.execute("ALTER TABLE hero ALTER motto TYPE int USING motto::int")  # here',
         'op.execute("ALTER TABLE hero ALTER motto TYPE text")'),
    Case("too large", "failing-on-data",
         'op.alter_column("hero", "team_id", type_=sa.Integer)  # here',
         'op.alter_column("hero", "team_id", type_=sa.BigInteger)'),
    Case("renamed by dropping", "data-loss", """
op.add_column("hero", sa.Column("slogan", sa.Text))
op.drop_column("hero", "motto")  # here
""", """
op.add_column("hero", sa.Column("motto", sa.Text))
op.drop_column("hero", "slogan")
"""),
    Case("cut off", "data-loss",
         'op.execute("ALTER TABLE hero ALTER motto TYPE varchar(9) USING left(motto, 9)")  # here',
         'op.execute("ALTER TABLE hero ALTER motto TYPE text")'),
    Case("rounded", "data-loss",
         'op.alter_column("hero", "strength", type_=sa.Integer)  # here',
         'op.alter_column("hero", "strength", type_=sa.Numeric(12, 2))'),
    Case("the day only", "data-loss",
         'op.execute("ALTER TABLE hero ALTER seen_at TYPE date")  # here',
         'op.execute("ALTER TABLE hero ALTER seen_at TYPE timestamptz")'),
    Case("emptied", "data-loss", 'op.execute("DELETE FROM hero")  # here', "pass"),
    Case("emptied column", "data-loss", 'op.execute("UPDATE hero SET motto = NULL")  # here'),
    Case("lost on the way back", "data-loss",
         'op.alter_column("hero", "motto", new_column_name="slogan")  # here', """
op.drop_column("hero", "slogan")
op.add_column("hero", sa.Column("motto", sa.Text))
"""),
    Case("sequence set back", "failing-on-data",
         'op.execute("ALTER SEQUENCE hero_id_seq RESTART")  # here'),
    Case("identity made anew", "failing-on-data", """
op.execute("ALTER TABLE hero ALTER id DROP IDENTITY")  # here
op.execute("ALTER TABLE hero ALTER id ADD GENERATED BY DEFAULT AS IDENTITY")
""", """
op.execute("ALTER TABLE hero ALTER id DROP IDENTITY")
op.execute("ALTER TABLE hero ALTER id ADD GENERATED ALWAYS AS IDENTITY")
"""),
    Case("row of its own", "failing-on-data", """
op.execute("INSERT INTO team (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'first')")  # here
"""),
    Case("truncated", "data-loss", 'op.execute("TRUNCATE hero")  # here', "pass"),
    Case("dropped", "data-loss", 'op.drop_table("team")  # here', """
op.create_table(
    "team",
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
)
"""),
)  # fmt: skip

TWINS = (
    Case("index", "", """
with op.get_context().autocommit_block():
    op.create_index("i", "hero", ["name"], postgresql_concurrently=True)
""", 'op.drop_index("i")'),
    Case("foreign key", "", """
op.create_foreign_key("fk", "hero", "team", ["team_id"], ["id"], postgresql_not_valid=True)
""", 'op.drop_constraint("fk", "hero")'),
    Case("check", "",
         'op.create_check_constraint("ck", "hero", "age > 0", postgresql_not_valid=True)',
         'op.drop_constraint("ck", "hero")'),
    Case("column", "", 'op.add_column("hero", sa.Column("level", sa.Integer))',
         'op.drop_column("hero", "level")'),
    Case("constant default", "", """
op.add_column("hero", sa.Column("level", sa.Integer, nullable=False, server_default="1"))
""", 'op.drop_column("hero", "level")'),
    Case("longer text", "", 'op.alter_column("hero", "name", type_=sa.String(90))',
         'op.alter_column("hero", "name", type_=sa.String(50))'),
    Case("nullable again", "", 'op.alter_column("hero", "name", nullable=True)',
         'op.alter_column("hero", "name", nullable=False)'),
    Case("new tables", "", """
op.create_table("power", sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Text))
op.create_index("ix_power_x", "power", ["x"])
op.create_table("has", sa.Column("hero_id", sa.BigInteger), sa.Column("power_id", sa.Integer))
op.create_foreign_key("fk1", "has", "hero", ["hero_id"], ["id"])
op.create_foreign_key("fk2", "has", "power", ["power_id"], ["id"])
op.execute("INSERT INTO power VALUES (1, 'flight')")
op.alter_column("power", "x", nullable=False)
""", 'op.drop_table("has")\nop.drop_table("power")'),
    Case("a new enum", "",
         'op.create_table("villain", sa.Column("mood", sa.Enum("a", "b", name="mood")))',
         'op.drop_table("villain")\nop.execute("DROP TYPE mood")'),
    Case("rows only", "", """op.execute("UPDATE hero SET motto = '' WHERE motto IS NULL")"""),
    Case("nothing", "", "pass", "pass"),
    Case("identity goes on", "", """
op.execute("ALTER TABLE hero ALTER id DROP IDENTITY")
op.execute("ALTER TABLE hero ALTER id ADD GENERATED BY DEFAULT AS IDENTITY")
op.execute("SELECT setval('hero_id_seq', (SELECT coalesce(max(id), 1) FROM hero))")
""", """
op.execute("ALTER TABLE hero ALTER id DROP IDENTITY")
op.execute("ALTER TABLE hero ALTER id ADD GENERATED ALWAYS AS IDENTITY")
op.execute("SELECT setval('hero_id_seq', (SELECT coalesce(max(id), 1) FROM hero))")
"""),
    Case("a label more", "", """
with op.get_context().autocommit_block():
    op.execute("ALTER TYPE rank ADD VALUE IF NOT EXISTS 'god'")
"""),
    Case("a DO block", "", """
op.execute(
    "DO $$ BEGIN CREATE TYPE m AS ENUM ('a');"
    " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
)
""", 'op.execute("DROP TYPE m")'),
    Case("moved before it goes", "", """
op.add_column("hero", sa.Column("slogan", sa.Text))
op.execute("SET LOCAL lock_timeout = '3s'")
""", 'op.drop_column("hero", "slogan")'),
    Case("a view", "", 'op.execute("CREATE VIEW adults AS SELECT * FROM hero WHERE age > 17")',
         'op.execute("DROP VIEW adults")'),
    Case("awkward things", "", """
op.execute("CREATE EXTENSION IF NOT EXISTS citext")
op.execute('CREATE SCHEMA "Näme; 1"')
op.execute('CREATE TABLE "Näme; 1".hero ("Id %" int PRIMARY KEY, "a""b" citext)')
op.execute("CREATE TABLE part (id int, at date NOT NULL) PARTITION BY RANGE (at)")
op.execute("CREATE TABLE part_1 PARTITION OF part DEFAULT")
op.execute("CREATE INDEX ON part (lower(id::text))")
op.execute("CREATE TABLE base (id int)")
op.execute("CREATE TABLE derived () INHERITS (base)")
op.execute("CREATE MATERIALIZED VIEW seen AS SELECT id FROM base")
op.execute("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
op.execute("CREATE TRIGGER t BEFORE INSERT ON base FOR EACH ROW EXECUTE FUNCTION f()")
op.execute("REFRESH MATERIALIZED VIEW seen")
""", """
op.execute("DROP MATERIALIZED VIEW seen")
op.execute("DROP TABLE derived, base, part CASCADE")
op.execute("DROP FUNCTION f")
op.execute('DROP SCHEMA "Näme; 1" CASCADE')
op.execute("DROP EXTENSION citext")
"""),
    Case("a label more", "", """
with op.get_context().autocommit_block():
    op.execute("ALTER TYPE rank ADD VALUE IF NOT EXISTS 'god'")
""", """
op.execute("ALTER TYPE rank RENAME TO rank_old")
op.execute("CREATE TYPE rank AS ENUM ('novice', 'veteran', 'legend')")
op.execute("ALTER TABLE hero ALTER rank TYPE rank USING rank::text::rank")
op.execute("DROP TYPE rank_old")
"""),
)  # fmt: skip


def clean() -> list[Change]:
    """More than thirty revisions in which nothing is wrong."""
    found = []
    for number in range(6):
        table, more = f"t{number}", f"m{number}"
        found += [
            Change(
                f'op.create_table("{table}", sa.Column("id", sa.BigInteger, primary_key=True),'
                f' sa.Column("name", sa.String(50)), sa.Column("c", sa.Enum("a", name="{more}")))',
                f'op.drop_table("{table}")\nop.execute("DROP TYPE {more}")',
            ),
            Change(
                f'op.add_column("{table}", sa.Column("extra", sa.Integer, server_default="1"))',
                f'op.drop_column("{table}", "extra")',
            ),
            Change(
                f'op.create_index("ix_{table}", "{table}", ["name"], unique=True)',
                f'op.drop_index("ix_{table}")',
            ),
            Change(
                f'op.create_check_constraint("ck_{table}", "{table}", "extra > 0")\n'
                f"op.execute(\"COMMENT ON TABLE {table} IS 'a table'\")",
                f'op.drop_constraint("ck_{table}", "{table}")\n'
                f'op.execute("COMMENT ON TABLE {table} IS NULL")',
            ),
            Change(
                f'op.alter_column("{table}", "name", nullable=False, new_column_name="title")\n'
                f'op.execute("GRANT SELECT ON {table} TO PUBLIC")',
                f'op.execute("REVOKE SELECT ON {table} FROM PUBLIC")\n'
                f'op.alter_column("{table}", "title", nullable=True, new_column_name="name")',
            ),
        ]
    last = Change('op.create_table("last", sa.Column("x", sa.Text))', 'op.drop_table("last")')
    return [*found, last]
