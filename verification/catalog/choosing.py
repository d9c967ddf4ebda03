"""The part of a database that lies in the schemas a project calls its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from verification.catalog.model import Catalog


def chosen(catalog: Catalog, schemas: tuple[str, ...]) -> Catalog:
    """The catalog without what lies in other schemas; all of it where none is named."""
    if not schemas:
        return catalog
    kept: dict[str, Any] = {}
    for group in (field.name for field in fields(Catalog) if field.compare):
        things: Iterable[Any] = getattr(catalog, group)
        kept[group] = tuple(thing for thing in things if _lies_in(thing, schemas))
    return replace(catalog, **kept)


def _lies_in(thing: Any, schemas: tuple[str, ...]) -> bool:
    if thing.KIND == "schema":
        return thing.name in schemas
    # An extension serves the whole database, wherever its objects are.
    place = "" if thing.KIND == "extension" else getattr(thing, "schema", "")
    return not place or place in schemas
