"""A migration that waits for its lock for ever, with everybody else behind it."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.migrations._risk import statements
from verification.checks.migrations._walking import whole
from verification.finding import Finding, Severity
from verification.revisions import Walk


@check(Severity.NOTE)
def missing_lock_timeout(walk: Walk) -> Iterator[Finding]:
    """A revision locks a table that is in use, and no lock_timeout bounds its wait.

    A lock that takes a millisecond is harmless, waiting for it is not: behind one long query the
    migration waits, and behind the migration every other query on the table. With a lock_timeout
    the deploy fails early and can be tried again.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python bad versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero ADD name text")
    def downgrade():
        op.execute("ALTER TABLE hero DROP name")
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("SET LOCAL lock_timeout = '4s'")
        op.execute("ALTER TABLE hero ADD name text")
    def downgrade():
        op.execute("ALTER TABLE hero DROP name")
    ```
    """
    told = set()
    for revision, statement in statements(walk):
        taken = [lock for lock in statement.locks if lock.blocks and lock not in statement.before]
        if taken and not statement.bounded and revision not in told:
            told.add(revision)
            yield Finding(
                revision,
                f"{statement.short} waits for a lock ({taken[0].mode}) on {taken[0].table} without"
                " a lock_timeout, and every later query waits behind it",
                "connection.execute(text(\"SET lock_timeout = '5s'\")) in env.py, before"
                " context.run_migrations()",
                statement.location,
            )
    whole(walk)
