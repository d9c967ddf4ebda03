"""A connection that others can read."""

from collections.abc import Iterator

from verification.check import check
from verification.connect.protection import Protection, crosses_a_network
from verification.dsn import Dsn
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def unencrypted_connection(dsn: Dsn, protections: tuple[Protection, ...]) -> Iterator[Finding]:
    """The connection to the database is not encrypted, or would not insist on it.

    Passwords and data cross the network readable for everybody on the way. `sslmode=prefer`,
    libpq's default, encrypts where the server offers it and silently does not where somebody
    between removes the offer. A socket, or a server on this very machine, crosses no network.
    What counts is what the project's engine gives to its driver: URL and `connect_args` together.

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

    ```env bad
    DATABASE_URL=$REMOTE&sslmode=require
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    import os
    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], connect_args={"sslmode": "disable"})
    ```

    ```env good
    DATABASE_URL=$REMOTE
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], connect_args={"sslmode": "require"})
    ```

    ```env good
    DATABASE_URL=$REMOTE
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    import ssl
    from sqlalchemy import make_url
    from sqlalchemy.ext.asyncio import create_async_engine

    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, connect_args={"ssl": "require"})
    ```
    """
    if not crosses_a_network(dsn):
        return
    wanted = next((each for each in protections if not each.encrypted), None)
    if wanted is None:
        return
    fix = "add ?sslmode=verify-full&sslrootcert=system (or require with channel_binding=require)"
    if wanted.mode == "disable":
        yield Finding(dsn.host, "the connection is not encrypted (sslmode=disable)", fix)
    else:
        message = f"encrypted only where the server's offer gets through: sslmode={wanted.mode}"
        yield Finding(dsn.host, message, fix)
