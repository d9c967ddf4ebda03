"""For a person at a terminal: findings first, then what could not be seen, then the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from verification.report import Report, Result, Status
from verification.text import plain

MARK = {Status.FAILED: "x", Status.UNKNOWN: "?", Status.SKIPPED: "-", Status.PASSED: "."}


def render(report: Report) -> str:
    """Grouped findings with their fixes, unknowns by reason, skips, one line of verdict."""
    lines: list[str] = []
    for result in report.results:
        if result.findings:
            lines += [*_failed(result), ""]
    lines += _grouped(report, Status.UNKNOWN, "could not look")
    lines += _grouped(report, Status.SKIPPED, "skipped")
    lines += [f"accepted: {plain(key)}: {plain(why)}" for key, why in _accepted(report)]
    return "\n".join([*lines, _verdict(report)])


def _failed(result: Result) -> Iterator[str]:
    yield f"{MARK[Status.FAILED]} {result.check.id} ({result.check.severity})"
    for finding in result.findings:
        place = f" [{finding.location}]" if finding.location else ""
        yield f"    {plain(finding.subject)}: {plain(finding.message)}{plain(place)}"
        if finding.fix:
            yield from (f"        fix: {plain(line)}" for line in finding.fix.splitlines())
    if result.status is Status.UNKNOWN:
        yield f"    ? and then it could not go on: {plain(result.reason)}"
    yield f"    more: verify --explain {result.check.id}"


def _grouped(report: Report, status: Status, title: str) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for result in report.results:
        if result.status is status:
            by_reason.setdefault(result.reason, []).append(result.check.id)
    for reason, ids in by_reason.items():
        yield f"{MARK[status]} {title}: {plain(reason)}"
        yield f"    {', '.join(ids)}"
    if by_reason:
        yield ""


def _accepted(report: Report) -> Iterator[tuple[str, str]]:
    for result in report.results:
        yield from result.accepted.items()


def _verdict(report: Report) -> str:
    counts = ", ".join(f"{number} {status}" for status, number in report.counts.items())
    seconds = sum(result.seconds for result in report.results)
    on = "; ".join(plain(text) for text in report.context.values())
    return f"{report.verdict.words}: {counts} in {seconds:.1f} s" + (f" ({on})" if on else "")
