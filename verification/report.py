"""What a run learnt: one result a check, one verdict for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from verification.check import Check
from verification.finding import Finding, Severity
from verification.picture import Picture


class Status(StrEnum):
    """How a check ended. UNKNOWN is never green: the check could not look."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class Verdict(IntEnum):
    """The answer of a run; the value is the exit code."""

    VERIFIED = 0
    REFUTED = 1
    COULD_NOT_TELL = 2

    @property
    def words(self) -> str:
        """As a person says it."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Result:
    """How one check ended, what it found, and why where it found nothing."""

    check: Check
    status: Status
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    seconds: float = 0.0
    accepted: Mapping[str, str] = field(default_factory=dict)  # finding key -> why it is accepted


@dataclass(frozen=True, slots=True)
class Report:
    """All results of a run, in the order in which the checks ran."""

    results: tuple[Result, ...]
    fail_on: Severity = Severity.WARNING
    context: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)  # what a full verdict is bound to
    picture: Picture = field(default_factory=Picture)  # what can be drawn beside the findings

    @property
    def findings(self) -> tuple[tuple[Check, Finding], ...]:
        """Every finding that nobody accepted, with its check."""
        return tuple(
            (result.check, finding) for result in self.results for finding in result.findings
        )

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many checks ended in which way; all four statuses are present."""
        found = Counter(result.status for result in self.results)
        return {status: found[status] for status in Status}

    @property
    def verdict(self) -> Verdict:
        """Refuted by a finding at or above `fail_on`; verified only if something was looked at."""
        if any(check.severity.rank >= self.fail_on.rank for check, _ in self.findings):
            return Verdict.REFUTED
        if self.counts[Status.UNKNOWN] or not (
            self.counts[Status.PASSED] + self.counts[Status.FAILED]
        ):
            return Verdict.COULD_NOT_TELL
        return Verdict.VERIFIED

    @property
    def exit_code(self) -> int:
        """0 verified, 1 refuted, 2 could not tell; the output format never changes it."""
        return int(self.verdict)


def key(check: Check, finding: Finding) -> str:
    """What identifies a finding across runs: `check-id subject`."""
    return f"{check.id} {finding.subject}"
