"""Acceptances that no longer serve."""

from collections.abc import Iterator, Sequence

from verification.acceptance import expired
from verification.check import check
from verification.config import Config
from verification.finding import Finding, Severity
from verification.report import Result, Status


@check(Severity.WARNING)
def stale_acceptance(config: Config, results: Sequence[Result]) -> Iterator[Finding]:
    """An accepted finding has expired or is no longer there.

    An acceptance that outlives its finding would hide the next one of the same name. One whose
    check did not run, or could not look, is left in peace.

    ```toml bad pyproject.toml
    [tool.verification.accept]
    "design/missing-primary-key public.audit" = { reason = "append only", until = 2020-01-31 }
    ```

    ```toml good pyproject.toml
    [tool.verification.accept]
    "design/missing-primary-key public.audit" = { reason = "append only", until = 9999-12-31 }
    ```
    """
    looked = {
        result.check.id: result
        for result in results
        if result.status in {Status.PASSED, Status.FAILED}
    }
    fix = "remove it from [tool.verification.accept]"
    for entry in config.accept:
        result = looked.get(entry.key.partition(" ")[0])
        if expired(entry):
            yield Finding(entry.key, f"the acceptance expired on {entry.until}", fix)
        elif result and entry.key not in result.accepted:
            yield Finding(entry.key, "accepts a finding that is no longer there", fix)
