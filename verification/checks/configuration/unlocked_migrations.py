"""Two deploys that migrate at once."""

import re
from collections.abc import Iterator

from verification.check import check
from verification.config import Config
from verification.engines.files import lines, shared
from verification.finding import Finding, Severity
from verification.revisions import Migrations

LOCKS = re.compile(r"advisory|lock\s+table|select\b.*\bfor\s+update", re.IGNORECASE)
SOURCES = {".py", ".sh", ".sql", ".mako", ".toml", ".yml", ".yaml"}


@check(Severity.NOTE)
def unlocked_migrations(config: Config, migrations: Migrations) -> Iterator[Finding]:
    """Nothing keeps two instances from running the migrations at the same time.

    When several instances start together and each runs `alembic upgrade head`, all but one fail
    on objects that are already there, and their deploys with them. A lock that ends with the
    transaction, taken in env.py before anything else, lets them wait; a lock of the session does
    not work through a pooler.

    ```python bad versions/1_start.py
    revision, down_revision = "1", None

    def upgrade() -> None: ...
    ```

    ```python good versions/1_start.py
    revision, down_revision = "1", None

    def upgrade() -> None: ...
    ```

    ```python good locking.py
    LOCK = "SELECT pg_advisory_xact_lock(42)"
    ```
    """
    for path in shared(config.root):
        if path.suffix in SOURCES and any(LOCKS.search(text) for _, text in lines(path)):
            return
    shown = migrations.file
    inside = shown.is_relative_to(config.root)
    yield Finding(
        shown.relative_to(config.root).as_posix() if inside else shown.name,
        "nothing keeps two instances from migrating at the same time",
        'context.execute("SELECT pg_advisory_xact_lock(...)") first in the transaction in env.py',
    )
