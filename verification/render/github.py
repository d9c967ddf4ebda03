"""For a GitHub Actions log: one annotation a finding, at its file and line where it has one."""

from __future__ import annotations

from verification.finding import Severity
from verification.report import Report, Status

COMMAND = {Severity.NOTE: "notice", Severity.WARNING: "warning", Severity.ERROR: "error"}


def render(report: Report) -> str:
    """Workflow commands, and the verdict as a last plain line."""
    lines = []
    for check, finding in report.findings:
        place = finding.location
        properties = {"title": check.id}
        if place:
            properties |= {"file": place.file, "line": str(place.line or 1)}
        fix = f"\nfix: {finding.fix}" if finding.fix else ""
        text = f"{finding.subject}: {finding.message}{fix}"
        lines.append(_command(COMMAND[check.severity], properties, text))
    lines += [
        _command("error", {"title": result.check.id}, f"could not look: {result.reason}")
        for result in report.results
        if result.status is Status.UNKNOWN
    ]
    return "\n".join([*lines, report.verdict.words])


def _command(name: str, properties: dict[str, str], text: str) -> str:
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {shown}::{_data(text)}"


# Source: actions/toolkit, packages/core/src/command.ts (escapeData, escapeProperty).
def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
