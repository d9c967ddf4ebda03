"""For CI servers: JUnit XML, one test suite a family, one test case a check."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as ET

from verification.report import Report, Result, Status

OUTCOME = {Status.FAILED: "failure", Status.UNKNOWN: "error", Status.SKIPPED: "skipped"}


def render(report: Report) -> str:
    """XML in the shape that GitLab, Jenkins and GitHub's reporters read."""
    root = ET.Element("testsuites", name="verification")
    ordered = sorted(report.results, key=lambda result: result.check.id)
    for family, group in groupby(ordered, key=lambda result: result.check.family):
        results = list(group)
        suite = ET.SubElement(root, "testsuite", name=family, tests=str(len(results)))
        for status, name in ((Status.FAILED, "failures"), (Status.UNKNOWN, "errors")):
            suite.set(name, str(sum(result.status is status for result in results)))
        suite.set("skipped", str(sum(result.status is Status.SKIPPED for result in results)))
        suite.set("time", f"{sum(result.seconds for result in results):.3f}")
        for result in results:
            _case(suite, result)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _case(suite: ET.Element, result: Result) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=result.check.family,
        name=result.check.id,
        time=f"{result.seconds:.3f}",
    )
    if result.status is Status.PASSED:
        return
    lines = [f"{finding.subject}: {finding.message}" for finding in result.findings]
    summary = result.reason or f"{len(lines)} found"
    outcome = ET.SubElement(case, OUTCOME[result.status], message=_legal(summary))
    outcome.text = _legal("\n".join(lines) or result.reason)


def _legal(text: str) -> str:
    """XML 1.0 has no place for most control characters, not even escaped."""
    return "".join(
        c if c in "\n\t" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text
    )
