"""What comes and goes while a database runs, without anybody having changed its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from verification.catalog import Catalog, Difference, Table


def changed(
    found: Iterable[Difference],
    promised: Catalog,
    deployed: Catalog,
    left_out: Callable[[Table], bool],
) -> Iterator[Difference]:
    """The differences without tables that are made at run time, or are another tool's.

    Partitions are made for the days to come, and dropped with the oldest rows; where that happens,
    one that is missing is no surprise either. And a table that env.py keeps out of autogenerate is
    none of the migrations'.
    """
    told = list(found)
    ours = {table.qualified: table for table in promised.tables} if told else {}
    theirs = {table.qualified: table for table in deployed.tables} if told else {}
    extra = {each.subject for each in told if _exists(each) and each.subject not in ours}
    parents = {parent for name in extra for parent in _roots(theirs, name) if parent in ours}
    lost = {each.subject for each in told if _exists(each)} - extra
    moved = {_place(ours[name]) for name in lost} & {_place(theirs[name]) for name in extra}
    for each in told:
        if _exists(each):
            side = theirs if each.subject in extra else ours
            renamed = _place(side[each.subject]) in moved  # for the same rows as another one
            if not renamed and _roots(side, each.subject) & parents:
                continue
            if each.subject in extra and left_out(theirs[each.subject]):
                continue
        yield each


def _exists(each: Difference) -> bool:
    return each.kind == "table" and each.aspect == "existence"


def _place(table: Table) -> tuple[tuple[str, ...], str]:
    return table.inherits, table.partition_bound


def _roots(tables: Mapping[str, Table], name: str) -> set[str]:
    """The partitioned tables that a partition belongs to, of every level."""
    table = tables.get(name)
    if table is None or not table.partition_bound:
        return set()
    return {above for each in table.inherits for above in ({each} | _roots(tables, each))}
