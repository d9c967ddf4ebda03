"""A branch that is on its way out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from verification.check import check
from verification.finding import Finding, Severity
from verification.neon.resources import Branch

SOON = timedelta(minutes=10)


@check(Severity.WARNING)
def archived_or_expiring_branch(neon_branch: Branch) -> Iterator[Finding]:
    """The branch is archived, is not ready, or will be deleted within ten minutes.

    An archived branch answers, but slowly until it is fetched back. One that expires is deleted
    with its data and its computes in the middle of whatever uses it.

    ```env bad
    NEON_API_HOST=standin:expiring
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    neon-branch = "work"
    ```

    ```env good
    NEON_API_HOST=standin:calm
    ```

    ```toml good pyproject.toml
    [tool.verification]
    neon-branch = "work"
    ```
    """
    name = neon_branch.name
    if neon_branch.state == "archived":
        yield Finding(name, "the branch is archived: it answers slowly", "use it for a while")
    elif neon_branch.state in {"init", "resetting"}:
        yield Finding(name, f"the branch is not ready: {neon_branch.state}", "wait until it is")
    if neon_branch.expires_at is not None:
        left = neon_branch.expires_at - datetime.now(UTC)
        if left < SOON:
            minutes = max(0, int(left.total_seconds() // 60))
            yield Finding(
                name,
                f"the branch is deleted in {minutes} minutes",
                "give it a later expires_at, or none",
            )
