"""The first thing that can be wrong."""

from collections.abc import Iterator

import psycopg2

from verification.check import check
from verification.databases.reader import reading
from verification.dsn import Dsn
from verification.finding import Finding, Severity

# What libpq and PostgreSQL say, in the order in which a connection is made.
LAYERS = (
    ("DNS", ("could not translate host name", "Name or service not known"), "the host name"),
    (
        "TCP",
        ("Connection refused", "timeout expired", "No route to host", "Network is unreachable"),
        "that the server runs, and that host and port are right",
    ),
    ("socket", ("No such file or directory",), "that the server runs on this machine"),
    ("TLS", ("SSL", "certificate", "channel binding"), "sslmode and sslrootcert"),
    ("SNI", ("ndpoint ID is not specified",), "that libpq is 14 or newer"),
    ("database", ('database "',), "the database's name"),
    (
        "authentication",
        ("authentication failed", "no password supplied", "pg_hba.conf"),
        "user and password",
    ),
    ("role", ('role "',), "the user's name"),
    ("capacity", ("too many", "remaining connection slots"), "who holds the connections"),
)


@check(Severity.ERROR)
def unreachable_database(dsn: Dsn) -> Iterator[Finding]:
    """The database does not answer.

    Nothing else can be said of a database that cannot be reached, so the layer that failed is
    named: DNS, TCP, TLS, authentication, database or role.

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
        with reading(dsn) as connection:
            connection.rows("SELECT 1")
    except psycopg2.OperationalError as error:
        text = " ".join(str(error).split())
        layer, advice = _failed(text)
        yield Finding(str(dsn), f"no answer, {layer}: {text}", f"check {advice}")


def _failed(text: str) -> tuple[str, str]:
    for layer, signs, advice in LAYERS:
        if any(sign in text for sign in signs):
            return layer, advice
    return "connection", "the message above"
