"""What an expression can come to, without asking the database: true, false or NULL."""

from __future__ import annotations

from typing import Any

from sqlglot import errors, parse_one
from sqlglot import expressions as e
from sqlglot.optimizer.simplify import simplify

from verification.generation.interval import covers_everything, number

TRUE, FALSE, NULL = True, False, None
Outcomes = frozenset[bool | None]
ANYTHING: Outcomes = frozenset({TRUE, FALSE, NULL})
LENGTHS = (e.Length, e.ArraySize, e.Abs)


def parse(expression: str) -> Any:
    """The tree of an expression that PostgreSQL printed; None where it cannot be read."""
    try:
        return parse_one(expression, dialect="postgres")
    except (errors.SqlglotError, RecursionError):
        return None


def always_passes(expression: str) -> bool:
    """Whether a check can be seen never to be false; False also where that cannot be told."""
    tree = parse(expression)
    if tree is None:
        return False
    try:
        simple = simplify(tree.copy(), dialect="postgres")
    except Exception:  # noqa: BLE001 - the library may fail on what it has never seen
        simple = tree
    return FALSE not in outcomes(tree) or FALSE not in outcomes(simple)


def bare(tree: Any) -> Any:
    """Without parentheses and casts around it."""
    while isinstance(tree, (e.Paren, e.Cast)):
        tree = tree.this
    return tree


def outcomes(tree: Any) -> Outcomes:  # noqa: PLR0911 - one for each kind of node
    """Everything an expression might come to."""
    tree = bare(tree)
    match tree:
        case e.Boolean():
            return frozenset({bool(tree.this)})
        case e.Null():
            return frozenset({NULL})
        case e.Not():
            return frozenset(NULL if each is NULL else not each for each in outcomes(tree.this))
        case e.And():
            return _combined(tree, decisive=FALSE)
        case e.Or():
            if _excluded_middle(tree) or covers_everything(tree) or _two_absences(tree):
                return _combined(tree, decisive=TRUE) - {FALSE}
            return _combined(tree, decisive=TRUE)
        case e.Is():
            return frozenset({TRUE, FALSE})
        case e.EQ() | e.NEQ() | e.GT() | e.GTE() | e.LT() | e.LTE():
            return _compared(tree)
        case e.In():
            return _listed(tree.expressions, whole=ANYTHING)
    return ANYTHING


def _combined(tree: Any, decisive: bool) -> Outcomes:
    left, right = outcomes(tree.left), outcomes(tree.right)
    found: set[bool | None] = set()
    for one in left:
        for other in right:
            if decisive in (one, other):
                found.add(decisive)
            else:
                found.add(NULL if NULL in (one, other) else not decisive)
    return frozenset(found)


def _excluded_middle(tree: Any) -> bool:
    """`x IS NULL OR x IS NOT NULL` and the like."""
    parts = [bare(part) for part in tree.flatten()]
    texts = {part.sql() for part in parts}
    return any(_negated(part).sql() in texts for part in parts)


def _two_absences(tree: Any) -> bool:
    """`x <> 1 OR x <> 2`: whatever x is, it is not one of them."""
    parts = [bare(part) for part in tree.flatten()]
    absent: dict[str, set[str]] = {}
    for part in parts:
        if isinstance(part, e.NEQ) and isinstance(bare(part.right), e.Literal):
            absent.setdefault(bare(part.left).sql(), set()).add(bare(part.right).sql())
    return any(len(values) > 1 for values in absent.values())


def _negated(part: Any) -> Any:
    if isinstance(part, e.Not):
        return bare(part.this)
    if isinstance(part, e.Is):
        turned = part.copy()
        turned.set("negate", not part.args.get("negate"))
        return turned
    opposite = {e.EQ: e.NEQ, e.NEQ: e.EQ}.get(type(part))
    return opposite(this=part.this, expression=part.expression) if opposite else e.Not(this=part)


def _compared(tree: Any) -> Outcomes:
    left, right = bare(tree.left), bare(tree.right)
    if isinstance(left, e.Null) or isinstance(right, e.Null):
        return frozenset({NULL})
    if isinstance(right, e.Any) and isinstance(tree, e.EQ):
        array = bare(right.this)
        return _listed(getattr(array, "expressions", []), whole=ANYTHING)
    if isinstance(right, e.All) and isinstance(tree, e.NEQ):
        return ANYTHING
    if left.sql() == right.sql() and isinstance(left, e.Column):
        return frozenset({isinstance(tree, (e.EQ, e.GTE, e.LTE)), NULL})
    floor = number(right)
    if floor is not None and _never_negative(left):
        least = (isinstance(tree, e.GTE) and floor <= 0) or (isinstance(tree, e.GT) and floor < 0)
        return frozenset({TRUE, NULL}) if least else ANYTHING
    return ANYTHING


def _never_negative(tree: Any) -> bool:
    tree = bare(tree)
    if isinstance(tree, e.Coalesce):
        return all(map(_never_negative, (tree.this, *tree.expressions)))
    value = number(tree)
    return isinstance(tree, LENGTHS) or (value is not None and value >= 0)


def _listed(values: Any, whole: Outcomes) -> Outcomes:
    """Where NULL is in the list, nothing is ever known not to be."""
    return whole - {FALSE} if any(isinstance(bare(value), e.Null) for value in values) else whole
