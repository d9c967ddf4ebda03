"""Enums, domains, composite types, ranges and base types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from verification.catalog.model import (
    Column,
    Composite,
    Domain,
    DomainConstraint,
    Enum,
    Other,
    Range,
    quote,
)
from verification.catalog.parsing.acl import privileges
from verification.catalog.parsing.rows import Section, rows


class Types(NamedTuple):
    """The types by their kind."""

    enums: tuple[Enum, ...]
    domains: tuple[Domain, ...]
    composites: tuple[Composite, ...]
    ranges: tuple[Range, ...]
    others: tuple[Other, ...]


def types(section: Section, attributes: Mapping[tuple[str, str], tuple[Column, ...]]) -> Types:
    """Every type that the project defines itself."""
    enums, domains, composites, ranges, others = [], [], [], [], []
    for schema, name, kind, owner, acl, comment, parts in rows(section):
        rest: dict[str, Any] = {
            "owner": owner,
            "privileges": privileges(acl, "type", owner),
            "comment": comment,
        }
        if kind == "e":
            enums.append(Enum(schema, name, tuple(parts or ()), **rest))
        elif kind == "d":
            checks = tuple(DomainConstraint(*each) for each in parts.pop("constraints") or ())
            domains.append(Domain(schema, name, **parts, constraints=checks, **rest))
        elif kind == "c":
            composites.append(Composite(schema, name, attributes.get((schema, name), ()), **rest))
        elif kind == "r":
            ranges.append(Range(schema, name, **parts, **rest))
        else:
            word = "shell type" if kind == "shell" else "base type"
            others.append(Other(word, schema, quote(name), parts or "", **rest))
    return Types(tuple(enums), tuple(domains), tuple(composites), tuple(ranges), tuple(others))
