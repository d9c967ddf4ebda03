from collections.abc import Sequence
from contextlib import closing

import pytest

from verification.catalog import read
from verification.check import Check
from verification.checks.data.blank_required_text import blank_required_text
from verification.checks.data.duplicated_rows import duplicated_rows
from verification.checks.data.future_timestamps import future_timestamps
from verification.checks.data.orphaned_rows import orphaned_rows
from verification.checks.data.unknown_enum_value import unknown_enum_value
from verification.checks.data.violating_rows import violating_rows
from verification.databases import Server
from verification.databases import reader as reading
from verification.databases.session import connect
from verification.generation.counting import Counting, Question
from verification.report import Result, Status
from verification.testing import Block, Example, verdict

HEAD = """
import enum
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from pydantic import BaseModel, EmailStr, Field as Rule, StringConstraints
from sqlalchemy import Column, Index, Integer, Numeric, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlmodel import Field, Relationship, SQLModel
"""


def judged(check: Check, server: Server, models: str, sql: str) -> Result:
    blocks = [Block("sql", "deployed", sql)]
    if models:
        blocks.insert(0, Block("python", "models.py", HEAD + models))
    return verdict(Example(check, "bad", tuple(blocks), 1), server)


def found(check: Check, server: Server, models: str, sql: str) -> Sequence[str]:
    result = judged(check, server, models, sql)
    assert result.reason == ""
    return [f"{finding.subject}: {finding.message}" for finding in result.findings]


HERO = """
class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    v: {kind}
"""


@pytest.mark.parametrize(
    ("kind", "column", "right", "wrong"),
    [
        ("int = Field(gt=5)", "int", "6", "5"),
        ("int = Field(lt=5)", "int", "4", "5"),
        ("int | None = Field(default=None, le=5)", "int", "NULL", "6"),
        ("int = Field(multiple_of=5)", "int", "10", "11"),
        ("Decimal = Field(ge=Decimal('0.5'))", "numeric", "0.5", "0.49"),
        ("Decimal = Field(decimal_places=2)", "numeric", "1.20000", "1.205"),
        ("float = Field(ge=0, le=1)", "float8", "1", "1.5"),
        ("str = Field(min_length=2)", "text", "'ab'", "'a'"),
        ("str = Field(max_length=2)", "text", "'ab'", "'abc'"),
        ("Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]", "text",
         "' a '", "'  '"),
        ("Annotated[str, Rule(pattern='^[a-z]+$')]", "text", "'abc'", "'Abc'"),
        (r"Annotated[str, Rule(pattern=r'\bfoo\b')]", "text", "'a foo b'", "'afoo'"),
        ("EmailStr", "text", "'a@x.org'", "'a.x.org'"),
        ("list[int] = Field(min_length=1, sa_type=Numeric)", "int[]", "'{1}'", "'{}'"),
        ("str", "text", "'a'", "NULL"),
        ("date = Field(ge=date(2020, 1, 1))", "date", "'2020-01-01'", "'2019-12-31'"),
        ("str = Field(min_length=2)", "varchar(9)", "'é\U0001f600'", "'\U0001f600'"),
    ],
)  # fmt: skip
def test_each_rule(
    disposable_server: Server, kind: str, column: str, right: str, wrong: str
) -> None:
    models = HERO.format(kind=kind)
    create = f"CREATE TABLE hero (id serial PRIMARY KEY, v {column}); INSERT INTO hero (v) VALUES "
    assert found(violating_rows, disposable_server, models, f"{create}({right})") == []
    (said,) = found(violating_rows, disposable_server, models, f"{create}({right}), ({wrong})")
    assert said.startswith("public.hero.v: Hero would reject what is stored: 1 row is against v ")
    assert said.endswith(", such as (id=2)")


