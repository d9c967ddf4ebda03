"""What env.py keeps out of the comparison with the models: include_object and include_name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from verification.catalog import Catalog, Column, Constraint, Index, Table

TYPES = {"unique": "unique_constraint", "foreign key": "foreign_key_constraint"}
DEFAULT = "public"  # the schema that models and autogenerate call None

Part = Column | Index | Constraint


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The filters that env.py gave to `context.configure`, and the models they are about."""

    options: Mapping[str, Any] = field(default_factory=dict)
    metadata: tuple[Any, ...] = ()

    def trimmed(self, declared: Catalog, migrated: Catalog) -> tuple[Catalog, Catalog]:
        """Both catalogs without the tables and parts that autogenerate would not compare."""
        ours = {table.qualified: table for table in declared.tables}
        theirs = {table.qualified: table for table in migrated.tables}
        out = {
            name
            for name, table in (theirs | ours).items()
            if not self._has(table, reflected=name not in ours)
        }
        parts = {
            name: self._parts_out(theirs[name], ours[name])
            for name in (ours.keys() & theirs.keys()) - out
            if self._names or self._objects
        }
        return tuple(  # type: ignore[return-value] # two of them
            replace(
                catalog,
                tables=tuple(
                    _without(table, parts.get(table.qualified, set()))
                    for table in catalog.tables
                    if table.qualified not in out
                ),
            )
            for catalog in (declared, migrated)
        )

    def leaves_out(self, table: Table) -> bool:
        """Whether a table that is only in a database is none of the project's, says env.py."""
        if self._names and not self._names(table.name, "table", _names_of(table)):
            return True
        kept = not self._objects or self._objects(
            _own_or(None, table), table.name, "table", True, None
        )
        return not kept

    @property
    def _objects(self) -> Callable[..., Any] | None:
        return self.options.get("include_object")

    @property
    def _names(self) -> Callable[..., Any] | None:
        return self.options.get("include_name")

    def _has(self, table: Table, *, reflected: bool) -> bool:
        if reflected:
            if not self._looks_into(table.schema):
                return False
            if self._names and not self._names(table.name, "table", _names_of(table)):
                return False
        if not self._objects:
            return True
        own = None if reflected else self._own(table)
        return bool(self._objects(_own_or(own, table), table.name, "table", reflected, None))

    def _looks_into(self, schema: str) -> bool:
        """Whether a table in this schema that no model declares is one too many."""
        if schema == DEFAULT or not self.metadata:
            return True
        if any(each.schema == schema for item in self.metadata for each in item.tables.values()):
            return True
        if not self.options.get("include_schemas"):
            return False
        return not self._names or bool(self._names(schema, "schema", {}))

    def _parts_out(self, theirs: Table, ours: Table) -> set[tuple[str, str]]:
        known = {(_type(part), part.name) for part in _parts(ours)}
        return {
            (_type(part), part.name)
            for part in (*_parts(ours), *_parts(theirs))
            if not self._has_part(theirs, part, reflected=(_type(part), part.name) not in known)
        }

    def _has_part(self, table: Table, part: Part, *, reflected: bool) -> bool:
        kind = _type(part)
        if reflected and self._names and not self._names(part.name, kind, _names_of(table)):
            return False
        if not self._objects:
            return True
        own = None if reflected else self._own(table)
        found = _found(_own_or(own, table), kind, part)
        return bool(self._objects(found, part.name, kind, reflected, None))

    def _own(self, table: Table) -> Any:
        for item in self.metadata:
            for each in item.tables.values():
                if each.name == table.name and (each.schema or DEFAULT) == table.schema:
                    return each
        return None


def _own_or(own: Any, table: Table) -> Any:
    """The models' table, or one like it that says what autogenerate would have read."""
    if own is not None:
        return own
    import sqlalchemy  # noqa: PLC0415 - 500 ms that only a filter needs

    columns: list[Any] = [sqlalchemy.Column(column.name) for column in table.columns]
    schema = None if table.schema == DEFAULT else table.schema
    return sqlalchemy.Table(
        table.name, sqlalchemy.MetaData(), *columns, schema=schema, comment=table.comment
    )


def _found(table: Any, kind: str, part: Part) -> Any:
    import sqlalchemy  # noqa: PLC0415 - as above

    if kind == "column":
        return table.columns.get(part.name, sqlalchemy.Column(part.name))
    held: Iterable[Any] = table.indexes if kind == "index" else table.constraints
    stub = sqlalchemy.Index(part.name) if kind == "index" else sqlalchemy.UniqueConstraint()
    return next((each for each in held if each.name == part.name), stub)


def _names_of(table: Table) -> dict[str, str | None]:
    schema = None if table.schema == DEFAULT else table.schema
    full = f"{schema}.{table.name}" if schema else table.name
    return {"schema_name": schema, "table_name": table.name, "schema_qualified_table_name": full}


def _parts(table: Table) -> Iterable[Part]:
    yield from table.columns
    yield from (index for index in table.indexes if not index.constraint)
    yield from (each for each in table.constraints if each.kind in TYPES)


def _type(part: Part) -> str:
    """As Alembic calls it."""
    return TYPES[part.kind] if isinstance(part, Constraint) else part.KIND


def _without(table: Table, out: set[tuple[str, str]]) -> Table:
    def kept(parts: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(
            part
            for part in parts
            if (isinstance(part, Constraint) and part.kind not in TYPES)
            or (_type(part), part.name) not in out
        )

    if not out:
        return table
    return replace(
        table,
        columns=kept(table.columns),
        indexes=kept(table.indexes),
        constraints=kept(table.constraints),
    )
