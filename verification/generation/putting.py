"""Offer one row to a table: as it is, without its triggers, and with one constraint alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from verification.catalog import Constraint, Table, qualify, quote
from verification.generation import nearmiss
from verification.generation.inside import inside
from verification.generation.judge import FULFILLED, SILENT, judge
from verification.generation.nearmiss import NearMiss
from verification.generation.outcome import Outcome, Row
from verification.generation.planting import Barren, Planting
from verification.generation.rules import Rule
from verification.generation.trial import Verdict


def refused(planting: Planting, table: Table, part: Any, miss: NearMiss) -> tuple[Verdict, str]:
    """Whether the row is refused, and by this constraint."""
    said = ""
    for before in _ways(table, part):
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


def taken(
    planting: Planting, table: Table, part: Any, miss: NearMiss
) -> tuple[Verdict, str, tuple[Row, ...]]:
    """Whether the rows just inside the constraint are let pass, and which of them are."""
    passed: list[Row] = []
    said = ""
    try:
        for row in inside(planting, table, part):
            edge = replace(miss, row=row, question="NULL::boolean")
            for before in _ways(table, part):
                outcome = _rehearse(planting, table, edge, before)
                if outcome.stored is not None:
                    passed.append(row)
                    break
            else:
                own = edge.refused_as_due(outcome)
                if own and _fulfils(planting, table, part, row):
                    return Verdict.DEAD, f"a row that fulfils it is refused: {outcome.message}", ()
                by = f"{outcome.constraint}, " if outcome.constraint else ""
                told = f"{by}{outcome.sqlstate} {outcome.message}"
                # What is equal, or overlaps, only the index knows: then it was no such row.
                said = said if own else f"a row just inside it is refused as {told}"
    except Barren as reason:
        said = str(reason)
    return (
        (Verdict.UNKNOWN, said, ()) if said and not passed else (Verdict.ALIVE, "", tuple(passed))
    )


def _fulfils(planting: Planting, table: Table, part: Any, row: Row) -> bool:
    """Whether PostgreSQL, asked once more, still finds that the row fulfils the rule."""
    if not isinstance(part, Rule):
        return False
    values = tuple(row.get(name) for name in part.columns)
    (verdict,) = judge(planting.cursor, planting.catalog, table, part.columns, [part], [values])
    return verdict in {(FULFILLED,), (SILENT,)}


def _ways(table: Table, part: Any) -> list[tuple[str, ...]]:
    """As it is; then without triggers of the project's; then without the other constraints."""
    quiet = f"ALTER TABLE {qualify(table.schema, table.name)} DISABLE TRIGGER USER"
    alone = () if table.kind == "partitioned" else tuple(_alone(table, part))
    return [(), (quiet,), (quiet, *alone)]


def left_to_the_type(planting: Planting, table: Table, rule: Rule) -> bool:
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
