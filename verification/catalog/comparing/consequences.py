"""Leave out the differences that merely follow from another one.

One change of a database is to be told once: a dropped column takes its indexes with it, and a
changed type changes how PostgreSQL prints every check that mentions the column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from verification.catalog.comparing.differences import NAME
from verification.catalog.comparing.mentions import Mentions, words
from verification.catalog.comparing.walk import Found
from verification.catalog.model import Index, Table, quote
from verification.catalog.model import Sequence as Counter

Rule = Callable[[Found], bool]


def primary(found: Iterable[Found]) -> Sequence[Found]:
    """The differences that stand for themselves."""
    every = list(found)
    # One after the other: what one rule has left out no longer explains anything to the next.
    for rule in (_in_schema, _with_column, _of_constraint, _of_column, _of_parent, _mentioning):
        if len(every) > 1:
            follows = rule(every)
            every = [each for each in every if not follows(each)]
    return every


def _in_schema(found: list[Found]) -> Rule:
    # A missing schema takes all that is in it with it.
    gone = {
        each.difference.subject
        for each in found
        if each.exists and each.difference.kind == "schema"
    }

    def follows(each: Found) -> bool:
        return each.exists and quote(getattr(each.pair.value, "schema", "")) in gone

    return follows


def _with_column(found: list[Found]) -> Rule:
    # A missing column takes the constraints, indexes and statistics on it with it.
    gone = {
        (each.difference.subject, each.difference.actual)
        for each in found
        if each.exists and each.difference.kind == "column"
    }

    def follows(each: Found) -> bool:
        pair, part = each.pair, each.pair.value
        if not each.exists or pair.kind not in {"constraint", "index", "statistics"}:
            return False
        if pair.whole is None:
            return False
        used = set(map(quote, (*getattr(part, "columns", ()), *getattr(part, "include", ()))))
        used |= words((part.definition, *getattr(part, "expressions", ())))
        state = each.difference.actual
        return any((f"{pair.whole.subject}.{name}", state) in gone for name in used)

    return follows


def _of_constraint(found: list[Found]) -> Rule:
    # The index behind a constraint repeats the constraint.
    told = {
        (each.pair.whole.subject, side.name)
        for each in found
        if each.difference.kind == "constraint" and each.pair.whole is not None
        if each.difference.aspect != "comment"
        for side in each.pair.sides
    }

    def follows(each: Found) -> bool:
        whole = each.pair.whole
        if whole is None or not isinstance(each.pair.value, Index):
            return False
        if each.difference.aspect == "comment":
            return False
        return any((whole.subject, side.constraint) in told for side in each.pair.sides)

    return follows


def _of_column(found: list[Found]) -> Rule:
    # A sequence comes and goes with the column it belongs to, and has its table's owner.
    columns, tables = set(), set()
    for each in found:
        change = each.difference
        if change.kind == "table":
            tables.add((change.subject, change.aspect))
        elif change.kind == "column":
            ends = change.aspect == "default" and "" in {change.expected, change.actual}
            if each.exists or change.aspect == "identity" or ends:
                columns.add(change.subject)

    def follows(each: Found) -> bool:
        if not isinstance(each.pair.value, Counter):
            return False
        aspect = each.difference.aspect
        owners = {side.owned_by for side in each.pair.sides} - {""}
        if owners & columns and (each.exists or aspect == "owned_by"):
            return True
        return any((owner.rpartition(".")[0], aspect) in tables for owner in owners)

    return follows


def _of_parent(found: list[Found]) -> Rule:
    # Partitions and children have what their parent has.
    told = {(each.difference.subject, each.difference.aspect) for each in found}
    subjects = {subject for subject, _ in told}

    def follows(each: Found) -> bool:
        whole, aspect = each.pair.whole, each.difference.aspect
        if whole is None or not isinstance(whole.value, Table):
            return False
        above = {getattr(side, "inherited_from", "") for side in each.pair.sides} - {""}
        if any((parent, aspect) in told or (parent, NAME) in told for parent in above):
            return True
        name = quote(each.pair.value.name)
        parents = {parent for side in whole.sides for parent in side.inherits}
        if any((f"{parent}.{name}", aspect) in told for parent in parents):
            return True
        if (whole.subject, "inherits") in told:
            comes_along = bool(above) or each.difference.kind == "constraint"
            return aspect == "inherited_from" or (each.exists and comes_along)
        return aspect == "inherited_from" and bool(above & subjects)

    return follows


def _mentioning(found: list[Found]) -> Rule:
    # What PostgreSQL prints of an object changes with the names and types that it mentions.
    return Mentions.of(found).explain
