"""The project's Pydantic classes: which there are, and for which table each of them stands."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from inspect import getmro
from pathlib import Path
from typing import Any

from verification.project import Model, Models

DECORATION = re.compile(
    r"^(DB|Db|SQL|Sql|ORM|Orm)(?=[A-Z])|(?<=[a-z0-9])(Model|ORM|Orm|DB|Db|Entity|Table|Row|Record)$"
)
"""What tells a mapped class from the schemas beside it."""


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
    named = [model for model in models.classes if _named_after(cls.__name__, model.name)]
    for model in sorted(named, key=lambda model: -len(model.name)):
        if _shared(cls, model):
            return model
    kin = [model for model in models.classes if _common_base(cls, model.mapped)]
    return kin[0] if len(kin) == 1 and _shared(cls, kin[0]) else None


def _named_after(name: str, model: str) -> bool:
    """`HeroCreate` of `Hero`, and of `HeroModel`."""
    plain = DECORATION.sub("", model) or model
    return name.startswith(model) or any(
        re.search(rf"(?:^|[a-z0-9]){re.escape(each)}(?=[A-Z]|$)", name) for each in {model, plain}
    )


def described_by(cls: Any, models: Models) -> Model | None:
    """The only model that has a column for each of a class's several fields, whatever its name."""
    fields = list(getattr(cls, "model_fields", {}))
    fitting = [
        model
        for model in models.classes
        if all(column_of(model, name) is not None for name in fields)
    ]
    return fitting[0] if len(fitting) == 1 and len(fields) > 1 else None


def column_of(model: Model, name: str) -> Any:
    """The column that an attribute of a model is kept in; None where it is none, or several."""
    mapped: Any = model.mapped
    attribute = mapped.__mapper__.attrs.get(name)
    columns: Any = getattr(attribute, "columns", ())
    return columns[0] if len(columns) == 1 else None


def _shared(cls: Any, model: Model) -> bool:
    names = set(getattr(cls, "model_fields", {}))
    return any(column_of(model, name) is not None for name in names)


def _common_base(cls: Any, mapped: Any) -> bool:
    return any(
        base in mapped.__mro__ and getattr(base, "model_fields", None)
        for base in getmro(cls)
        if base is not cls and base.__module__.partition(".")[0] not in {"pydantic", "sqlmodel"}
    )


def _file(cls: Any) -> Path:
    module = sys.modules.get(cls.__module__)
    return Path(getattr(module, "__file__", None) or "/").resolve()


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
