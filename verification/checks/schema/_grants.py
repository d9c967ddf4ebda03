"""Which grants in a database are the migrations' business."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

from verification.catalog import PUBLIC, Catalog, Privilege
from verification.catalog.comparing.sameness import prevailing_owner

# What the server itself gives to the schema public, before PostgreSQL 15 and since.
GIVEN = ({"CREATE", "USAGE"}, {"USAGE"})


def governed(expected: Catalog, actual: Catalog) -> Catalog:
    """The actual catalog without the grants that are no business of the migrations.

    A role that no migration ever names, such as the one the service runs as, is made and given its
    rights by whoever runs the server; a migration cannot have forgotten it.
    """
    known = mentioned(expected) | {PUBLIC, prevailing_owner(expected), prevailing_owner(actual)}

    def kept(privileges: tuple[Privilege, ...]) -> tuple[Privilege, ...]:
        return tuple(each for each in privileges if each.grantee in known)

    groups: dict[str, Any] = {"schemas": actual.schemas}
    if mentioned(actual) - known:
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
    same = groups == {"schemas": actual.schemas}
    return actual if same else replace(actual, **groups)


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
