"""For code scanning: SARIF 2.1.0 with stable fingerprints, as GitHub accepts it."""

from __future__ import annotations

import hashlib
import json
from importlib import metadata
from typing import Any
from urllib.parse import quote

from verification.check import Check
from verification.finding import Finding
from verification.report import Report, Result, Status, key
from verification.text import plain

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# A database object has no line; code scanning demands one, and this is where the project says what
# is to be verified.
NOWHERE = "pyproject.toml"
LONGEST = 1000  # letters of a description; GitHub takes 1,024


def render(report: Report) -> str:
    """One run; what could not be looked at is a notification, so it is not read as clean."""
    checks = [result.check for result in report.results]
    index = {check.id: number for number, check in enumerate(checks)}
    unknown = [result for result in report.results if result.status is Status.UNKNOWN]
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "verification-kit",
                        "version": metadata.version("verification-kit"),
                        "rules": [_rule(check) for check in checks],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not unknown,
                        "exitCode": report.exit_code,
                        "toolExecutionNotifications": [_notification(each) for each in unknown],
                    }
                ],
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(check, index[check.id], finding) for check, finding in report.findings
                ],
            }
        ],
    }
    return json.dumps(document, indent=2)


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "name": "".join(word.capitalize() for word in check.id.split("/")[1].split("-")),
        "shortDescription": {"text": check.summary},
        "fullDescription": {"text": " ".join(check.page.partition("```")[0].split())[:LONGEST]},
        "help": {"text": check.page, "markdown": check.page},
        "defaultConfiguration": {"level": check.severity},
        "properties": {"tags": [check.family]},
    }


def _result(check: Check, index: int, finding: Finding) -> dict[str, Any]:
    fix = f"\n\nFix: {finding.fix}" if finding.fix else ""
    text = f"{plain(finding.subject)}: {plain(finding.message)}{fix}"
    place = finding.location
    return {
        "ruleId": check.id,
        "ruleIndex": index,
        "level": check.severity,
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(place.file) if place else NOWHERE},
                    "region": {"startLine": (place.line if place else None) or 1},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.subject}],
            }
        ],
        "partialFingerprints": {
            "verification/v1": hashlib.sha256(key(check, finding).encode()).hexdigest()
        },
    }


def _notification(result: Result) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": f"{result.check.id} could not look: {plain(result.reason)}"},
        "associatedRule": {"id": result.check.id},
    }