def test_the_place_and_never_the_value(disposable_server: Server) -> None:
    models = HERO.format(kind="Annotated[str, Rule(pattern='^[a-z]+$')]")
    sql = "CREATE TABLE hero (id serial PRIMARY KEY, v text); INSERT INTO hero (v) VALUES ('S3CR')"
    (finding,) = judged(violating_rows, disposable_server, models, sql).findings
    assert "S3CR" not in f"{finding}"
    assert finding.location is not None
    assert (
        finding.location.line
        == (HEAD + models)
        .split("\n")
        .index(next(line for line in models.split("\n") if line.startswith("    v:")))
        + 1
    )


def test_a_key_that_is_the_value_is_not_shown(disposable_server: Server) -> None:
    models = """
class Hero(SQLModel, table=True):
    name: str = Field(primary_key=True, min_length=9)
"""
    sql = "CREATE TABLE hero (name text PRIMARY KEY); INSERT INTO hero VALUES ('S3CR')"
    (said,) = found(violating_rows, disposable_server, models, sql)
    assert "S3CR" not in said


@pytest.mark.parametrize(
    "models",
    [
        # Pydantic itself takes it: a validator mends the value before the rule.
        """
from pydantic import BeforeValidator
class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    v: Annotated[int, BeforeValidator(abs), Rule(ge=0)]
""",
        # A rule of the request alone says nothing of rows.
        """
class Base(DeclarativeBase): ...
class Hero(Base):
    __tablename__ = "hero"
    id: Mapped[int] = mapped_column(primary_key=True)
    v: Mapped[int]
class HeroCreate(BaseModel):
    v: int = Rule(ge=0)
class HeroRead(BaseModel):
    v: int
""",
        # In single-table inheritance a rule is its own class's.
        """
class Base(DeclarativeBase): ...
class Hero(Base):
    __tablename__ = "hero"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "hero"}
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="hero")
class Robot(Hero):
    __mapper_args__ = {"polymorphic_identity": "robot"}
    v: Mapped[int | None]
class RobotRead(BaseModel):
    v: int = Rule(ge=0)
""",
    ],
)
def test_what_the_model_takes_is_no_violation(disposable_server: Server, models: str) -> None:
    sql = (
        "CREATE TABLE hero (id serial PRIMARY KEY, kind text NOT NULL DEFAULT 'hero', v int);"
        "INSERT INTO hero (v) VALUES (-5)"
    )
    assert found(violating_rows, disposable_server, models, sql) == []


def test_schemas_that_agree_speak_for_a_table_without_fields(disposable_server: Server) -> None:
    models = """
class Base(DeclarativeBase): ...
class Hero(Base):
    __tablename__ = "hero"
    id: Mapped[int] = mapped_column(primary_key=True)
    v: Mapped[int]
class HeroCreate(BaseModel):
    v: int = Rule(ge=0)
class HeroRead(HeroCreate):
    id: int
class HeroUpdate(BaseModel):
    v: int | None = None
"""
    sql = "CREATE TABLE hero (id serial PRIMARY KEY, v int); INSERT INTO hero (v) VALUES (-5)"
    (said,) = found(violating_rows, disposable_server, models, sql)
    assert said.startswith("public.hero.v: HeroCreate would reject")


HOSTILE = """
class Hero(SQLModel, table=True):
    __tablename__ = 'He"ro %s'
    __table_args__ = {"schema": "Größe"}
    id: int | None = Field(default=None, primary_key=True)
    mood: Literal["it's", "100%"] = Field(sa_column=Column("Mo'o\\"d %(x)s", String, unique=True))
    age: int = Field(ge=0, sa_column=Column("order", Integer))
    boss: int | None = Field(default=None, foreign_key='Größe.He"ro %s.id')
class Other(SQLModel, table=True):
    __tablename__ = 'He"ro %s'
    id: int | None = Field(default=None, primary_key=True)
    age: int = Field(le=0)
"""
HOSTILE_SQL = """
CREATE SCHEMA "Größe";
CREATE TABLE "Größe"."He""ro %s" (id serial PRIMARY KEY, "Mo'o""d %(x)s" text NOT NULL,
  "order" int NOT NULL, boss int, created_at timestamptz);
CREATE TABLE "He""ro %s" (id serial PRIMARY KEY, age int NOT NULL);
INSERT INTO "He""ro %s" (age) VALUES (-1);
"""
PLANTED = """
INSERT INTO "Größe"."He""ro %s" ("Mo'o""d %(x)s", "order", boss, created_at)
  VALUES (' ', -1, 77, now() + interval '1 day'), (' ', -1, 77, NULL);
"""


