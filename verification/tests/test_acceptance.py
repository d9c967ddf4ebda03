from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from verification.acceptance import expired, settle
from verification.config import Acceptance
from verification.report import Result, Status
from verification.tests.samples import LOST, finds

KEY = "design/lost-table public.hero"
FAILED = Result(finds(LOST), Status.FAILED, (LOST,))


def test_an_accepted_finding_is_set_aside_with_its_reason() -> None:
    settled = settle(FAILED, [Acceptance(KEY, "known since spring")])
    assert settled.status is Status.PASSED
    assert settled.findings == ()
    assert settled.accepted == {KEY: "known since spring"}


def test_the_other_findings_stay_and_still_fail() -> None:
    other = replace(LOST, subject="public.villain")
    settled = settle(replace(FAILED, findings=(LOST, other)), [Acceptance(KEY, "known")])
    assert settled.status is Status.FAILED
    assert settled.findings == (other,)


@pytest.mark.parametrize(
    "key", ["design/lost-table public.her", "design/lost-table", "design/other public.hero"]
)
def test_only_the_exact_key_accepts(key: str) -> None:
    assert settle(FAILED, [Acceptance(key, "a typing error")]) == FAILED


def test_an_expired_acceptance_accepts_nothing() -> None:
    past = Acceptance(KEY, "for a while", datetime.now(UTC).date() - timedelta(days=1))
    assert settle(FAILED, [past]) == FAILED


def test_the_last_day_still_counts() -> None:
    today = datetime.now(UTC).date()
    assert not expired(Acceptance(KEY, "x", today + timedelta(days=1)))
    # Midnight may have passed since.
    assert not expired(Acceptance(KEY, "x", today)) or datetime.now(UTC).date() != today
    assert not expired(Acceptance(KEY, "x"))


def test_accepting_everything_does_not_make_an_unknown_green() -> None:
    blind = replace(FAILED, status=Status.UNKNOWN, reason="no server")
    assert settle(blind, [Acceptance(KEY, "known")]).status is Status.UNKNOWN
