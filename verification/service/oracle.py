"""The database as a witness: what has changed in it since somebody looked last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from verification.databases.session import connect
from verification.dsn import Dsn
from verification.service.baseline import Baseline

TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'alembic_version'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""
NOW = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
MOST = 20  # rows of a table that are looked at


@dataclass(frozen=True, slots=True)
class Change:
    """What was committed between two looks, by table: rows before, after, and those written."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    written: Mapping[str, list[dict[str, Any]]]

    @property
    def tables(self) -> frozenset[str]:
        """The tables that are not as they were."""
        counted = {name for name, count in self.after.items() if count != self.before.get(name)}
        return frozenset(counted | set(self.written))


@dataclass(slots=True)
class Oracle:
    """Looks at one scratch database after each request, over one connection of its own.

    A transaction that writes anywhere on the server takes a number; as long as no number was
    taken nothing can have changed, and that is one short question.
    """

    dsn: Dsn
    tables: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    changed: bool = False
    """Whether anything is not as it was when this was opened, or last reset."""
    first: dict[str, int] = field(default_factory=dict)
    """How many rows there were when this was opened."""
    _connection: Any = None
    _seen: int = 0
    _baseline: Baseline | None = None

    def open(self) -> None:
        """Connect, and take what there is now as known."""
        self._connection = connect(self.dsn)
        self.tables = tuple(str(name) for (name,) in self.rows(TABLES))
        self.look()
        self.first = dict(self.counts)
        self._baseline = Baseline.taken(self.rows, self.tables) if self.tables else None

    @property
    def diminished(self) -> bool:
        """Whether something is gone that was there from the beginning: an account, perhaps."""
        return any(self.counts[name] < count for name, count in self.first.items())

    def reset(self) -> bool:
        """Put the database back to what it held when this was opened; whether that was possible."""
        self.look()
        if self.changed:
            if self._baseline is None or not self._baseline.restore(self.rows):
                return False
            self.look()
            self.changed = False
        return True

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()

    def rows(self, statement: str, values: tuple[object, ...] | None = None) -> list[Any]:
        """Run one statement."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def look(self) -> Change | None:
        """What was committed since the last look; None if nothing was."""
        ((now,),) = self.rows(NOW)
        if now == self._seen or not self.tables:
            return None
        known, self._seen = self._seen, now
        parts = (
            f"SELECT '{name.replace(chr(39), chr(39) * 2)}', (SELECT count(*) FROM {name}),"
            f" (SELECT jsonb_agg(to_jsonb(x)) FROM (SELECT * FROM {name}"
            f" WHERE xmin::text::bigint >= {known} LIMIT {MOST}) x)"
            for name in self.tables
        )
        before, written = dict(self.counts), {}
        for name, count, rows in self.rows(" UNION ALL ".join(parts)):
            self.counts[name] = count
            if rows and known:
                written[name] = rows
        change = Change(before, dict(self.counts), written)
        if not (known and change.tables):
            return None
        self.changed = True
        return change
