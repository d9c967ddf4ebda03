"""From the document that the statement gives to the Catalog."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from verification.catalog.model import (
    Catalog,
    DefaultPrivileges,
    EventTrigger,
    Extension,
    Function,
    Other,
    Role,
    Schema,
    Server,
    Setting,
    Unreadable,
)
from verification.catalog.parsing.acl import privileges
from verification.catalog.parsing.parts import ENABLED
from verification.catalog.parsing.relations import relations
from verification.catalog.parsing.rows import Section, Sections, rows
from verification.catalog.parsing.types import types
from verification.catalog.statement import LASTING, PASSING, SEPARATOR

DIGESTED = re.compile(r"[0-9a-f]{64}\Z")


def parse(document: str) -> Catalog:
    """The Catalog that a document describes."""
    lasting, separator, passing = document.partition(SEPARATOR)
    if not separator:
        raise ValueError("the document has no second half; only what STATEMENT gives can be parsed")
    with uncollected():
        return _parsed(json.loads(lasting), json.loads(passing))


def content(document: str) -> str:
    """What stands for all of a document that takes part in a comparison: equal where that is.

    The same of the answer to STATEMENT as of the answer to DIGEST, where the server has done it.
    """
    lasting, _, passing = document.partition(SEPARATOR)
    digest = lasting if DIGESTED.match(lasting) else sha256(lasting.encode()).hexdigest()
    server = _server(json.loads(passing))
    return f"{digest} {server.version_num} {server.owner}"


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing made meanwhile is garbage, and to look for some takes longer than to make it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _parsed(lasting: Sections, passing: Sections) -> Catalog:
    related = relations(lasting, passing)
    own = types(lasting["types"], related.composites)
    return Catalog(
        schemas=tuple(_schemas(lasting["schemas"])),
        tables=related.tables,
        views=related.views,
        sequences=related.sequences,
        enums=own.enums,
        domains=own.domains,
        composites=own.composites,
        ranges=own.ranges,
        functions=tuple(_functions(lasting["functions"])),
        extensions=tuple(Extension(*row) for row in rows(lasting["extensions"])),
        default_privileges=tuple(_default_privileges(lasting["default_privileges"])),
        event_triggers=tuple(_event_triggers(lasting["event_triggers"])),
        others=tuple(sorted((*own.others, *_others(lasting["others"])), key=_place)),
        server=_server(passing),
        role=_role(passing),
        unreadable=tuple(
            Unreadable(f"the last value of sequence {name}", f"SELECT on sequence {name}")
            for name in related.hidden
        ),
    )


def _schemas(section: Section) -> Iterator[Schema]:
    for name, owner, acl, comment in rows(section):
        yield Schema(name, owner, privileges(acl, "schema", owner), comment)


def _functions(section: Section) -> Iterator[Function]:
    for row in rows(section):
        parts: dict[str, Any] = dict(zip(LASTING["functions"], row, strict=True))
        parts["settings"] = tuple(sorted(parts["settings"]))
        parts["privileges"] = privileges(parts.pop("acl"), "function", parts["owner"])
        yield Function(**parts)


def _default_privileges(section: Section) -> Iterator[DefaultPrivileges]:
    for role, schema, objects, acl in rows(section):
        # In one schema only what is granted on top is kept; everywhere, the whole default.
        kind = "" if schema else objects.removesuffix("s")
        yield DefaultPrivileges(role, schema, objects, privileges(acl, kind, role))


def _event_triggers(section: Section) -> Iterator[EventTrigger]:
    for name, event, function, enabled, tags, owner, comment in rows(section):
        yield EventTrigger(
            name, event, function, ENABLED[enabled], tuple(sorted(tags)), owner, comment
        )


def _others(section: Section) -> Iterator[Other]:
    for kind, schema, name, definition, owner, acl, comment in rows(section):
        granted = privileges(acl, kind, owner or "")
        yield Other(kind, schema, name, definition, owner or "", granted, comment)


def _place(other: Other) -> tuple[str, str, str]:
    return other.kind, other.schema, other.name


def _server(passing: Sections) -> Server:
    (row,) = rows(passing["server"])
    facts: dict[str, Any] = dict(zip(PASSING["server"], row, strict=True))
    settings = (facts["settings"] or {}).items()
    facts["settings"] = {name: Setting(*setting) for name, setting in settings}
    facts["stored_settings"] = tuple(tuple(each) for each in facts["stored_settings"] or ())
    return Server(**facts)


def _role(passing: Sections) -> Role:
    (row,) = rows(passing["role"])
    facts: dict[str, Any] = dict(zip(PASSING["role"], row, strict=True))
    facts["memberships"] = tuple(facts["memberships"] or ())
    return Role(**facts)
