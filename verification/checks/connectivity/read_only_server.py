"""A database that takes no writes."""

from collections.abc import Iterator

from verification.check import check
from verification.connect.answer import Answer
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def read_only_server(answer: Answer) -> Iterator[Finding]:
    """The database refuses every write.

    It is a standby, or its transactions begin read-only (`default_transaction_read_only` of the
    server, the database, the role or the URL; behind a pooler also what another client has left
    behind). Every INSERT fails with SQLSTATE 25006, while reads go on as if nothing were wrong.

    ```sql bad
    DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on',
                     current_database());
    END $$;
    ```

    ```env bad
    DATABASE_URL=$SERVER?options=-c%20default_transaction_read_only%3Don
    ```

    ```env good
    DATABASE_URL=$SERVER
    ```
    """
    who = answer.identity
    if who.in_recovery:
        yield Finding(
            who.database,
            "the server is a standby: every write fails",
            "use the primary's host, or add target_session_attrs=read-write with both hosts",
        )
    elif who.read_only:
        yield Finding(
            "default_transaction_read_only",
            "transactions begin read-only: every write fails",
            "ALTER DATABASE ... RESET default_transaction_read_only (or ALTER ROLE, or the URL)",
        )
