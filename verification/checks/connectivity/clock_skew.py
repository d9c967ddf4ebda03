"""Two clocks that disagree."""

import time
from collections.abc import Iterator

from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity

TOLERANCE = 5.0  # seconds, more than any synchronised clock is off


@check(Severity.WARNING)
def clock_skew(connection: Reader) -> Iterator[Finding]:
    """The database's clock and this machine's differ by more than five seconds.

    Rows that take their time partly from `now()` and partly from Python are then out of order;
    tokens are expired when they are issued, or valid after their end. The clock asked is the one
    that the service sees, even where a function of the schema stands before PostgreSQL's own.

    ```sql bad
    CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
      $$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$;
    DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database());
    END $$;
    ```

    ```sql good
    SELECT 1;
    ```
    """
    begun = time.time()
    ((there,),) = connection.rows("SELECT extract(epoch FROM clock_timestamp())")
    ended = time.time()
    here = (begun + ended) / 2
    skew = float(there) - here
    if abs(skew) > TOLERANCE + (ended - begun) / 2:
        direction = "ahead of" if skew > 0 else "behind"
        yield Finding(
            "clock",
            f"the database's clock is {abs(skew):.0f} s {direction} this machine's",
            "synchronise both by NTP",
        )
