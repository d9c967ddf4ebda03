"""A compute that takes long to wake."""

from collections.abc import Iterator

from verification.check import check
from verification.connect.answer import Unanswered
from verification.connect.asking import ask
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.neon.client import Neon
from verification.neon.resources import Branch
from verification.neon.transport import NeonError

IDLE = "idle"
BUDGET = 3.0  # seconds; Neon gives a few hundred milliseconds


@check(Severity.WARNING)
def cold_start(neon: Neon, neon_branch: Branch) -> Iterator[Finding]:
    """The suspended compute takes longer to wake than a user waits.

    Whoever comes first after a pause pays for it: the request, the readiness probe, the migration
    of a deploy. Measured is one connection to a compute that is asleep anyway; none is put to
    sleep for it. A compute that is needed all day need not suspend at all.

    ```env bad
    NEON_API_HOST=standin:sluggish
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
    try:
        asleep = [each for each in neon.endpoints(neon_branch.id) if each.state == IDLE]
        databases = neon.databases(neon_branch.id)
        if not asleep or not databases:
            raise NotApplicable("the compute is awake: there is no cold start to measure")
        database, owner = databases[0]
        dsn = neon.connection(neon_branch.id, database, owner, pooled=False)
        answer = ask(dsn, patience=BUDGET * 5)
    except (NeonError, Unanswered) as error:
        raise Unknown(f"the suspended compute gave no answer: {error}") from None
    if answer.seconds > BUDGET:
        yield Finding(
            neon_branch.name,
            f"the first connection after a pause takes {answer.seconds:.1f} s ({answer.timeline})",
            "let it suspend later or never, or wake it before it is needed: verify connect --wait",
        )
