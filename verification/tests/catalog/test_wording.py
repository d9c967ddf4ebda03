"""What means the same in other words is the same, and nothing else is."""

import pytest

from verification.catalog import difference
from verification.catalog.comparing.wording import same_meaning, same_value
from verification.tests.catalog.conftest import Build

SAME = [
    ("now()", "CURRENT_TIMESTAMP"),
    ("transaction_timestamp()", "now()"),
    ("'0'::numeric", "0"),
    ("'0.5'::double precision", "0.5"),
    ("'-1'::integer", "(-1)"),
    ("(price >= (0)::numeric)", "(price >= '0'::numeric)"),
    ("'x'::character varying", "'x'::text"),
    ("'{}'::text[]", "'{}'::character varying[]"),
    ("timezone('utc'::text, now())", "(now() AT TIME ZONE 'UTC'::text)"),
    (
        "CHECK (((s)::text = ANY ((ARRAY['S'::varchar, 'L'::character varying])::text[])))",
        "CHECK (((s)::text = ANY (ARRAY['L'::text, 'S'::text])))",
    ),
]
OTHER = [
    ("((a OR b) AND c)", "(a OR (b AND c))"),
    ("NOT (a AND b)", "((NOT a) AND b)"),
    ("(- (a + b))", "((- a) + b)"),
    ("'now()'::text", "now()"),
    ("((price)::integer > 0)", "(price > 0)"),
    ("'S'::text", "'L'::text"),
    ("(a)::character varying(3)", "a"),
    ("(d = '2024-01-01'::date)", "(d = '2024-01-01'::timestamp)"),
    ("'::text'::text", "''::text"),
    ('("a::text" = 1)', "(a = 1)"),
    ("lower(name)", "name"),
    ("(a = ANY (ARRAY['S'::text]))", "(a = ANY (ARRAY['S'::text, 'L'::text]))"),
    ("(a <> ALL (ARRAY['S'::text]))", "(a = ANY (ARRAY['S'::text]))"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_other_words(one: str, other: str) -> None:
    assert same_meaning(one, other)
    assert same_meaning(other, one)
    assert same_meaning((one,), (other,))


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_meaning(one: str, other: str) -> None:
    assert not same_meaning(one, other)
    assert not same_meaning(other, one)


def test_numbers_are_compared_as_numbers() -> None:
    assert same_value("0", "0.00")
    assert same_value("'0'::numeric", "0.0")
    assert not same_value("0", "1")
    assert not same_value("0", None)
    assert not same_value("'a'::text", "'b'::text")


def test_only_models_may_be_worded_otherwise(build: Build) -> None:
    one = build("CREATE TABLE hero (id int PRIMARY KEY, at timestamptz DEFAULT now())")
    other = build(
        "CREATE TABLE hero (id int PRIMARY KEY, at timestamptz DEFAULT current_timestamp)"
    )
    assert difference(one, other, models=True) == ()
    assert [each.aspect for each in difference(one, other)] == ["default"]
