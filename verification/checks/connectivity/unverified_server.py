"""An encrypted connection to anybody who answers."""

from collections.abc import Iterator

from verification.check import check
from verification.config import Config
from verification.connect.protection import Protection, crosses_a_network, missing_file
from verification.dsn import Dsn
from verification.finding import Finding, Severity

FIXES = {
    "asyncpg": 'connect_args={"ssl": ssl.create_default_context()}',
    "pg8000": 'connect_args={"ssl_context": ssl.create_default_context()}',
}


@check(Severity.ERROR)
def unverified_server(
    dsn: Dsn, config: Config, protections: tuple[Protection, ...]
) -> Iterator[Finding]:
    """The connection is encrypted, but whoever answers is believed to be the database.

    `sslmode=require` accepts every certificate: somebody between can answer in the server's
    place, read the password and all data, and pass them on. `verify-full` has the server prove
    its name; `channel_binding=require` has it prove that it knows the password, and that nobody
    sits between. A file of authorities that is not there makes libpq refuse `verify-full`, and
    makes `require` verify nothing without a word. What counts is what the project's engine gives to
    its driver: URL and `connect_args` together.

    ```env bad
    DATABASE_URL=$REMOTE&sslmode=require
    ```

    ```env bad
    DATABASE_URL=$REMOTE&sslmode=verify-full&sslrootcert=certificates/missing.pem
    ```

    ```env good
    DATABASE_URL=$REMOTE&sslmode=require&channel_binding=require
    ```

    ```env good
    DATABASE_URL=$REMOTE&sslmode=verify-full&sslrootcert=system
    ```

    ```env good
    DATABASE_URL=$SERVER?sslmode=require
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
    import ssl
    from sqlalchemy import make_url
    from sqlalchemy.ext.asyncio import create_async_engine

    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, connect_args={"ssl": "require"})
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
    engine = create_async_engine(url, connect_args={"ssl": ssl.create_default_context()})
    ```

    ```env good
    DATABASE_URL=$REMOTE&sslmode=require
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from sqlalchemy import create_engine

    proven = {"sslmode": "verify-full", "sslrootcert": "system"}
    engine = create_engine(os.environ["DATABASE_URL"], connect_args=proven)
    ```
    """
    weakest = next((each for each in protections if not each.verified), protections[0])
    if not crosses_a_network(dsn) or not weakest.encrypted:
        return  # which connectivity/unencrypted-connection tells
    if missing_file(weakest.root, config.root):
        yield Finding(
            "sslrootcert",
            f"there is no file {weakest.root}, so nothing can be verified with it",
            "name the file with your server's authority, or use sslrootcert=system",
        )
    if not weakest.verified:
        yield Finding(
            dsn.host,
            f"sslmode={weakest.mode} believes anybody who answers: the server's name is not proven",
            FIXES.get(
                dsn.driver, "sslmode=verify-full&sslrootcert=system, or channel_binding=require"
            ),
        )
