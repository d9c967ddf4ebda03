"""Complete, valid rows in a scratch database: their parents first, whatever the cycles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from verification.catalog import Catalog, Constraint, Table
from verification.generation.moving import moving
from verification.generation.outcome import Insert, Outcome, Row
from verification.generation.rules import Rule, references, writable
from verification.generation.solution import Solution
from verification.generation.solving import Barren, Solving, column_of

__all__ = ["Barren", "Planting"]

ATTEMPTS, FEW = 40, 8
DEEPEST = 40


@dataclass(slots=True)
class Planting:
    """The rows planted so far in one open transaction, and how to make more."""

    catalog: Catalog
    cursor: Any
    rows: dict[str, list[Row]] = field(default_factory=dict)
    _solving: Solving = field(init=False)
    _drafts: dict[str, dict[str, str | None]] = field(default_factory=dict)
    _barren: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What is found for the columns of a table is kept."""
        self._solving = Solving(self.catalog, self.cursor)

    def row(self, table: Table, number: int = 0) -> Row:
        """The row of this number, planted if it is not there yet. Raises Barren."""
        planted = self.rows.setdefault(table.qualified, [])
        while len(planted) <= number:
            planted.append(self._plant(table, len(planted)))
        return planted[number]

    def fresh(self, table: Table) -> dict[str, str | None]:
        """A valid row unlike those planted so far. Raises Barren."""
        return self.draft(table, max(2, len(self.rows.get(table.qualified, ()))))

    def draft(self, table: Table, number: int) -> dict[str, str | None]:
        """A valid row that is not planted, though its parents are. Raises Barren."""
        if reason := self._barren.get(table.qualified):
            raise Barren(reason)
        solutions = self._solved(table, number)
        row: dict[str, str | None] = {}
        keys = self._referenced(table)
        for place, solution in enumerate(solutions):
            if not solution.fulfilled:
                if all(column_of(table, name).default for name in solution.columns):
                    continue  # what the search cannot make the database can
                names = ", ".join(rule.name for rule in solution.rules)
                raise Barren(f"no values fulfil {names or ', '.join(solution.columns)}")
            row.update(self._solving.values(table, place, number))
        for column in writable(table):
            ruled = any(column.name in each.columns and each.rules for each in solutions)
            if moving(column) and not ruled and not (keys and column.name in keys):
                row.pop(column.name, None)
        self._drafts[table.qualified] = row
        try:
            self._refer(table, row, number)
        finally:
            self._drafts.pop(table.qualified, None)
        return row

    def insert(self, table: Table, row: Row, **more: Any) -> Outcome:
        """Try one row in a savepoint, which is kept only if the row was stored."""
        self.cursor.execute("SAVEPOINT row")
        outcome = Insert(table, row, **more).run(self.cursor)
        end = "ROLLBACK TO SAVEPOINT row; " if outcome.refused else ""
        self.cursor.execute(f"{end}RELEASE SAVEPOINT row")
        return outcome

    def attempted(self, table: Table, make: Callable[[], Row]) -> Outcome:
        """Insert what is made; where that is taken already, once more with other values."""
        outcome = Outcome()
        for _ in range(FEW):
            outcome = self.insert(table, make())
            if not outcome.refused:
                break
            self._solving.turn(table, outcome)
        return outcome

    def _plant(self, table: Table, number: int) -> Row:
        outcome = Outcome()
        for _ in range(ATTEMPTS):
            row = self.draft(table, number)
            # While a cycle of tables is open, what is deferred stays so until it closes.
            outcome = self.insert(table, row, deferred=bool(self._drafts))
            if outcome.stored is not None:
                return outcome.stored
            if outcome.swallowed:
                break
            self._solving.turn(table, outcome)
        reason = (
            "an INSERT stores nothing and says nothing"
            if outcome.swallowed
            else f"a row that should be valid is refused: {outcome.message} ({outcome.sqlstate})"
        )
        if not self.rows[table.qualified]:
            self._barren[table.qualified] = reason
        raise Barren(reason)

    def free(self, table: Table, rule: Rule) -> Iterator[Solution]:
        """The values for the columns of a rule, whatever they refer to: checks come first."""
        for solution in self._solved(table, 0):
            if rule in solution.rules:
                yield solution
                if any(set(key.columns) & set(solution.columns) for key in references(table)):
                    yield self._solving.search(table, solution.columns, solution.rules)

    def search(
        self, table: Table, columns: tuple[str, ...], rules: tuple[Rule, ...]
    ) -> Iterator[Solution]:
        """Values for some columns under these rules alone."""
        yield self._solving.search(table, columns, rules)

    def solutions(self, table: Table) -> list[Solution]:
        """What the search found for the columns of a table."""
        return self._solved(table, 0)

    def _solved(self, table: Table, number: int) -> list[Solution]:
        return self._solving.solutions(table, lambda names: self._fixed(table, names, number))

    def _fixed(self, table: Table, columns: Iterable[str], number: int) -> dict[str, list[str]]:
        """Columns under rules that also refer to rows may only hold what is there (or NULL)."""
        found: dict[str, list[str]] = {}
        for key in references(table):
            parent = self.catalog.table(key.references)
            if parent is None or not set(key.columns) & set(columns):
                continue
            if parent is table or parent.qualified in self._drafts:
                own = [name for name in key.columns if column_of(table, name).nullable]
                found.update({name: [] for name in own})
                continue
            rows = [self.row(parent, n) for n in range(max(3, number + 1))]
            for name, theirs in zip(key.columns, key.referenced_columns, strict=True):
                values = [row[theirs] for row in rows]
                found[name] = [value for value in dict.fromkeys(values) if value is not None]
        return found

    def _referenced(self, table: Table) -> frozenset[str]:
        """What deferrable keys of others, or of its own, refer to: known before it is inserted."""
        return frozenset(
            name
            for other in self.catalog.tables
            for key in references(other)
            if key.references == table.qualified and (key.deferrable or other is table)
            for name in key.referenced_columns
        )

    def _refer(self, table: Table, row: dict[str, str | None], number: int) -> None:
        ruled = {
            name
            for solution in self._solved(table, number)
            if solution.rules
            for name in solution.columns
        }
        settled = set(ruled)
        for key in sorted(references(table), key=lambda key: -len(key.columns)):
            if set(key.columns) <= ruled:
                continue
            values = self._parent(table, key, number)
            row.update({name: text for name, text in values.items() if name not in settled})
            settled |= set(values)

    def _parent(self, table: Table, key: Constraint, number: int) -> Mapping[str, str | None]:
        """The values of one foreign key: those of a row that is there, else NULL."""
        parent = self.catalog.table(key.references)
        shared = {n for k in references(table) if k is not key for n in k.columns}
        nullable = [name for name in key.columns if column_of(table, name).nullable]
        nothing = dict.fromkeys([n for n in nullable if n not in shared] or nullable)
        if parent is None:
            return nothing
        pairs = list(zip(key.columns, key.referenced_columns, strict=True))
        if parent.qualified in self._drafts:  # itself, or a table that waits for this one
            if nullable:
                return nothing
            draft = self._drafts[parent.qualified]
            if missing := [theirs for _, theirs in pairs if draft.get(theirs) is None]:
                raise Barren(f"{key.name} closes a cycle over {', '.join(missing)}")
            return {ours: draft[theirs] for ours, theirs in pairs}
        if len(self._drafts) > DEEPEST:
            raise Barren("its references go too deep")
        try:
            found = self.row(parent, number)
        except Barren as reason:
            planted = self.rows.get(parent.qualified)
            if not planted and nullable:
                return nothing
            if not planted:
                raise Barren(f"{parent.qualified}: {reason}") from None
            found = planted[number % len(planted)]
        return {ours: found[theirs] for ours, theirs in pairs}