@pytest.mark.parametrize(
    ("check", "part"),
    [
        (violating_rows, '"order"'),
        (orphaned_rows, '"He""ro %s_boss_fkey"'),
        (duplicated_rows, '"He""ro %s_Mo\'o""d %(x)s_key"'),
        (unknown_enum_value, '"Mo\'o""d %(x)s"'),
        (future_timestamps, "created_at"),
        (blank_required_text, '"Mo\'o""d %(x)s"'),
    ],
    ids=lambda each: getattr(each, "id", None),
)
def test_hostile_names_in_two_schemas(disposable_server: Server, check: Check, part: str) -> None:
    assert found(check, disposable_server, HOSTILE, HOSTILE_SQL) == []
    (said,) = found(check, disposable_server, HOSTILE, HOSTILE_SQL + PLANTED)
    assert said.startswith(f'"Größe"."He""ro %s".{part}: ')


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        # A foreign key of two columns, one of them NULL: no reference at all.
        (("CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));"
         "CREATE TABLE c (id int PRIMARY KEY, a int, b int);"
         "INSERT INTO c VALUES (1, 1, NULL), (2, 1, 1);"
         "ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (a, b) REFERENCES p NOT VALID"),
         ["public.c.k: 1 row is without the public.p that a, b refers to, such as (id=2)"]),
        (("CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);"
         "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);"
         "CREATE TABLE c (id int PRIMARY KEY, p_id int REFERENCES p);"
         "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)"), []),
        (("CREATE TABLE n (id int PRIMARY KEY, up int REFERENCES n);"
         "INSERT INTO n VALUES (1, 1), (2, 1)"), []),
        (("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE heir () INHERITS (p);"
         "INSERT INTO heir VALUES (7); CREATE TABLE c (p_id int);"
         "INSERT INTO c VALUES (7); ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (p_id)"
         " REFERENCES p NOT VALID"),
         ["public.c.k: 1 row is without the public.p that p_id refers to"]),
    ],
)  # fmt: skip
def test_orphans(disposable_server: Server, sql: str, said: list[str]) -> None:
    assert found(orphaned_rows, disposable_server, "", sql) == said


def test_duplicates_of_partial_and_expression_indexes(disposable_server: Server) -> None:
    models = """
class Hero(SQLModel, table=True):
    __table_args__ = (
        Index("alive", "v", unique=True, postgresql_where=text("gone IS FALSE")),
        Index("lowered", text("lower(mail)"), unique=True),
    )
    id: int | None = Field(default=None, primary_key=True)
    v: int
    gone: bool
    mail: str | None
"""
    sql = (
        "CREATE TABLE hero (id serial PRIMARY KEY, v int, gone bool NOT NULL, mail varchar);"
        "INSERT INTO hero (v, gone, mail) VALUES (1, true, NULL), (1, true, NULL), (1, false, 'A')"
    )
    assert found(duplicated_rows, disposable_server, models, sql) == []
    more = sql + ", (1, false, 'a'), (NULL, false, NULL), (NULL, false, NULL)"
    assert found(duplicated_rows, disposable_server, models, more) == [
        (
            "public.hero.alive: 1 row is one too many where v is declared unique, such as"
            " (id=3) and (id=4)"
        ),
        (
            "public.hero.lowered: 1 row is one too many where lower((mail)::text) is declared"
            " unique, such as (id=3) and (id=4)"
        ),
    ]


