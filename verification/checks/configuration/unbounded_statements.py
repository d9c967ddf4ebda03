"""Nothing ends a statement that never ends."""

import re
from collections.abc import Iterator

from verification.check import check
from verification.config import Config
from verification.connect.answer import Answer
from verification.engines.files import lines, shared
from verification.finding import Finding, Severity

BOUNDS = re.compile(r"statement_timeout|command_timeout|transaction_timeout")
SOURCES = {".py", ".sql", ".toml", ".ini"}
NONE = "0"


@check(Severity.NOTE)
def unbounded_statements(
    url: str,  # noqa: ARG001 - a rehearsal says nothing about the settings of the real database
    config: Config,
    answer: Answer,
) -> Iterator[Finding]:
    """No time limit is in force for statements, and none for transactions that sit idle.

    One missing index or one forgotten COMMIT then holds its connection and its locks for good, and
    the pool runs dry behind it. Asked is the database itself; a limit that the project's code
    sets is taken to work.

    ```env bad
    DATABASE_URL=$SERVER
    ```

    ```env good
    DATABASE_URL=$SERVER?options=-c%20statement_timeout%3D30s
    ```
    """
    who = answer.identity
    if who.statement_timeout != NONE or who.idle_timeout != NONE:
        return
    sources = (path for path in shared(config.root) if path.suffix in SOURCES)
    if any(BOUNDS.search(text) for path in sources for _, text in lines(path)):
        return
    yield Finding(
        "statement_timeout",
        "neither statement_timeout nor idle_in_transaction_session_timeout is in force",
        f"ALTER ROLE \"{who.role}\" SET statement_timeout = '30s'",
    )
