"""What two catalogs may disagree about without anybody being wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from verification.catalog import Catalog, Difference, difference

# What SQLAlchemy metadata can say of a schema; the rest (views, triggers, policies, grants ...) is
# the migrations' own and is compared with the database, not demanded of the models.
MODELS: Mapping[str, frozenset[str]] = {
    "table": frozenset({"existence", "kind", "persistence", "partition_key", "comment"}),
    "column": frozenset(
        {
            "existence",
            "type",
            "nullable",
            "default",
            "identity",
            "generated",
            "generated_kind",
            "collation",
            "comment",
        }
    ),
    "constraint": frozenset(
        {
            "existence",
            "name",
            "kind",
            "columns",
            "definition",
            "references",
            "referenced_columns",
            "on_delete",
            "on_update",
            "match",
            "deferrable",
            "deferred",
            "validated",
            "no_inherit",
            "nulls_not_distinct",
        }
    ),
    "index": frozenset(
        {
            "existence",
            "name",
            "columns",
            "expressions",
            "method",
            "unique",
            "predicate",
            "include",
            "opclasses",
            "orders",
            "nulls_not_distinct",
            "definition",
        }
    ),
    "enum": frozenset({"existence", "labels"}),
    "domain": frozenset({"existence", "type", "nullable"}),
    "sequence": frozenset({"existence", "increment", "start", "min", "max"}),
}
# A model must not name every type and sequence that migrations make.
ONE_WAY = {"enum", "domain", "sequence"}
# The names PostgreSQL gives to what the models leave unnamed.
UNNAMED = re.compile(r".*_(key|fkey|check|pkey|idx|excl)\d*")


def expressible(declared: Catalog, migrated: Catalog) -> Iterator[Difference]:
    """The differences that models could express; a name that no model gave is none."""
    for found in difference(
        declared, migrated, aspects=MODELS, ignore=[*bookkeeping(declared), *bookkeeping(migrated)]
    ):
        extra = found.aspect == "existence" and found.expected == "missing"
        unnamed = found.aspect == "name" and UNNAMED.fullmatch(found.expected)
        partition = extra and found.kind == "table" and _is_part(migrated, found.subject)
        if not (extra and found.kind in ONE_WAY) and not unnamed and not partition:
            yield found


def bookkeeping(catalog: Catalog) -> list[str]:
    """The tables in which Alembic keeps its versions, whatever they are called."""
    return [
        table.qualified
        for table in catalog.tables
        if [column.name for column in table.columns] == ["version_num"]
        and all(key.name == f"{table.name}_pkc" for key in table.constraints)
    ]


def _is_part(catalog: Catalog, name: str) -> bool:
    table = catalog.table(name)
    return table is not None and bool(table.partition_bound or table.inherits)
