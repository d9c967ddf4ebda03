"""Where a model's edge and a column's edge differ: values that the one takes and the other not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from math import isnan
from typing import Any

from verification.catalog import Catalog, Column, Table, qualify
from verification.databases.session import connect
from verification.generation.accepting import Refused, accepted
from verification.generation.exploring import Effort, explored
from verification.generation.hard import HARD, PLAIN, texts_beyond, variations
from verification.generation.inputs import Input
from verification.generation.literals import Literals, literals
from verification.generation.outcome import Row
from verification.generation.planting import Barren, Planting
from verification.generation.pool import pool
from verification.generation.rules import rules_of
from verification.generation.scratch import Scratch
from verification.generation.sqltype import read_type, resolve
from verification.generation.storing import Binding, Refusal, binding, read_back, refusals
from verification.telling import tell

STATEMENT_TIMEOUT = 20_000


@dataclass(frozen=True, slots=True)
class Met:
    """One field of one input, and what the database made of the values its class accepts."""

    input: Input
    field: str
    table: Table
    accepted: tuple[Any, ...]
    refusals: tuple[Refusal, ...]
    altered: tuple[tuple[Any, Any], ...] = ()  # what was written, what is there afterwards

    @property
    def converted(self) -> bool:
        """Whether another value than the field's own must be stored: none of these ever is."""
        return len(self.refusals) == len(self.accepted)


def meet(scratch: Scratch, inputs: Iterable[Input]) -> Iterator[Met]:
    """Offer hard values to every field, and to the database what its class accepts."""
    with scratch.clone() as dsn, closing(connect(dsn)) as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT}")
            planting = Planting(scratch.catalog, cursor)
            asked = list(inputs)
            for number, given in enumerate(asked, 1):
                table = scratch.catalog.table(name_of(given))
                if table is not None:
                    place = f"{number}/{len(asked)}"
                    yield from _meet(planting, given, table, scratch.effort, place)
        connection.rollback()


def name_of(given: Input) -> str:
    """The table, as the catalog names it."""
    return qualify(given.model.table.schema or "public", given.model.table.name)


def _meet(
    planting: Planting, given: Input, table: Table, effort: Effort, place: str
) -> Iterator[Met]:
    row: Row | None
    try:
        row = planting.row(table)
    except Barren:
        row = None
        planting.cursor.execute(
            "DROP TABLE IF EXISTS pg_temp.verify_probe; CREATE TEMP TABLE verify_probe AS"
            f" SELECT * FROM {qualify(table.schema, table.name)} LIMIT 0"
        )
    for field, mapped in given.columns.items():
        column = table.column(mapped.name)
        if column is None or column.generated:
            continue
        known = values_for(
            given.cls,
            field,
            read_type(resolve(planting.catalog, column.type)).limit,
            _telling(planting.catalog, table, column),
        )
        tell(f"{given.name}.{field} {place}")
        bound = binding(mapped)

        def ask(some: Sequence[Any], bound: Binding = bound) -> Sequence[Refusal]:
            return tuple(refusals(planting.cursor, table, row, bound, some))

        found = ask(known)
        more = tuple(explored(effort, given.cls, field, ask, found))
        values, found = (*known, *more), (*found, *ask(more))
        refused = {id(refusal.value) for refusal in found}
        kept = [value for value in values if id(value) not in refused]
        altered = tuple(
            pair for pair in read_back(planting.cursor, table, bound, kept) if differs(*pair)
        )
        yield Met(given, field, table, values, found, altered)


def _telling(catalog: Catalog, table: Table, column: Column) -> tuple[str, ...]:
    """The values at the edge of the column's own rules."""
    told = Literals()
    for rule in rules_of(catalog, table):
        if column.name in rule.columns and rule.kind != "helpful":
            told += literals(rule.expression)
    return pool(catalog, column.type, told) if told != Literals() else ()


def differs(written: Any, found: Any) -> bool:
    """Whether a plain value came back as another one."""
    if not isinstance(written, (str, bool, int, float, Decimal, date, time, timedelta, bytes)):
        return False
    if isinstance(written, Enum) or not isinstance(found, type(written)):
        return False
    if isinstance(written, float) and isnan(written):
        return False
    if isinstance(written, Decimal) and written.is_nan():  # a signalling one cannot be compared
        return False
    try:
        return bool(written != found)
    except TypeError:
        return True


@lru_cache(maxsize=2048)
def values_for(
    cls: Any, field: str, limit: int | None, telling: tuple[str, ...] = ()
) -> Sequence[Any]:
    """What the field's class accepts of everything hard, as it comes out of validation."""
    found: dict[str, Any] = {}

    def offer(value: Any) -> bool:
        try:
            taken = accepted(cls, field, value)
        except Refused:
            return False
        found.setdefault(f"{type(taken).__name__} {taken!r}", taken)
        return True

    plain = [value for value in PLAIN if offer(value)]
    for value in (*telling, *HARD):
        offer(value)
    if any(isinstance(value, str) for value in found.values()):
        for text in texts_beyond(limit):
            offer(text)
        for value in plain:
            for text in variations(value):
                offer(text)
    return tuple(value for value in found.values() if value is not None)
