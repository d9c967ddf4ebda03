"""Try every constraint of a schema: does it refuse the row that violates nothing else?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from verification.catalog import Constraint, Index, Table, qualify, quote
from verification.databases.session import connect
from verification.generation import nearmiss
from verification.generation.nearmiss import NearMiss
from verification.generation.orphan import orphans
from verification.generation.outcome import Outcome
from verification.generation.planting import Barren, Planting, references
from verification.generation.rules import Rule, rules_of
from verification.generation.scratch import Scratch

STATEMENT_TIMEOUT = 20_000


class Verdict(StrEnum):
    """What trying a constraint showed."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Trial:
    """One constraint, tried."""

    subject: str
    verdict: Verdict
    message: str = ""
    fix: str = ""
    near_miss: NearMiss | None = None


def exercise(scratch: Scratch) -> Iterator[Trial]:
    """Try every constraint of every table on a copy of the schema."""
    with scratch.clone() as dsn, closing(connect(dsn)) as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT}")
            planting = Planting(scratch.catalog, cursor)
            for table in scratch.catalog.tables:
                if table.kind != "foreign" and not table.partition_bound:
                    yield from _table(planting, table)
        connection.rollback()


def _table(planting: Planting, table: Table) -> Iterator[Trial]:
    if swallowing := [
        r for r in table.rules if "INSTEAD NOTHING" in r.definition and "ON INSERT" in r.definition
    ]:
        name = quote(swallowing[0].name)
        message = f"the rule {name} makes every INSERT store nothing and report no error"
        yield Trial(
            table.qualified, Verdict.DEAD, message, f"DROP RULE {name} ON {table.qualified}"
        )
        return
    try:
        planting.row(table, 0)
    except Barren as reason:
        named = dict(_constraints(table, rules_of(planting.catalog, table)))
        yield from (Trial(subject, Verdict.UNKNOWN, str(reason)) for subject in named)
        return
    seen: set[str] = set()
    for subject, make in _constraints(table, rules_of(planting.catalog, table)):
        if subject not in seen:  # a domain is tried once a table at most
            seen.add(subject)
            yield _try(planting, table, subject, make)


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
            verdict, last = _put(planting, table, part, near_miss)
            if verdict is Verdict.ALIVE and orphans(planting, table, part):
                message = f"a row of {part.references} can be deleted though rows refer to it"
                fix = f"ALTER TABLE {part.references} ENABLE TRIGGER ALL"
                return Trial(subject, Verdict.DEAD, message, fix, near_miss)
            if verdict is Verdict.ALIVE:
                return Trial(subject, verdict, near_miss=near_miss)
            if verdict is Verdict.DEAD:
                return Trial(subject, verdict, last, _fix(table, part), near_miss)
    except Barren as reason:
        last = str(reason)
    if isinstance(part, Rule) and _left_to_the_type(planting, table, part):
        return Trial(subject, Verdict.ALIVE)
    if isinstance(part, Rule) and always_passes(part.expression):
        message = f"no row can ever violate it: ({part.expression}) is never false"
        return Trial(subject, Verdict.DEAD, message, _fix(table, part))
    return Trial(subject, Verdict.UNKNOWN, last or "the search found no row that violates only it")


def _put(planting: Planting, table: Table, part: Any, miss: NearMiss) -> tuple[Verdict, str]:
    """As it is; then without triggers of the project's; then without the other constraints."""
    name = qualify(table.schema, table.name)
    quiet = (f"ALTER TABLE {name} DISABLE TRIGGER USER",)
    said = ""
    alone = () if table.kind == "partitioned" else tuple(_alone(table, part))
    for before in ((), quiet, (*quiet, *alone)):
        if before == () and not miss.alone:
            continue
        outcome = _rehearse(planting, table, miss, before)
        if miss.refused_as_due(outcome) or _has_no_place(table, miss, outcome):
            return Verdict.ALIVE, ""
        if outcome.stored is not None and outcome.extra is not False:
            return Verdict.DEAD, "a row that violates it is accepted"
        if outcome.swallowed and not before:
            return Verdict.DEAD, "a row that violates it is dropped without an error"
        if outcome.refused:
            by = f"{outcome.constraint}, " if outcome.constraint else ""
            said = f"its violation is refused as {by}{outcome.sqlstate} {outcome.message}"
    return Verdict.UNKNOWN, said


def _left_to_the_type(planting: Planting, table: Table, rule: Rule) -> bool:
    """Whether what breaks the rule does not even fit into the column, as in a length check."""
    wide = replace(
        table,
        columns=tuple(
            replace(column, type=column.type.partition("(")[0])
            if column.name in rule.columns and column.type.startswith(("char", "numeric"))
            else column
            for column in table.columns
        ),
    )
    if wide == table:
        return False
    for solution in planting.search(wide, rule.columns, (rule,)):
        for values in solution.broken.get(rule, ())[:1]:
            row = {**planting.fresh(table), **dict(zip(solution.columns, values, strict=True))}
            outcome = _rehearse(planting, table, NearMiss(row, nearmiss.CHECK), ())
            return outcome.sqlstate in {"22001", "22003"}
    return False


def _has_no_place(table: Table, miss: NearMiss, outcome: Outcome) -> bool:
    """No partition takes a NULL in the partition key, which comes before NOT NULL."""
    unrouted = outcome.sqlstate == nearmiss.CHECK and not outcome.constraint
    return table.kind == "partitioned" and miss.sqlstate == nearmiss.NOT_NULL and unrouted


def _rehearse(planting: Planting, table: Table, miss: NearMiss, before: tuple[str, ...]) -> Outcome:
    planting.cursor.execute("SAVEPOINT rehearsal")
    outcome = planting.insert(table, miss.row, question=miss.question, before=before)
    planting.cursor.execute("ROLLBACK TO SAVEPOINT rehearsal; RELEASE SAVEPOINT rehearsal")
    return outcome


def _alone(table: Table, part: Any) -> Iterator[str]:
    """Statements that leave a table with this one constraint, and what that rests on."""
    name = qualify(table.schema, table.name)
    kept = {part.name, getattr(part, "constraint", "")}
    rests = isinstance(part, Constraint) and part.references == table.qualified
    for constraint in table.constraints:
        if constraint.name not in kept and not (rests and constraint.kind != "check"):
            yield f"ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {quote(constraint.name)} CASCADE"
    for index in table.indexes:
        if index.unique and not (index.constraint or rests or index.name in kept):
            yield f"DROP INDEX {qualify(table.schema, index.name)}"


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
