"""Search for a row that a database refuses: in batches, and down to the smallest one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verification.generation.drawing import draw, smallest
from verification.generation.outcome import refusal

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Counterexample:
    """The smallest row found that is refused, and how."""

    row: Mapping[str, Any]
    sqlstate: str
    constraint: str
    message: str


def counterexample(
    cursor: Any, table: Any, strategy: Any, examples: int = BATCH, seed: int = 0
) -> Counterexample | None:
    """Try that many rows of a SQLAlchemy table in the open transaction, and keep none of them.

    All of a batch goes in one message. Only where it is refused are its rows tried by themselves,
    and the search is led back to the smallest that is refused in the same way.
    """
    write = _Writing(cursor, table)
    found = draw(strategy, examples, seed)
    for start in range(0, len(found), BATCH):
        if (refused := write.first_refused(found[start : start + BATCH])) is None:
            continue
        state, name = refused.sqlstate, refused.constraint

        def again(row: Mapping[str, Any], state: str = state, name: str = name) -> bool:
            tried = write.first_refused([row])
            return tried is not None and (tried.sqlstate, tried.constraint) == (state, name)

        row = smallest(strategy, again, examples, seed)
        return (write.first_refused([row]) if row is not None else None) or refused
    return None


class _Writing:
    """Rows as one INSERT; the processors of the column types are looked up once."""

    def __init__(self, cursor: Any, table: Any) -> None:
        from sqlalchemy.dialects.postgresql import psycopg2  # noqa: PLC0415 - 500 ms

        make: Any = psycopg2.dialect  # has no types
        dialect = make()
        self._cursor = cursor
        self._preparer = dialect.identifier_preparer
        self._table = self._preparer.format_table(table)
        self._processors: dict[str, Callable[[Any], Any] | None] = {
            column.name: column.type.dialect_impl(dialect).bind_processor(dialect)
            for column in table.columns
        }

    def first_refused(self, batch: Sequence[Mapping[str, Any]]) -> Counterexample | None:
        """The first row of the batch that is refused, found by halving; nothing is kept."""
        import psycopg2  # noqa: PLC0415 - 30 ms, only if used

        try:
            statements = "; ".join(self._statements(batch))
            self._cursor.execute(f"SAVEPOINT batch; {statements}; ROLLBACK TO SAVEPOINT batch")
        except (psycopg2.Error, ValueError, TypeError, OverflowError) as error:
            if isinstance(error, psycopg2.Error):
                self._cursor.execute("ROLLBACK TO SAVEPOINT batch")
            if len(batch) == 1:
                return self._told(batch[0], error)
            middle = len(batch) // 2
            return self.first_refused(batch[:middle]) or self.first_refused(batch[middle:])
        return None

    def _statements(self, batch: Sequence[Mapping[str, Any]]) -> list[str]:
        """Rows with the same columns share an INSERT."""
        grouped: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for row in batch:
            values = []
            for name, value in row.items():
                process = self._processors[name]
                values.append(process(value) if process else value)
            grouped.setdefault(tuple(row), []).append(tuple(values))
        found = []
        for names, several in grouped.items():
            columns = ", ".join(map(self._preparer.quote, names))
            if not names:
                found += [f"INSERT INTO {self._table} DEFAULT VALUES"] * len(several)
                continue
            texts = [self._cursor.mogrify("%s", [values]).decode() for values in several]
            found.append(f"INSERT INTO {self._table} ({columns}) VALUES {', '.join(texts)}")
        return found

    def _told(self, row: Mapping[str, Any], error: Exception) -> Counterexample:
        import psycopg2  # noqa: PLC0415 - 30 ms, only if used

        if isinstance(error, psycopg2.Error) and error.pgcode:
            said = refusal(error)
            return Counterexample(row, said.sqlstate, said.constraint, said.message)
        return Counterexample(row, "", "", f"{type(error).__name__}: {error}")
