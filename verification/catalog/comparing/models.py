"""What models can express, so that nothing else is demanded of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from verification.catalog.comparing.differences import NAME
from verification.catalog.comparing.naming import generated_name
from verification.catalog.comparing.walk import Found
from verification.catalog.model import Catalog, Column, Constraint, Index, Table

# What `metadata.create_all()` can build, by kind. Owners, privileges, views, functions, triggers,
# policies, row security, rules, extensions, schemas, statistics and storage parameters are
# compared between the migrations and the database, and not demanded of the models.
MODEL_ASPECTS = {
    "table": {"existence", "kind", "persistence", "partition_key", "comment"},
    "column": {
        "existence", "type", "nullable", "default", "identity", "generated", "generated_kind",
        "collation", "comment",
    },
    "constraint": {
        "existence", "name", "kind", "columns", "definition", "references", "referenced_columns",
        "on_delete", "on_update", "match", "deferrable", "deferred", "validated", "enforced",
        "no_inherit", "nulls_not_distinct", "period",
    },
    "index": {
        "existence", "name", "columns", "expressions", "predicate", "include", "method", "unique",
        "opclasses", "collations", "orders", "nulls_not_distinct", "valid",
    },
    "sequence": {"existence"},
    "enum": {"existence", "labels"},
    "domain": {"existence", "type", "nullable", "default", "collation"},
    "domain constraint": {"existence", "definition", "validated"},
}  # fmt: skip

OWN_SEQUENCE = "nextval(its own sequence)"


def expressible(catalog: Catalog) -> Catalog:
    """The catalog without what only migrations know of.

    Alembic's version table, whatever its name, is left out. A default that draws from a sequence
    of the column's own says only that: after a rename the sequence keeps its old name.
    """
    owners = {sequence.qualified: sequence.owned_by for sequence in catalog.sequences}
    return replace(
        catalog,
        tables=tuple(
            _with_own_sequences(table, owners)
            for table in catalog.tables
            if not is_version_table(table)
        ),
        sequences=tuple(sequence for sequence in catalog.sequences if not sequence.owned_by),
    )


def is_version_table(table: Table) -> bool:
    """Whether this is where Alembic keeps the revision: its one column is `version_num`."""
    return [column.name for column in table.columns] == ["version_num"]


def _with_own_sequences(table: Table, owners: dict[str, str]) -> Table:
    if not any("nextval(" in (column.default or "") for column in table.columns):
        return table
    columns = tuple(_with_own_sequence(table, column, owners) for column in table.columns)
    return replace(table, columns=columns)


def _with_own_sequence(table: Table, column: Column, owners: dict[str, str]) -> Column:
    default = column.default or ""
    if not default.startswith("nextval('") or not default.endswith("'::regclass)"):
        return column
    name = default.removeprefix("nextval('").removesuffix("'::regclass)").replace("''", "'")
    if owners.get(name) in {"", table.subject(column)}:
        return replace(column, default=OWN_SEQUENCE)
    return column


def demanded(found: Iterable[Found], actual: Catalog) -> Iterator[Found]:
    """The differences that a model is answerable for."""
    used = {column.type.removesuffix("[]") for table in actual.tables for column in table.columns}
    for each in found:
        pair, change = each.pair, each.difference
        extra = pair.expected is None
        if extra and change.kind in {"enum", "domain"} and pair.subject not in used:
            continue  # a type that nothing uses any more
        if extra and change.kind == "sequence":
            continue
        if extra and isinstance(pair.value, Table) and pair.value.partition_bound:
            continue  # a partition: the model declares the partitioned table
        if change.aspect in {"kind", "partition_key"} and change.expected in {"ordinary", ""}:
            continue  # partitioned by the migrations alone
        if change.aspect == NAME and _unnamed(each):
            continue
        yield each


def _unnamed(each: Found) -> bool:
    # The model left the name to PostgreSQL; any other will do.
    part, whole = each.pair.expected, each.pair.whole
    if not isinstance(part, Constraint | Index) or whole is None:
        return False
    return generated_name(whole.expected.name, part) == part.name
