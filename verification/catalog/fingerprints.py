"""A short text that stands for a schema: equal schemas, equal text."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from verification.catalog.comparing.aspects import aspects_of
from verification.catalog.model import Catalog
from verification.catalog.model.catalog import kind_of


def fingerprint(catalog: Catalog) -> str:
    """The SHA-256, in hexadecimal, of everything that takes part in a comparison.

    Equal for equal databases on the same major of PostgreSQL, whatever their oids, the order in
    which their objects were made, and the search path of who reads them.
    """
    content = sorted(
        json.dumps([kind_of(thing), thing.qualified, _plain(thing)]) for thing in catalog.things()
    )
    return sha256("\n".join(content).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if not hasattr(type(value), "__dataclass_fields__"):
        return value
    # Only what departs from the class's own defaults: a field that a later release adds leaves
    # the fingerprint of every schema without it as it was.
    defaults = value.__dataclass_fields__
    parts = {}
    for aspect in aspects_of(value):
        each, default = getattr(value, aspect), defaults[aspect].default
        if each is not default and (each != default or type(each) is not type(default)):
            parts[aspect] = _plain(each)
    return [getattr(value, "name", ""), parts]
