"""Faults of columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from verification.catalog import Column, Table, quote
from verification.proving.mutation import Mutation, literal

_SIZED = re.compile(r"(?P<name>character varying|character|bit varying)\((?P<size>\d+)\)")
# A neighbour of each type that holds every value of it, so that the change itself never fails.
WIDER = {
    "smallint": "integer",
    "integer": "bigint",
    "bigint": "numeric",
    "real": "double precision",
    "date": "timestamp without time zone",
    "timestamp with time zone": "timestamp without time zone",
    "timestamp without time zone": "timestamp with time zone",
    "uuid": "text",
    "jsonb": "json",
    "json": "jsonb",
    "text": "character varying(4000)",
    "character varying": "text",
    "double precision": "real",
    "numeric": "double precision",
    "boolean": "text",
    "bytea": "text",
}


DEFAULTS = {
    "0": {"smallint", "integer", "bigint", "numeric", "real", "double precision"},
    "'planted'": {"text", "character varying", "character"},
    "true": {"boolean"},
    "now()": {"date", "timestamp with time zone", "timestamp without time zone"},
    "gen_random_uuid()": {"uuid"},
    "'{}'": {"json", "jsonb"},
}


def of_column(table: Table, column: Column) -> Iterator[Mutation]:
    """Drop, rename, retype, loosen or tighten, and everything that can be set on a column."""
    subject, alter = table.subject(column), f"ALTER TABLE {table.qualified}"
    name = quote(column.name)

    def change(what: str, sql: str) -> Mutation:
        return Mutation(subject, what, sql)

    if column.inherited:
        return
    yield change("drop column", f"{alter} DROP COLUMN {name} CASCADE")
    yield change(
        "rename column", f"{alter} RENAME COLUMN {name} TO {quote(column.name[:50] + '_x')}"
    )
    yield from (
        change("retype column", f"{alter} {statement}") for statement in _retyped(column, name)
    )
    if not column.nullable and not _is_key(table, column) and not column.identity:
        yield change("drop not null", f"{alter} ALTER COLUMN {name} DROP NOT NULL")
    elif column.nullable:
        yield change("set not null", f"{alter} ALTER COLUMN {name} SET NOT NULL")
    if column.identity:
        other = "BY DEFAULT" if column.identity == "always" else "ALWAYS"
        yield change("drop identity", f"{alter} ALTER COLUMN {name} DROP IDENTITY")
        yield change("change identity", f"{alter} ALTER COLUMN {name} SET GENERATED {other}")
    elif column.generated:
        yield change("drop expression", f"{alter} ALTER COLUMN {name} DROP EXPRESSION")
    elif column.default is not None:
        yield change("drop default", f"{alter} ALTER COLUMN {name} DROP DEFAULT")
    elif value := _some_value(column.type):
        yield change("set default", f"{alter} ALTER COLUMN {name} SET DEFAULT {value}")
    comment = literal((column.comment or "") + " changed")
    yield change("comment on column", f"COMMENT ON COLUMN {subject} IS {comment}")
    yield change("statistics of column", f"{alter} ALTER COLUMN {name} SET STATISTICS 77")


def _some_value(type_name: str) -> str:
    """A constant of the type, where one is easily had; a default of NULL would change nothing."""
    base = type_name.partition("(")[0]
    for value, names in DEFAULTS.items():
        if base in names:
            return value
    return ""


def _retyped(column: Column, name: str) -> Iterator[str]:
    if column.generated or column.identity:
        return
    if sized := _SIZED.fullmatch(column.type):
        wider = f"{sized['name']}({int(sized['size']) + 1})"
    elif column.type.startswith("numeric("):
        wider = "numeric"
    else:
        wider = WIDER.get(column.type, "")
    if wider:
        keep = "" if column.default is None else f"ALTER COLUMN {name} DROP DEFAULT, "
        back = (
            "" if column.default is None else f", ALTER COLUMN {name} SET DEFAULT {column.default}"
        )
        using = f"USING {name}::text::{wider}"
        yield f"{keep}ALTER COLUMN {name} TYPE {wider} {using}{back}"


def _is_key(table: Table, column: Column) -> bool:
    return bool(table.primary_key and column.name in table.primary_key.columns)
