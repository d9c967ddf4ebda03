"""For a job summary or a pull request: the verdict, the findings, what could not be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from verification.drawing import choose, flowchart
from verification.finding import Finding, Severity
from verification.report import Report, Status, Verdict
from verification.text import plain

SIGN = {Verdict.VERIFIED: "✅", Verdict.REFUTED: "❌", Verdict.COULD_NOT_TELL: "❔"}
MARK = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "🛈"}
MOST = 12  # tables in the diagram; of more of them, one would see only lines
ROOM = 60_000  # GitHub refuses a comment of more than 65,536 characters


def render(report: Report) -> str:
    """GitHub-flavoured Markdown; everything from outside is code or escaped."""
    counts = ", ".join(f"{number} {status}" for status, number in report.counts.items() if number)
    lines = [f"## {SIGN[report.verdict]} {report.verdict.words}", "", counts, ""]
    lines += [f"- {code(text)}" for text in report.context.values()]
    lines += _diagram(report)
    end: list[str] = []
    for status, title in ((Status.UNKNOWN, "Could not look"), (Status.SKIPPED, "Skipped")):
        end += _reasons(report, status, title)
    return "\n".join([*lines, *_findings(report, ROOM - _size([*lines, *end])), *end])


def _findings(report: Report, room: int) -> Iterator[str]:
    """Every finding under its check, as long as there is room."""
    told = 0
    for result in report.results:
        lines = ["", f"### {MARK[result.check.severity]} {result.check.id}", ""]
        lines.append(result.check.summary)
        for finding in result.findings:
            lines += _finding(finding)
            room -= _size(lines)
            if room < 0:
                left = len(report.findings) - told
                yield from ("", f"And {left} more; another format tells them all.")
                return
            yield from lines
            lines, told = [], told + 1


def _size(lines: list[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _diagram(report: Report) -> list[str]:
    """The tables that findings are about and their neighbours, where they are few enough."""
    chosen = choose(report.picture, report.findings, MOST)
    if not chosen.marks or any(box.name in chosen.marks for box in chosen.listed):
        return []
    return ["", "```mermaid", *flowchart(chosen), "```"]


def _finding(finding: Finding) -> Iterator[str]:
    place = f" ({code(str(finding.location))})" if finding.location else ""
    yield ""
    yield f"- {code(finding.subject)} {escape(finding.message)}{place}"
    if finding.fix:
        yield from ("", *(f"      {line}" for line in plain_lines(finding.fix)))


def _reasons(report: Report, status: Status, title: str) -> Iterator[str]:
    results = [result for result in report.results if result.status is status]
    if results:
        yield from ("", f"<details><summary>{title}: {len(results)}</summary>", "")
        yield from (f"- {result.check.id}: {escape(result.reason)}" for result in results)
        yield from ("", "</details>")


def plain_lines(text: str) -> list[str]:
    """The lines of a fix, each safe to print."""
    return [plain(line) for line in text.splitlines()]


def code(text: str) -> str:
    """A code span, however many backticks are in the text."""
    shown = plain(text)
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def escape(text: str) -> str:
    """Text in which nothing is markup, a mention or a link."""
    shown = re.sub(r"([\\`*_{}\[\]<>()+!|~&-])", r"\\\1", plain(text))
    return re.sub(r"([@#])(?=\w)", r"\1<!-- -->", shown)  # no mention, no issue number
