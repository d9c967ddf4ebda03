"""Which classes the application's request bodies are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from verification.project import Application


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
