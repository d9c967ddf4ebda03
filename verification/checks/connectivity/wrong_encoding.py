"""A database that cannot hold every character."""

from collections.abc import Iterator

from verification.check import check
from verification.connect.answer import Answer
from verification.finding import Finding, Severity

UNICODE = {"UTF8", "UNICODE"}


@check(Severity.ERROR)
def wrong_encoding(answer: Answer) -> Iterator[Finding]:
    """The database, or the connection to it, is not in UTF-8.

    Python's text is Unicode. A database in another encoding refuses what it has no character for;
    SQL_ASCII takes any bytes and gives back text that nobody can read. The encoding of a database
    cannot be changed later, only dumped and restored.

    ```sql bad
    DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET client_encoding = %L', current_database(), 'LATIN1');
    END $$;
    ```

    ```env bad
    DATABASE_URL=$SERVER?client_encoding=LATIN1
    ```

    ```env good
    DATABASE_URL=$SERVER
    ```
    """
    who = answer.identity
    if who.encoding not in UNICODE:
        yield Finding(
            who.database,
            f"the database is encoded in {who.encoding}: it cannot hold every character",
            "make a new one with ENCODING 'UTF8' TEMPLATE template0, and restore a dump into it",
        )
    elif who.client_encoding not in UNICODE:
        yield Finding(
            "client_encoding",
            f"the connection speaks {who.client_encoding}: other characters cannot pass",
            "remove client_encoding from the URL, or ALTER DATABASE ... RESET client_encoding",
        )
