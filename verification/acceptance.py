"""Findings that a project lives with: set aside, each for its written reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from verification.config import Acceptance
from verification.report import Result, Status, key


def settle(result: Result, accept: Sequence[Acceptance]) -> Result:
    """The result with its accepted findings set aside; passed where nothing else was found."""
    reasons = {entry.key: entry.reason for entry in accept if not expired(entry)}
    accepted = {
        name: reasons[name]
        for finding in result.findings
        if (name := key(result.check, finding)) in reasons
    }
    left = tuple(f for f in result.findings if key(result.check, f) not in accepted)
    cleared = result.status is Status.FAILED and not left
    status = Status.PASSED if cleared else result.status
    return replace(result, findings=left, accepted=accepted, status=status)


def expired(entry: Acceptance) -> bool:
    """Whether the acceptance's last day is over (in UTC)."""
    return entry.until is not None and entry.until < datetime.now(UTC).date()
