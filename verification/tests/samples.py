"""Checks made for a test, with an id, a severity and an outcome of the test's choosing."""

from collections.abc import Callable, Iterator

from verification.check import Check
from verification.finding import Finding, Location, Severity
from verification.report import Report, Result, Status

LOST = Finding("public.hero", "it is lost", "find it", Location("models.py", 7))


def named(name: str, body: Callable[..., Iterator[Finding]], severity: Severity) -> Check:
    """The function as a check, as if it lay in the folder and file of this id."""
    body.__module__ = "kit.checks." + name.replace("/", ".").replace("-", "_")
    return Check(body, severity)


def finds(
    *findings: Finding,
    name: str = "design/lost-table",
    severity: Severity = Severity.WARNING,
    then: BaseException | None = None,
) -> Check:
    """A check that yields these findings and then raises, if it is to."""

    def body() -> Iterator[Finding]:
        """A table is lost.

        For good.
        """
        yield from findings
        if then:
            raise then

    return named(name, body, severity)


def report(*results: Result, fail_on: Severity = Severity.WARNING) -> Report:
    """A report of these results, on a database."""
    return Report(results, fail_on, {"dsn": "postgresql://u:***@h/d"})


EVERY_STATUS = (
    Result(finds(LOST), Status.FAILED, (LOST,), "", 0.25),
    Result(finds(name="design/fine"), Status.PASSED),
    Result(finds(name="neon/wrong-branch"), Status.SKIPPED, reason="not Neon"),
    Result(finds(name="schema/blind"), Status.UNKNOWN, reason="no server"),
)
