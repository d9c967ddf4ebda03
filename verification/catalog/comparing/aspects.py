"""Which fields of a value are its aspects, and which of them merely repeat another one."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields
from functools import cache

from verification.catalog.comparing.texts import same_but_casts
from verification.catalog.model import Extension, Function, Other, Statistics

# The names by which objects are matched, and so no aspects.
IDENTITY = ("schema", "name")

# Fields that hold parts, which are compared as objects of their own.
PARTS = frozenset(
    {
        "columns",
        "constraints",
        "indexes",
        "triggers",
        "policies",
        "rules",
        "statistics",
    }
)

# The statement that PostgreSQL prints for an object repeats all its other aspects. So it speaks
# only where none of them does; these never appear in it.
UNPRINTED = frozenset(
    {
        "comment",
        "owner",
        "privileges",
        "enabled",
        "valid",
        "ready",
        "clustered",
        "statistics",
        "tablespace",
        "target",
        "inherited_from",
        "populated",
    }
)
PRINTED = frozenset(
    {"constraint", "domain constraint", "index", "trigger", "function", "statistics"}
)

# An aspect on the left follows from those on the right, and is silent where one of them differs.
FOLLOWS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "table": {
        "partition_key": frozenset({"kind"}),
        "partition_bound": frozenset({"inherits"}),
        "access_method": frozenset({"kind"}),
        "server": frozenset({"kind"}),
    },
    "view": {
        "definition": frozenset({"kind"}),
        "populated": frozenset({"kind"}),
        "access_method": frozenset({"kind"}),
    },
    "column": {
        "collation": frozenset({"type"}),
        "storage": frozenset({"type"}),
        "compression": frozenset({"type"}),
        "default": frozenset({"identity", "generated"}),
        "generated_kind": frozenset({"generated"}),
        "not_null": frozenset({"nullable"}),
        "nullable": frozenset({"identity"}),
    },
    "constraint": {
        aspect: frozenset({"kind"})
        for aspect in (
            "columns",
            "references",
            "referenced_columns",
            "on_delete",
            "on_update",
            "match",
            "deferrable",
            "deferred",
            "nulls_not_distinct",
        )
    }
    | {"deferred": frozenset({"kind", "deferrable"})},
    "index": {
        "opclasses": frozenset({"method", "columns", "expressions"}),
        "collations": frozenset({"method", "columns", "expressions"}),
        "orders": frozenset({"method", "columns"}),
        "expressions": frozenset({"columns"}),
        "ready": frozenset({"valid"}),
    },
    "function": {
        "cost": frozenset({"language"}),
        "rows": frozenset({"returns"}),
        "returns": frozenset({"kind", "arguments"}),
        "parallel": frozenset({"kind"}),
    },
    "sequence": {
        "min": frozenset({"type", "increment"}),
        "max": frozenset({"type", "increment"}),
        "start": frozenset({"type", "increment"}),
        "owned_by": frozenset({"identity"}),
    },
    "domain": {
        "collation": frozenset({"type"}),
    },
}

# What a view's columns are follows from its definition; these can be set on them directly.
SET_ON_VIEWS = frozenset(
    {"comment", "privileges", "default", "statistics", "storage", "compression", "options"}
)


def aspects_of(value: object) -> tuple[str, ...]:
    """The aspects of a value: the fields that take part in `==` and do not identify it."""
    return _aspects(type(value))  # type: ignore[arg-type]  # a class is hashable; mypy cannot tell


@cache
def _aspects(value_class: type) -> tuple[str, ...]:
    identity = set(IDENTITY)
    if value_class is Other:
        identity.add("kind")  # the rare objects are told apart by it; of a table it is an aspect
    if value_class in {Extension, Statistics}:
        identity.remove("schema")  # their names alone tell them apart
    if value_class is Function:
        identity.add("identity")  # the types of its arguments; of a column it is an aspect
    return tuple(
        field.name for field in fields(value_class) if field.compare and field.name not in identity
    )


def silent(kind: str, aspect: str, differing: AbstractSet[str]) -> bool:
    """Whether a difference in this aspect only repeats another of the same object."""
    if aspect == "definition" and kind in PRINTED:
        return bool(differing - UNPRINTED - {"definition"})
    return not FOLLOWS.get(kind, {}).get(aspect, frozenset()).isdisjoint(differing)


def recast(aspect: str, differing: AbstractSet[str], expected: object, actual: object) -> bool:
    """Whether a default or an expression differs only because of another type."""
    if aspect not in {"default", "generated"} or "type" not in differing:
        return False
    return same_but_casts(getattr(expected, aspect), getattr(actual, aspect))
