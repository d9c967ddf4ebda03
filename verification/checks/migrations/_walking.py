"""What the checks of a walk have in common."""

from __future__ import annotations

from verification.finding import Unknown
from verification.revisions import Walk


def whole(walk: Walk) -> None:
    """Raise Unknown where the walk did not get to the end, so that silence is never green."""
    if walk.stopped:
        raise Unknown(f"{walk.stopped}, so this and what follows could not be looked at")
