"""A connection that others can read."""

from collections.abc import Iterator

from verification.check import check
from verification.databases.reader import Reader
from verification.dsn import Dsn
from verification.finding import Finding, Severity

LOCAL = {"", "localhost", "127.0.0.1", "::1"}


@check(Severity.ERROR)
def unencrypted_connection(dsn: Dsn, connection: Reader) -> Iterator[Finding]:
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
    if dsn.host in LOCAL or dsn.host.startswith("/"):
        return
    mode = dsn.parameters.get("sslmode", "prefer")
    fix = "add ?sslmode=verify-full&sslrootcert=system (or require with channel_binding=require)"
    if not connection.raw.info.ssl_in_use:
        yield Finding(dsn.host, f"the connection is not encrypted (sslmode={mode})", fix)
    elif mode in {"disable", "allow", "prefer"}:
        yield Finding(
            dsn.host, f"encrypted only because the server offered it: sslmode={mode}", fix
        )
