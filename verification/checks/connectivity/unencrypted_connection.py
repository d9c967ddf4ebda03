"""A connection that others can read."""

from collections.abc import Iterator, Mapping

from verification.check import check
from verification.connect.answer import Answer
from verification.connect.protection import crosses_a_network, protection
from verification.dsn import Dsn
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def unencrypted_connection(
    dsn: Dsn, answer: Answer, environment: Mapping[str, str]
) -> Iterator[Finding]:
    """The connection to the database is not encrypted, or would not insist on it.

    Passwords and data cross the network readable for everybody on the way. `sslmode=prefer`,
    libpq's default, encrypts where the server offers it and silently does not where somebody
    between removes the offer. A socket, or a server on this very machine, crosses no network.

    ```env bad
    DATABASE_URL=$REMOTE&sslmode=disable
    ```

    ```env bad
    DATABASE_URL=$REMOTE
    ```

    ```env good
    DATABASE_URL=$REMOTE&sslmode=require
    ```

    ```env good
    DATABASE_URL=$SERVER?sslmode=disable
    ```
    """
    if not crosses_a_network(dsn):
        return
    wanted = protection(dsn, environment)
    fix = "add ?sslmode=verify-full&sslrootcert=system (or require with channel_binding=require)"
    if not answer.tls:
        yield Finding(dsn.host, f"the connection is not encrypted (sslmode={wanted.mode})", fix)
    elif not wanted.encrypted:
        yield Finding(
            dsn.host, f"encrypted only because the server offered it: sslmode={wanted.mode}", fix
        )
