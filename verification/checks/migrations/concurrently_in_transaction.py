"""CONCURRENTLY where it cannot work."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.revisions import Walk

IN_A_TRANSACTION = "25001"


@check(Severity.ERROR)
def concurrently_in_transaction(walk: Walk) -> Iterator[Finding]:
    """A statement that must not run in a transaction does.

    Alembic runs revisions in a transaction, in which PostgreSQL refuses CREATE INDEX CONCURRENTLY
    and a few others; the upgrade fails. An autocommit block steps out of it.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
        op.create_index("hero_id", "hero", ["id"], postgresql_concurrently=True)
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
        with op.get_context().autocommit_block():
            op.create_index("hero_id", "hero", ["id"], postgresql_concurrently=True)
    def downgrade():
        op.execute("DROP TABLE hero")
    ```
    """
    for step in walk.steps:
        if step.failure and step.failure.sqlstate == IN_A_TRANSACTION:
            yield Finding(
                step.revision,
                f"its {step.direction} fails: {step.failure.message}",
                "with op.get_context().autocommit_block(): around this statement",
                step.failure.location,
            )
