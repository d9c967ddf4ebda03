"""Write values into one column as the project would, many in one message, and read them back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from verification.catalog import Table, qualify, quote
from verification.generation.outcome import Row, refusal

CLIENT = "client"
BATCH = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that did not reach the column: the SQLSTATE, or the driver's own error."""

    value: Any
    sqlstate: str
    message: str
    constraint: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """How SQLAlchemy and the driver turn Python values of one column into SQL and back."""

    column: Any  # sqlalchemy.Column
    dialect: Any

    def literal(self, cursor: Any, value: Any) -> str:
        """The value as SQL text. Raises whatever the type or the driver raises."""
        kind = self.column.type.dialect_impl(self.dialect)
        process = kind.bind_processor(self.dialect)
        text = cursor.mogrify("%s", [process(value) if process else value])
        return str(text.decode("utf-8"))

    def python(self, value: Any, code: int) -> Any:
        """What a read would give; `code` is the type as the driver knows it."""
        kind = self.column.type.dialect_impl(self.dialect)
        process = kind.result_processor(self.dialect, code)
        return process(value) if process else value


def binding(column: Any) -> Binding:
    """For the driver that the kit uses itself."""
    from sqlalchemy.dialects.postgresql import psycopg2  # noqa: PLC0415 - 500 ms

    make: Any = psycopg2.dialect  # has no types
    return Binding(column, make())


def refusals(
    cursor: Any, table: Table, row: Row | None, bound: Binding, values: Sequence[Any]
) -> Iterator[Refusal]:
    """Every value that the column of this row does not take; nothing is kept."""
    statements: list[tuple[Any, str]] = []
    for value in values:
        try:
            text = bound.literal(cursor, value)
        except Exception as error:  # noqa: BLE001 - a type or driver may raise anything
            cause = error.__cause__ or error
            yield Refusal(value, CLIENT, f"{type(cause).__name__}: {_line(cause)}")
        else:
            statements.append((value, _statement(table, row, bound.column.name, text)))
    for start in range(0, len(statements), BATCH):
        yield from _run(cursor, statements[start : start + BATCH])


def _statement(table: Table, row: Row | None, column: str, literal: str) -> str:
    if row is None:  # no valid row could be made: the type alone is asked
        return f"INSERT INTO pg_temp.verify_probe ({quote(column)}) VALUES ({literal})"
    keys = table.primary_key.columns if table.primary_key else ()
    known = {name: row[name] for name in keys if name != column and row.get(name) is not None}
    where = " AND ".join(
        f"{quote(name)}::text = '{(text or '').replace(chr(39), chr(39) * 2)}'"
        for name, text in known.items()
    )
    name = qualify(table.schema, table.name)
    return f"UPDATE {name} SET {quote(column)} = {literal}" + (f" WHERE {where}" if where else "")


def _run(cursor: Any, batch: Sequence[tuple[Any, str]]) -> Iterator[Refusal]:
    """One message for all of them; where it fails, its halves, down to the ones that fail."""
    import psycopg2  # noqa: PLC0415 - 30 ms, only if used

    text = "; ".join(statement for _, statement in batch)
    try:
        cursor.execute(f"SAVEPOINT batch; {text}; ROLLBACK TO SAVEPOINT batch")
    except psycopg2.Error as error:
        cursor.execute("ROLLBACK TO SAVEPOINT batch")
        if len(batch) == 1:
            said = refusal(error)
            yield Refusal(batch[0][0], said.sqlstate, said.message, said.constraint)
            return
        middle = len(batch) // 2
        yield from _run(cursor, batch[:middle])
        yield from _run(cursor, batch[middle:])


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands for a value that was stored, and at which every read of its row fails."""

    error: str


def read_back(
    cursor: Any, table: Table, bound: Binding, values: Sequence[Any]
) -> Iterator[tuple[Any, Any]]:
    """Each value with what is there afterwards, in two messages."""
    if not values:
        return
    name = quote(bound.column.name)
    cursor.execute(
        "SAVEPOINT back; CREATE TEMP TABLE verify_back AS SELECT 0 AS place,"
        f" {name} AS value FROM {qualify(table.schema, table.name)} LIMIT 0"
    )
    try:
        texts = [bound.literal(cursor, value) for value in values]
        cursor.execute(
            "; ".join(f"INSERT INTO verify_back VALUES ({n}, {t})" for n, t in enumerate(texts))
        )
        yield from _read(cursor, bound, values, 0, len(values))
    except Exception:  # noqa: BLE001 - what the type or the driver may raise: nothing can be said
        return
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT back")


def _read(
    cursor: Any, bound: Binding, values: Sequence[Any], low: int, high: int
) -> Iterator[tuple[Any, Any]]:
    """The values at these places; where the driver fails at one, its halves, down to that one."""
    try:
        cursor.execute(
            f"SELECT value FROM verify_back WHERE place >= {low} AND place < {high} ORDER BY place"
        )
        found, code = cursor.fetchall(), cursor.description[0].type_code
    except (ValueError, OverflowError) as error:  # a year that Python has not
        if high - low == 1:
            yield values[low], Unreadable(_line(error))
            return
        middle = (low + high) // 2
        yield from _read(cursor, bound, values, low, middle)
        yield from _read(cursor, bound, values, middle, high)
        return
    for value, (stored,) in zip(values[low:high], found, strict=True):
        try:
            yield value, bound.python(stored, code)
        except Exception:  # noqa: BLE001, S112 - what the type cannot read is no altered value
            continue


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())
