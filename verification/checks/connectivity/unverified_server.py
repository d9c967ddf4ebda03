"""An encrypted connection to anybody who answers."""

from collections.abc import Iterator, Mapping

from verification.check import check
from verification.config import Config
from verification.connect.protection import crosses_a_network, missing_file, protection
from verification.dsn import Dsn
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def unverified_server(
    dsn: Dsn, config: Config, environment: Mapping[str, str]
) -> Iterator[Finding]:
    """The connection is encrypted, but whoever answers is believed to be the database.

    `sslmode=require` accepts every certificate: somebody between can answer in the server's
    place, read the password and all data, and pass them on. `verify-full` has the server prove
    its name; `channel_binding=require` has it prove that it knows the password, and that nobody
    sits between. A file of authorities that is not there makes libpq refuse `verify-full`, and
    makes `require` verify nothing without a word.

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
    """
    wanted = protection(dsn, environment)
    if not crosses_a_network(dsn) or not wanted.encrypted:
        return  # which connectivity/unencrypted-connection tells
    if missing_file(wanted.root, config.root):
        yield Finding(
            "sslrootcert",
            f"there is no file {wanted.root}, so nothing can be verified with it",
            "name the file with your server's authority, or use sslrootcert=system",
        )
    if not wanted.verified:
        yield Finding(
            dsn.host,
            f"sslmode={wanted.mode} believes anybody who answers: the server's name is not proven",
            "use sslmode=verify-full&sslrootcert=system, or add channel_binding=require",
        )
