"""What a scratch database held in the beginning, and the way back to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

Ask = Callable[..., list[Any]]

PATIENCE = "2s"  # for the locks of what the application has not ended
MOST = 1000  # rows of a table that are kept; a larger one is not put back
SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value),
       last_value IS NOT NULL
FROM pg_sequences
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND schemaname NOT LIKE 'pg\\_%'
"""
COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The rows and the sequences of some tables."""

    tables: Sequence[str]
    rows: Mapping[str, tuple[str, str]]
    """For each table that held any: its columns, and its rows as JSON."""
    sequences: Sequence[tuple[str, int, bool]]
    unguarded: bool
    """Whether we may put rows back without their triggers, in any order."""

    @classmethod
    def taken(cls, ask: Ask, tables: Sequence[str]) -> Self | None:
        """What there is now; None where it is too much."""
        kept: dict[str, tuple[str, str]] = {}
        for table in tables:
            found = [row for (row,) in ask(f"SELECT to_jsonb(x) FROM {table} x LIMIT {MOST + 1}")]
            if len(found) > MOST:
                return None
            if found:
                ((columns,),) = ask(COLUMNS, (table,))
                kept[table] = (columns, json.dumps(found))
        ((superuser,),) = ask("SELECT current_setting('is_superuser') = 'on'")
        return cls(tables, kept, tuple(ask(SEQUENCES)), bool(superuser))

    def restore(self, ask: Ask) -> bool:
        """Put everything back to it in one transaction; whether that was possible."""
        steps = ["BEGIN", "SET LOCAL lock_timeout = %s"]
        values: list[object] = [PATIENCE]
        if self.unguarded:
            steps.append("SET LOCAL session_replication_role = replica")
        steps.append("TRUNCATE " + ", ".join(_literal(table) for table in self.tables))
        for name, (columns, rows) in self.rows.items():
            table, listed = _literal(name), _literal(columns)
            steps.append(
                f"INSERT INTO {table} ({listed}) OVERRIDING SYSTEM VALUE"
                f" SELECT {listed} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
            )
            values.append(rows)
        for sequence in self.sequences:
            steps.append("SELECT setval(%s, %s, %s)")
            values += sequence
        try:
            ask(";\n".join((*steps, "COMMIT")), tuple(values))
        except Exception:  # noqa: BLE001 - a lock that is kept, a rule that wants another order
            ask("ROLLBACK")
            return False
        return True


def _literal(name: str) -> str:
    """A name in a statement that takes values."""
    return name.replace("%", "%%")
