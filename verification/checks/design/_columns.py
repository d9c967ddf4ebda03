"""Which tables and columns a judgement about design is made of, each of them once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from verification.catalog import Catalog, Column, Constraint, Table, quote
from verification.catalog.comparing.models import is_version_table

_MODIFIER = re.compile(r"\(([0-9, -]+)\)")


def own_tables(catalog: Catalog) -> Iterator[Table]:
    """The tables whose design is the project's to choose.

    A partition has its parent's, a foreign table another server's, and Alembic's version table
    Alembic's.
    """
    for table in catalog.tables:
        if table.kind != "foreign" and not table.partition_bound and not is_version_table(table):
            yield table


def own_columns(catalog: Catalog) -> Iterator[tuple[Table, Column]]:
    """The columns of those tables, not again in the tables that inherit them."""
    for table in own_tables(catalog):
        for column in table.columns:
            if not column.inherited:
                yield table, column


def plain_type(catalog: Catalog, written: str) -> str:
    """The type without its modifiers, a domain replaced by what it is a domain of."""
    return _MODIFIER.sub("", _resolved(catalog, written))


def length(catalog: Catalog, written: str) -> int | None:
    """The number in `character varying(20)`, of a domain that of its type; None without one."""
    found = _MODIFIER.search(_resolved(catalog, written))
    return int(found[1].partition(",")[0]) if found else None


def _resolved(catalog: Catalog, written: str) -> str:
    element, brackets, _ = written.partition("[]")
    while domain := catalog.domain(element):
        element = domain.type
    return element + brackets


def rules_on(catalog: Catalog, table: Table, column: Column) -> Iterator[str]:
    """What CHECK constraints demand of this column, those of its domain included."""
    for constraint in table.constraints:
        if constraint.kind == "check" and column.name in constraint.columns:
            yield constraint.definition
    name = column.type
    while domain := catalog.domain(name):
        yield from (constraint.definition for constraint in domain.constraints)
        name = domain.type


def words(name: str) -> list[str]:
    """The words that a name is made of: `unitPrice` and `unit_price` are `unit`, `price`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", parted) if word]


def listed(names: Iterator[str] | tuple[str, ...]) -> str:
    """Columns as SQL writes them: `id, "User Name"`."""
    return ", ".join(map(quote, names))


def key_of(table: Table, kind: str) -> Iterator[Constraint]:
    """The table's own constraints of one kind."""
    for constraint in table.constraints:
        if constraint.kind == kind and not constraint.inherited_from:
            yield constraint
