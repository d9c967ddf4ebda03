"""Sequences that give their column its values, and whether they still know of the last one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from verification.catalog import quote

_OWNED = """
SELECT s.oid::int8, format('%I.%I', sn.nspname, s.relname), s.relname::text, t.oid::int8,
       format('%I.%I', tn.nspname, t.relname), a.attname::text
FROM pg_class s
JOIN pg_namespace sn ON sn.oid = s.relnamespace
JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid
     AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p')
JOIN pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND NOT a.attisdropped
JOIN pg_type y ON y.oid = a.atttypid AND y.typcategory = 'N'
JOIN pg_sequence q ON q.seqrelid = s.oid AND q.seqincrement > 0
JOIN pg_index i ON i.indrelid = t.oid AND i.indisunique AND i.indkey::text = a.attnum::text
WHERE s.relkind = 'S'
ORDER BY 2, 5
"""


@dataclass(frozen=True, slots=True)
class Counter:
    """A sequence and the unique column that it numbers."""

    oid: int
    sequence: str
    name: str
    owner: int  # the table's oid, whatever it is called later
    table: str
    column: str


def counters(cursor: Any) -> tuple[Counter, ...]:
    """Every sequence that belongs to a unique column."""
    cursor.execute(_OWNED)
    return tuple(Counter(*row) for row in cursor.fetchall())


def advance(cursor: Any, known: tuple[Counter, ...]) -> None:
    """Let each go on after the rows there are, as it does where they came through it."""
    for each in known:
        if last := _last(cursor, each):
            cursor.execute("SELECT setval(%s::regclass, %s)", (each.sequence, last))


def behind(cursor: Any, tables: Collection[int]) -> Iterator[Counter]:
    """Those of these tables that will give a value which a row has already."""
    for each in counters(cursor):
        if each.owner in tables:
            cursor.execute(f"SELECT last_value::numeric + is_called::int FROM {each.sequence}")
            ((following,),) = cursor.fetchall()
            if following <= _last(cursor, each):
                yield each


def _last(cursor: Any, counter: Counter) -> int:
    """The highest value of a row that may have come from the sequence; the extremes have not."""
    column = quote(counter.column)
    cursor.execute(
        f"SELECT coalesce(max({column}), 0)::int8 FROM {counter.table}, pg_sequence q"
        f" WHERE q.seqrelid = %s AND {column} BETWEEN q.seqmin AND q.seqmax / 2",
        (counter.oid,),
    )
    ((last,),) = cursor.fetchall()
    return int(last)
