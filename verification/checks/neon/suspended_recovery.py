"""A compute that does not come back."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.connect.answer import Unanswered
from verification.connect.retrying import answered
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.neon.client import Neon
from verification.neon.resources import Branch
from verification.neon.transport import NeonError
from verification.report import Result

WAKING = 30.0  # seconds


@check(Severity.ERROR)
def suspended_recovery(
    neon: Neon,
    neon_branch: Branch,
    results: Sequence[Result],  # noqa: ARG001 - last of all, as it ends the others' connections
) -> Iterator[Finding]:
    """A compute that was suspended does not answer again.

    Every compute with a suspend time goes through this several times a day. The compute is
    suspended by the API, and both its hosts, direct and pooled, must wake it. This is only done to
    a branch that is thrown away anyway: one with an expiry, neither default nor protected.

    ```env bad
    NEON_API_HOST=standin:comatose
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    neon-branch = "work"
    ```

    ```env good
    NEON_API_HOST=standin:asleep
    ```

    ```toml good pyproject.toml
    [tool.verification]
    neon-branch = "work"
    ```
    """
    if neon_branch.untouchable or neon_branch.expires_at is None:
        raise NotApplicable("only a branch with an expiry may be suspended for a trial")
    try:
        computes, databases = neon.endpoints(neon_branch.id), neon.databases(neon_branch.id)
        if not computes or not databases:
            raise NotApplicable("the branch has no compute")
        database, owner = databases[0]
        for pooled in (False, True):
            dsn = neon.connection(neon_branch.id, database, owner, pooled=pooled)
            for compute in computes:
                neon.suspend(compute.id)
            try:
                answered(dsn, WAKING)
            except Unanswered as nothing:
                yield Finding(
                    dsn.host,
                    f"suspended, it does not wake: {nothing.failure}",
                    nothing.failure.advice,
                )
    except NeonError as error:
        raise Unknown(str(error)) from None
