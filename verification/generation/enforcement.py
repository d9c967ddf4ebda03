"""Which demands of the models the database makes too, asked by trying to break them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from verification.catalog import Table
from verification.databases.session import connect
from verification.finding import Location
from verification.generation.boundary import STATEMENT_TIMEOUT, name_of
from verification.generation.demands import Demand, demands
from verification.generation.inputs import Input
from verification.generation.planting import Barren, Planting
from verification.generation.scratch import Scratch
from verification.generation.storing import binding, refusals
from verification.telling import tell


@dataclass(frozen=True, slots=True)
class Unenforced:
    """A demand of a field, and a value that breaks it and is stored all the same."""

    owner: str
    field: str
    column: Any  # sqlalchemy.Column
    table: Table
    demand: Demand
    value: Any
    location: Location | None


def unenforced(scratch: Scratch, inputs: Iterable[Input]) -> Iterator[Unenforced]:
    """Every demand that the database does not make."""
    with scratch.clone() as dsn, closing(connect(dsn)) as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT}")
            planting = Planting(scratch.catalog, cursor)
            asked = list(inputs)
            for number, given in enumerate(asked, 1):
                tell(f"{given.name} {number}/{len(asked)}")
                table = scratch.catalog.table(name_of(given))
                if table is not None:
                    yield from _table(planting, given, table)
        connection.rollback()


def _table(planting: Planting, given: Input, table: Table) -> Iterator[Unenforced]:
    try:
        row = planting.row(table)
    except Barren:
        return
    for field, mapped in given.columns.items():
        column = table.column(mapped.name)
        if column is None or column.generated or mapped.foreign_keys:
            continue
        for demand in demands(given.cls.model_fields[field], mapped.name):
            values = list(demand.outside)
            found = list(refusals(planting.cursor, table, row, binding(mapped), values))
            refused = {id(refusal.value) for refusal in found}
            stored = [value for value in values if id(value) not in refused]
            if stored:
                place = given.at(field)
                yield Unenforced(given.name, field, mapped, table, demand, stored[0], place)
