"""What becomes of a row when the one it refers to is deleted."""

from __future__ import annotations

from enum import StrEnum

from verification.catalog import Constraint, Table, qualify
from verification.generation.keys import exists, where_equal
from verification.generation.nearmiss import referring
from verification.generation.outcome import Row
from verification.generation.planting import Barren, Planting


class Fate(StrEnum):
    """How the referring row ends."""

    DELETED = "deleted"
    EMPTIED = "set to NULL"
    CHANGED = "set to their default"
    REFUSED = "kept, and the delete is refused"
    ORPHANED = "left behind, referring to nothing"


def fate(planting: Planting, table: Table, key: Constraint) -> Fate:
    """Make a parent and a child, delete the parent, look at the child. Raises Barren."""
    import psycopg2  # noqa: PLC0415 - 30 ms, only if used

    parent = planting.catalog.table(key.references)
    if parent is None:
        raise Barren(f"{key.references} is not there")
    cursor = planting.cursor
    referring(planting, table, key, parent)  # which plants the rows that other keys refer to
    # A row that nothing else refers to, not even another key of the same child.
    there = planting.row(parent, len(planting.rows.get(parent.qualified, ())))
    pairs = list(zip(key.columns, key.referenced_columns, strict=True))

    def child() -> Row:
        row = referring(planting, table, key, parent)
        return row | {ours: there[theirs] for ours, theirs in pairs}

    cursor.execute("SAVEPOINT deletion")
    try:
        outcome = planting.attempted(table, child)
        if outcome.stored is None:
            raise Barren(outcome.message or "the row is swallowed")
        stored = outcome.stored
        apart = [c.name for c in table.columns if c.name not in key.columns and stored[c.name]]
        rest = where_equal({name: stored[name] for name in apart}) or "true"
        kept = where_equal({name: stored[name] for name in key.columns})
        emptied = " OR ".join(f'"{name}" IS NULL' for name in key.columns)
        target = where_equal({theirs: stored[ours] for ours, theirs in pairs})
        try:
            cursor.execute(f"DELETE FROM {qualify(parent.schema, parent.name)} WHERE {target}")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg2.Error:
            return Fate.REFUSED
        if exists(planting, parent, target):
            return Fate.REFUSED
        if exists(planting, table, kept):
            return Fate.ORPHANED
        if not exists(planting, table, rest):
            return Fate.DELETED
        return Fate.EMPTIED if exists(planting, table, f"{rest} AND ({emptied})") else Fate.CHANGED
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT deletion; RELEASE SAVEPOINT deletion")
