"""What follows from another change is left out; what merely comes with it is not."""

import pytest

from verification.catalog import difference
from verification.catalog.comparing.texts import same_but_casts, same_text
from verification.tests.catalog.conftest import Build

SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (
    a varchar(20) DEFAULT 'x' CONSTRAINT a_check CHECK (a <> 'y' AND length(a) > 1),
    b integer DEFAULT 0 CONSTRAINT b_check CHECK (b >= 0 AND b < 10),
    m mood DEFAULT 'sad' CONSTRAINT m_check CHECK (m <> 'glad')
);
CREATE INDEX a_index ON t (a) WHERE a <> '';
CREATE TABLE u (a varchar(20) CONSTRAINT u_check CHECK (a <> 'y'));
CREATE VIEW v AS SELECT 1 AS a;
"""

ONCE = {
    "text": ("ALTER TABLE t ALTER a TYPE text", {"public.t.a type"}),
    "numeric": ("ALTER TABLE t ALTER b TYPE numeric", {"public.t.b type"}),
    "bigint": ("ALTER TABLE t ALTER b TYPE bigint", {"public.t.b type"}),
    "a label": ("ALTER TYPE mood RENAME VALUE 'glad' TO 'happy'", {"public.mood labels"}),
}

BOTH = {
    "type and default": (
        "ALTER TABLE t ALTER a TYPE text; ALTER TABLE t ALTER a SET DEFAULT 'z'",
        {"public.t.a type", "public.t.a default"},
    ),
    "type and check": (
        (
            "ALTER TABLE t ALTER b TYPE bigint, DROP CONSTRAINT b_check,"
            " ADD CONSTRAINT b_check CHECK (b >= 0)"
        ),
        {"public.t.b type", "public.t.b_check definition"},
    ),
    "type and predicate": (
        "ALTER TABLE t ALTER a TYPE text; DROP INDEX a_index; CREATE INDEX a_index ON t (a)",
        {"public.t.a type", "public.a_index predicate"},
    ),
    "type here and check there": (
        (
            "ALTER TABLE t ALTER a TYPE text; ALTER TABLE u DROP CONSTRAINT u_check,"
            " ADD CONSTRAINT u_check CHECK (a <> 'n')"
        ),
        {"public.t.a type", "public.u.u_check definition"},
    ),
    "a label more and another default": (
        "ALTER TYPE mood ADD VALUE 'mad'; ALTER TABLE t ALTER m SET DEFAULT 'glad'",
        {"public.mood labels", "public.t.m default"},
    ),
    "a label's name and another default": (
        "ALTER TYPE mood RENAME VALUE 'glad' TO 'happy'; ALTER TABLE t ALTER m SET DEFAULT 'happy'",
        {"public.mood labels", "public.t.m default"},
    ),
    "a column there and a view": (
        "ALTER TABLE u DROP a CASCADE; CREATE OR REPLACE VIEW v AS SELECT 2 AS a",
        {"public.u.a existence", "public.v definition"},
    ),
}


@pytest.mark.parametrize(("sql", "told"), [*ONCE.values(), *BOTH.values()], ids=[*ONCE, *BOTH])
def test_told(build: Build, sql: str, told: set[str]) -> None:
    differences = difference(build(SCHEMA), build(f"{SCHEMA};{sql}"))
    assert {f"{each.subject} {each.aspect}" for each in differences} == told
    assert len(differences) == len(told)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("((name)::text = 'x'::text)", "(name = 'x'::character varying)"),
        ("(n >= (0)::numeric)", "(n >= 0)"),
        ("(n >= '0'::bigint)", "(n >= 0)"),
        ("(d > '2020-01-01'::date)", "(d > '2020-01-01'::timestamp(3) without time zone)"),
        ("(s = ANY (ARRAY['a'::text]))", '((s)::text = ANY ((ARRAY[\'a\'::"S x"."T"[]])::text[]))'),
    ],
)
def test_only_casts(one: str, other: str) -> None:
    assert same_but_casts(one, other)
    assert same_but_casts(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(n >= 0)", "(n >= 1)"),
        ("(n >= '0'::bigint)", "(n >= '1'::bigint)"),
        ("(s = 'a::text')", "(s = 'a')"),
        ("(s = '(a)')", "(s = 'a')"),
        ("(a > b)", "(b > a)"),
        ("(a AND b)", "(a OR b)"),
        ("x", None),
    ],
)
def test_more_than_casts(one: str, other: str | None) -> None:
    assert not same_but_casts(one, other)
    assert not same_but_casts(other, one)


def test_majors_may_leave_out_a_table_name_and_nothing_else() -> None:
    assert same_text("SELECT t.a, t.b FROM public.t", "SELECT a, b FROM public.t")
    assert not same_text("SELECT t.a FROM public.t", "SELECT t.b FROM public.t")
    assert not same_text("SELECT t.a FROM t, u", "SELECT u.a FROM t, u")
    assert not same_text("SELECT 'a  b'", "SELECT 'a b'")
    assert not same_text("SELECT a", "SELECT a, b")
