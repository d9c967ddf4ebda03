"""A branch that has gone its own way."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.neon.client import Neon
from verification.neon.resources import Branch
from verification.neon.transport import NeonError


@check(Severity.NOTE)
def schema_diff(neon: Neon, neon_branch: Branch) -> Iterator[Finding]:
    """The branch's schema differs from its parent's.

    For the branch of a pull request that is what its migrations do, and worth reading before they
    reach the parent; for any other branch somebody has changed one of the two.

    ```env bad
    NEON_API_HOST=standin:changed
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
    if not neon_branch.parent_id:
        raise NotApplicable("the branch has no parent")
    try:
        for database, _ in neon.databases(neon_branch.id):
            diff = neon.compare(neon_branch.id, neon_branch.parent_id, database).splitlines()
            added = sum(line.startswith("+") and not line.startswith("+++") for line in diff)
            removed = sum(line.startswith("-") and not line.startswith("---") for line in diff)
            if added or removed:
                yield Finding(
                    f"{neon_branch.name} {database}",
                    f"its schema differs from the parent's: {added} lines more, {removed} less",
                    "verify smoke shows the difference",
                )
    except NeonError as error:
        raise Unknown(str(error)) from None
