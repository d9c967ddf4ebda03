"""The first thing that can be wrong."""

from collections.abc import Iterator

from verification.check import check
from verification.connect.answer import Unanswered
from verification.connect.retrying import answered
from verification.dsn import Dsn
from verification.finding import Finding, Severity

PATIENCE = 5.0  # seconds for what passes by itself, such as a compute that is being started


@check(Severity.ERROR)
def unreachable_database(dsn: Dsn) -> Iterator[Finding]:
    """The database does not answer.

    Nothing else can be said of a database that cannot be reached, so the layer that failed is
    named (DNS, TCP, TLS, SNI, authentication, database, role), and whether it may pass by itself.
    Neon's own messages carry no SQLSTATE that could be trusted; they are told by what they say.

    ```env bad
    DATABASE_URL=postgresql://someone@127.0.0.1:9/nothing
    ```

    ```env bad
    DATABASE_URL=${SERVER}_that_is_not_there
    ```

    ```env good
    DATABASE_URL=$SERVER
    ```
    """
    try:
        answered(dsn, PATIENCE)
    except Unanswered as nothing:
        yield Finding(str(dsn), f"no answer, {nothing.failure}", nothing.failure.advice)
