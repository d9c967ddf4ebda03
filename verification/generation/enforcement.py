"""Which demands of the models the database makes too, asked by trying to break them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from verification.catalog import Table
from verification.finding import Location
from verification.generation.boundary import name_of
from verification.generation.copying import copied
from verification.generation.demands import Demand, demands
from verification.generation.inputs import Input
from verification.generation.ordering import orderings
from verification.generation.outcome import Row
from verification.generation.planting import Barren, Planting
from verification.generation.scratch import Scratch
from verification.generation.storing import binding, refusals
from verification.telling import tell


@dataclass(frozen=True, slots=True)
class Broken:
    """Values of several columns, in words."""

    said: str

    def __repr__(self) -> str:
        """As they are shown."""
        return self.said


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


def remedy(broken: Sequence[Unenforced]) -> str:
    """The operation that makes the database demand the same of one column."""
    first = broken[0]
    rule = " AND ".join(dict.fromkeys(each.demand.check for each in broken))
    schema = "" if first.table.schema == "public" else f", schema={first.table.schema!r}"
    name = f"ck_{first.table.name}_{first.column.name}"
    return f"op.create_check_constraint({name!r}, {first.table.name!r}, {rule!r}{schema})"


def unenforced(scratch: Scratch, inputs: Iterable[Input]) -> Iterator[Unenforced]:
    """Every demand that the database does not make."""
    asked = list(inputs)
    with copied(scratch) as planting:
        for number, given in enumerate(asked, 1):
            tell(f"{given.name} {number}/{len(asked)}")
            table = scratch.catalog.table(name_of(given))
            if table is not None:
                yield from _table(planting, given, table)


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
    for ordering in orderings(given, table):
        low, high = ordering.columns
        disordered = dict(zip(ordering.columns, ordering.broken, strict=True))
        if _stores(planting, table, {**planting.fresh(table), **disordered}):
            said = f"{ordering.low} {'<=' if '<=' in ordering.check else '<'} {ordering.high}"
            demand = Demand(said, ordering.check, ())
            column, place = given.columns[ordering.low], given.location
            shown = Broken(f"{low}={ordering.broken[0]}, {high}={ordering.broken[1]}")
            yield Unenforced(given.name, ordering.low, column, table, demand, shown, place)


def _stores(planting: Planting, table: Table, row: Row) -> bool:
    planting.cursor.execute("SAVEPOINT ordering")
    try:
        return planting.insert(table, row).stored is not None
    finally:
        planting.cursor.execute("ROLLBACK TO SAVEPOINT ordering; RELEASE SAVEPOINT ordering")