def test_a_table_that_takes_too_long_is_unknown_by_name(
    disposable_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_BEGIN", "BEGIN READ ONLY; SET LOCAL statement_timeout = 100;")
    dsn = disposable_server.create()
    try:
        with closing(connect(dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE slow (v int); INSERT INTO slow VALUES (1);"
                "CREATE TABLE quick (id int PRIMARY KEY, v int); INSERT INTO quick VALUES (4, 1)"
            )
            catalog = read(connection)
        with reading.reading(dsn) as reader:
            counting = Counting(reader)
            slow, quick = catalog.table("public.slow"), catalog.table("public.quick")
            assert slow
            assert quick
            asked = Question("v ge=0", "pg_sleep(9) IS NOT NULL", "v")
            assert counting.wrong(slow, [asked, Question("v le=9", "r.v > 9", "v")]) == {}
            one = Question("v ge=2", "r.v < 2", "v")
            broken = Question("v pattern='('", "r.v::text ~ '('", "v")
            assert counting.wrong(quick, [one, broken]) == {one: 1}
            assert counting.keys(quick, one) == ("id=4",)
            assert counting.unknown == [
                "public.slow (v ge=0, v le=9): it takes longer than the statement timeout"
            ]
    finally:
        disposable_server.drop(dsn)


def test_row_security_does_not_hide_rows(disposable_server: Server) -> None:
    sql = """
DO $$ BEGIN CREATE ROLE verify_clerk; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE hero (id int PRIMARY KEY, v int); INSERT INTO hero VALUES (1, -1);
ALTER TABLE hero ENABLE ROW LEVEL SECURITY; GRANT SELECT ON hero TO verify_clerk;
"""
    dsn = disposable_server.create()
    try:
        with closing(connect(dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            table = read(connection).table("public.hero")
            assert table is not None
        with reading.reading(dsn) as reader:
            with reader.raw.cursor() as cursor:
                cursor.execute("SET ROLE verify_clerk")
            counting = Counting(reader)
            assert counting.wrong(table, [Question("v ge=0", "r.v < 0", "v")]) == {}
            (reason,) = counting.unknown
            assert "row-level security" in reason
    finally:
        with closing(connect(dsn)) as connection, connection.cursor() as cursor:
            cursor.execute("DROP OWNED BY verify_clerk; DROP ROLE verify_clerk")
        disposable_server.drop(dsn)


@pytest.mark.parametrize(
    "check", [violating_rows, orphaned_rows, duplicated_rows, unknown_enum_value]
)
def test_an_empty_database_passes(disposable_server: Server, check: Check) -> None:
    result = judged(check, disposable_server, HERO.format(kind="int = Field(ge=0)"), "SELECT 1")
    assert (result.status, result.reason) == (Status.PASSED, "")


def test_a_column_of_a_subclass_in_the_same_table(disposable_server: Server) -> None:
    models = """
class Base(DeclarativeBase): ...
class Animal(Base):
    __tablename__ = "animal"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "animal"}
class Mood(enum.Enum):
    calm = "calm"
class Dog(Animal):
    mood: Mapped[Mood | None]
    __mapper_args__ = {"polymorphic_identity": "dog"}
"""
    sql = """
CREATE TABLE animal (id serial PRIMARY KEY, kind text NOT NULL, mood text);
INSERT INTO animal (kind, mood) VALUES ('animal', NULL), ('dog', 'calm'), ('dog', 'wild');
"""
    (said,) = found(unknown_enum_value, disposable_server, models, sql)
    assert said.startswith("public.animal.mood: 1 row is none of calm")


def test_only_schemas_that_rows_are_read_into_know_all_words(disposable_server: Server) -> None:
    models = """
class Base(DeclarativeBase): ...
class Hero(Base):
    __tablename__ = "hero"
    id: Mapped[int] = mapped_column(primary_key=True)
    v: Mapped[str]
class HeroCreate(BaseModel):
    v: Literal["new"]
"""
    sql = "CREATE TABLE hero (id serial PRIMARY KEY, v text); INSERT INTO hero (v) VALUES ('done')"
    assert found(unknown_enum_value, disposable_server, models, sql) == []
    models += 'class HeroPublic(BaseModel):\n    v: Literal["new"]\n'
    assert len(found(unknown_enum_value, disposable_server, models, sql)) == 1
