"""The parts of relations: columns, constraints, indexes, triggers, policies, rules, statistics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from verification.catalog.model import (
    Column,
    Constraint,
    Index,
    NotNull,
    Policy,
    Rule,
    Statistics,
    Trigger,
    qualify,
    quote,
)
from verification.catalog.parsing.acl import privileges
from verification.catalog.parsing.printing import printed
from verification.catalog.parsing.rows import Section, rows

KINDS = {"p": "primary key", "f": "foreign key", "c": "check", "u": "unique", "x": "exclude"}
ACTIONS = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
ENABLED = {"O": "origin", "D": "disabled", "R": "replica", "A": "always"}
COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
ORDERS = {0: "", 1: "desc nulls last", 2: "nulls first", 3: "desc"}

Names = Sequence[tuple[str, str]]  # schema and name of each relation
Numbers = Mapping[int, Mapping[int, str]]  # of each relation: the column's name by its number


def _parent(names: Names, more: dict[str, Any], depth: int = 2) -> None:
    # A part of a partition names the part of the partitioned table that it belongs to.
    if parent := more.pop("parent", None):
        relation, name = parent
        more["inherited_from"] = qualify(*names[relation][:depth], name)


def columns(section: Section) -> Iterator[tuple[int, Column]]:
    """Every column, with the relation it belongs to."""
    for relation, number, name, type_, nullable, default, more in rows(section):
        if more is None:
            yield relation, Column(name, type_, nullable, default, number=number)
            continue
        if options := more.pop("options", None):
            more["options"] = tuple(sorted(options))
        if (acl := more.pop("acl", None)) is not None:
            more["privileges"] = privileges(acl, "column", "")
        if not_null := more.pop("not_null", None):
            constraint, validated, no_inherit = not_null
            more["not_null"] = NotNull(constraint, validated, no_inherit)
        yield relation, Column(name, type_, nullable, default, number=number, **more)


def constraints(
    section: Section, names: Names, numbers: Numbers
) -> Iterator[tuple[int, Constraint]]:
    """Every constraint, with the relation it belongs to."""
    for relation, name, kind, keys, definition, target, far, actions, more in rows(section):
        own = numbers[relation]
        local = tuple(sorted(own[key] for key in keys or ())) if kind == "c" else ()
        parts: dict[str, Any] = more or {}
        _parent(names, parts)
        if kind == "f":
            if target is not None:
                parts["references"] = qualify(*names[target])
                there = numbers[target]
                parts["referenced_columns"] = tuple(there[key] for key in far)
            parts["on_delete"] = ACTIONS[actions[0]]
            parts["on_update"] = ACTIONS[actions[1]]
        elif kind == "u" and definition:
            parts["nulls_not_distinct"] = definition.startswith("UNIQUE NULLS NOT DISTINCT")
        # The number 0 stands for an expression, which only EXCLUDE can have.
        listed = local or tuple(own.get(key, "") for key in keys or ())
        said = definition or printed(KINDS[kind], listed, parts)
        yield relation, Constraint(name, KINDS[kind], listed, said, **parts)


def indexes(
    section: Section, names: Names, numbers: Numbers, opclasses: Mapping[int, str]
) -> Iterator[tuple[int, Index]]:
    """Every index, with the relation it belongs to."""
    for relation, name, told, keys, count, *facts, classes, more in rows(section):
        method, unique, primary, constraint = facts
        own = numbers[relation]
        listed = tuple(own.get(key, "") for key in keys)
        definition = told or (
            f"CREATE UNIQUE INDEX {quote(name)} ON {qualify(*names[relation])}"
            f" USING {method} ({', '.join(map(quote, listed))})"
        )
        parts: dict[str, Any] = more or {}
        if parts:
            _parent(names, parts, 1)
            for key in ("expressions", "collations", "statistics"):
                if key in parts:
                    parts[key] = tuple(parts[key])
            if "options" in parts:
                parts["options"] = tuple(sorted(parts["options"]))
            if "orders" in parts:
                parts["orders"] = tuple(ORDERS[order & 3] for order in parts["orders"])
        yield (
            relation,
            Index(
                name,
                definition,
                listed[:count],
                method,
                unique,
                primary,
                constraint or "",
                include=listed[count:],
                opclasses=tuple(opclasses[oid] for oid in classes),
                **parts,
            ),
        )


def triggers(section: Section, names: Names) -> Iterator[tuple[int, Trigger]]:
    """Every trigger, with the relation it belongs to."""
    for relation, name, definition, enabled, function, comment, parent in rows(section):
        more = {"parent": parent}
        _parent(names, more)
        trigger = Trigger(name, definition, ENABLED[enabled], function, comment, **more)
        yield relation, trigger


def policies(section: Section) -> Iterator[tuple[int, Policy]]:
    """Every policy, with the table it belongs to."""
    for relation, name, command, permissive, roles, using, check, comment in rows(section):
        listed = tuple(sorted(roles))
        yield (
            relation,
            Policy(name, COMMANDS[command], permissive, listed, using, check, comment),
        )


def rules(section: Section) -> Iterator[tuple[int, Rule]]:
    """Every rule, with the relation it belongs to."""
    for relation, name, definition, enabled, comment in rows(section):
        yield relation, Rule(name, definition, ENABLED[enabled], comment)


def statistics(section: Section) -> Iterator[tuple[int, Statistics]]:
    """Every extended statistics object, with the relation it belongs to."""
    for relation, *values in rows(section):
        yield relation, Statistics(*values)
