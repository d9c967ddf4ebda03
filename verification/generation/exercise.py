"""Try every constraint of a schema: does it refuse the row that violates nothing else?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from verification.catalog import Constraint, Index, Table, qualify, quote
from verification.generation import nearmiss
from verification.generation.copying import copied
from verification.generation.nearmiss import NearMiss
from verification.generation.orphan import orphans
from verification.generation.planting import Barren, Planting
from verification.generation.putting import left_to_the_type, refused, taken
from verification.generation.rules import Rule, references, rules_of
from verification.generation.scratch import Scratch
from verification.generation.trial import Trial, Verdict
from verification.telling import tell


def exercise(scratch: Scratch) -> Iterator[Trial]:
    """Try every constraint of every table on a copy of the schema."""
    tables = [
        table
        for table in scratch.catalog.tables
        if table.kind != "foreign" and not table.partition_bound
    ]
    with copied(scratch) as planting:
        for number, table in enumerate(tables, 1):
            tell(f"{table.qualified} {number}/{len(tables)}")
            yield from _table(planting, table)


def _table(planting: Planting, table: Table) -> Iterator[Trial]:
    if swallowing := [
        r for r in table.rules if "INSTEAD NOTHING" in r.definition and "ON INSERT" in r.definition
    ]:
        name = quote(swallowing[0].name)
        message = f"the rule {name} makes every INSERT store nothing and report no error"
        fix = f"DROP RULE {name} ON {table.qualified}"
        yield Trial(table.qualified, Verdict.DEAD, message, fix, table=table)
        return
    try:
        planting.row(table, 0)
    except Barren as reason:
        named = dict(_constraints(table, rules_of(planting.catalog, table)))
        yield from (Trial(subject, Verdict.UNKNOWN, str(reason)) for subject in named)
        return
    seen: set[str] = set()
    for subject, part in _constraints(table, rules_of(planting.catalog, table)):
        if subject not in seen:  # a domain is tried once a table at most
            seen.add(subject)
            trial = _try(planting, table, subject, part)
            yield replace(trial, table=table, name=getattr(part, "constraint", "") or part.name)


def _constraints(table: Table, rules: Iterable[Rule]) -> Iterator[tuple[str, Any]]:
    """Everything that a table demands: the subject, and the part of the catalog."""
    for column in table.columns:
        if not column.nullable and not column.generated:
            yield table.subject(column), column
    yield from ((rule.subject, rule) for rule in rules if rule.kind in {"check", "domain"})
    owners = {each.name: each for each in table.constraints}
    for index in table.indexes:
        owner = owners.get(index.constraint)
        if index.unique or (owner and owner.kind == "exclude"):
            yield table.subject(owner or index), index
    yield from ((table.subject(key), key) for key in references(table))


def _near_misses(planting: Planting, table: Table, part: Any) -> Iterator[NearMiss]:
    match part:
        case Rule():
            return nearmiss.breaking(planting, table, part)
        case Index() if part.unique:
            return nearmiss.repeating(planting, table, part)
        case Index():
            return nearmiss.colliding(planting, table, part)
        case Constraint():
            return nearmiss.dangling(planting, table, part)
    return nearmiss.without_value(planting, table, part)


def _try(planting: Planting, table: Table, subject: str, part: Any) -> Trial:
    from verification.generation.logic import always_passes  # noqa: PLC0415 - sqlglot, 100 ms

    last = ""
    try:
        for near_miss in _near_misses(planting, table, part):
            verdict, last = refused(planting, table, part, near_miss)
            if verdict is Verdict.ALIVE and orphans(planting, table, part):
                message = f"a row of {part.references} can be deleted though rows refer to it"
                fix = f"ALTER TABLE {part.references} ENABLE TRIGGER ALL"
                return Trial(subject, Verdict.DEAD, message, fix, near_miss)
            if verdict is Verdict.DEAD:
                return Trial(subject, verdict, last, _fix(table, part), near_miss)
            if verdict is Verdict.ALIVE:
                verdict, last, rows = taken(planting, table, part, near_miss)
                fix = _fix(table, part) if verdict is Verdict.DEAD else ""
                return Trial(subject, verdict, last, fix, near_miss, rows)
    except Barren as reason:
        last = str(reason)
    if isinstance(part, Rule) and left_to_the_type(planting, table, part):
        return Trial(subject, Verdict.ALIVE)
    if isinstance(part, Rule) and always_passes(part.expression):
        message = f"no row can ever violate it: ({part.expression}) is never false"
        return Trial(subject, Verdict.DEAD, message, _fix(table, part))
    return Trial(subject, Verdict.UNKNOWN, last or "the search found no row that violates only it")


def _fix(table: Table, part: Any) -> str:
    name = qualify(table.schema, table.name)
    match part:
        case Rule():
            return f"ALTER TABLE {name} DROP CONSTRAINT {quote(part.name)}, and add one that bites"
        case Index():
            return f"REINDEX INDEX CONCURRENTLY {qualify(table.schema, part.name)}"
        case Constraint():
            return f"ALTER TABLE {name} ENABLE TRIGGER ALL"
    return f"ALTER TABLE {name} ALTER COLUMN {quote(part.name)} SET NOT NULL"
