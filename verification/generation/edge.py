"""Values just inside a rule: exactly at its bound, shortest, longest, the last of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from verification.catalog import Table
from verification.generation.judge import BROKEN, FAILING, Values, judge
from verification.generation.literals import literals
from verification.generation.measure import ROUNDS, Measure, approached, between
from verification.generation.planting import Planting
from verification.generation.pool import fits
from verification.generation.rules import Rule
from verification.generation.solution import Solution
from verification.generation.sqltype import TEXTS, SqlType, read_type, resolve

SHORT = 40  # texts up to this length are shortened letter by letter
MANY = 400  # values that are looked at


def edges(planting: Planting, table: Table, rule: Rule, solution: Solution) -> Iterator[Values]:
    """Values of the solution's columns that fulfil all rules, and from which one step breaks it."""
    told: set[Values] = set()
    for values in _found(planting, table, rule, solution):
        if values not in told:
            told.add(values)
            yield values


def _found(planting: Planting, table: Table, rule: Rule, solution: Solution) -> Iterator[Values]:
    yield from _last_member(rule, solution)
    for place, name in enumerate(solution.columns):
        column = table.column(name)
        if column is None or name not in rule.columns:
            continue
        place_of = _Place(
            planting, table, solution, place, read_type(resolve(planting.catalog, column.type))
        )
        pairs = list(_pairs(rule, solution, place))
        measure = Measure.of(place_of.kind)
        if measure:
            yield from place_of.at_bounds(pairs, measure)
        elif place_of.kind.name in TEXTS and not place_of.kind.array:
            yield from place_of.as_long_as_may_be(pairs)
        elif pairs:
            yield max(pairs, key=_alike).values
    yield from solution.fulfilled[:1]


def _last_member(rule: Rule, solution: Solution) -> Iterator[Values]:
    """The last of the words and of the numbers that the rule lists."""
    told = literals(rule.expression)
    held = {
        text: values
        for values in solution.fulfilled[:MANY]
        for name, text in zip(solution.columns, values, strict=True)
        if text is not None and name in rule.columns
    }
    last = (*told.strings[-1:], *told.numbers[-1:])
    yield from (held[text] for text in last if text in held)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Values that fulfil, and what breaks the rule in one place of theirs."""

    values: Values
    kept: str
    broken: str


def _pairs(rule: Rule, solution: Solution, place: int) -> Iterator[_Pair]:
    """What fulfils beside what breaks, where only this column tells them apart."""
    breaking: dict[Values, list[str]] = {}
    for values in solution.broken.get(rule, ())[:MANY]:
        if (text := values[place]) is not None:
            breaking.setdefault(_without(values, place), []).append(text)
    for values in solution.fulfilled[:MANY]:
        if (kept := values[place]) is not None:
            for broken in breaking.get(_without(values, place), ()):
                yield _Pair(values, kept, broken)


def _alike(pair: _Pair) -> int:
    """How long the two texts are the same."""
    letters = zip(pair.kept, pair.broken, strict=False)
    return sum(1 for _ in takewhile(lambda both: both[0] == both[1], letters))


def _without(values: Values, place: int) -> Values:
    return (*values[:place], *values[place + 1 :])


@dataclass(frozen=True, slots=True)
class _Place:
    """One column of a solution, whose other values stay as they are."""

    planting: Planting
    table: Table
    solution: Solution
    place: int
    kind: SqlType

    def at_bounds(self, pairs: Iterable[_Pair], measure: Measure) -> Iterator[Values]:
        """The nearest pair below and above, brought together until nothing lies between."""
        nearest: dict[bool, tuple[int, int, int, _Pair]] = {}
        for pair in pairs:
            inside, outside = measure.steps(pair.kept), measure.steps(pair.broken)
            if inside is None or outside is None or inside == outside:
                continue
            found = (abs(outside - inside), inside, outside, pair)
            above = outside > inside
            if above not in nearest or found[0] < nearest[above][0]:
                nearest[above] = found
        for _, inside, outside, pair in nearest.values():

            def good(points: list[int], values: Values = pair.values) -> list[bool]:
                return self._good(values, [measure.text(point) for point in points])

            reached = approached(inside, outside, good)
            text = pair.kept if reached == inside else measure.text(reached)
            yield self._having(pair.values, text)

    def as_long_as_may_be(self, pairs: Iterable[_Pair]) -> Iterator[Values]:
        """The shortest text there is, and the longest where a longer one breaks the rule."""
        shortest = min(
            (values for values in self.solution.fulfilled[:MANY] if values[self.place] is not None),
            key=lambda values: len(values[self.place] or ""),
            default=None,
        )
        if shortest is not None:
            yield self._shortened(shortest)
        longer = [pair for pair in pairs if len(pair.broken) > len(pair.kept)]
        if longer:
            nearest = min(longer, key=lambda pair: len(pair.broken) - len(pair.kept))
            yield self._grown(nearest)

    def _shortened(self, values: Values) -> Values:
        text = values[self.place] or ""
        for _ in range(SHORT + ROUNDS):
            if len(text) > SHORT:
                shorter = [text[:size] for size in (*between(0, len(text)), len(text) - 1)]
            else:
                shorter = [text[:n] + text[n + 1 :] for n in range(len(text))]
            good = self._good(values, shorter)
            kept = [text for text, is_good in zip(shorter, good, strict=True) if is_good]
            if not kept:
                break
            text = min(kept, key=len)
        return self._having(values, text)

    def _grown(self, pair: _Pair) -> Values:
        def sized(size: int) -> str:
            return pair.kept + (pair.kept[-1:] or "a") * (size - len(pair.kept))

        size, broken = len(pair.kept), len(pair.broken)
        if self._good(pair.values, [sized(broken)]) == [False]:  # else it is not the length
            size = approached(
                size, broken, lambda sizes: self._good(pair.values, [sized(n) for n in sizes])
            )
        return self._having(pair.values, sized(size))

    def _having(self, values: Values, text: str) -> Values:
        return (*values[: self.place], text, *values[self.place + 1 :])

    def _good(self, values: Values, texts: Sequence[str]) -> list[bool]:
        """Which texts in the place fulfil every rule."""
        rules, planting = self.solution.rules, self.planting
        verdicts = judge(
            planting.cursor,
            planting.catalog,
            self.table,
            self.solution.columns,
            rules,
            [self._having(values, text) for text in texts],
        )
        return [
            fits(self.kind, text)
            and verdict is not None
            and not any(
                outcome in (BROKEN, FAILING)
                for rule, outcome in zip(rules, verdict, strict=True)
                if rule.kind != "helpful"
            )
            for text, verdict in zip(texts, verdicts, strict=True)
        ]
