"""The mapped classes: their tables, their Pydantic fields and the lines they stand on."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verification.finding import Location


@dataclass(frozen=True, slots=True)
class Model:
    """One mapped class. `fields` is empty where it is no Pydantic model."""

    mapped: type
    table: Any  # sqlalchemy.Table
    fields: Mapping[str, Any]  # name -> pydantic FieldInfo
    location: Location | None
    lines: Mapping[str, int]

    @property
    def name(self) -> str:
        """The class's name."""
        return self.mapped.__name__

    @property
    def table_name(self) -> str:
        """`schema.table`, as the catalog names it."""
        return f"{self.table.schema or 'public'}.{self.table.name}"

    def at(self, field: str) -> Location | None:
        """Where the field is written, or at least its class."""
        if self.location is None:
            return None
        return Location(self.location.file, self.lines.get(field, self.location.line))


@dataclass(frozen=True, slots=True)
class Models:
    """All tables the code declares, and the classes mapped to them."""

    metadata: tuple[Any, ...]  # sqlalchemy.MetaData
    classes: tuple[Model, ...]

    def of(self, table_name: str) -> Model | None:
        """The class mapped to a table such as `public.hero`."""
        return next((model for model in self.classes if model.table_name == table_name), None)


def collect(root: Path, metadata: Iterable[Any]) -> Models:
    """Every class mapped to a table of these MetaData objects; their modules are imported."""
    from sqlalchemy.orm import Mapper, configure_mappers  # noqa: PLC0415 - 700 ms
    from sqlalchemy.orm.mapper import _all_registries  # noqa: PLC0415

    collections = tuple(metadata)
    configure_mappers()
    tables = {id(table) for item in collections for table in item.tables.values()}
    mappers: set[Mapper[Any]] = {m for registry in _all_registries() for m in registry.mappers}
    found = [_model(root, mapper) for mapper in mappers if id(mapper.local_table) in tables]
    return Models(collections, tuple(sorted(found, key=lambda m: (m.table_name, m.name))))


def _model(root: Path, mapper: Any) -> Model:
    cls = mapper.class_
    fields = getattr(cls, "model_fields", None) or {}
    location, lines = written(root, cls)
    return Model(cls, mapper.local_table, dict(fields), location, lines)


def written(root: Path, cls: type) -> tuple[Location | None, Mapping[str, int]]:
    """Where the class is; the lines of its fields, inherited ones only from the same file."""
    file: Path | None = None
    first: int | None = None
    lines: dict[str, int] = {}
    for base in cls.__mro__:
        try:
            path = Path(inspect.getsourcefile(base) or "").resolve()
            source, start = inspect.getsourcelines(base)
        except (TypeError, OSError):
            continue
        if not path.is_relative_to(root):
            continue
        if file is None:
            file, first = path, start
        if path == file:
            for number, text in enumerate(source, start):
                name, separator, _ = text.strip().partition(":")
                if separator and name.isidentifier():
                    lines.setdefault(name, number)
    if file is None:
        return None, {}
    return Location(file.relative_to(root).as_posix(), first), lines
