"""What nobody wants to hear of is not told, and nothing else is silenced with it."""

import pytest

from verification.catalog import MODEL_ASPECTS, difference
from verification.tests.catalog.conftest import Build

ONE = "CREATE TABLE a (id int, n varchar(5)); CREATE TABLE a_b (id int); CREATE VIEW v AS SELECT 1;"
OTHER = (
    "CREATE TABLE a (id bigint, n varchar(6)); CREATE TABLE a_b (id bigint); COMMENT ON TABLE a IS"
    " 'x'; CREATE SCHEMA s; CREATE TABLE s.t (id int);"
)
EVERYTHING = {
    "public.a comment",
    "public.a.id type",
    "public.a.n type",
    "public.a_b.id type",
    "public.v existence",
    "s existence",
}


@pytest.mark.parametrize(
    ("ignore", "silenced"),
    [
        ([], set()),
        (["comment"], {"public.a comment"}),
        (["table.comment"], {"public.a comment"}),
        (["column.comment"], set()),
        (["view"], {"public.v existence"}),
        (["public.a"], {"public.a comment", "public.a.id type", "public.a.n type"}),
        (["public.a.n"], {"public.a.n type"}),
        (["public.a*"], {name for name in EVERYTHING if name.startswith("public.a")}),
        (["type"], {name for name in EVERYTHING if name.endswith("type")}),
    ],
)
def test_ignoring(build: Build, ignore: list[str], silenced: set[str]) -> None:
    told = difference(build(ONE), build(OTHER), ignore=ignore)
    assert {f"{each.subject} {each.aspect}" for each in told} == EVERYTHING - silenced


def test_who_ignores_schemas_still_hears_of_what_is_in_them(build: Build) -> None:
    told = difference(build(ONE), build(OTHER), ignore=["schema"])
    assert "s.t existence" in {f"{each.subject} {each.aspect}" for each in told}


def test_only_some_aspects(build: Build) -> None:
    told = difference(build(ONE), build(OTHER), aspects={"column": {"type"}})
    assert {each.subject for each in told} == {"public.a.id", "public.a.n", "public.a_b.id"}
    assert {each.kind for each in told} <= MODEL_ASPECTS.keys()


def test_a_difference_in_words(build: Build) -> None:
    told = [str(each) for each in difference(build(ONE), build(OTHER))]
    assert "column public.a.n: type is character varying(6), expected character varying(5)" in told
    assert "view public.v is missing" in told
    assert "schema s is not expected" in told
