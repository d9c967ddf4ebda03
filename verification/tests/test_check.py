from collections.abc import Iterator

from verification.check import Check, check
from verification.checks.design.unindexed_foreign_key import unindexed_foreign_key
from verification.finding import Finding, Severity
from verification.tests.samples import LOST, finds, named


def test_everything_is_read_off_the_function() -> None:
    found = unindexed_foreign_key
    assert isinstance(found, Check)
    assert found.id == "design/unindexed-foreign-key"
    assert found.family == "design"
    assert found.needs == ("deployed",)
    assert found.summary == "A foreign key has no index that starts with its columns."
    assert found.page.startswith(found.summary)
    assert "```sql bad" in found.page


def test_calling_it_with_its_facts_yields_the_findings() -> None:
    def body(subject: str) -> Iterator[Finding]:
        yield Finding(subject, "seen")

    made = named("data/seen", body, Severity.NOTE)
    assert made.needs == ("subject",)
    assert list(made(subject="x")) == [Finding("x", "seen")]
    assert list(finds(LOST)()) == [LOST]


def test_the_decorator_keeps_the_severity_and_the_function() -> None:
    def body() -> Iterator[Finding]:
        yield LOST

    made = check(Severity.ERROR)(body)
    assert (made.severity, made.body) == (Severity.ERROR, body)


def test_a_function_without_a_docstring_has_an_empty_page() -> None:
    def body() -> Iterator[Finding]:
        yield LOST

    made = named("data/silent", body, Severity.NOTE)
    assert (made.page, made.summary) == ("", "")
