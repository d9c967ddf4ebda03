"""Walk two catalogs side by side and note every aspect in which they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from verification.catalog.comparing.aspects import PARTS, SET_ON_VIEWS, aspects_of, recast, silent
from verification.catalog.comparing.differences import (
    EXISTENCE,
    MISSING,
    NAME,
    ORDER,
    PRESENT,
    Difference,
    shown,
)
from verification.catalog.comparing.platform import platforms_own
from verification.catalog.comparing.renaming import renamed
from verification.catalog.comparing.sameness import Sameness
from verification.catalog.model import Catalog, DefaultPrivileges, View
from verification.catalog.model.catalog import kind_of

THINGS = tuple(field.name for field in fields(Catalog) if field.compare)

Wanted = Callable[[str, str], bool]  # kind and aspect: is anybody interested?


@dataclass(frozen=True, slots=True)
class Pair:
    """The same object on both sides, or None where a side lacks it."""

    kind: str
    subject: str
    expected: Any
    actual: Any
    whole: Pair | None = None  # the table, view, domain ... that it is a part of

    @property
    def value(self) -> Any:
        """The object itself, from whichever side has it."""
        return self.expected if self.expected is not None else self.actual

    @property
    def sides(self) -> tuple[Any, ...]:
        """The object on the sides that have it."""
        return tuple(side for side in (self.expected, self.actual) if side is not None)

    def part(self, expected: Any, actual: Any) -> Pair:
        """A part of this object."""
        part = actual if expected is None else expected
        return Pair(part.KIND, self.value.subject(part), expected, actual, self)


@dataclass(frozen=True, slots=True)
class Found:
    """A difference, and the pair in which it was found."""

    difference: Difference
    pair: Pair

    @property
    def exists(self) -> bool:
        """Whether this is about an object that only one side has."""
        return self.difference.aspect == EXISTENCE


@dataclass(frozen=True, slots=True)
class Walk:
    """How to walk: what counts as the same, and what anybody wants to know."""

    same: Sameness
    wanted: Wanted

    def catalogs(self, expected: Catalog, actual: Catalog) -> Iterator[Found]:
        """Every difference, those that follow from another object's included."""
        for group in THINGS:
            left, right = getattr(expected, group), getattr(actual, group)
            if left is right or left == right:
                continue
            theirs = {(kind_of(thing), thing.qualified): thing for thing in right}
            for thing in left:
                ours = thing
                if isinstance(thing, DefaultPrivileges):
                    ours = replace(thing, role=self.same.role(thing.role))
                key = kind_of(ours), ours.qualified
                yield from self._pair(Pair(*key, ours, theirs.pop(key, None)))
            owners = {self.same.expected_owner, self.same.actual_owner}
            for key, thing in theirs.items():
                if not platforms_own(thing, owners):
                    yield from self._pair(Pair(*key, None, thing))

    def _pair(self, pair: Pair) -> Iterator[Found]:
        left, right = pair.expected, pair.actual
        if left is None or right is None:
            states = (PRESENT, MISSING) if right is None else (MISSING, PRESENT)
            yield from self._found(pair, EXISTENCE, *states)
            return
        if left is right or left == right:
            return
        differing = set()
        for aspect in aspects_of(left):
            mine, yours = getattr(left, aspect), getattr(right, aspect)
            if mine is yours or mine == yours:
                continue
            if aspect in PARTS and pair.whole is None:
                yield from self._parts(aspect, pair)
            elif self.wanted(pair.kind, aspect) and not self.same(pair, aspect, mine, yours):
                differing.add(aspect)
        for aspect in sorted(differing):
            repeats = silent(pair.kind, aspect, differing)
            if not repeats and not recast(aspect, differing, left, right):
                values = shown(getattr(left, aspect)), shown(getattr(right, aspect))
                yield from self._found(pair, aspect, *values)

    def _parts(self, group: str, whole: Pair) -> Iterator[Found]:
        mine = {part.name: part for part in getattr(whole.expected, group)}
        yours = {part.name: part for part in getattr(whole.actual, group)}
        if group == "columns" and isinstance(whole.value, View):
            yield from self._view_columns(whole, mine, yours)
            return
        if group == "columns":
            # Only the columns that both sides have: a missing one is a difference of its own.
            before = tuple(name for name in mine if name in yours)
            after = tuple(name for name in yours if name in mine)
            if before != after:
                yield from self._found(whole, ORDER, shown(before), shown(after))
        lost = [part for name, part in mine.items() if name not in yours]
        gained = [part for name, part in yours.items() if name not in mine]
        for old, new in renamed(lost, gained):
            yield from self._found(whole.part(old, new), NAME, old.name, new.name)
            del mine[old.name], yours[new.name]
        for name, part in mine.items():
            yield from self._pair(whole.part(part, yours.pop(name, None)))
        for part in yours.values():
            yield from self._pair(whole.part(None, part))

    def _view_columns(
        self, whole: Pair, mine: dict[str, Any], yours: dict[str, Any]
    ) -> Iterator[Found]:
        # Which columns a view has follows from its definition.
        for name in mine.keys() & yours.keys():
            for found in self._pair(whole.part(mine[name], yours[name])):
                if found.difference.aspect in SET_ON_VIEWS:
                    yield found

    def _found(self, pair: Pair, aspect: str, expected: str, actual: str) -> Iterator[Found]:
        if self.wanted(pair.kind, aspect):
            yield Found(Difference(pair.subject, pair.kind, aspect, expected, actual), pair)
