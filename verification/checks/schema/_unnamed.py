"""Constraints and indexes that nobody named are told apart by what they say, not by their name.

PostgreSQL numbers them in the order in which they were made (`hero_check`, `hero_check1`), and
models and migrations need not make them in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from verification.catalog import Catalog, Constraint, Index, Table, quote
from verification.catalog.comparing.naming import generated_name
from verification.catalog.comparing.wording import same_meaning

NUMBER = re.compile(r"[1-9][0-9]*\Z")

# What people write in words of their own.
WORDED = ("definition", "predicate", "expressions")

Part = Constraint | Index
Kind = TypeVar("Kind", Constraint, Index)


def aligned(declared: Catalog, migrated: Catalog) -> Catalog:
    """The migrated catalog, with the models' names for what the models left unnamed."""
    ours = {table.qualified: table for table in declared.tables}
    tables = tuple(
        _aligned(ours[table.qualified], table) if table.qualified in ours else table
        for table in migrated.tables
    )
    same = all(new is old for new, old in zip(tables, migrated.tables, strict=True))
    return migrated if same else replace(migrated, tables=tables)


def _aligned(ours: Table, theirs: Table) -> Table:
    if ours.constraints == theirs.constraints and ours.indexes == theirs.indexes:
        return theirs
    names = _names(ours, ours.constraints, theirs.constraints)
    plain = [index for index in theirs.indexes if not index.constraint]
    names |= _names(ours, [each for each in ours.indexes if not each.constraint], plain)
    if not names:
        return theirs
    return replace(
        theirs,
        constraints=tuple(_called(each, names.get(each.name)) for each in theirs.constraints),
        indexes=tuple(
            _called(index, names.get(index.constraint or index.name)) for index in theirs.indexes
        ),
    )


def _names(table: Table, ours: Sequence[Kind], theirs: Sequence[Kind]) -> dict[str, str]:
    """From the migrations' names to the models', both ways round where two have changed places."""
    found: dict[str, str] = {}
    left = list(theirs)
    for mine in ours:
        same = next((each for each in left if _alike(each, mine)), None)
        if same:
            left.remove(same)
    for mine in ours:
        if any(_alike(each, mine) for each in theirs) or not _is_unnamed(table, mine):
            continue
        twin = next((each for each in left if _alike(_called(each, mine.name), mine)), None)
        if twin:
            left.remove(twin)
            found[twin.name] = mine.name
    # Who has the name that was given away takes the one that became free.
    free = [name for name in found if name not in found.values()]
    taken = [name for name in found.values() if name not in found]
    held = {each.name for each in theirs}
    return found | dict(zip((name for name in taken if name in held), free, strict=False))


def _alike(one: Kind, other: Kind) -> bool:
    """The same, in other words perhaps."""
    if one == other or one.name != other.name or type(one) is not type(other):
        return one == other
    texts = {each: getattr(other, each) for each in WORDED if hasattr(other, each)}
    return replace(one, **texts) == other and all(
        same_meaning(getattr(one, each), text) for each, text in texts.items()
    )


def _is_unnamed(table: Table, part: Part) -> bool:
    return NUMBER.sub("", part.name) == generated_name(table.name, part)


def _called(part: Kind, name: str | None) -> Kind:
    if name is None:
        return part
    if isinstance(part, Constraint):
        return replace(part, name=name)
    # The statement begins with the name: CREATE INDEX name ON.
    definition = part.definition.replace(f" {quote(part.name)} ", f" {quote(name)} ", 1)
    constraint = name if part.constraint else ""
    return replace(part, name=name, definition=definition, constraint=constraint)
