"""For programs: the whole report as JSON, with a version that changes when its shape does."""

from __future__ import annotations

import json
from typing import Any

from verification.finding import Finding
from verification.report import Report, Result, key

VERSION = 1


def render(report: Report) -> str:
    """One JSON document; keys are only ever added within a version."""
    document = {
        "version": VERSION,
        "verdict": report.verdict.words,
        "exit_code": report.exit_code,
        "fail_on": report.fail_on,
        "counts": dict(report.counts),
        "context": dict(report.context),
        "evidence": dict(report.evidence),
        "results": [_result(result) for result in report.results],
    }
    return json.dumps(document, indent=2, ensure_ascii=True)


def _result(result: Result) -> dict[str, Any]:
    return {
        "check": result.check.id,
        "severity": result.check.severity,
        "summary": result.check.summary,
        "status": result.status,
        "reason": result.reason,
        "seconds": round(result.seconds, 6),
        "findings": [_finding(result, finding) for finding in result.findings],
        "accepted": dict(result.accepted),
    }


def _finding(result: Result, finding: Finding) -> dict[str, Any]:
    location = finding.location
    return {
        "key": key(result.check, finding),
        "subject": finding.subject,
        "message": finding.message,
        "fix": finding.fix,
        "location": {"file": location.file, "line": location.line} if location else None,
    }
