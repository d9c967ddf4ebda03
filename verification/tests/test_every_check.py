"""One demand, made of every check: its page has examples, and they come out as it says."""

import pytest

from verification.check import Check
from verification.databases import Server
from verification.engine import discover
from verification.report import Status
from verification.testing import Example, examples, verdict

CHECKS = discover()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_has_a_page_with_a_bad_and_a_good_example(check: Check) -> None:
    """A check without an executable bad example can pass while blind."""
    assert check.summary.endswith(".")
    assert {example.verdict for example in examples(check)} == {"bad", "good"}


@pytest.mark.parametrize(
    "example", [example for check in CHECKS for example in examples(check)], ids=str
)
def test_example(example: Example, disposable_server: Server) -> None:
    """A bad example is found, a good one is left in peace; neither is merely skipped."""
    result = verdict(example, disposable_server)
    expected = Status.FAILED if example.verdict == "bad" else Status.PASSED
    assert (result.status, result.reason) == (expected, ""), result.findings
