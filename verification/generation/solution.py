"""Values for columns that some rules tie together: those that fulfil all, those that break one."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from math import prod
from typing import Any

from verification.catalog import Catalog, Table
from verification.generation.judge import BROKEN, FAILING, FULFILLED, Values, judge
from verification.generation.literals import Literals, literals
from verification.generation.pool import pool
from verification.generation.rules import Rule, writable
from verification.generation.sqltype import FRACTIONS, INTEGERS, TEXTS, TIMES, read_type, resolve

CANDIDATES = 3000
ROUNDS = 3
CERTAIN = {*INTEGERS, *FRACTIONS, *TEXTS, *TIMES, "boolean", "uuid", "bytea", "jsonb", "json"}


@dataclass(slots=True)
class Solution:
    """What was found for one group of columns."""

    columns: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    fulfilled: list[Values] = field(default_factory=list)
    broken: dict[Rule, list[Values]] = field(default_factory=dict)  # exactly this rule
    also_broken: dict[Rule, list[Values]] = field(default_factory=dict)  # and others
    failing: dict[Rule, list[Values]] = field(default_factory=dict)
    unhelpful: dict[Values, int] = field(default_factory=dict)  # helpful rules they do not fulfil


def groups(table: Table, rules: Iterable[Rule]) -> list[tuple[tuple[str, ...], tuple[Rule, ...]]]:
    """The writable columns, together where a rule names them together."""
    place = {column.name: {column.name} for column in writable(table)}
    kept = [rule for rule in rules if rule.columns]
    for rule in kept:
        merged: set[str] = set().union(*(place[name] for name in rule.columns))
        place.update(dict.fromkeys(merged, merged))
    found: dict[int, set[str]] = {id(members): members for members in place.values()}
    order = [column.name for column in writable(table)]
    return [
        (
            tuple(name for name in order if name in members),
            tuple(rule for rule in kept if rule.columns[0] in members),
        )
        for members in found.values()
    ]


def solve(
    cursor: Any,
    catalog: Catalog,
    table: Table,
    columns: tuple[str, ...],
    rules: tuple[Rule, ...],
    fixed: Mapping[str, Sequence[str]],
    hints: Literals,
) -> Solution:
    """Search the candidates of the columns; `fixed` are the values of those that refer to rows."""
    solution = Solution(columns, rules)
    pools: list[list[str | None]] = []
    for name in columns:
        column = table.column(name)
        assert column is not None  # noqa: S101 - the names are the table's own
        told = hints
        for rule in rules:
            if name in rule.columns:
                told += literals(rule.expression)
        found = fixed[name] if name in fixed else pool(catalog, column.type, told)
        pools.append([*found, *([None] if column.nullable or not found else [])])
    kind = read_type(resolve(catalog, _type(table, columns[0])))
    if not rules and len(columns) == 1 and not kind.array and kind.name in CERTAIN:
        solution.fulfilled = [(value,) for value in pools[0]]
        return solution
    seen: set[Values] = set()
    candidates = _first(pools)
    for turn in range(ROUNDS):
        fresh = [each for each in candidates if each not in seen]
        seen.update(fresh)
        verdicts = judge(cursor, catalog, table, columns, rules, fresh)
        _sort(solution, fresh, verdicts)
        if _complete(solution):
            break
        candidates = _nearby(pools, fresh, verdicts, random.Random(turn))  # noqa: S311 - a repeatable search
    # Values come before NULL; otherwise the order of the candidates is kept.
    unhelpful = solution.unhelpful
    solution.fulfilled.sort(
        key=lambda values: (unhelpful.get(values, 0), sum(value is None for value in values))
    )
    return solution


def _type(table: Table, name: str) -> str:
    column = table.column(name)
    return column.type if column else ""


def _first(pools: Sequence[Sequence[str | None]]) -> list[Values]:
    if prod(map(len, pools)) <= CANDIDATES:
        return list(product(*pools))
    chance = random.Random(0)  # noqa: S311 - a repeatable search
    narrow = list(islice(product(*(values[:4] for values in pools)), CANDIDATES // 4))
    rest = [tuple(map(chance.choice, pools)) for _ in range(CANDIDATES - len(narrow))]
    return list(dict.fromkeys([*narrow, *rest]))


def _sort(
    solution: Solution, candidates: Sequence[Values], verdicts: Sequence[tuple[int, ...] | None]
) -> None:
    for values, verdict in zip(candidates, verdicts, strict=True):
        if verdict is None:
            continue
        demanded = [
            (rule, outcome)
            for rule, outcome in zip(solution.rules, verdict, strict=True)
            if rule.kind != "helpful"
        ]
        broken = [rule for rule, outcome in demanded if outcome == BROKEN]
        failing = [rule for rule, outcome in demanded if outcome == FAILING]
        if not broken and not failing:
            solution.fulfilled.append(values)
            solution.unhelpful[values] = sum(
                outcome != FULFILLED
                for rule, outcome in zip(solution.rules, verdict, strict=True)
                if rule.kind == "helpful"
            )
        elif len(broken) == 1 and not failing:
            solution.broken.setdefault(broken[0], []).append(values)
        elif failing:
            solution.failing.setdefault(failing[0], []).append(values)
        else:
            for rule in broken:
                solution.also_broken.setdefault(rule, []).append(values)


def _complete(solution: Solution) -> bool:
    demanded = [rule for rule in solution.rules if rule.kind != "helpful"]
    return bool(solution.fulfilled) and all(rule in solution.broken for rule in demanded)


def _nearby(
    pools: Sequence[Sequence[str | None]],
    candidates: Sequence[Values],
    verdicts: Sequence[tuple[int, ...] | None],
    chance: random.Random,
) -> list[Values]:
    """Variations of the candidates that break or fail the fewest rules, but some."""
    ranked = sorted(
        (sum(outcome in (BROKEN, FAILING) for outcome in verdict), number)
        for number, verdict in enumerate(verdicts)
        if verdict is not None
    )
    best = [candidates[number] for _, number in ranked[:60]] or list(candidates[:60])
    varied = []
    for _ in range(CANDIDATES):
        if not best:
            break
        values = list(chance.choice(best))
        for place in chance.sample(range(len(pools)), k=min(len(pools), chance.choice((1, 1, 2)))):
            values[place] = chance.choice(pools[place])
        varied.append(tuple(values))
    return list(dict.fromkeys(varied))
