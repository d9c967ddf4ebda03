"""Parts of a table that differ in their name alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from verification.catalog.model import Constraint, Index, Policy, Rule, Trigger, quote

# A column is not among them: two with the same type need not be the same.
RENAMEABLE = (Constraint, Index, Trigger, Policy, Rule)


def renamed(lost: Sequence[Any], gained: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Pairs of a lost and a gained part that are alike in everything but the name."""
    left = list(gained)
    for old in lost:
        alike = [new for new in left if _alike(old, new)]
        if len(alike) == 1:
            left.remove(alike[0])
            yield old, alike[0]


def _alike(old: Any, new: Any) -> bool:
    if not isinstance(old, RENAMEABLE):
        return False
    changes: dict[str, Any] = {"name": new.name}
    if isinstance(old, Index) and isinstance(new, Index) and old.constraint and new.constraint:
        changes["constraint"] = new.constraint
    if isinstance(old, Index | Trigger | Rule):
        # The statement begins with the name: CREATE INDEX name ON, CREATE TRIGGER name AFTER.
        names = f" {quote(old.name)} ", f" {quote(new.name)} "
        changes["definition"] = old.definition.replace(*names, 1)
    return bool(replace(old, **changes) == new)
