import pytest

from verification.finding import Severity
from verification.report import Report, Result, Status, Verdict, key
from verification.tests.samples import EVERY_STATUS, LOST, finds, report

FAILED, PASSED, SKIPPED, UNKNOWN = EVERY_STATUS


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([PASSED], Verdict.VERIFIED),
        ([PASSED, SKIPPED], Verdict.VERIFIED),
        ([FAILED, PASSED], Verdict.REFUTED),
        ([FAILED, UNKNOWN], Verdict.REFUTED),
        ([PASSED, UNKNOWN], Verdict.COULD_NOT_TELL),
        ([SKIPPED], Verdict.COULD_NOT_TELL),
        ([], Verdict.COULD_NOT_TELL),
    ],
)
def test_the_verdict_and_the_exit_code(results: list[Result], verdict: Verdict) -> None:
    made = report(*results)
    assert made.verdict is verdict
    assert made.exit_code == verdict.value


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        (Severity.NOTE, Severity.WARNING, 0),
        (Severity.WARNING, Severity.WARNING, 1),
        (Severity.ERROR, Severity.WARNING, 1),
        (Severity.WARNING, Severity.ERROR, 0),
        (Severity.NOTE, Severity.NOTE, 1),
    ],
)
def test_only_findings_at_or_above_fail_on_refute(
    severity: Severity, fail_on: Severity, code: int
) -> None:
    result = Result(finds(LOST, severity=severity), Status.FAILED, (LOST,))
    assert report(result, fail_on=fail_on).exit_code == code


def test_what_was_found_before_a_check_lost_sight_counts() -> None:
    result = Result(finds(LOST), Status.UNKNOWN, (LOST,), "the server went away")
    assert report(result).exit_code == 1


def test_counts_name_all_four_statuses() -> None:
    assert report(FAILED, FAILED).counts == {
        Status.PASSED: 0,
        Status.FAILED: 2,
        Status.SKIPPED: 0,
        Status.UNKNOWN: 0,
    }


def test_findings_come_with_their_checks_in_order() -> None:
    assert report(*EVERY_STATUS).findings == ((FAILED.check, LOST),)


def test_words_and_keys() -> None:
    assert Verdict.COULD_NOT_TELL.words == "could not tell"
    assert key(finds(), LOST) == "design/lost-table public.hero"
    assert Report(()).fail_on is Severity.WARNING
