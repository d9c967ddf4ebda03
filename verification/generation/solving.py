"""What was found for the columns of each table of a database, and in which order it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from verification.catalog import Catalog, Column, Table
from verification.generation.literals import Literals, literals
from verification.generation.outcome import Outcome
from verification.generation.rules import Rule, columns_in, rules_of
from verification.generation.solution import Solution, groups, solve

Fixed = Callable[[Iterable[str]], Mapping[str, list[str]]]
"""The only values that some of these columns may hold."""


class Barren(Exception):
    """No valid row could be made; the message says why."""


@dataclass(slots=True)
class Solving:
    """The solutions of every table that was asked for, and which of their values come next."""

    catalog: Catalog
    cursor: Any
    _solutions: dict[str, list[Solution]] = field(default_factory=dict)
    _turns: dict[tuple[str, int], int] = field(default_factory=dict)

    def solutions(self, table: Table, fixed: Fixed) -> list[Solution]:
        """For each group of columns that rules tie together. Raises Barren."""
        if table.qualified in self._solutions:
            return self._solutions[table.qualified]
        rules = (*rules_of(self.catalog, table), *self._routes(table))
        found = [
            self.search(table, columns, ruled, fixed(columns) if ruled else {})
            for columns, ruled in groups(table, rules)
        ]
        self._solutions[table.qualified] = found
        return found

    def search(
        self,
        table: Table,
        columns: tuple[str, ...],
        rules: tuple[Rule, ...],
        fixed: Mapping[str, list[str]] | None = None,
    ) -> Solution:
        """Values for some columns under these rules alone."""
        hints = Literals()
        for partition in self.catalog.tables:
            if partition.partition_bound and table.qualified in partition.inherits:
                hints += literals(partition.partition_bound)
        return solve(self.cursor, self.catalog, table, columns, rules, fixed or {}, hints)

    def values(self, table: Table, place: int, number: int) -> Mapping[str, str | None]:
        """What the row of this number has in the columns of one solution."""
        solution = self._solutions[table.qualified][place]
        turn = self._turns.get((table.qualified, place), 0)
        found = solution.fulfilled[(number + turn) % len(solution.fulfilled)]
        return dict(zip(solution.columns, found, strict=True))

    def turn(self, table: Table, outcome: Outcome) -> None:
        """Other values next time: in the columns of the constraint that refused, else in all."""
        named = {
            column
            for constraint in table.constraints
            if constraint.name == outcome.constraint
            for column in constraint.columns
        }
        named |= {
            column
            for index in table.indexes
            if index.name == outcome.constraint
            for text in (*index.columns, *index.expressions)
            if text
            for column in columns_in(table, text)
        }
        for place, solution in enumerate(self._solutions[table.qualified]):
            if not named or named & set(solution.columns):
                key = (table.qualified, place)
                self._turns[key] = self._turns.get(key, 0) + 1

    def _routes(self, table: Table) -> list[Rule]:
        if table.kind != "partitioned":
            return []
        self.cursor.execute(
            "SELECT pg_get_partition_constraintdef(inhrelid) FROM pg_inherits"
            " WHERE inhparent = %s::regclass",
            (table.qualified,),
        )
        bounds = [bound for (bound,) in self.cursor.fetchall()]
        if not bounds:
            raise Barren("it is partitioned and has no partition")
        if None in bounds:
            return []
        text = " OR ".join(f"({bound})" for bound in bounds)
        return [Rule("its partitions", "route", f"({text}) IS TRUE", columns_in(table, text))]


def column_of(table: Table, name: str) -> Column:
    """A column that is there. Raises Barren."""
    found = table.column(name)
    if found is None:
        raise Barren(f"{table.qualified} has no column {name}")
    return found
