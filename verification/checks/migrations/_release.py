"""What the checks of the release now running have in common."""

from __future__ import annotations

from verification.finding import Location
from verification.revisions import Direction, Walk


def where(walk: Walk, name: str) -> tuple[str, Location | None]:
    """The last watched revision with a statement that names something, and its place."""
    for step in reversed(walk.steps):
        if step.direction is Direction.UP and step.revision in walk.watched:
            for statement in step.statements:
                if name in statement.text:
                    return step.revision, statement.location
    return "", None
