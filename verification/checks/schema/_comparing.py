"""Which part of two catalogs is compared, and what sets them apart without anybody being wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

from verification.catalog import PUBLIC, Catalog, Difference, Privilege, difference
from verification.catalog.comparing.models import is_version_table
from verification.catalog.comparing.sameness import prevailing_owner
from verification.checks.schema._unnamed import aligned
from verification.config import Config

# What Sequence() and Identity() can say of a sequence that both sides have.
COUNTING = {"sequence": {"start", "increment", "min", "max", "cycle"}}
# What the server itself gives to the schema public, before PostgreSQL 15 and since.
GIVEN = ({"CREATE", "USAGE"}, {"USAGE"})


def compared(
    expected: Catalog, actual: Catalog, config: Config, *, models: bool = False
) -> tuple[Difference, ...]:
    """The differences in the schemas that the project names, without what it leaves out."""
    ignore = [*_aspects(config.leave_out), *bookkeeping(expected), *bookkeeping(actual)]
    ours, theirs = (chosen(each, config.schemas) for each in (expected, actual))
    if models:
        theirs = aligned(ours, theirs)
        counted = difference(ours, theirs, ignore=ignore, aspects=COUNTING)
        return difference(ours, theirs, ignore=ignore, models=True) + _chosen_by_hand(
            counted, ours, theirs
        )
    return difference(ours, theirs, ignore=ignore)


def _chosen_by_hand(
    found: Iterable[Difference], ours: Catalog, theirs: Catalog
) -> tuple[Difference, ...]:
    """How a sequence counts, where its bounds do not merely follow from its type."""
    same = {each.qualified: each.type for each in ours.sequences}.items() & {
        each.qualified: each.type for each in theirs.sequences
    }.items()
    return tuple(
        each
        for each in found
        if each.aspect not in {"min", "max"} or each.subject in {name for name, _ in same}
    )


def chosen(catalog: Catalog, schemas: tuple[str, ...]) -> Catalog:
    """The catalog without what lies in other schemas; all of it where none is named."""
    if not schemas:
        return catalog
    kept: dict[str, Any] = {}
    for group in (field.name for field in fields(Catalog) if field.compare):
        things: Iterable[Any] = getattr(catalog, group)
        kept[group] = tuple(thing for thing in things if _lies_in(thing, schemas))
    return replace(catalog, **kept)


def _lies_in(thing: Any, schemas: tuple[str, ...]) -> bool:
    if thing.KIND == "schema":
        return thing.name in schemas
    # An extension serves the whole database, wherever its objects are.
    place = "" if thing.KIND == "extension" else getattr(thing, "schema", "")
    return not place or place in schemas


def _aspects(written: Iterable[str]) -> Iterator[str]:
    """As a person may write them: `comments` for `comment`, `column-order` for `column_order`."""
    for name in written:
        word = name.replace("-", "_") if "." not in name else name
        yield word
        if word in {"grants", "grant"}:
            yield "privileges"
        elif word.endswith("ies"):
            yield f"{word[:-3]}y"
        else:
            yield word.removesuffix("s")
            yield word.removesuffix("es")


def bookkeeping(catalog: Catalog) -> list[str]:
    """The tables in which Alembic keeps its versions, whatever they are called."""
    return [table.qualified for table in catalog.tables if is_version_table(table)]


def governed(expected: Catalog, actual: Catalog) -> Catalog:
    """The actual catalog without the grants that are no business of the migrations.

    A role that no migration ever names, such as the one the service runs as, is made and given its
    rights by whoever runs the server; a migration cannot have forgotten it.
    """
    known = mentioned(expected) | {PUBLIC, prevailing_owner(expected), prevailing_owner(actual)}

    def kept(privileges: tuple[Privilege, ...]) -> tuple[Privilege, ...]:
        return tuple(each for each in privileges if each.grantee in known)

    groups: dict[str, Any] = {}
    for group in (field.name for field in fields(Catalog) if field.compare):
        things: Iterable[Any] = getattr(actual, group)
        groups[group] = tuple(_regranted(thing, kept) for thing in things)
    groups["default_privileges"] = tuple(
        thing
        for thing, before in zip(
            groups["default_privileges"], actual.default_privileges, strict=True
        )
        if thing.privileges or not before.privileges
    )
    groups["schemas"] = tuple(_as_given(expected, schema) for schema in groups["schemas"])
    return replace(actual, **groups)


def ungoverned(expected: Catalog, actual: Catalog) -> Iterator[tuple[str, str]]:
    """Each role that no migration names, with an object on which it has been granted something."""
    known = mentioned(expected) | {PUBLIC, prevailing_owner(expected), prevailing_owner(actual)}
    for thing in actual.things():
        parts = (thing, *getattr(thing, "columns", ()))
        for privilege in (each for part in parts for each in getattr(part, "privileges", ())):
            if privilege.grantee not in known:
                yield privilege.grantee, f"{thing.KIND} {thing.qualified}"


def mentioned(catalog: Catalog) -> set[str]:
    """Every role that something in the catalog names."""
    roles = set()
    for thing in catalog.things():
        parts = (thing, *getattr(thing, "columns", ()))
        roles |= {each.grantee for part in parts for each in getattr(part, "privileges", ())}
        roles |= {getattr(thing, "owner", ""), getattr(thing, "role", "")}
        roles |= {role for policy in getattr(thing, "policies", ()) for role in policy.roles}
    return roles - {""}


def _regranted(thing: Any, kept: Any) -> Any:
    changes: dict[str, Any] = {}
    if before := getattr(thing, "privileges", ()):
        changes["privileges"] = kept(before)
    if any(getattr(column, "privileges", ()) for column in getattr(thing, "columns", ())):
        changes["columns"] = tuple(_regranted(column, kept) for column in thing.columns)
    return replace(thing, **changes) if changes else thing


def _as_given(expected: Catalog, schema: Any) -> Any:
    """The schema public with the owner and grants it was made with, if it has been hardened.

    Who owns it depends on the server's age, and to take CREATE from PUBLIC is good advice; that
    somebody gave it is for the security family to say, and a difference all the same.
    """
    mine = next((each for each in expected.schemas if each.name == schema.name), None)
    if schema.name != "public" or mine is None:
        return schema
    wanted = {word for each in mine.privileges if each.grantee == PUBLIC for word in each.granted}
    has = {word for each in schema.privileges if each.grantee == PUBLIC for word in each.granted}
    untouched = mine.owner in {"pg_database_owner", prevailing_owner(expected)} and wanted in GIVEN
    if not untouched:
        return schema
    hardened = wanted - has <= {"CREATE"} and has <= wanted
    return replace(
        schema, owner=mine.owner, privileges=mine.privileges if hardened else schema.privileges
    )
