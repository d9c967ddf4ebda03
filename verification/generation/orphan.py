"""Whether deleting a row leaves others behind that refer to it."""

from __future__ import annotations

from typing import Any

from verification.catalog import Constraint, Table, qualify
from verification.generation.keys import exists, where_equal
from verification.generation.nearmiss import referring
from verification.generation.planting import Barren, Planting


def orphans(planting: Planting, table: Table, part: Any) -> bool:
    """Whether a foreign key, asked from the other side, lets a row go that is referred to."""
    import psycopg2  # noqa: PLC0415 - 30 ms, only if used

    if not isinstance(part, Constraint) or part.kind != "foreign key":
        return False
    parent = planting.catalog.table(part.references)
    if parent is None:
        return False
    cursor = planting.cursor
    cursor.execute("SAVEPOINT orphan")
    try:
        row = referring(planting, table, part, parent)
        stored = planting.insert(table, row).stored
        if stored is None or any(stored[name] is None for name in part.columns):
            return False
        pairs = zip(part.columns, part.referenced_columns, strict=True)
        target = where_equal({theirs: stored[ours] for ours, theirs in pairs})
        child = where_equal({name: stored[name] for name in part.columns})
        if parent.qualified == table.qualified and target == child:
            return False
        cursor.execute(f"DELETE FROM {qualify(parent.schema, parent.name)} WHERE {target}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return exists(planting, table, child) and not exists(planting, parent, target)
    except (psycopg2.Error, Barren):
        return False
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT orphan; RELEASE SAVEPOINT orphan")
