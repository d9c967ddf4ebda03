"""A database's schema as text, roughly as pg_dump would print it, to be compared."""

from __future__ import annotations

from verification.dsn import Dsn
from verification.neon.standin.world import rows

_ABOUT = """
SELECT line FROM (
    SELECT 1 AS kind, format('CREATE TABLE %I.%I;', schemaname, tablename) AS line
    FROM pg_tables
    WHERE schemaname NOT LIKE 'pg\\_%' AND schemaname <> 'information_schema'
    UNION ALL
    SELECT 2, format('ALTER TABLE %I.%I ADD COLUMN %I %s%s;', n.nspname, c.relname, a.attname,
                     format_type(a.atttypid, a.atttypmod),
                     CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
      AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    UNION ALL
    SELECT 3, format('ALTER TABLE %s ADD CONSTRAINT %I %s;', conrelid::regclass, conname,
                     pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace <> 'pg_catalog'::regnamespace AND conrelid <> 0
    UNION ALL
    SELECT 4, indexdef || ';' FROM pg_indexes WHERE schemaname NOT LIKE 'pg\\_%'
) found ORDER BY kind, line
"""


def schema(dsn: Dsn) -> str:
    """Its tables, columns, constraints and indexes, a line each."""
    return "".join(f"{line}\n" for (line,) in rows(dsn, _ABOUT))
