"""When one index can do what another does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from verification.catalog import Catalog, Constraint, Index, Table, View, quote

Key = tuple[str, str, str, str]  # column or expression, opclass, collation, order


def relations(catalog: Catalog) -> Iterator[Table | View]:
    """Everything that can have indexes; a partition's own are few and its parent's are told."""
    yield from catalog.tables
    yield from catalog.views


def keys(index: Index) -> tuple[Key, ...]:
    """Each key column with everything that says how it is sorted."""
    expressions = iter(index.expressions)
    named = tuple(name or next(expressions, "") for name in index.columns)
    parts = zip_longest(named, index.opclasses, index.collations, index.orders, fillvalue="")
    return tuple(parts)[: len(named)]


def serving(index: Index, whole: Table | View) -> Constraint | None:
    """The constraint that the index is there for."""
    constraints = whole.constraints if isinstance(whole, Table) else ()
    return next((each for each in constraints if each.name == index.constraint), None)


def needed(index: Index, whole: Table | View) -> bool:
    """Whether something counts on this very index, whatever others can do."""
    named = isinstance(whole, Table) and whole.replica_identity == index.name
    return bool(index.inherited_from) or index.clustered or named


def drop(index: Index, whole: Table | View) -> str:
    """The statement that removes it."""
    if index.constraint:
        return f"ALTER TABLE {whole.qualified} DROP CONSTRAINT {quote(index.constraint)}"
    return f"DROP INDEX CONCURRENTLY {whole.subject(index)}"
