"""What an application offers, in an OpenAPI document: hidden routes and mounted ones included."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

SCHEMAS = "#/components/schemas/"


def described_by(application: Any) -> dict[str, Any] | None:
    """The document of an application, or of what it wraps; None where it makes none."""
    inner = application
    while inner is not None:
        if callable(getattr(inner, "openapi", None)):
            return _document(inner)
        inner = getattr(inner, "app", None)
    return None


def _document(application: Any) -> dict[str, Any]:
    hidden = [each for each in _everything(_routes(application)) if not each.include_in_schema]
    _show(application, hidden, shown=True)
    try:
        document = _plain(application.openapi())
    except Exception:  # what is hidden may be hidden because it cannot be described
        if not hidden:
            raise
        _show(application, hidden, shown=False)
        document = _plain(application.openapi())
    # Where a proxy has it is not where it is.
    document.pop("servers", None)
    for path, mounted in _mounts(_routes(application)):
        _add(document, path, mounted)
    return document


def _plain(document: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(document))
    return plain


def _add(document: dict[str, Any], prefix: str, mounted: dict[str, Any]) -> None:
    """Take in what is mounted at a path, its schemas under names of their own."""
    name = prefix.strip("/").replace("/", "-") + "-"
    moved = json.loads(json.dumps(mounted).replace(SCHEMAS, SCHEMAS + name))
    paths = document.setdefault("paths", {})
    for path, item in (moved.get("paths") or {}).items():
        paths.setdefault(prefix + path, item)
    parts = document.setdefault("components", {})
    for kind, each in (moved.get("components") or {}).items():
        known = parts.setdefault(kind, {})
        for key, value in each.items():
            known.setdefault(name + key if kind == "schemas" else key, value)


def _routes(application: Any) -> Iterable[Any]:
    return getattr(application, "routes", None) or ()


def _mounts(routes: Iterable[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for route in routes:
        inner, path = getattr(route, "app", None), getattr(route, "path", "")
        if callable(getattr(inner, "openapi", None)) and "{" not in path:
            yield path, _document(inner)


def _show(application: Any, hidden: Iterable[Any], *, shown: bool) -> None:
    """Put routes into the document, or keep them out; it is made anew after that."""
    for each in hidden:
        object.__setattr__(each, "include_in_schema", shown)  # some of them are frozen
        application.openapi_schema = None


def _everything(routes: Iterable[Any]) -> Iterator[Any]:
    """What says whether it is in the document: FastAPI's routes, and routers within routers."""
    for route in routes:
        if hasattr(route, "response_model") and hasattr(route, "include_in_schema"):
            yield route
        context, inner = (getattr(route, n, None) for n in ("include_context", "original_router"))
        if context is not None and hasattr(context, "include_in_schema"):
            yield context
        yield from _everything(getattr(inner, "routes", ()))
