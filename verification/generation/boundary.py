"""Where a model's edge and a column's edge differ: values that the one takes and the other not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from verification.catalog import Table, qualify
from verification.databases.session import connect
from verification.generation.accepting import Refused, accepted
from verification.generation.hard import HARD, PLAIN, texts_beyond, variations
from verification.generation.inputs import Input
from verification.generation.outcome import Row
from verification.generation.planting import Barren, Planting
from verification.generation.scratch import Scratch
from verification.generation.sqltype import read_type, resolve
from verification.generation.storing import Refusal, binding, refusals

STATEMENT_TIMEOUT = 20_000


@dataclass(frozen=True, slots=True)
class Met:
    """One field of one input, and what the database made of the values its class accepts."""

    input: Input
    field: str
    table: Table
    accepted: tuple[Any, ...]
    refusals: tuple[Refusal, ...]


def meet(scratch: Scratch, inputs: Iterable[Input]) -> Iterator[Met]:
    """Offer hard values to every field, and to the database what its class accepts."""
    with scratch.clone() as dsn, closing(connect(dsn)) as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT}")
            planting = Planting(scratch.catalog, cursor)
            for given in inputs:
                table = scratch.catalog.table(_name(given))
                if table is not None:
                    yield from _meet(planting, given, table)
        connection.rollback()


def _name(given: Input) -> str:
    return qualify(given.model.table.schema or "public", given.model.table.name)


def _meet(planting: Planting, given: Input, table: Table) -> Iterator[Met]:
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
        limit = read_type(resolve(planting.catalog, column.type)).limit
        values = values_for(given.cls, field, limit)
        found = tuple(refusals(planting.cursor, table, row, binding(mapped), values))
        yield Met(given, field, table, tuple(values), found)


@lru_cache(maxsize=2048)
def values_for(cls: Any, field: str, limit: int | None) -> Sequence[Any]:
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
    for value in HARD:
        offer(value)
    if any(isinstance(value, str) for value in found.values()):
        for text in texts_beyond(limit):
            offer(text)
        for value in plain:
            for text in variations(value):
                offer(text)
    return tuple(value for value in found.values() if value is not None)
