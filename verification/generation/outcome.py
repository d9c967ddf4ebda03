"""What came of one INSERT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verification.catalog import Table, qualify, quote

Row = Mapping[str, str | None]
"""Column -> input text, None for NULL; a column that is left out takes its default."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Stored (as it then was), swallowed without a word, or refused."""

    stored: Row | None = None
    sqlstate: str = ""
    constraint: str = ""
    column: str = ""
    message: str = ""
    extra: bool | None = None

    @property
    def refused(self) -> bool:
        """Whether PostgreSQL answered with an error."""
        return bool(self.sqlstate)

    @property
    def swallowed(self) -> bool:
        """Whether nothing was stored, and nothing was said."""
        return not self.refused and self.stored is None


@dataclass(frozen=True, slots=True)
class Insert:
    """One row for one table, and something to ask of it once it is stored."""

    table: Table
    row: Row
    question: str = "NULL::boolean"
    before: tuple[str, ...] = ()
    deferred: bool = False  # leave deferrable constraints for later

    def run(self, cursor: Any) -> Outcome:
        """Insert with every deferrable constraint checked at once, in the open transaction."""
        import psycopg2  # noqa: PLC0415 - 30 ms, only if used

        values = ", ".join(["%s"] * len(self.row))
        names = ", ".join(map(quote, self.row))
        wanted = ", ".join(f"{quote(column.name)}::text" for column in self.table.columns)
        head = f"INSERT INTO {qualify(self.table.schema, self.table.name)}"
        tail = f"RETURNING ({self.question}), {wanted}"
        if self.row:
            head, tail = f"{head} ({names}) OVERRIDING".replace("%", "%%"), tail.replace("%", "%%")
            statement = f"{head} SYSTEM VALUE VALUES ({values}) {tail}"
        else:
            statement = f"{head} DEFAULT VALUES {tail}"
        try:
            if self.before:  # what is pending forbids ALTER TABLE
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for step in self.before:
                cursor.execute(step)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(statement, list(self.row.values()) or None)
            rows = cursor.fetchall()
            if not self.deferred:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg2.Error as error:
            return refusal(error)
        if not rows:
            return Outcome()
        extra, *values = rows[0]
        stored = dict(zip((column.name for column in self.table.columns), values, strict=True))
        return Outcome(stored, extra=extra)


def refusal(error: Any) -> Outcome:
    """What PostgreSQL said."""
    told = error.diag
    return Outcome(
        sqlstate=error.pgcode or "?????",
        constraint=told.constraint_name or "",
        column=told.column_name or "",
        message=" ".join((told.message_primary or str(error)).split()),
    )
