"""The columns that sequences fill, and how far both have come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg2

from verification.catalog import Catalog, Column, Sequence, Table, quote
from verification.databases.reader import Reader
from verification.finding import Unknown

LIMITS = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


@dataclass(frozen=True, slots=True)
class Filling:
    """A sequence, and a column that takes its values."""

    sequence: Sequence
    table: Table
    column: Column

    @property
    def name(self) -> str:
        """As in `public.hero.id`."""
        return self.table.subject(self.column)


def fillings(catalog: Catalog) -> Iterator[Filling]:
    """Every column that is filled by a sequence, be it serial, identity or by a default alone."""
    owned = {each.owned_by: each for each in catalog.sequences if each.owned_by}
    drawn = {f"nextval({_literal(each)}::regclass)": each for each in catalog.sequences}
    for table in catalog.tables:
        for column in table.columns:
            found = owned.get(table.subject(column)) if column.identity else None
            found = found or drawn.get(column.default or "")
            if found and not column.inherited and table.kind != "foreign":
                yield Filling(found, table, column)


def _literal(sequence: Sequence) -> str:
    return "'" + sequence.qualified.replace("'", "''") + "'"


def extremes(filled: list[Filling], connection: Reader) -> Mapping[str, int]:
    """The last value in each of these columns, by the column's name; of those that an index knows.

    Without an index the whole table would have to be read. Raises Unknown with the privilege that
    is missing.
    """
    known = [each for each in filled if _indexed(each)]
    if not known:
        return {}
    asked = ", ".join(
        f"(SELECT {'max' if each.sequence.increment > 0 else 'min'}({quote(each.column.name)})"
        f" FROM {each.table.qualified})"
        for each in known
    )
    try:
        (values,) = connection.rows(f"SELECT ARRAY[{asked}]::numeric[]")
    except psycopg2.errors.InsufficientPrivilege as error:
        what = str(error).splitlines()[0]
        raise Unknown(f"{what}; GRANT SELECT lets this role see how far its keys are") from None
    return {
        each.name: int(value)
        for each, value in zip(known, values[0], strict=True)
        if value is not None
    }


def _indexed(filling: Filling) -> bool:
    return any(
        index.method == "btree"
        and index.valid
        and not index.predicate
        and index.columns[:1] == (filling.column.name,)
        for index in filling.table.indexes
    )
