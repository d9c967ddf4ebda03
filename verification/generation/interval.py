"""Comparisons with constants as intervals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import expressions as e

INFINITY = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Interval:
    """Everything between two bounds, each of them included or not."""

    low: Decimal = -INFINITY
    high: Decimal = INFINITY
    low_included: bool = True
    high_included: bool = True


def covers_everything(tree: Any) -> bool:
    """Whether the alternatives, comparisons of one term with numbers, leave no number out."""
    found: list[Interval] = []
    terms: set[str] = set()
    for part in tree.flatten():
        compared = comparison(part)
        if compared is None:
            return False
        term, interval = compared
        terms.add(term)
        found.append(interval)
    if len(terms) != 1:
        return False
    found.sort(key=lambda each: (each.low, not each.low_included))
    reached, included = -INFINITY, True
    for each in found:
        gap = each.low > reached or (each.low == reached and not (each.low_included or included))
        if gap and each.low != -INFINITY:
            return False
        if (each.high, each.high_included) > (reached, included) or reached == -INFINITY:
            reached, included = each.high, each.high_included
    return reached == INFINITY


def comparison(tree: Any) -> tuple[str, Interval] | None:
    """The term and its interval, as in `age >= 18`; None where it is nothing of the kind."""
    while isinstance(tree, e.Paren):
        tree = tree.this
    if not isinstance(tree, (e.GT, e.GTE, e.LT, e.LTE, e.EQ)):
        return None
    left, right = number(tree.left), number(tree.right)
    if (left is None) == (right is None):
        return None
    term = tree.right if left is not None else tree.left
    value = left if left is not None else right
    assert value is not None  # noqa: S101 - exactly one of them is a number
    upward = isinstance(tree, (e.GT, e.GTE)) == (right is not None)
    included = isinstance(tree, (e.GTE, e.LTE))
    name = term.sql(dialect="postgres")
    if isinstance(tree, e.EQ):
        return name, Interval(value, value)
    if upward:
        return name, Interval(low=value, low_included=included)
    return name, Interval(high=value, high_included=included)


def number(tree: Any) -> Decimal | None:
    """The value of a numeric constant, through parentheses, casts and signs."""
    sign = 1
    while isinstance(tree, (e.Paren, e.Cast, e.Neg)):
        sign = -sign if isinstance(tree, e.Neg) else sign
        tree = tree.this
    if not isinstance(tree, e.Literal):
        return None
    try:
        return sign * Decimal(tree.this)
    except InvalidOperation:
        return None
