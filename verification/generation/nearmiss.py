"""Rows that violate exactly one constraint, and what PostgreSQL must then say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from verification.catalog import Column, Constraint, Index, Table, quote
from verification.generation.keys import aliases, exists, held, key_columns, where_equal
from verification.generation.literals import Literals
from verification.generation.outcome import Outcome, Row
from verification.generation.planting import Planting
from verification.generation.pool import pool
from verification.generation.rules import Rule, columns_in, references

NOT_NULL, FOREIGN_KEY, UNIQUE, CHECK, EXCLUSION = "23502", "23503", "23505", "23514", "23P01"
TRIES = 6


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A row that must be refused, under this name and SQLSTATE."""

    row: Row
    sqlstate: str
    constraint: str = ""
    column: str = ""
    aliases: frozenset[str] = frozenset()  # what it is called in the partitions
    question: str = "NULL::boolean"  # asked of the row if it is stored: is it still a violation?
    alone: bool = True  # whether it violates nothing else

    def refused_as_due(self, outcome: Outcome) -> bool:
        """Whether this constraint, and no other, refused the row."""
        if outcome.sqlstate != self.sqlstate:
            return False
        if self.constraint:
            return outcome.constraint in {self.constraint, *self.aliases}
        return not self.column or outcome.column in ("", self.column)


def without_value(planting: Planting, table: Table, column: Column) -> Iterator[NearMiss]:
    """A row whose only fault is a NULL."""
    row = planting.fresh(table)
    yield NearMiss(
        {**row, column.name: None},
        NOT_NULL,
        column=column.name,
        question=f"{quote(column.name)} IS NULL",
    )


def breaking(planting: Planting, table: Table, rule: Rule) -> Iterator[NearMiss]:
    """Rows that break one check of the table or of a domain."""
    base = planting.fresh(table)
    for solution in planting.free(table, rule):
        for found, alone in ((solution.broken, True), (solution.also_broken, False)):
            for values in islice(found.get(rule, ()), TRIES):
                yield NearMiss(
                    {**base, **dict(zip(solution.columns, values, strict=True))},
                    CHECK,
                    constraint=rule.name,
                    question=f"({rule.expression}) IS FALSE",
                    alone=alone,
                )


def repeating(planting: Planting, table: Table, index: Index) -> Iterator[NearMiss]:
    """A row that repeats another one in the columns of one unique index, and in no other's."""
    keys = key_columns(table, index)
    first = held(planting, table, index, keys)
    if first is None:
        return
    row = planting.fresh(table)
    alike = {name: first[name] for name in keys}
    needed = set(columns_in(table, index.predicate)) if index.predicate else set()
    alike |= {name: first[name] for name in needed}
    for solution in planting.solutions(table):
        ruled = solution.rules and set(solution.columns) & set(alike)
        if ruled:  # values that only fit together
            row.update({name: first[name] for name in solution.columns})
    row.update(alike)
    alone = not any(
        other.unique and other is not index and set(key_columns(table, other)) <= set(alike)
        for other in table.indexes
    )
    same = where_equal({name: first[name] for name in keys})
    yield NearMiss(
        row,
        UNIQUE,
        constraint=index.name,
        aliases=aliases(planting, table, index.name),
        question=same,
        alone=alone,
    )


def colliding(planting: Planting, table: Table, index: Index) -> Iterator[NearMiss]:
    """A row that excludes one that is there; the same values, for the usual operators."""
    keys = key_columns(table, index)
    first = held(planting, table, index, keys)
    if first is None:
        return
    row = planting.fresh(table)
    for solution in planting.solutions(table):
        if set(solution.columns) & set(keys):
            row.update({name: first[name] for name in solution.columns})
    row.update({name: first[name] for name in keys})
    same = where_equal({name: first[name] for name in keys})
    yield NearMiss(row, EXCLUSION, constraint=index.constraint or index.name, question=same)


def dangling(planting: Planting, table: Table, key: Constraint) -> Iterator[NearMiss]:
    """Rows that refer to what is not there, in the columns that no other key shares."""
    parent = planting.catalog.table(key.references)
    if parent is None:
        return
    row = referring(planting, table, key, parent)
    others = {name for other in references(table) if other is not key for name in other.columns}
    own = [name for name in key.columns if name not in others] or list(key.columns)
    changed = own[-1]
    column = table.column(changed)
    pairs = list(zip(key.columns, key.referenced_columns, strict=True))
    found = 0
    for value in reversed(pool(planting.catalog, column.type if column else "text", Literals())):
        row[changed] = value
        parents = where_equal({theirs: row[ours] for ours, theirs in pairs})
        if exists(planting, parent, parents):
            continue
        kept = where_equal({name: row[name] for name in key.columns})
        yield NearMiss(dict(row), FOREIGN_KEY, constraint=key.name, question=kept)
        found += 1
        if found == TRIES:
            return


def referring(
    planting: Planting, table: Table, key: Constraint, parent: Table
) -> dict[str, str | None]:
    """A valid row, not planted, that refers to a planted one through this key."""
    row = planting.fresh(table)
    if any(row.get(name) is None for name in key.columns):
        there = planting.row(parent, 0)
        for name, theirs in zip(key.columns, key.referenced_columns, strict=True):
            row[name] = there[theirs]
    return row
