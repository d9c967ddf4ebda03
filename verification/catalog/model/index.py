"""An index of a table or a materialised view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Index:
    """One index, the ones behind constraints included."""

    KIND: ClassVar[str] = "index"

    name: str
    definition: str
    columns: tuple[str, ...]  # key columns in order; "" stands for the next of the expressions
    method: str = "btree"
    unique: bool = False
    primary: bool = False
    constraint: str = ""  # the constraint it serves
    expressions: tuple[str, ...] = ()
    predicate: str = ""
    include: tuple[str, ...] = ()
    opclasses: tuple[str, ...] = ()  # one for each key column
    collations: tuple[str, ...] = ()  # one for each key column; "" for the column's own
    orders: tuple[str, ...] = ()  # one for each key column: "", "desc", "nulls first", ...
    nulls_not_distinct: bool = False
    valid: bool = True
    ready: bool = True
    clustered: bool = False
    statistics: tuple[str, ...] = ()  # "2=500": statistics targets of expression columns
    options: tuple[str, ...] = ()
    tablespace: str = ""
    comment: str | None = None
    inherited_from: str = ""  # "schema.index" of the partitioned table
