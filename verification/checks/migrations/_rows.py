"""What the checks that need rows have in common."""

from __future__ import annotations

from collections.abc import Iterable

from verification.checks.migrations._walking import whole
from verification.finding import Location, Unknown
from verification.rehearsal import Rehearsal
from verification.revisions import Direction, Walk


def place(walk: Walk, revision: str, name: str) -> Location | None:
    """The first statement of a revision that names something, else its first one."""
    step = walk.step(revision, Direction.UP)
    statements = step.statements if step else ()
    named = [each.location for each in statements if name in each.text]
    return next(iter(named), statements[0].location if statements else None)


def told(rehearsed: Iterable[Rehearsal], walk: Walk) -> None:
    """Raise Unknown where a table that a revision touches could be given no rows."""
    whole(walk)
    for rehearsal in rehearsed:
        if rehearsal.stopped:
            raise Unknown(f"{rehearsal.revision} cannot be run on rows here: {rehearsal.stopped}")
        step = walk.step(rehearsal.revision, Direction.UP)
        touched = {lock.table for each in (step.statements if step else ()) for lock in each.locks}
        for table, reason in (rehearsal.barren or {}).items():
            if table in touched:
                raise Unknown(f"no rows could be made for {table}: {reason}")
