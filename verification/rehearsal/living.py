"""Whether code that was written for one schema can live with another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from verification.catalog import Catalog, Column, Table
from verification.generation.sqltype import FRACTIONS, INTEGERS, TIMES, SqlType, read_type, resolve

FIXED = "primary key"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something the code relies on and does not find: where, and how it shows."""

    subject: str
    name: str  # the bare name of what it is about
    how: str
    certain: bool = True
    """Not so where it depends on the values that the code happens to write."""


def troubles(code: Catalog, schema: Catalog, was: Catalog | None = None) -> Iterator[Trouble]:
    """What code that declares `code` meets on `schema`, and had not on the schema that `was`.

    Tables that the code does not know are not its business.
    """
    known = set() if was is None else {(each.subject, each.how) for each in troubles(code, was)}
    for found in _troubles(code, schema):
        if (found.subject, found.how) not in known:
            yield found


def _troubles(code: Catalog, schema: Catalog) -> Iterator[Trouble]:
    for table in code.tables:
        now = schema.table(table.qualified)
        if now is None:
            view = schema.view(table.qualified)
            if view is None:
                yield Trouble(table.qualified, table.name, "the table is not there")
            continue
        yield from _columns(code, schema, table, now)
        yield from _rules(table, now)
    for enum in code.enums:
        left = schema.enum(enum.qualified)
        for label in enum.labels if left else ():
            if left and label not in left.labels:
                how = f"the label {label!r} is not there"
                yield Trouble(f"{enum.qualified} {label}", label, how)


def _columns(code: Catalog, schema: Catalog, table: Table, now: Table) -> Iterator[Trouble]:
    there: Mapping[str, Column] = {column.name: column for column in now.columns}
    for column in table.columns:
        found = there.get(column.name)
        subject = table.subject(column)
        if found is None:
            yield Trouble(subject, column.name, "the column is not there")
            continue
        old, new = (
            read_type(resolve(*each)) for each in ((code, column.type), (schema, found.type))
        )
        if how := _narrowed(old, new):
            yield Trouble(subject, column.name, how, certain=False)
        elif not _alike(old, new):
            how = f"it is {found.type}, where {column.type} is read and written"
            yield Trouble(subject, column.name, how)
        given = found.default or found.identity or found.generated
        if column.nullable and not found.nullable and not given:
            yield Trouble(
                subject, column.name, "it refuses NULL, which may be written", certain=False
            )
        elif not found.nullable and not given and (column.default or column.identity):
            yield Trouble(subject, column.name, "it has no default any more, which was relied on")
    known = {column.name for column in table.columns}
    for each in now.columns:
        given = each.default or each.identity or each.generated
        if each.name not in known and not each.nullable and not given:
            how = "it must be given a value in every INSERT, and has no default"
            yield Trouble(now.subject(each), each.name, how)


def _rules(table: Table, now: Table) -> Iterator[Trouble]:
    """Rules that the code does not know, about columns that it writes."""
    written = {column.name for column in table.columns}
    mine = {each.definition.removesuffix(" NOT VALID") for each in table.constraints}
    for each in now.constraints:
        new = each.definition.removesuffix(" NOT VALID") not in mine
        if each.kind != FIXED and new and set(each.columns) & written:
            how = f"{each.kind} {each.name} may refuse what is written: {each.definition}"
            yield Trouble(f"{now.qualified} {each.name}", each.name, how, certain=False)
    keys = {(each.columns, each.predicate) for each in table.indexes if each.unique}
    for index in now.indexes:
        own = index.unique and not index.constraint and set(index.columns) & written
        if own and (index.columns, index.predicate) not in keys:
            how = f"the unique index {index.name} may refuse what is written"
            yield Trouble(f"{now.qualified} {index.name}", index.name, how, certain=False)


def _narrowed(old: SqlType, new: SqlType) -> str:
    if old.array != new.array:
        return ""
    whole = old.name in INTEGERS and new.name in INTEGERS
    if whole and INTEGERS[new.name] < INTEGERS[old.name]:
        return f"it is {new.name} only, and {old.name} may be written"
    both = (old.is_text and new.is_text) or old.name == new.name == "numeric"
    if both and new.limit is not None and (old.limit is None or new.limit < old.limit):
        return f"it holds {new.limit} only, and {old.limit or 'more'} may be written"
    return ""


def _alike(old: SqlType, new: SqlType) -> bool:
    """Whether what is sent as the one is taken as the other, by an implicit or assignment cast."""
    if old.array != new.array:
        return False
    numbers = INTEGERS.keys() | FRACTIONS
    return (
        old.name == new.name
        or (old.is_text and new.is_text)
        or (old.name in numbers and new.name in numbers)
        or (old.name in TIMES and new.name in TIMES and "time" in new.name)
        or {old.name, new.name} == {"json", "jsonb"}
        or old.name.rpartition(".")[2] == new.name.rpartition(".")[2]
    )
