"""What a CHECK leaves of a single column: an interval, lengths, a set, patterns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import expressions as e

from verification.generation.interval import INFINITY, Interval, comparison
from verification.generation.logic import bare, parse

EVERYTHING = Interval()


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The values of one column that some checks leave; wider than the truth where one is opaque."""

    interval: Interval = EVERYTHING
    shortest: int = 0
    longest: int | None = None
    choices: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


def narrowed(expressions: Iterable[str], column: str) -> Narrowed:
    """Everything that can be read off the checks about this column alone."""
    found = Narrowed()
    for expression in expressions:
        for part in _conjuncts(parse(expression)):
            found = _with(found, part, column)
    return found


def _conjuncts(tree: Any) -> Iterator[Any]:
    tree = bare(tree)
    if isinstance(tree, e.And):
        yield from _conjuncts(tree.left)
        yield from _conjuncts(tree.right)
    elif isinstance(tree, e.Between):
        yield e.GTE(this=tree.this, expression=tree.args["low"])
        yield e.LTE(this=tree.this, expression=tree.args["high"])
    elif tree is not None:
        yield tree


def _with(found: Narrowed, part: Any, column: str) -> Narrowed:
    compared = comparison(part)
    if compared is not None:
        subject = bare(part.left if not isinstance(bare(part.left), e.Literal) else part.right)
        if _is(subject, column):
            return replace(found, interval=both(found.interval, compared[1]))
        if isinstance(subject, e.Length) and _is(bare(subject.this), column):
            return _of_length(found, compared[1])
    if isinstance(part, e.In) and _is(bare(part.this), column):
        return replace(found, choices=_texts(part.expressions))
    if isinstance(part, e.EQ) and isinstance(part.right, e.Any) and _is(bare(part.left), column):
        array = bare(part.right.this)
        return replace(found, choices=_texts(getattr(array, "expressions", ())))
    if isinstance(part, e.RegexpLike) and _is(bare(part.this), column):
        return replace(found, patterns=(*found.patterns, bare(part.expression).this))
    return found


def _is(tree: Any, column: str) -> bool:
    return isinstance(tree, e.Column) and tree.name == column


def _of_length(found: Narrowed, lengths: Interval) -> Narrowed:
    low, high = lengths.low, lengths.high
    shortest = 0 if low == -INFINITY else int(low) + (not lengths.low_included)
    longest = None if high == INFINITY else int(high) - (not lengths.high_included)
    known = [size for size in (found.longest, longest) if size is not None]
    return replace(
        found, shortest=max(found.shortest, shortest), longest=min(known) if known else None
    )


def both(one: Interval, other: Interval) -> Interval:
    """What lies in both intervals."""
    low, low_included = max((one.low, not one.low_included), (other.low, not other.low_included))
    high, high_included = min((one.high, one.high_included), (other.high, other.high_included))
    return Interval(low, high, not low_included, high_included)


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    found = [bare(value) for value in values]
    return tuple(value.this for value in found if isinstance(value, e.Literal))
