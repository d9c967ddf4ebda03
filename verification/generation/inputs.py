"""The classes that face input: request bodies and the schemas that stand for a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verification.catalog import Catalog, Table, qualify
from verification.finding import Location
from verification.generation.bodies import body_names
from verification.generation.schemas import (
    column_of,
    described_by,
    is_table,
    root_of,
    schemas_in,
    stands_for,
)
from verification.generation.writing import writes
from verification.project import Application, Model, Models, written

OUTPUT = re.compile(
    r"(Public|Read|Out|Output|Response|Detail|Details|View|List|Page|Summary|Result|Config|Settings"
    r"|Base|Mixin|InDB|Ref|Link|Info)$"
)


@dataclass(frozen=True, slots=True)
class Input:
    """A class whose validation stands between a client and a table."""

    cls: Any  # a pydantic.BaseModel subclass
    model: Model
    columns: Mapping[str, Any]  # field -> sqlalchemy.Column
    location: Location | None
    lines: Mapping[str, int]

    @property
    def name(self) -> str:
        """The class's name."""
        return str(self.cls.__name__)

    def at(self, field: str) -> Location | None:
        """Where the field is written, or at least its class."""
        if self.location is None:
            return self.model.at(field)
        line = self.lines.get(field)
        if line is None and field in self.model.lines:
            return self.model.at(field)
        return Location(self.location.file, line or self.location.line)

    def subject(self, field: str) -> str:
        """The column's full name."""
        return f"{self.model.table_name}.{self.columns[field].name}"


def inputs_of(models: Models, app: Application | None) -> tuple[Input, ...]:
    """What faces input, for each table: request bodies, else schemas by name, else the model."""
    root = root_of(models)
    schemas = [cls for cls in schemas_in(root) if not is_table(cls)]
    bodies = body_names(app)
    found: list[Input] = []
    meant = [
        stands_for(cls, models) or (described_by(cls, models) if cls.__name__ in bodies else None)
        for cls in schemas
    ]
    for model in models.classes:
        own = [cls for cls, its in zip(schemas, meant, strict=True) if its is model]
        if bodies:
            chosen = [cls for cls in own if cls.__name__ in bodies and writes(cls, model)]
            if model.name in bodies:
                chosen.append(model.mapped)
        else:
            chosen = [c for c in own if not OUTPUT.search(c.__name__) and writes(c, model)]
            chosen = chosen or [model.mapped]
        found += [made for cls in chosen if (made := input_of(root, cls, model)).columns]
    return tuple(found)


def input_of(root: Path | None, cls: Any, model: Model) -> Input:
    """A class, and the columns of a table that its fields stand for."""
    location, lines = written(root, cls) if root else (None, {})
    fields: Iterable[str] = getattr(cls, "model_fields", None) or {}
    columns = {name: column for name in fields if (column := column_of(model, name)) is not None}
    if cls is model.mapped:
        columns = {
            name: each for name, each in columns.items() if not _filled_in(model, name, each)
        }
    return Input(cls, model, columns, location, lines)


def _filled_in(model: Model, name: str, column: Any) -> bool:
    """Whether the server fills the field in, so that no client need ever set it."""
    field = model.fields[name]
    if column.primary_key and not field.is_required():
        return True
    return field.default_factory is not None or (
        column.server_default is not None and field.default is None
    )


def table_inputs(models: Models) -> tuple[Input, ...]:
    """The tables' own models, every field of them, whoever fills it in."""
    root = root_of(models)
    found = []
    for model in models.classes:
        location, lines = written(root, model.mapped) if root else (None, {})
        columns = {
            name: each for name in model.fields if (each := column_of(model, name)) is not None
        }
        if columns:
            found.append(Input(model.mapped, model, columns, location, lines))
    return tuple(found)


def table_of(catalog: Catalog, model: Model) -> Table | None:
    """The table of a mapped class, as it is in the database."""
    return catalog.table(qualify(model.table.schema or "public", model.table.name))
