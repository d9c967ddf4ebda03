"""Branches that nobody remembers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from verification.check import check
from verification.finding import Finding, Severity, Unknown
from verification.neon.client import Neon
from verification.neon.transport import NeonError

OLD = timedelta(days=14)
# What pull requests, CI runs and this kit call theirs.
PASSING = re.compile(r"^(preview|pr|ci|test|tmp|temp|verify-smoke)[-_/]", re.IGNORECASE)


@check(Severity.WARNING)
def leaked_branches(neon: Neon) -> Iterator[Finding]:
    """A branch of a pull request or a test run is weeks old, and nothing will delete it.

    Each counts against the plan's limit until no new one can be made, keeps its history alive, and
    holds a copy of the data that nobody watches. Looked for are names such as `preview/...`,
    `pr-...`, `ci-...` and `test-...`, older than 14 days, without an expiry.

    ```env bad
    NEON_API_HOST=standin:crowded
    ```

    ```env good
    NEON_API_HOST=standin:calm
    ```
    """
    now = datetime.now(UTC)
    try:
        branches = list(neon.branches())
    except NeonError as error:
        raise Unknown(str(error)) from None
    for branch in branches:
        kept = branch.untouchable or branch.expires_at is not None
        if PASSING.match(branch.name) and not kept and now - branch.created_at > OLD:
            yield Finding(
                branch.name,
                f"the branch is {(now - branch.created_at).days} days old and never expires",
                f"delete {branch.id}; give such branches an expires_at when they are made",
            )
