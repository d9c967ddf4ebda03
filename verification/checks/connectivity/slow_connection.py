"""A connection that takes its time."""

from collections.abc import Iterator

from verification.check import check
from verification.connect.answer import Answer, Unanswered
from verification.connect.asking import ask
from verification.dsn import Dsn
from verification.finding import Finding, Severity, Unknown

WARM = 1.0  # seconds: eight round trips across an ocean
COLD = 8.0  # seconds: a suspended compute is up by then
TRIES = 3


@check(Severity.WARNING)
def slow_connection(dsn: Dsn, answer: Answer) -> Iterator[Finding]:
    """A connection takes longer to make than a request may take.

    Whatever needs a new connection waits for it: the first request after a deploy, after a pause,
    after a peak. The first attempt may find a database that has to wake up; only where the next
    ones are slow too, each is. The step that costs most is named.

    ```env bad
    DATABASE_URL=$SERVER?options=-c%20post_auth_delay%3D1
    ```

    ```env good
    DATABASE_URL=$SERVER
    ```
    """
    best = answer
    for _ in range(TRIES):
        if best.seconds <= WARM:
            break
        try:
            best = min(best, ask(dsn), key=lambda each: each.seconds)
        except Unanswered as nothing:
            raise Unknown(f"the database answered once, then no more: {nothing}") from None
    if best.seconds > WARM:
        slowest = max(best.steps, key=lambda step: step.seconds)
        yield Finding(
            dsn.host or "connection",
            f"connecting takes {best.seconds:.1f} s, mostly {slowest.name} ({best.timeline})",
            "bring the service nearer to its database, or find out what delays this step",
        )
    elif answer.seconds > COLD:
        yield Finding(
            dsn.host or "connection",
            f"the first connection took {answer.seconds:.1f} s, later ones {best.seconds:.1f} s"
            f" ({answer.timeline})",
            "allow for it with a connect_timeout above that, or keep the compute from suspending",
        )
