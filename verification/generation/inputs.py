"""The classes that face input: request bodies and the schemas that stand for a table."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import getmro
from pathlib import Path
from typing import Any

from verification.catalog import Catalog, Table, qualify
from verification.finding import Location
from verification.project import Application, Model, Models
from verification.project.models import _written as written

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
    for model in models.classes:
        own = [cls for cls in schemas if stands_for(cls, models) is model]
        if bodies:
            chosen = [cls for cls in own if cls.__name__ in bodies]
            if model.name in bodies:
                chosen.append(model.mapped)
        else:
            chosen = [cls for cls in own if not OUTPUT.search(cls.__name__)]
            chosen = chosen or [model.mapped]
        found += [made for cls in chosen if (made := input_of(root, cls, model)).columns]
    return tuple(found)


def root_of(models: Models) -> Path | None:
    """The project's folder, read off the files of its models."""
    for model in models.classes:
        if model.location is not None:
            path = Path(inspect.getsourcefile(model.mapped) or "").resolve()
            return Path(str(path).removesuffix(model.location.file))
    return None


def schemas_in(root: Path | None) -> list[Any]:
    """Every Pydantic class that was imported from the project's files."""
    if root is None or "pydantic" not in sys.modules:
        return []
    from pydantic import BaseModel  # noqa: PLC0415 - 150 ms

    found: dict[int, Any] = {}
    waiting: list[Any] = [BaseModel]
    while waiting:
        for cls in waiting.pop().__subclasses__():
            if id(cls) not in found:
                found[id(cls)] = cls
                waiting.append(cls)
    mine = [cls for cls in found.values() if _file(cls).is_relative_to(root)]
    # A module that was imported again has left its first classes behind.
    current = [cls for cls in mine if _found_again(cls)]
    return sorted(current, key=lambda cls: (cls.__module__, cls.__qualname__))


def _found_again(cls: Any) -> bool:
    """Whether its module still holds it under its name."""
    place: Any = sys.modules.get(cls.__module__)
    for name in cls.__qualname__.split("."):
        place = getattr(place, name, None)
    return place is cls


def is_table(cls: Any) -> bool:
    """Whether it is mapped to a table."""
    return hasattr(cls, "__mapper__") or hasattr(cls, "__table__")


def stands_for(cls: Any, models: Models) -> Model | None:
    """The mapped class whose rows a schema describes: by name, and by the fields they share."""
    named = [
        model
        for model in models.classes
        if re.search(rf"(?:^|[a-z0-9]){re.escape(model.name)}(?=[A-Z]|$)", cls.__name__)
        or cls.__name__.startswith(model.name)
    ]
    for model in sorted(named, key=lambda model: -len(model.name)):
        if _shared(cls, model):
            return model
    kin = [model for model in models.classes if _common_base(cls, model.mapped)]
    return kin[0] if len(kin) == 1 and _shared(cls, kin[0]) else None


def body_names(app: Application | None) -> frozenset[str]:
    """The names of the classes that the application's request bodies are made of."""
    describe = getattr(app.asgi, "openapi", None) if app else None
    if not callable(describe):
        return frozenset()
    document = describe()
    parts = document.get("components", {}).get("schemas", {})
    found: set[str] = set()
    waiting = [
        name
        for methods in document.get("paths", {}).values()
        for operation in methods.values()
        if isinstance(operation, dict)
        for name in _references(operation.get("requestBody", {}))
    ]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(parts.get(name, {}))
    return frozenset(name.removesuffix("-Input").rsplit("__", 1)[-1] for name in found)


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rsplit("/", 1)[-1]
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def input_of(root: Path | None, cls: Any, model: Model) -> Input:
    """A class, and the columns of a table that its fields stand for."""
    location, lines = written(root, cls) if root else (None, {})
    fields: Iterable[str] = getattr(cls, "model_fields", None) or {}
    columns = {name: column for name in fields if (column := _column(model, name)) is not None}
    if cls is model.mapped:
        columns = {
            name: each for name, each in columns.items() if not _filled_in(model, name, each)
        }
    return Input(cls, model, columns, location, lines)


def _column(model: Model, name: str) -> Any:
    mapped: Any = model.mapped
    attribute = mapped.__mapper__.attrs.get(name)
    columns: Any = getattr(attribute, "columns", ())
    return columns[0] if len(columns) == 1 else None


def _filled_in(model: Model, name: str, column: Any) -> bool:
    """Whether the server fills the field in, so that no client need ever set it."""
    field = model.fields[name]
    if column.primary_key and not field.is_required():
        return True
    return field.default_factory is not None or (
        column.server_default is not None and field.default is None
    )


def _shared(cls: Any, model: Model) -> bool:
    names = set(getattr(cls, "model_fields", {}))
    return any(_column(model, name) is not None for name in names)


def _common_base(cls: Any, mapped: Any) -> bool:
    return any(
        base in mapped.__mro__ and getattr(base, "model_fields", None)
        for base in getmro(cls)
        if base is not cls and base.__module__.partition(".")[0] not in {"pydantic", "sqlmodel"}
    )


def _file(cls: Any) -> Path:
    module = sys.modules.get(cls.__module__)
    return Path(getattr(module, "__file__", None) or "/").resolve()


def table_inputs(models: Models) -> tuple[Input, ...]:
    """The tables' own models, every field of them, whoever fills it in."""
    root = root_of(models)
    found = []
    for model in models.classes:
        location, lines = written(root, model.mapped) if root else (None, {})
        columns = {
            name: each for name in model.fields if (each := _column(model, name)) is not None
        }
        if columns:
            found.append(Input(model.mapped, model, columns, location, lines))
    return tuple(found)


def sources(models: Models) -> Iterator[str]:
    """The text of every module of the project that was imported."""
    root = root_of(models)
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if root and file and Path(file).resolve().is_relative_to(root):
            yield source_of(module)


def source_of(thing: Any) -> str:
    """The text of the file that a class or module was written in; empty where there is none."""
    try:
        return Path(inspect.getsourcefile(thing) or "").read_text(encoding="utf-8")
    except (TypeError, OSError, UnicodeDecodeError):
        return ""


def table_of(catalog: Catalog, model: Model) -> Table | None:
    """The table of a mapped class, as it is in the database."""
    return catalog.table(qualify(model.table.schema or "public", model.table.name))
