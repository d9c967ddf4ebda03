"""Where a model's edge and a column's edge differ: values that the one takes and the other not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from verification.catalog import Catalog, Column, Table, qualify
from verification.generation.accepting import Refused, accepted
from verification.generation.copying import copied
from verification.generation.difference import differs
from verification.generation.exploring import Effort, explored
from verification.generation.hard import HARD, PLAIN, texts_beyond, variations
from verification.generation.inputs import Input
from verification.generation.literals import Literals, literals
from verification.generation.outcome import Row
from verification.generation.planting import Barren, Planting
from verification.generation.pool import pool
from verification.generation.rules import rules_of
from verification.generation.scratch import Scratch
from verification.generation.sqltype import SqlType, read_type, resolve
from verification.generation.storing import Binding, Refusal, binding, read_back, refusals
from verification.telling import tell

WORDED = ("pydantic", "pydantic_core", "ipaddress", "uuid")


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
    asked = list(inputs)
    with copied(scratch) as planting:
        for number, given in enumerate(asked, 1):
            table = scratch.catalog.table(name_of(given))
            if table is not None:
                place = f"{number}/{len(asked)}"
                yield from _meet(planting, given, table, scratch.effort, place)


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
        kind = read_type(resolve(planting.catalog, column.type))
        telling = _telling(planting.catalog, table, column)
        known = written(kind, values_for(given.cls, field, kind.limit, telling))
        tell(f"{given.name}.{field} {place}")
        bound = binding(mapped)

        def ask(some: Sequence[Any], bound: Binding = bound) -> Sequence[Refusal]:
            return tuple(refusals(planting.cursor, table, row, bound, some))

        found = ask(known)
        more = written(kind, tuple(explored(effort, given.cls, field, ask, found)))
        values, found = (*known, *more), (*found, *ask(more))
        refused = {id(refusal.value) for refusal in found}
        kept = [value for value in values if id(value) not in refused]
        altered = tuple(
            pair for pair in read_back(planting.cursor, table, bound, kept) if differs(*pair)
        )
        yield Met(given, field, table, values, found, altered)


def written(kind: SqlType, values: Sequence[Any]) -> tuple[Any, ...]:
    """As a project writes them: an URL, an address or a path goes into a text column as text."""
    return tuple(str(value) if kind.is_text and _is_worded(value) else value for value in values)


def _is_worded(value: Any) -> bool:
    """Whether it is an object for what is a text anywhere else."""
    worded = isinstance(value, PurePath) or type(value).__module__.startswith(WORDED)
    return worded and not hasattr(value, "get_secret_value")  # which is hashed, as a rule


def _telling(catalog: Catalog, table: Table, column: Column) -> tuple[str, ...]:
    """The values at the edge of the column's own rules."""
    told = Literals()
    for rule in rules_of(catalog, table):
        if column.name in rule.columns and rule.kind != "helpful":
            told += literals(rule.expression)
    return pool(catalog, column.type, told) if told != Literals() else ()


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
    if any(isinstance(value, str) or _is_worded(value) for value in found.values()):
        for text in texts_beyond(limit):
            offer(text)
        for value in plain:
            for text in variations(value):
                offer(text)
    return tuple(value for value in found.values() if value is not None)
